/** Compressed content in a code (RFC 1950, RFC 1951): one whole stream, nothing after it, never more than a limit. */

import { concat } from "./bytes.js";
import { SealMalformed } from "./errors.js";
import rules from "../rules.js";

/**
 * The content; SealMalformed for a stream that is cut, too long or followed by other bytes.
 * @param {Uint8Array} data @param {"deflate" | "deflate-raw"} form
 */
export async function inflate(data, form = "deflate") {
  const content = await whole(data, form);
  // A browser may end with the stream and pass over what follows: then one byte less would do as well.
  if (!content || (await whole(data.subarray(0, -1), form))) {
    throw new SealMalformed("compression", `not one whole zlib stream of at most ${rules.limits.inflated >> 10} KiB`);
  }
  return content;
}

/** The content; null where the stream is broken, cut short or too long. */
async function whole(data, form) {
  const stream = new Blob([data]).stream().pipeThrough(new DecompressionStream(form));
  const parts = [];
  let size = 0;
  try {
    for (const reader = stream.getReader(); ; ) {
      const { done, value } = await reader.read();
      if (done) return concat(...parts);
      parts.push(value);
      size += value.length;
      if (size > rules.limits.inflated) {
        reader.cancel().catch(() => {});
        return null;
      }
    }
  } catch {
    return null;
  }
}
