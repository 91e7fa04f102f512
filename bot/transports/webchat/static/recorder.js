// Recording in the page. Every second of sound is written to the phone at once, so a crash loses at most one.
import { boot, byId, readableSeconds, text } from "./boot.js";
import { toast } from "./panels.js";
import * as storage from "./storage.js";

const TYPES = ["audio/webm;codecs=opus", "audio/mp4", "audio/ogg;codecs=opus", ""];
const SLICE = 1000; // ms

export class Recorder {
  // `finished(file, seconds)`; `unavailable()` when the page may not use a microphone.
  constructor({ finished, unavailable }) {
    this.finished = finished;
    this.unavailable = unavailable;
    this.media = null;
    byId("pause").addEventListener("click", () => this.#pauseOrResume());
    byId("finish").addEventListener("click", () => this.#stop(true));
    byId("discard").addEventListener("click", () => this.#stop(false));
  }

  async start() {
    if (this.media) return;
    if (!navigator.mediaDevices?.getUserMedia || !window.MediaRecorder) return this.unavailable();
    try {
      this.stream = await navigator.mediaDevices.getUserMedia({ audio: true });
    } catch {
      return this.unavailable();
    }
    await storage.clear("chunks");
    const mimeType = TYPES.find((type) => type === "" || MediaRecorder.isTypeSupported(type));
    this.media = new MediaRecorder(this.stream, mimeType ? { mimeType } : {});
    this.chunks = [];
    this.recorded = 0;
    this.since = performance.now();
    this.media.addEventListener("dataavailable", (event) => this.#keep(event.data));
    this.media.addEventListener("stop", () => this.#ended());
    this.media.start(SLICE);
    this.#listen();
    this.#show();
  }

  #keep(data) {
    if (data.size === 0) return;
    this.chunks.push(data);
    const row = { chat: boot.chat, type: this.media.mimeType, seconds: Math.ceil(this.#seconds()), data };
    storage.put("chunks", row).catch(() => toast(text("storage_full"), { alarm: true }));
  }

  #seconds() {
    return (this.recorded + (this.media?.state === "recording" ? performance.now() - this.since : 0)) / 1000;
  }

  #pauseOrResume() {
    if (this.media.state === "recording") {
      this.recorded += performance.now() - this.since;
      this.media.pause();
    } else {
      this.since = performance.now();
      this.media.resume();
    }
    this.#show();
  }

  #stop(wanted) {
    if (!this.media || this.media.state === "inactive") return;
    this.wanted = wanted;
    if (this.media.state === "recording") this.recorded += performance.now() - this.since;
    this.media.stop();
  }

  async #ended() {
    const { wanted = true, chunks, media } = this;
    const seconds = this.recorded / 1000;
    this.stream.getTracks().forEach((track) => track.stop());
    this.sound?.close();
    cancelAnimationFrame(this.frame);
    this.media = null;
    this.wanted = undefined;
    byId("recorder").hidden = true;
    byId("composer").hidden = false;
    byId("record").focus();
    if (wanted && chunks.length === 0) toast(text("recording_empty"), { alarm: true });
    if (wanted && chunks.length) await this.finished(soundFile(chunks, media.mimeType), Math.max(1, Math.round(seconds)));
    await storage.clear("chunks");
  }

  #show() {
    const running = this.media.state === "recording";
    byId("recorder").hidden = false;
    byId("composer").hidden = true;
    byId("recorder").classList.toggle("paused", !running);
    byId("recorder").setAttribute("aria-label", running ? text("recording") : text("paused"));
    byId("pause").textContent = running ? text("pause") : text("resume");
    byId("finish").focus();
  }

  #listen() {
    this.sound = new AudioContext();
    const meter = this.sound.createAnalyser();
    meter.fftSize = 512;
    this.sound.createMediaStreamSource(this.stream).connect(meter);
    const wave = new Float32Array(meter.fftSize);
    const draw = () => {
      if (!this.media) return;
      meter.getFloatTimeDomainData(wave);
      const loudest = wave.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
      byId("level").value = this.media.state === "recording" ? Math.min(1, loudest * 2) : 0;
      byId("elapsed").textContent = readableSeconds(this.#seconds());
      if (this.#seconds() >= boot.limits.recording) this.#stop(true);
      this.frame = requestAnimationFrame(draw);
    };
    draw();
  }
}

function soundFile(chunks, type) {
  const plain = (type || "audio/webm").split(";")[0];
  const suffix = { "audio/webm": "webm", "audio/mp4": "m4a", "audio/ogg": "ogg" }[plain] ?? "webm";
  return new File(chunks, `${text("voice")}.${suffix}`, { type: plain });
}

// A recording that a crash or a reload broke off: {file, seconds}, or null.
export async function brokenOff() {
  const rows = (await storage.all("chunks")).filter((row) => row.chat === boot.chat);
  if (rows.length === 0) return null;
  return { file: soundFile(rows.map((row) => row.data), rows[0].type), seconds: rows[rows.length - 1].seconds };
}
