/** What the device keeps, by name: the packs, how new they are, the pinned root, the latest time seen, reports.
 *
 * In IndexedDB, which two tabs share: `change` reads, decides and writes in one transaction. Where there is none (private
 * mode), the same in memory, for as long as the page is open; `kept` says which.
 */

const DATABASE = "sceau";
const TABLE = "kept";

/** The store; never refused. */
export async function openStore() {
  try {
    return new Disk(await database());
  } catch {
    return new Memory();
  }
}

function database() {
  return new Promise((resolve, reject) => {
    const asked = indexedDB.open(DATABASE, 1);
    asked.onupgradeneeded = () => asked.result.createObjectStore(TABLE);
    asked.onsuccess = () => resolve(asked.result);
    asked.onerror = asked.onblocked = () => reject(asked.error);
  });
}

class Disk {
  kept = true;
  #database;

  constructor(database) {
    this.#database = database;
  }

  /** The values of `names`, undefined where there are none, as {name: value}. */
  read(...names) {
    return this.change(names, () => ({}), "readonly");
  }

  /** Write what `decide({name: value})` returns, alone and as a whole; resolves to the values read. */
  change(names, decide, mode = "readwrite") {
    return new Promise((resolve, reject) => {
      const transaction = this.#database.transaction(TABLE, mode);
      const table = transaction.objectStore(TABLE);
      const found = {};
      transaction.oncomplete = () => resolve(found);
      transaction.onerror = transaction.onabort = () => reject(transaction.error);
      const asked = names.map((name) => table.get(name));
      asked.at(-1).onsuccess = () => {
        names.forEach((name, at) => (found[name] = asked[at].result));
        for (const [name, value] of Object.entries(decide(found))) table.put(value, name);
      };
    });
  }
}

class Memory {
  kept = false;
  #values = {};

  async read(...names) {
    return Object.fromEntries(names.map((name) => [name, this.#values[name]]));
  }

  async change(names, decide) {
    const found = await this.read(...names);
    Object.assign(this.#values, decide(found));
    return found;
  }
}
