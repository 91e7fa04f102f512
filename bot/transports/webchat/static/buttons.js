// Inline buttons: from the tap until the bot's answer.
import { boot, text } from "./boot.js";
import { ask, openInside, tell, toast } from "./panels.js";

const PATIENCE = 8000; // ms until a button that got no answer may be pressed again

export class Buttons {
  constructor(add, online) {
    this.add = add;
    this.online = online;
    this.asked = new Map(); // client_id or callback query id -> button
    this.early = new Map(); // answers that overtook the server's acknowledgement
  }

  press = async (spec, message, button) => {
    if (spec.url !== undefined) return this.#open(spec);
    if (button.getAttribute("aria-busy") === "true") return undefined;
    this.#busy(button, true);
    try {
      const entry = await this.add("press", { message_id: message.message_id, data: spec.callback_data });
      this.asked.set(entry.client_id, button);
    } catch {
      this.#busy(button, false);
      return toast(text("storage_full"), { alarm: true });
    }
    if (!this.online()) toast(text("press_waiting"));
    return undefined;
  };

  #busy(button, busy) {
    button?.setAttribute("aria-busy", String(busy));
  }

  // The server has stored the press; `answer.callback_query_id` will name the bot's answer.
  stored(entry, answer) {
    const button = this.asked.get(entry.client_id);
    this.asked.delete(entry.client_id);
    const id = answer.callback_query_id;
    this.asked.set(id, button);
    if (this.early.has(id)) this.answered(this.early.get(id));
    else setTimeout(() => this.#busy(this.asked.get(id), false), PATIENCE);
  }

  refused(entry) {
    this.#busy(this.asked.get(entry.client_id), false);
    this.asked.delete(entry.client_id);
  }

  answered(body) {
    const id = body.callback_query_id;
    if (!this.asked.has(id)) {
      this.early.set(id, body);
      return;
    }
    this.#busy(this.asked.get(id), false);
    this.asked.delete(id);
    this.early.delete(id);
    if (body.text) body.show_alert ? tell(body.text) : toast(body.text);
  }

  async #open(spec) {
    // The bot writes addresses as phones reach the server; this page may have come another way.
    const url = new URL(spec.url);
    const own = url.origin === location.origin || url.origin === new URL(boot.origin).origin;
    if (own && url.pathname.startsWith("/sign/")) openInside(url.pathname + url.search, spec.text);
    else if (own) window.open(url.pathname + url.search, "_blank", "noopener");
    else if (await ask(`${text("external")}\n${spec.url}`)) window.open(spec.url, "_blank", "noopener,noreferrer");
  }
}
