/** The root key: remembered at the first visit. Another one later is an alarm, and the first goes on counting. */

const KEY = /^[0-9a-f]{64}$/;

/** {root: bytes, changed: boolean} */
export async function pinned(store, named) {
  if (!KEY.test(named)) throw new Error("config.js names no root key");
  const { root } = await store.change(["root"], ({ root }) => (root ? {} : { root: named }));
  return { root: bytes(root ?? named), changed: Boolean(root) && root !== named };
}

/** As people compare it: the first 16 digits in fours. */
export const fingerprint = (root) => hex(root).slice(0, 16).replace(/(.{4})(?=.)/g, "$1 ");

const bytes = (text) => Uint8Array.from(text.match(/../g), (pair) => parseInt(pair, 16));
const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
