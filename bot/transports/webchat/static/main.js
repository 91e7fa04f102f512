// Puts the page together.
import { Attach } from "./attach.js";
import { boot, byId, text } from "./boot.js";
import { Buttons } from "./buttons.js";
import { Composer } from "./composer.js";
import { Live } from "./live.js";
import { Log } from "./log.js";
import { openMenu, showCommands } from "./menu.js";
import { Outbox } from "./outbox.js";
import { toast, view } from "./panels.js";
import { Recorder, brokenOff } from "./recorder.js";
import { read } from "./server.js";
import * as storage from "./storage.js";

const KEPT = 60; // messages shown again without a network
const ACTION_SHOWN = 6000; // ms

let state = "connecting";
let live = null;
let more = false;

const add = async (kind, content) => {
  try {
    return await outbox.add(kind, content);
  } catch (fault) {
    toast(text("storage_full"), { alarm: true });
    throw fault;
  }
};
const buttons = new Buttons(add, () => state === "online");
const log = new Log({
  press: buttons.press,
  outboxActions: { retry: (entry) => outbox.retry(entry), cancel: (entry) => outbox.cancel(entry) },
});
const outbox = new Outbox({
  changed: (entry) => {
    log.showPending(entry);
    showConnection();
  },
  stored: (entry, answer) => {
    if (entry.kind === "press") buttons.stored(entry, answer);
    else log.show(answer);
    remember();
    showConnection();
  },
  removed: (entry) => log.forget(entry.client_id),
  refused: (entry, fault) => {
    if (entry.kind === "press") buttons.refused(entry);
    if (fault.text) toast(fault.text, { alarm: true });
    if (fault.code === "button.stale") refresh();
  },
  signedOut,
});

const recorder = new Recorder({
  finished: (file, seconds) => attach.file(file, "voice", { seconds }),
  unavailable: () => {
    toast(text("no_microphone"), { alarm: true });
    attach.audioFile();
  },
});
const record = () => recorder.start();
const attach = new Attach(add, record);
new Composer((words) => add("text", { text: words }), record);

byId("commands").addEventListener("click", () => showCommands((command) => add("text", { text: `/${command}` })));
byId("menu").addEventListener("click", () => openMenu(outbox));
byId("older").addEventListener("click", older);
document.addEventListener("click", (event) => {
  const picture = event.target.closest?.("a[data-view]");
  if (!picture) return;
  event.preventDefault();
  view(picture.dataset.view);
});

function signedOut() {
  location.replace("/signed-out");
}

function showConnection() {
  const bar = byId("connection");
  const waiting = outbox.waiting();
  byId("dot").dataset.state = state;
  const words = { online: "", connecting: text("connecting"), offline: text("offline") }[state];
  const count = waiting && state !== "online" ? text("waiting_count", { n: waiting }) : "";
  const said = [words, count].filter(Boolean).join(" ");
  if (bar.textContent !== said) bar.textContent = said;
  bar.hidden = said === "";
  bar.dataset.state = state;
}

let actionTimer = 0;
function showAction(shown) {
  clearTimeout(actionTimer);
  byId("typing").hidden = !shown;
  if (!shown) return;
  if (log.stick) log.toEnd();
  actionTimer = setTimeout(() => showAction(false), ACTION_SHOWN);
}

const events = {
  message: (body) => {
    if (body.from_bot) showAction(false);
    log.show(body);
  },
  // An edit of a message older than what is shown here must not appear out of its place.
  edited: (body) => (log.items.has(body.message.message_id) || !more) && log.show(body),
  deleted: (body) => log.remove(body.message_id),
  callback_answer: (body) => buttons.answered(body),
  chat_action: () => state === "online" && showAction(true),
  commands: async () => (boot.commands = (await read("/api/boot")).commands),
};

function apply(event) {
  events[event.kind]?.(event.body);
  remember();
}

let rememberTimer = 0;
function remember() {
  clearTimeout(rememberTimer);
  rememberTimer = setTimeout(() => {
    if (!live) return;
    const kept = { messages: log.newestItems(KEPT), more: more || log.items.size > KEPT, seq: live.seq };
    storage.put("values", kept, `log:${boot.chat}`).catch(() => {}); // a convenience: the server has it all
  }, 800);
}

function showPage(page) {
  for (const item of page.messages) log.show(item);
  more = page.more;
  byId("older").hidden = !more;
}

async function older() {
  const page = await read(`/api/history?before=${log.oldest()}`).catch(() => null);
  if (!page) return toast(text("offline"), { alarm: true });
  log.prepend(page.messages.reverse());
  more = page.more;
  byId("older").hidden = !more;
  return undefined;
}

async function refresh() {
  const page = await read("/api/history").catch(() => null);
  if (page) showPage(page);
}

async function start() {
  if ("serviceWorker" in navigator) navigator.serviceWorker.register("/sw.js").catch(() => {}); // plain HTTP: none
  navigator.storage?.persist?.();
  const kept = await storage.get("values", `log:${boot.chat}`).catch(() => null);
  if (kept) showPage(kept);
  const page = await read("/api/history").catch((fault) => (fault.signedOut ? signedOut() : null));
  if (page) {
    log.clear();
    showPage(page);
  }
  log.toEnd();
  live = new Live((page ?? kept)?.seq ?? 0, {
    event: apply,
    state: (now) => {
      if (now === "online" && state !== "online") outbox.retryNow();
      state = now;
      showConnection();
    },
    signedOut,
  });
  showConnection();
  remember();
  await outbox.load();
  const lost = await brokenOff();
  if (lost) {
    await attach.file(lost.file, "voice", { seconds: lost.seconds });
    await storage.clear("chunks");
  }
  document.body.dataset.ready = "true";
  await live.run();
}

start();
