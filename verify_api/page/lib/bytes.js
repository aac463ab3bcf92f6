/** Bytes: what the standard library of a browser leaves out. */

const UTF8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

/** @param {...Uint8Array} parts */
export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

/** Lower-case hex. @param {Uint8Array} bytes */
export function toHex(bytes) {
  let text = "";
  for (const byte of bytes) text += (byte + 256).toString(16).slice(1);
  return text;
}

/** @param {string} text lower- or upper-case hex, which is ours and right */
export function fromHex(text) {
  const bytes = new Uint8Array(text.length / 2);
  for (let i = 0; i < bytes.length; i++) bytes[i] = parseInt(text.slice(2 * i, 2 * i + 2), 16);
  return bytes;
}

/** One character for each byte. @param {Uint8Array} bytes */
export function toLatin1(bytes) {
  let text = "";
  for (const byte of bytes) text += String.fromCharCode(byte);
  return text;
}

/** @param {string} text */
export function fromText(text) {
  return new TextEncoder().encode(text);
}

/** UTF-8, a byte order mark kept as the character that it is; throws for anything else. @param {Uint8Array} bytes */
export function toText(bytes) {
  return UTF8.decode(bytes);
}

/** @param {Uint8Array} a @param {Uint8Array} b */
export function equal(a, b) {
  return a.length === b.length && compare(a, b) === 0;
}

/** Below, at or above 0, as `a` stands before, with or after `b`. @param {Uint8Array} a @param {Uint8Array} b */
export function compare(a, b) {
  const end = Math.min(a.length, b.length);
  for (let i = 0; i < end; i++) if (a[i] !== b[i]) return a[i] - b[i];
  return a.length - b.length;
}

/** @param {Uint8Array} bytes @param {string} start in Latin-1 */
export function startsWith(bytes, start) {
  if (bytes.length < start.length) return false;
  for (let i = 0; i < start.length; i++) if (bytes[i] !== start.charCodeAt(i)) return false;
  return true;
}

/** @param {Uint8Array} bytes */
export async function sha256(bytes) {
  return new Uint8Array(await crypto.subtle.digest("SHA-256", bytes));
}
