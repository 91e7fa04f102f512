// The event log: pushed by WebSocket, asked for by HTTP whenever the socket has been away.
import { read } from "./server.js";

const LONGEST_PAUSE = 15_000; // ms

export class Live {
  // `event(event)` in order and without gaps; `state("online" | "connecting" | "offline")`; `signedOut()`
  constructor(seq, listener) {
    this.seq = seq;
    this.listener = listener;
    this.failures = 0;
    this.hurry = () => {};
    this.over = false;
    window.addEventListener("online", () => this.hurry());
    window.addEventListener("offline", () => this.listener.state("offline"));
    document.addEventListener("visibilitychange", () => document.hidden || this.hurry());
  }

  async run() {
    while (!this.over) {
      try {
        await this.#catchUp();
        await this.#follow();
      } catch (fault) {
        if (fault.signedOut) {
          this.over = true;
          this.listener.signedOut();
          return;
        }
      }
      this.listener.state(this.failures ? "offline" : "connecting");
      await this.#pause();
    }
  }

  #apply(event) {
    if (event.seq <= this.seq) return;
    this.seq = event.seq;
    this.listener.event(event);
  }

  async #catchUp() {
    try {
      for (let more = true; more; ) {
        const page = await read(`/api/events?after=${this.seq}`);
        page.events.forEach((event) => this.#apply(event));
        more = page.more;
      }
    } catch (fault) {
      this.failures += 1;
      throw fault;
    }
  }

  // Resolves when the socket has closed.
  #follow() {
    return new Promise((resolve) => {
      const scheme = location.protocol === "https:" ? "wss:" : "ws:";
      const socket = new WebSocket(`${scheme}//${location.host}/ws?after=${this.seq}`);
      socket.onopen = () => {
        this.failures = 0;
        this.listener.state("online");
      };
      socket.onmessage = (message) => this.#apply(JSON.parse(message.data));
      socket.onclose = () => {
        this.failures += 1;
        resolve();
      };
    });
  }

  #pause() {
    const pause = Math.min(LONGEST_PAUSE, 400 * 2 ** Math.min(this.failures, 6)) * (0.75 + Math.random() / 2);
    return new Promise((resolve) => {
      this.hurry = resolve;
      setTimeout(resolve, pause);
    });
  }
}
