// What a test may ask of the page's modules, in any engine: {op, ...} as in OPERATIONS; bytes are hex.
//
// A refusal answers {refused: {code, detail, why}}; anything else that is thrown is a fault: {fault: its stack}.

const modules = new URL("page/lib/", import.meta.url);
const load = (name) => import(new URL(`${name}.js`, modules));
const bytes = (text) => Uint8Array.from(text.match(/../g) ?? [], (byte) => parseInt(byte, 16));
const hex = (data) => Array.from(data, (byte) => byte.toString(16).padStart(2, "0")).join("");
const knowledge = new Map();

const OPERATIONS = {
  /** Lists to scan by, kept under a name; status and issued as [key, ...] in hex. */
  async know({ name, trust, root, status, issued }) {
    const { readTrustList } = await load("trust_list");
    const said = status && { ...status, entries: entries(status.rows) };
    const made = issued && { ...issued, members: members(issued.keys) };
    knowledge.set(name, { trust: await readTrustList(bytes(trust), bytes(root)), status: said, issued: made });
  },

  async scan({ known, cases }) {
    const { scan } = await load("scan");
    return answers(cases, ([data, today, host]) => scan(bytes(data), knowledge.get(known), today, host));
  },

  async open_pack({ name, full, deltas, root, seen }) {
    const { openPack } = await load("pack");
    const opened = await openPack(bytes(full), deltas.map(bytes), bytes(root), seen);
    knowledge.set(name, opened.known);
    const { blanks, checkpoint } = opened.known;
    return { seen: opened.seen, blanks, checkpoint: hex(checkpoint) };
  },

  /** What an open pack says of list keys: [issued, status entry or null]. */
  async ask({ known, keys }) {
    const { issued, status } = knowledge.get(known);
    return answers(keys, async (key) => [await issued.members.has(bytes(key)), status.entries.get(bytes(key)) ?? null]);
  },

  async read_trust_list({ cases }) {
    const { readTrustList } = await load("trust_list");
    return answers(cases, async ([message, root, least]) => {
      const { authority, version, issuedAt, nextUpdate, keys } = await readTrustList(bytes(message), bytes(root), least);
      return [authority, version, issuedAt, nextUpdate, keys.map((key) => hex(key.kid))];
    });
  },

  async open_list({ cases, kind, key }) {
    const { openList } = await load("signed_list");
    const trusted = { kid: bytes(key.kid), algorithm: key.algorithm, public: bytes(key.public) };
    return answers(cases, async (message) => {
      const { authority, version, issuedAt, nextUpdate, asOf } = await openList(bytes(message), kind, trusted, 0);
      return [authority, version, issuedAt, nextUpdate, asOf];
    });
  },

  /** Signatures, in a browser that lacks the algorithms named in `without`. */
  async verify({ cases, without = [] }) {
    const { verify } = await load("verify");
    const { importKey } = crypto.subtle;
    crypto.subtle.importKey = (form, key, how, ...more) =>
      without.includes(how.name) ? Promise.reject(new DOMException("", "NotSupportedError")) : importKey.call(crypto.subtle, form, key, how, ...more);
    try {
      return await answers(cases, ([algorithm, key, message, signature]) =>
        verify({ algorithm, public: bytes(key) }, bytes(message), bytes(signature)),
      );
    } finally {
      crypto.subtle.importKey = importKey;
    }
  },

  async check_point({ cases }) {
    const { checkPublic } = await load("verify");
    return answers(cases, ([algorithm, key]) => checkPublic({ algorithm, public: bytes(key) }));
  },

  async decode({ cases, ours }) {
    const { decode, decodeForeign } = await load("canonical");
    return answers(cases, (data) => spelled((ours ? decode : decodeForeign)(bytes(data))));
  },

  async imitates({ cases }) {
    const { imitates } = await load("lookalike");
    return answers(cases, ([host, official]) => imitates(host, official));
  },

  async seems({ cases }) {
    const { seems } = await load("stranger");
    return answers(cases, (data) => seems(bytes(data)));
  },

  /** What strangers' JSON says, and the form of it that is signed. */
  async read_json({ cases, fractions }) {
    const { read, canonical } = await load("strict_json");
    return answers(cases, (data) => canonical(read(bytes(data), fractions)));
  },

  /** Milliseconds of one scan, warm: the least of many. */
  async time_scan({ known, data, today, rounds }) {
    const { scan } = await load("scan");
    return least(rounds, () => scan(bytes(data), knowledge.get(known), today, null));
  },

  async time_look_up({ known, key, rounds }) {
    return least(rounds, () => knowledge.get(known).issued.members.has(bytes(key)));
  },
};

async function answers(cases, answer) {
  const found = [];
  for (const one of cases) {
    found.push(await refusing(() => answer(one)));
  }
  return found;
}

async function refusing(answer) {
  try {
    return (await answer()) ?? null;
  } catch (error) {
    if (typeof error.code !== "string" || !error.detail) throw error;
    const { code, detail, why } = error;
    return { refused: { code, detail, why } };
  }
}

function entries(rows) {
  const found = new Map(rows.map(([key, state, reason, since]) => [key, { state, reason, since }]));
  return { get: (key) => found.get(hex(key)) };
}

function members(keys) {
  const found = new Set(keys);
  return { has: (key) => found.has(hex(key)) };
}

/** A decoded value as JSON that keeps apart what CBOR does. */
function spelled(value) {
  if (value instanceof Uint8Array) return { bytes: hex(value) };
  if (value instanceof Map) return { map: [...value].map(([key, one]) => [spelled(key), spelled(one)]) };
  if (Array.isArray(value)) return value.map(spelled);
  return typeof value === "number" || typeof value === "bigint" ? { int: String(value) } : value;
}

async function least(rounds, work) {
  let best = Infinity;
  for (let i = 0; i < rounds; i++) {
    const start = performance.now();
    await work();
    best = Math.min(best, performance.now() - start);
  }
  return best;
}

/** The answer to one request. */
export async function answer(request) {
  try {
    return { is: await refusing(() => OPERATIONS[request.op](request)) };
  } catch (error) {
    return { fault: String(error?.stack ?? error) };
  }
}
