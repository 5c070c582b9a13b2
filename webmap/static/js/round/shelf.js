// One store of IndexedDB in a database of its own. Before: nothing. After: queue.js, fixes.js.

export class Shelf {
  constructor(name, store, options) {
    Object.assign(this, { name, store, options });
  }

  open() {
    return new Promise((resolve, reject) => {
      const asked = indexedDB.open(this.name, 1);
      asked.onupgradeneeded = () => asked.result.createObjectStore(this.store, this.options);
      asked.onsuccess = () => resolve(asked.result);
      asked.onerror = () => reject(asked.error);
    });
  }

  async run(mode, work) {
    const base = await this.open();
    try {
      return await new Promise((resolve, reject) => {
        const asked = work(base.transaction(this.store, mode).objectStore(this.store));
        asked.onsuccess = () => resolve(asked.result);
        asked.onerror = () => reject(asked.error);
      });
    } finally {
      base.close();
    }
  }

  all() { return this.run("readonly", (rows) => rows.getAll()); }
  put(row) { return this.run("readwrite", (rows) => rows.put(row)); }
  remove(key) { return this.run("readwrite", (rows) => rows.delete(key)); }
}
