/**
 * From the code on the paper back to the bytes of a seal; the twin of seals/carrier.py.
 *
 *   BINARY  the bytes
 *   TEXT    Base45(zlib(message))
 *   URL     address "#" Base32(bytes)        any address: it proves nothing, `hostOf` lets the caller warn
 */

import * as base32 from "./base32.js";
import * as base45 from "./base45.js";
import { startsWith, toLatin1 } from "./bytes.js";
import { inflate } from "./deflate.js";

/** The seal's bytes; what bears no carrier of ours is returned as it is. @param {Uint8Array} data */
export async function read(data) {
  if (startsWith(data, "HTTPS://") || startsWith(data, "https://")) {
    const mark = data.indexOf(0x23);
    return base32.decode(mark < 0 ? new Uint8Array() : data.subarray(mark + 1));
  }
  if (!base45.isBase45(data)) return data;
  const inner = base45.decode(data);
  return inner[0] === 0x78 ? inflate(inner) : inner;
}

/**
 * The host that a phone would open, in lower case; null where the code is not an address. Where programs disagree on
 * what they open, and where a port is given, it is the whole authority as it stands, which equals no host.
 * @param {Uint8Array} data
 */
export function hostOf(data) {
  const authority = /^https:\/\/([^/?#]*)/i.exec(toLatin1(data));
  if (!authority) return null;
  const host = /^([a-z0-9.-]*)(?::443)?$/i.exec(authority[1]);
  return host ? host[1].toLowerCase() : authority[1];
}
