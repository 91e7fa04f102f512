// Everything a person sends is written down here first, and leaves only when the server has stored it.
// One thing at a time and in order: an answer must not overtake the photo it speaks of.
import { boot, newId } from "./boot.js";
import { Fault, post, upload } from "./server.js";
import * as storage from "./storage.js";

const LONGEST_PAUSE = 30_000; // ms

export class Outbox {
  // `changed(entry)`, `stored(entry, answer)`, `removed(entry)`, `refused(entry, fault)`, `signedOut()`
  constructor(listener) {
    this.listener = listener;
    this.entries = [];
    this.working = false;
    this.failures = 0;
    this.wakeUp = () => {};
    this.last = 0;
  }

  async load() {
    const kept = await storage.all("outbox");
    this.entries = kept.filter((entry) => entry.chat === boot.chat).sort((a, b) => a.order - b.order);
    for (const entry of this.entries) {
      if (entry.state === "sending") entry.state = "waiting";
      this.listener.changed(entry);
    }
    this.work();
  }

  // kind: text, press, location, file. Resolves when it is kept on this phone.
  async add(kind, content) {
    this.last = Math.max(Date.now(), this.last + 1);
    const state = this.failures ? "waiting" : "sending";
    const entry = { client_id: newId(), chat: boot.chat, order: this.last, kind, content, state, progress: 0 };
    await storage.put("outbox", record(entry));
    this.entries.push(entry);
    this.listener.changed(entry);
    this.work();
    return entry;
  }

  waiting() {
    return this.entries.filter((entry) => entry.state !== "failed").length;
  }

  retryNow() {
    this.failures = 0;
    this.wakeUp();
    this.work();
  }

  async retry(entry) {
    entry.state = "sending";
    this.listener.changed(entry);
    await storage.put("outbox", record(entry));
    this.retryNow();
  }

  async cancel(entry) {
    await this.#drop(entry);
    entry.abort?.abort();
    this.listener.removed(entry);
  }

  async #drop(entry) {
    this.entries = this.entries.filter((other) => other !== entry);
    await storage.remove("outbox", entry.client_id);
  }

  async work() {
    if (this.working) return;
    this.working = true;
    try {
      for (;;) {
        const entry = this.entries.find((candidate) => candidate.state !== "failed");
        if (!entry || !(await this.#send(entry))) break;
      }
    } finally {
      this.working = false;
    }
  }

  // True when the next one may go.
  async #send(entry) {
    entry.state = "sending";
    entry.abort = new AbortController();
    this.listener.changed(entry);
    try {
      const answer = await this.#deliver(entry);
      this.failures = 0;
      await this.#drop(entry);
      this.listener.stored(entry, answer);
      return true;
    } catch (fault) {
      if (!(fault instanceof Fault)) throw fault;
      if (!this.entries.includes(entry)) return true; // cancelled meanwhile
      return this.#failed(entry, fault);
    }
  }

  async #failed(entry, fault) {
    if (fault.temporary || fault.signedOut) {
      this.#allWait();
      if (fault.signedOut) {
        this.listener.signedOut();
        return false;
      }
      await this.#pause();
      return true;
    }
    if (entry.kind === "press") {
      await this.#drop(entry);
    } else {
      entry.state = "failed";
      entry.why = fault.text;
      await storage.put("outbox", record(entry));
      this.listener.changed(entry);
    }
    this.listener.refused(entry, fault);
    return true;
  }

  #allWait() {
    for (const entry of this.entries.filter((candidate) => candidate.state === "sending")) {
      entry.state = "waiting";
      this.listener.changed(entry);
    }
  }

  #pause() {
    const pause = Math.min(LONGEST_PAUSE, 1000 * 2 ** this.failures) * (0.75 + Math.random() / 2);
    this.failures += 1;
    return new Promise((resolve) => {
      this.wakeUp = resolve;
      setTimeout(resolve, pause);
    });
  }

  #deliver(entry) {
    const { kind, content, client_id } = entry;
    if (kind === "text") return post("/api/messages", { text: content.text, client_id });
    if (kind === "press") return post("/api/press", { message_id: content.message_id, data: content.data, client_id });
    if (kind === "location") return post("/api/location", { ...content, client_id });
    const { file, ...said } = content;
    const progress = (share) => {
      entry.progress = share;
      this.listener.changed(entry);
    };
    return upload(file, { ...said, client_id }, { progress, signal: entry.abort.signal });
  }
}

// What is written down: the listener's and the request's own fields stay out.
function record({ client_id, chat, order, kind, content, state, why }) {
  return { client_id, chat, order, kind, content, state, why };
}
