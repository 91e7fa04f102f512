// Photos, files, sound files and the place.
import { boot, byId, newId, text } from "./boot.js";
import { sheet, toast } from "./panels.js";

const INPUTS = { "pick-camera": "photo", "pick-photos": "photo", "pick-files": "document", "pick-audio": "audio" };

export class Attach {
  // `send(kind, content)` puts it in the outbox.
  constructor(send, record) {
    this.send = send;
    byId("attach").addEventListener("click", () => this.#choose(record));
    for (const [id, kind] of Object.entries(INPUTS)) {
      byId(id).addEventListener("change", (event) => this.#chosen(event.target, kind));
    }
  }

  #choose(record) {
    const pick = (id) => () => byId(id).click();
    sheet(text("attach"), [
      { label: text("take_photo"), icon: "camera", act: pick("pick-camera") },
      { label: text("choose_photo"), icon: "album", act: pick("pick-photos") },
      { label: text("record"), icon: "microphone", act: record },
      { label: text("record_file"), icon: "sound", act: pick("pick-audio") },
      { label: text("choose_file"), icon: "file", act: pick("pick-files") },
      { label: text("location"), icon: "place", act: () => this.#locate() },
    ]);
  }

  audioFile() {
    byId("pick-audio").click();
  }

  async #chosen(input, kind) {
    const files = [...input.files];
    const group = files.length > 1 ? newId().slice(2) : "";
    for (const file of files) await this.file(file, kind === "photo" && file.type.startsWith("video/") ? "video" : kind, { group });
    input.value = ""; // only now: emptying it earlier would make some browsers forget the files
  }

  async file(file, kind, { group = "", seconds = 0 } = {}) {
    const name = file.name || text("unnamed");
    if (file.size === 0) return toast(text("file_empty", { name }), { alarm: true });
    if (file.size > boot.limits.upload) {
      const megabytes = Math.floor(boot.limits.upload / 1024 ** 2);
      return toast(text("too_large", { name, megabytes }), { alarm: true });
    }
    return this.send("file", { file, kind, name, group, seconds: seconds || "" });
  }

  #locate() {
    const looked = toast(text("locating"));
    const found = ({ coords }) => {
      looked();
      this.send("location", { latitude: coords.latitude, longitude: coords.longitude, accuracy: coords.accuracy });
    };
    const failed = () => {
      looked();
      toast(text("location_failed"), { alarm: true });
    };
    if (!navigator.geolocation) return failed();
    navigator.geolocation.getCurrentPosition(found, failed, { enableHighAccuracy: true, timeout: 20_000, maximumAge: 0 });
  }
}
