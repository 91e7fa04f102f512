// The list of messages: stored ones by number, then those still on this phone. Edits change a message in place.
import { byId, element, text } from "./boot.js";
import { day, messageNode } from "./message.js";

const NEAR = 120; // px from the end that still count as reading the newest

export class Log {
  constructor({ press, outboxActions }) {
    this.press = press;
    this.outboxActions = outboxActions;
    this.items = new Map(); // message_id -> {item, node}
    this.pending = new Map(); // client_id -> {node, previews}
    this.list = byId("log");
    this.scroll = byId("scroll");
    this.newest = byId("newest");
    this.newest.addEventListener("click", () => this.toEnd(true));
    this.stick = true;
    this.top = 0;
    this.height = 0;
    this.scroll.addEventListener("scroll", () => this.#scrolled(), { passive: true });
    const grown = new ResizeObserver(() => this.stick && this.toEnd());
    grown.observe(this.scroll);
    grown.observe(this.list);
  }

  // Only a person's own scrolling up stops following the newest message; a picture that has just loaded does not.
  #scrolled() {
    const { scrollTop, scrollHeight } = this.scroll;
    if (this.#near()) this.stick = true;
    else if (scrollTop < this.top && scrollHeight >= this.height) this.stick = false;
    this.top = scrollTop;
    this.height = scrollHeight;
    this.newest.hidden = this.stick || this.#near();
  }

  #near() {
    return this.scroll.scrollHeight - this.scroll.scrollTop - this.scroll.clientHeight < NEAR;
  }

  toEnd(smooth = false) {
    this.scroll.scrollTo({ top: this.scroll.scrollHeight, behavior: smooth ? "smooth" : "instant" });
    this.stick = true;
  }

  clear() {
    this.items.clear();
    this.list.replaceChildren(...[...this.pending.values()].map(({ node }) => node));
  }

  oldest() {
    return Math.min(...this.items.keys());
  }

  newestItems(count) {
    return [...this.items.keys()].sort((a, b) => a - b).slice(-count).map((id) => this.items.get(id).item);
  }

  // Puts a stored message where it belongs, or renews it in place.
  show(item) {
    const id = item.message.message_id;
    const node = messageNode(item, { press: this.press, state: text("state_saved") });
    node.id = `message-${id}`;
    node.dataset.day = day(item.message.date);
    const known = this.items.get(id);
    const stick = this.stick;
    if (known) this.#renew(known.node, node);
    else this.#insert(id, node);
    this.items.set(id, { item, node });
    if (item.client_id) this.forget(item.client_id);
    if (stick) this.toEnd();
    else if (!known) this.newest.hidden = false;
  }

  #renew(old, fresh) {
    const focused = old.contains(document.activeElement) ? document.activeElement : null;
    old.replaceWith(fresh);
    if (!focused) return;
    const same = [...fresh.querySelectorAll("button")].find((button) => button.textContent === focused.textContent);
    (same ?? fresh.querySelector("button") ?? byId("text")).focus({ preventScroll: true });
  }

  #insert(id, node) {
    let after = null;
    for (const [other, { node: neighbour }] of this.items) {
      if (other < id && (after === null || other > after.id)) after = { id: other, neighbour };
    }
    if (after) after.neighbour.after(node);
    else this.list.prepend(node);
    this.#fixDay(node);
    this.#fixDay(nextMessage(node));
  }

  remove(messageId) {
    const node = this.items.get(messageId)?.node;
    if (!node) return;
    const next = nextMessage(node);
    if (node.previousElementSibling?.matches(".day")) node.previousElementSibling.remove();
    node.remove();
    this.items.delete(messageId);
    this.#fixDay(next);
  }

  // Older messages go on top without moving what is being read.
  prepend(items) {
    const before = this.scroll.scrollHeight;
    const top = this.scroll.scrollTop;
    this.stick = false;
    for (const item of items) this.show(item);
    this.scroll.scrollTop = top + this.scroll.scrollHeight - before;
  }

  // A day's name above its first message; touched only where it changes, since additions are read aloud.
  #fixDay(node) {
    if (!node?.dataset.day) return;
    const above = node.previousElementSibling;
    const heading = above?.matches(".day") ? above : null;
    const before = heading ? heading.previousElementSibling : above;
    const needed = before?.dataset.day !== node.dataset.day;
    if (needed && !heading) node.before(element("li", { class: "day" }, element("span", {}, node.dataset.day)));
    if (!needed) heading?.remove();
  }

  // What is still on this phone.
  showPending(entry) {
    if (entry.kind === "press") return;
    const known = this.pending.get(entry.client_id);
    if (known && known.state === entry.state) {
      const bar = known.node.querySelector("progress");
      if (bar) bar.value = entry.progress;
      return;
    }
    const previews = known?.previews ?? [];
    const item = { message: pendingMessage(entry, previews), from_bot: false, client_id: entry.client_id };
    const state = text(`state_${entry.state}`);
    const node = messageNode(item, { press: () => {}, state, actions: this.#pendingActions(entry) });
    node.classList.add("pending", `is-${entry.state}`);
    if (known) known.node.replaceWith(node);
    else this.list.append(node);
    this.pending.set(entry.client_id, { node, previews, state: entry.state });
    if (this.stick || !known) this.toEnd();
  }

  #pendingActions(entry) {
    if (entry.state === "failed") {
      const why = element("p", { class: "why" }, entry.why ?? "");
      const retry = element("button", { type: "button", onclick: () => this.outboxActions.retry(entry) }, text("retry"));
      const remove = element("button", { type: "button", onclick: () => this.outboxActions.cancel(entry) }, text("remove"));
      return element("div", { class: "sending" }, why, retry, remove);
    }
    if (entry.kind !== "file") return null;
    const label = text("upload_of", { name: entry.content.name });
    const bar = element("progress", { max: 1, value: entry.progress ?? 0, "aria-label": label });
    const cancel = element("button", { type: "button", onclick: () => this.outboxActions.cancel(entry) }, text("cancel"));
    return element("div", { class: "sending" }, bar, cancel);
  }

  forget(clientId) {
    const known = this.pending.get(clientId);
    if (!known) return;
    known.node.remove();
    known.previews.forEach((url) => URL.revokeObjectURL(url));
    this.pending.delete(clientId);
  }
}

function nextMessage(node) {
  const next = node.nextElementSibling;
  return next?.matches(".day") ? next.nextElementSibling : next;
}

function pendingMessage(entry, previews) {
  const { kind, content } = entry;
  const message = { date: entry.order / 1000 };
  if (kind === "text") return { ...message, text: content.text };
  if (kind === "location") return { ...message, location: { ...content, horizontal_accuracy: content.accuracy } };
  if (previews.length === 0) previews.push(URL.createObjectURL(content.file));
  const file = { local: previews[0], file_name: content.name, file_size: content.file.size, duration: content.seconds };
  return { ...message, [content.kind]: content.kind === "photo" ? [file] : file };
}
