/**
 * Every way in which the page says no; codes and details are those of domain/errors.py.
 *
 *   SealError            the paper's fault: becomes a verdict
 *   |- SealUnread        no seal could be read; `why` is the code of the reason (rules.unread)
 *   |  |- SealMalformed    breaks the grammar of its format
 *   |  |- SealUnsupported  recognised, but not read here
 *   |  '- NotASeal         no seal at all; `why` says what it seems to be (stranger.js)
 *   |- UnknownKey        no trusted key bears this name
 *   '- SignatureInvalid  the signature does not hold
 *   NotCanonical         bytes that are not the one spelling of their value
 *   ListInvalid          a trust list, list or pack that is not as it must be: it is refused, and the one at hand stays
 *   '- ListOlder         a good one, but older than one already seen
 *   KeyRefused           not an honest public key
 */

class Refusal extends Error {
  /** @param {string} code @param {string} detail */
  constructor(code, detail) {
    super(detail);
    this.code = code;
    this.detail = detail;
  }
}

export class SealError extends Refusal {}

export class SealUnread extends SealError {
  /** @param {string} code @param {string} why @param {string} detail */
  constructor(code, why, detail) {
    super(code, detail);
    this.why = why;
  }
}

export class SealMalformed extends SealUnread {
  /** @param {string} why @param {string} detail */
  constructor(why, detail) {
    super("seal.malformed", why, detail);
  }
}

export class SealUnsupported extends SealUnread {
  /** @param {string} why @param {string} detail */
  constructor(why, detail) {
    super("seal.unsupported", why, detail);
  }
}

export class NotASeal extends SealUnread {
  /** @param {string} why */
  constructor(why) {
    super("seal.none", why, why);
  }
}

export class UnknownKey extends SealError {
  /** @param {string} detail */
  constructor(detail) {
    super("seal.unknown_key", detail);
  }
}

export class SignatureInvalid extends SealError {
  /** @param {string} detail */
  constructor(detail) {
    super("seal.signature_invalid", detail);
  }
}

export class NotCanonical extends Refusal {
  /** @param {string} detail */
  constructor(detail) {
    super("integrity.not_canonical", detail);
  }
}

export class ListInvalid extends Refusal {
  /** @param {string} detail */
  constructor(detail) {
    super("integrity.list", detail);
  }
}

export class ListOlder extends ListInvalid {}

export class KeyRefused extends Refusal {
  /** @param {string} detail */
  constructor(detail) {
    super("domain.key_refused", detail);
  }
}
