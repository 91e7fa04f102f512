// Requests to the server. A fault says whether trying again later can help.
const PATIENCE = 20_000; // ms for a small request
const STALLED = 60_000; // ms without progress of an upload

export class Fault extends Error {
  constructor(status, code, text) {
    super(code);
    this.status = status;
    this.code = code;
    this.text = text;
    this.signedOut = status === 401;
    this.temporary = status === 0 || status === 429 || status >= 500 || code === "upload.incomplete";
  }
}

function fault(status, body) {
  return new Fault(status, body?.error ?? "server.fault", body?.text ?? "");
}

async function json(address, options) {
  let answer;
  try {
    answer = await fetch(address, { ...options, signal: AbortSignal.timeout(PATIENCE), cache: "no-store" });
  } catch {
    throw new Fault(0, "network", "");
  }
  const body = await answer.json().catch(() => null);
  if (!answer.ok || body === null) throw fault(answer.ok ? 502 : answer.status, body);
  return body;
}

export const read = (address) => json(address, {});

export const post = (address, body) =>
  json(address, { method: "POST", headers: { "Content-Type": "application/json" }, body: JSON.stringify(body) });

// `said`: kind, name, seconds, width, height, group, client_id. Returns a promise; `signal` aborts.
export function upload(file, said, { progress, signal }) {
  return new Promise((resolve, reject) => {
    const request = new XMLHttpRequest();
    let watch = 0;
    const alive = () => {
      clearTimeout(watch);
      watch = setTimeout(() => request.abort(), STALLED);
    };
    const finish = (act) => {
      clearTimeout(watch);
      act();
    };
    request.open("POST", "/api/files");
    request.setRequestHeader("Content-Type", "application/octet-stream");
    for (const [name, value] of Object.entries(said)) {
      if (value !== undefined && value !== "") request.setRequestHeader(headerName(name), encodeURIComponent(value));
    }
    request.upload.onprogress = (event) => {
      alive();
      if (event.lengthComputable) progress(event.loaded / event.total);
    };
    request.onload = () => finish(() => settle(request, resolve, reject));
    request.onerror = request.onabort = () => finish(() => reject(new Fault(0, "network", "")));
    signal.addEventListener("abort", () => request.abort());
    alive();
    request.send(file);
  });
}

const headerName = (name) =>
  "X-Zhilu-" + name.split("_").map((part) => part[0].toUpperCase() + part.slice(1)).join("-");

function settle(request, resolve, reject) {
  let body = null;
  try {
    body = JSON.parse(request.responseText);
  } catch {
    return reject(new Fault(request.status || 502, "server.fault", ""));
  }
  return request.status === 200 ? resolve(body) : reject(fault(request.status, body));
}
