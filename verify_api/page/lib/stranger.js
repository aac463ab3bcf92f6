/** Codes that are no seal: what they seem to be; the twin of seals/stranger.py. */

import { toLatin1 } from "./bytes.js";

const SEEMS = [
  ["web", /^(?:https?:\/\/|www\.)/i],
  ["wifi", /^WIFI:/i],
  ["contact", /^(?:BEGIN:VCARD|MECARD:|BIZCARD:)/i],
  ["event", /^(?:BEGIN:VCALENDAR|BEGIN:VEVENT)/i],
  ["message", /^(?:mailto:|MATMSG:|tel:|sms:|smsto:|facetime:|whatsapp:)/i],
  ["place", /^geo:/i],
  ["payment", /^(?:BCD\r?\n|SPC\r?\n|000201|bitcoin:|ethereum:|lightning:|upi:\/\/)/i], // EPC, Swiss, EMV
  ["login", /^(?:otpauth:\/\/|otpauth-migration:\/\/|FIDO:\/)/i],
  ["boarding", /^M[1-9][A-Z /-]{20}[E ][A-Z0-9 ]{7}[A-Z]{6}/], // IATA resolution 792
  ["driving_licence", /^@\r?\n[\x1c-\x1e]?\r?\n?(?:ANSI |AAMVA)/],
  ["wallet", /^(?:mdoc:|openid4vp:|openid-credential-offer:|haip:)/i],
  ["wallet", /^eyJ[A-Za-z0-9_-]+[.][A-Za-z0-9_-]+[.]/],
  ["number", /^[0-9]{4,40}$/],
];

/** What these bytes seem to be; null where nothing tells. @param {Uint8Array} data @returns {string | null} */
export function seems(data) {
  const text = toLatin1(data);
  const found = SEEMS.find(([, pattern]) => pattern.test(text));
  return found ? found[0] : null;
}
