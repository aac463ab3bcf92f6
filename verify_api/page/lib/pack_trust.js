/**
 * The trust list of a delta; the twin of seals/pack_trust.py.
 *
 *   renewal = [head, signature]      head: the payload of the new trust list up to its body
 *   message = protected header of the trust list before, head || body of the trust list before, signature
 */

import { concat } from "./bytes.js";
import { startOfItem } from "./canonical.js";
import { join, split } from "./cose.js";
import { ListInvalid, NotCanonical } from "./errors.js";

const BODY = 7; // its place in the payload of a signed list

/** The last trust list of a chain of files: each whole, or a renewal. @param {(Uint8Array | Uint8Array[])[]} parts */
export function newestTrust(parts) {
  return parts.reduce((before, part) => (Array.isArray(part) ? renew(before, part) : part), new Uint8Array());
}

function renew(before, [head, signature]) {
  try {
    const { payload } = split(before);
    return join(before.subarray(3, 16), concat(head, payload.subarray(startOfItem(payload, BODY))), signature);
  } catch (error) {
    if (error instanceof NotCanonical) {
      throw new ListInvalid(`pack-delta: no trust list can be renewed: ${error.detail}`);
    }
    throw error;
  }
}
