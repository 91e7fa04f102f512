// Short notices (toast returns how to take it back), questions and sheets. Every dialog is a real <dialog>: Escape closes, focus stays inside.
import { byId, element, icon, text } from "./boot.js";

const SHOWN = 3500; // ms

export function toast(words, { alarm = false } = {}) {
  const node = element("p", { class: alarm ? "toast alarm" : "toast" }, words);
  byId("toasts").append(node);
  setTimeout(() => node.remove(), SHOWN + words.length * 60);
  return () => node.remove();
}

function dialog(attributes, ...children) {
  const node = element("dialog", attributes, ...children);
  node.addEventListener("close", () => node.remove());
  node.addEventListener("click", (event) => event.target === node && node.close());
  document.body.append(node);
  return node;
}

// Resolves true for OK, false for cancel or Escape.
export function ask(words, { question = true } = {}) {
  return new Promise((resolve) => {
    const cancel = question ? element("button", { type: "button", onclick: () => node.close() }, text("cancel")) : null;
    const ok = element("button", { type: "button", class: "primary", autofocus: true, onclick: () => node.close("ok") }, text("ok"));
    const node = dialog({ class: "question", role: "alertdialog", "aria-label": words }, element("p", {}, words), element("div", { class: "actions" }, cancel, ok));
    node.addEventListener("close", () => resolve(node.returnValue === "ok"));
    node.showModal();
  });
}

export const tell = (words) => ask(words, { question: false });

// `choices`: {label, note, icon, act}
export function sheet(title, choices) {
  const list = choices.map((choice) => {
    const act = () => {
      node.close();
      choice.act();
    };
    const words = element("span", { class: "facts" }, element("span", { class: "name" }, choice.label), choice.note ? element("small", {}, choice.note) : null);
    return element("li", {}, element("button", { type: "button", onclick: act }, choice.icon ? icon(choice.icon) : null, words));
  });
  const close = element("button", { type: "button", class: "closing", onclick: () => node.close() }, text("close"));
  const node = dialog({ class: "sheet", "aria-label": title }, element("h2", {}, title), element("ul", {}, ...list), close);
  node.showModal();
}

export function view(source) {
  const close = element("button", { type: "button", class: "closing", autofocus: true, onclick: () => node.close() }, text("close"));
  const image = element("img", { src: source, alt: text("photo") });
  const node = dialog({ class: "viewer", "aria-label": text("photo") }, image, close);
  node.showModal();
}

// A page of our own (signing) over the chat; it says when it is done.
export function openInside(address, title) {
  const close = element("button", { type: "button", class: "closing", onclick: () => node.close() }, text("back"));
  const frame = element("iframe", { src: address, title });
  const node = dialog({ class: "inside", "aria-label": title }, frame, close);
  const done = (event) => {
    if (event.source === frame.contentWindow && event.origin === location.origin && event.data === "zhilu-done") node.close();
  };
  window.addEventListener("message", done);
  node.addEventListener("close", () => window.removeEventListener("message", done));
  node.showModal();
}
