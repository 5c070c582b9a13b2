// IndexedDB of the tablet: the key, what is sealed, the queue, pieces of pictures, positions of rounds. Before: nothing.
// After: all of field/.
// Only whose it is (a name that names nobody) and the order lie open; everything else is sealed (seal.js).

const NAME = "wangge-field";
const VERSION = 2;
let opened = null;

function open() {
  opened ??= new Promise((resolve, reject) => {
    const asked = indexedDB.open(NAME, VERSION);
    asked.onupgradeneeded = ({ oldVersion }) => {
      const base = asked.result;
      if (oldVersion < 1) {
        base.createObjectStore("keys");
        base.createObjectStore("sealed");
        base.createObjectStore("queue", { keyPath: "order", autoIncrement: true });
        base.createObjectStore("pieces");
      }
      base.createObjectStore("track", { keyPath: "request" });
    };
    asked.onsuccess = () => {
      // another page of a newer version waits for this one to let go
      asked.result.onversionchange = () => { asked.result.close(); opened = null; };
      resolve(asked.result);
    };
    asked.onerror = () => { opened = null; reject(asked.error); };
  });
  return opened;
}

async function run(store, mode, work) {
  const base = await open();
  return new Promise((resolve, reject) => {
    const way = base.transaction(store, mode, mode === "readwrite" ? { durability: "strict" } : undefined);
    const asked = work(way.objectStore(store));
    way.oncomplete = () => resolve(asked?.result);
    way.onerror = () => reject(way.error);
    way.onabort = () => reject(way.error);
  });
}

export const get = (store, key) => run(store, "readonly", (rows) => rows.get(key));
export const all = (store, range) => run(store, "readonly", (rows) => rows.getAll(range));
export const keys = (store, range) => run(store, "readonly", (rows) => rows.getAllKeys(range));
export const put = (store, value, key) => run(store, "readwrite", (rows) => rows.put(value, key));

// Put it only while the key is here: what was on its way when somebody signed out is not kept.
export async function putWhileOpen(store, value, key) {
  const base = await open();
  await new Promise((resolve, reject) => {
    const way = base.transaction(["keys", store], "readwrite", { durability: "strict" });
    const asked = way.objectStore("keys").getKey("now");
    asked.onsuccess = () => { if (asked.result) way.objectStore(store).put(value, key); };
    way.oncomplete = resolve;
    way.onabort = () => reject(way.error);
  });
}

export const remove = (store, key) => run(store, "readwrite", (rows) => rows.delete(key));
export const clear = (store) => run(store, "readwrite", (rows) => rows.clear());

// Keys that begin with some words.
export const beginning = (words) => IDBKeyRange.bound(words, `${words}\uffff`);

export function number() {
  return [...crypto.getRandomValues(new Uint8Array(16))].map((byte) => byte.toString(16).padStart(2, "0")).join("");
}

// The tablet's own number: it tells what came from here, nothing about who holds it.
export async function device() {
  const known = await get("keys", "device");
  if (known) return known;
  const made = number();
  await put("keys", made, "device");
  return made;
}
