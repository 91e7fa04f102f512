// The writing line: grows with the text, keeps a draft, sends on Enter where there is a keyboard.
import { boot, byId, text } from "./boot.js";
import { toast } from "./panels.js";

export class Composer {
  constructor(send, record) {
    this.send = send;
    this.field = byId("text");
    this.draft = `draft:${boot.chat}`;
    this.field.value = localStorage.getItem(this.draft) ?? "";
    this.field.addEventListener("input", () => this.#changed());
    this.field.addEventListener("keydown", (event) => this.#key(event));
    byId("composer").addEventListener("submit", (event) => {
      event.preventDefault();
      this.#submit();
    });
    byId("record").addEventListener("click", record);
    this.#changed();
  }

  #changed() {
    const words = this.field.value;
    if (words) localStorage.setItem(this.draft, words);
    else localStorage.removeItem(this.draft);
    const empty = words.trim() === "";
    byId("send").hidden = empty;
    byId("record").hidden = !empty;
    this.field.style.height = "auto";
    this.field.style.height = `${this.field.scrollHeight}px`;
  }

  #key(event) {
    // On a phone Enter starts a new line; isComposing: Enter there chooses a Chinese word.
    const keyboard = matchMedia("(pointer: fine)").matches;
    if (event.key !== "Enter" || event.shiftKey || event.isComposing || !keyboard) return;
    event.preventDefault();
    this.#submit();
  }

  async #submit() {
    const words = this.field.value.trim();
    if (!words) return;
    if (words.length > boot.limits.text) {
      toast(text("too_long", { length: words.length, limit: boot.limits.text }), { alarm: true });
      return;
    }
    await this.send(words);
    this.field.value = "";
    this.#changed();
    this.field.focus();
  }
}
