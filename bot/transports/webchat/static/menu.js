// The bot's commands, and the page's own menu.
import { boot, text } from "./boot.js";
import { ask, sheet, toast } from "./panels.js";
import { post } from "./server.js";
import * as storage from "./storage.js";

export function showCommands(send) {
  sheet(
    text("commands"),
    boot.commands.map(({ command, description }) => ({ label: description, note: `/${command}`, act: () => send(command) })),
  );
}

export function openMenu(outbox) {
  sheet(`${boot.name} · ${boot.agency}`, [
    { label: text("language"), act: changeLanguage },
    { label: text("sign_out"), act: () => signOut(outbox) },
  ]);
}

async function changeLanguage() {
  try {
    await post("/api/language", { language: boot.language === "en" ? "zh_Hans_CN" : "en" });
    location.reload();
  } catch (fault) {
    toast(fault.text || text("offline"), { alarm: true });
  }
}

async function signOut(outbox) {
  const n = outbox.entries.length;
  if (n > 0 && !(await ask(text("sign_out_waiting", { n })))) return;
  const answer = await fetch("/sign-out", { method: "POST" }).catch(() => null);
  if (!answer?.ok) {
    toast(text("offline"), { alarm: true });
    return;
  }
  await storage.forgetEverything();
  localStorage.clear();
  for (const name of await (window.caches?.keys() ?? [])) await caches.delete(name);
  location.replace("/signed-out");
}
