// Served behind two lines that define VERSION and NAMES. Keeps the page's files, so that it opens without a network.
const CACHE = `zhilu-${VERSION}`;
const SHELL = "/";

self.addEventListener("install", (event) => {
  const files = NAMES.map((name) => `/static/${VERSION}/${name}`);
  event.waitUntil(caches.open(CACHE).then((cache) => cache.addAll(files)).then(() => self.skipWaiting()));
});

self.addEventListener("activate", (event) => {
  event.waitUntil(forgetOld().then(() => self.clients.claim()));
});

async function forgetOld() {
  const old = (await caches.keys()).filter((name) => name !== CACHE);
  const fresh = await caches.open(CACHE);
  for (const name of old) {
    // Until the new page has been fetched, the old one is better than none.
    const page = await (await caches.open(name)).match(SHELL);
    if (page && !(await fresh.match(SHELL))) await keepPage(fresh, page, name);
    await caches.delete(name);
  }
}

async function keepPage(cache, page, oldName) {
  const old = oldName.replace("zhilu-", "");
  const html = (await page.text()).replaceAll(`/static/${old}/`, `/static/${VERSION}/`);
  await cache.put(SHELL, new Response(html, { headers: page.headers }));
}

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== location.origin) return;
  if (url.pathname.startsWith("/static/")) event.respondWith(fromCache(event.request));
  else if (url.pathname === SHELL && event.request.mode === "navigate") event.respondWith(shell(event.request));
});

async function fromCache(request) {
  return (await caches.match(request)) ?? fetch(request);
}

async function shell(request) {
  try {
    const answer = await fetch(request);
    if (answer.ok && !answer.redirected && answer.type === "basic") {
      await (await caches.open(CACHE)).put(SHELL, answer.clone());
    }
    if (answer.status < 500) return answer;
    return (await caches.match(SHELL)) ?? answer;
  } catch (fault) {
    const kept = await caches.match(SHELL);
    if (kept) return kept;
    throw fault;
  }
}
