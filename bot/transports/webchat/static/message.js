// One message as DOM: text, picture, sound, film, document or place, and the buttons under it.
import { boot, element, icon, readableSeconds, readableSize, text } from "./boot.js";
import { richText } from "./richtext.js";

const locale = boot.language.replaceAll("_", "-");
const zone = "Asia/Shanghai";
const clock = new Intl.DateTimeFormat(locale, { hour: "2-digit", minute: "2-digit", hourCycle: "h23", timeZone: zone });
const dayOf = new Intl.DateTimeFormat(locale, { year: "numeric", month: "long", day: "numeric", weekday: "short", timeZone: zone });

export const day = (seconds) => dayOf.format(new Date(seconds * 1000));

const address = (file) => `/files/${encodeURIComponent(file.file_id)}`;

function photo(sizes) {
  const largest = sizes[sizes.length - 1];
  const source = largest.local ?? address(largest);
  const image = element("img", { src: source, alt: text("photo"), decoding: "async" });
  return element("a", { class: "picture", href: source, target: "_blank", "data-view": source }, image);
}

function fileCard(file, fallback) {
  const name = file.file_name || fallback;
  const size = file.file_size ? readableSize(file.file_size) : "";
  const facts = element("span", { class: "facts" }, element("span", { class: "name" }, name), element("small", {}, size));
  if (file.local) return element("div", { class: "card-file" }, icon("file"), facts);
  const opens = /^(application\/pdf|image\/(png|jpeg|webp|gif))$/.test(file.mime_type ?? "");
  const open = opens
    ? element("a", { class: "link", href: address(file), target: "_blank", "aria-label": `${text("open")} ${name}` }, text("open"))
    : null;
  const save = element(
    "a",
    { class: "link", href: `${address(file)}?download`, download: name, "aria-label": `${text("download")} ${name}` },
    text("download"),
  );
  return element("div", { class: "card-file" }, icon("file"), facts, element("span", { class: "links" }, open, save));
}

function sound(file, label) {
  const player = element("audio", { controls: true, preload: "metadata", src: file.local ?? address(file), "aria-label": label });
  const length = file.duration ? readableSeconds(file.duration) : "";
  const title = element("small", {}, [label, length, readableSize(file.file_size ?? 0)].filter(Boolean).join(" · "));
  return element("div", { class: "sound" }, player, title);
}

function film(file) {
  return element("video", { controls: true, playsinline: true, preload: "metadata", src: file.local ?? address(file), "aria-label": text("video") });
}

function place(location) {
  const north = `${Math.abs(location.latitude).toFixed(6)}°\u00a0${location.latitude < 0 ? "S" : "N"}`;
  const east = `${Math.abs(location.longitude).toFixed(6)}°\u00a0${location.longitude < 0 ? "W" : "E"}`;
  const metres = location.horizontal_accuracy;
  const near = metres ? text("accuracy", { metres: Math.ceil(metres) }) : "";
  const facts = element("span", { class: "facts" }, element("span", { class: "name" }, `${north}, ${east}`), element("small", {}, near));
  return element("div", { class: "card-file" }, icon("place"), facts);
}

function content(message) {
  const parts = [];
  if (message.photo) parts.push(photo(message.photo));
  if (message.voice) parts.push(sound(message.voice, text("voice")));
  if (message.audio) parts.push(sound(message.audio, message.audio.file_name || text("audio")));
  if (message.video) parts.push(film(message.video));
  if (message.document) parts.push(fileCard(message.document, text("unnamed")));
  if (message.location) parts.push(place(message.location));
  if (message.text !== undefined) {
    parts.push(element("div", { class: "text", dir: "auto" }, richText(message.text, message.entities)));
  }
  if (message.caption !== undefined) {
    parts.push(element("div", { class: "text", dir: "auto" }, richText(message.caption, message.caption_entities)));
  }
  return parts;
}

function quoted(message) {
  if (!message) return null;
  const shown = message.text ?? message.caption ?? (message.photo ? text("photo") : text("file"));
  return element("blockquote", { class: "reply" }, shown.slice(0, 120));
}

function button(spec, message, press) {
  const attributes = { type: "button", class: spec.style ?? "", onclick: (event) => press(spec, message, event.currentTarget) };
  if (spec.callback_data !== undefined) attributes["data-callback"] = spec.callback_data;
  return element("button", attributes, element("span", {}, spec.text), spec.url ? icon("link") : null);
}

function keyboard(message, press) {
  const rows = message.reply_markup?.inline_keyboard;
  if (!rows) return null;
  const made = rows.map((row) => element("div", { class: "row" }, ...row.map((spec) => button(spec, message, press))));
  return element("div", { class: "keyboard", role: "group" }, ...made);
}

// `item`: {message, from_bot, client_id}; `state`: '' or the words shown beside the time.
export function messageNode(item, { press, state, actions }) {
  const { message, from_bot: fromBot } = item;
  const sender = element("span", { class: "unseen" }, fromBot ? text("bot") : text("you"));
  const edited = message.edit_date ? element("span", {}, text("edited")) : null;
  const at = new Date(message.date * 1000);
  const time = element("time", { datetime: at.toISOString() }, clock.format(at));
  const said = element("span", { class: "state" }, state ?? "");
  const foot = element("footer", {}, edited, time, fromBot ? null : said);
  const bare = message.photo || message.video ? " media" : "";
  const bubble = element("div", { class: `bubble${bare}` }, sender, quoted(message.reply_to_message), ...content(message), actions, foot);
  return element("li", { class: `message ${fromBot ? "from-bot" : "own"}` }, bubble, fromBot ? keyboard(message, press) : null);
}
