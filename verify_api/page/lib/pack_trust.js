/**
 * The trust list of a delta; the twin of seals/pack_trust.py.
 *
 *   renewal = [head, edits, signature]      head: the payload of the new trust list up to its body
 *   edits   = [[start, end, bytes], ...]    of the body before, these bytes stand in place of those from start to end
 *   message = protected header of the trust list before, head || body of the trust list before, edited, signature
 */

import { concat } from "./bytes.js";
import { isInteger, startOfItem } from "./canonical.js";
import { join, split } from "./cose.js";
import { ListInvalid, NotCanonical } from "./errors.js";
import rules from "../rules.js";

const BODY = 7; // its place in the payload of a signed list
const isBytes = (value) => value instanceof Uint8Array;

/** Whether a decoded value is spelled like a renewal. @param {unknown} value */
export function isRenewal(value) {
  if (!Array.isArray(value) || value.length !== 3) return false;
  const [head, edits, signature] = value;
  return isBytes(head) && Array.isArray(edits) && edits.every(isEdit) && isBytes(signature);
}

/** The last trust list of a chain of files: each whole, or a renewal. @param {(Uint8Array | unknown[])[]} parts */
export function newestTrust(parts) {
  return parts.reduce((before, part) => (Array.isArray(part) ? renew(before, part) : part), new Uint8Array());
}

function renew(before, [head, edits, signature]) {
  try {
    const { payload } = split(before);
    const body = edited(payload.subarray(startOfItem(payload, BODY)), edits);
    return join(before.subarray(3, 16), concat(head, body), signature);
  } catch (error) {
    if (error instanceof NotCanonical) {
      throw new ListInvalid(`pack-delta: no trust list can be renewed: ${error.detail}`);
    }
    throw error;
  }
}

function isEdit(value) {
  return Array.isArray(value) && value.length === 3 && value.slice(0, 2).every(isInteger) && isBytes(value[2]);
}

/** Edits stand in order, apart from one another, and each changes something; else NotCanonical. */
function edited(body, edits) {
  if (edits.length > rules.limits.edits) throw new NotCanonical(`more than ${rules.limits.edits} edits`);
  const parts = [];
  let at = 0;
  for (const [n, [start, end, fresh]] of edits.entries()) {
    if (start < at + Math.min(n, 1) || end < start || end > body.length || (start === end && !fresh.length)) {
      throw new NotCanonical("edits out of order, out of the body, or of nothing");
    }
    parts.push(body.subarray(at, start), fresh);
    at = end;
  }
  return concat(...parts, body.subarray(at));
}
