// The phone's own memory (IndexedDB): what is still to be sent, the chat as last seen, a recording in progress.
const STORES = { outbox: { keyPath: "client_id" }, values: {}, chunks: { autoIncrement: true } };
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const request = indexedDB.open("zhilu", 1);
    request.onupgradeneeded = () => {
      for (const [name, options] of Object.entries(STORES)) request.result.createObjectStore(name, options);
    };
    request.onsuccess = () => resolve(request.result);
    request.onerror = () => reject(request.error);
  });
  return opened;
}

// Resolves when the transaction is complete, so that what was put is really kept.
async function within(store, mode, act) {
  const database = await open();
  return new Promise((resolve, reject) => {
    const transaction = database.transaction(store, mode, { durability: "strict" });
    const request = act(transaction.objectStore(store));
    transaction.oncomplete = () => resolve(request.result);
    transaction.onabort = transaction.onerror = () => reject(transaction.error);
  });
}

export const all = (store) => within(store, "readonly", (rows) => rows.getAll());
export const get = (store, key) => within(store, "readonly", (rows) => rows.get(key));
export const put = (store, value, key) => within(store, "readwrite", (rows) => rows.put(value, key));
export const remove = (store, key) => within(store, "readwrite", (rows) => rows.delete(key));
export const clear = (store) => within(store, "readwrite", (rows) => rows.clear());

export async function forgetEverything() {
  for (const store of Object.keys(STORES)) await clear(store);
}
