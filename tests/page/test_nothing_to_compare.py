"""Green is reached by comparing: a seal that says nothing to compare is never offered as green."""

import foreign_seals
from page_device import aside
from page_house import NOW

JUDGED = """async ({ code, key, now }) => {
  const bytes = (hex) => Uint8Array.from(hex.match(/../g), (pair) => parseInt(pair, 16));
  const modules = ["checker", "store", "config", "lib/keyring", "meaning"];
  const [{ Checker }, { openStore }, { default: config }, { TrustList }, { meaningOf }] = await Promise.all(
    modules.map((name) => import(`/page/${name}.js`)),
  );
  const checker = new Checker(openStore(), config);
  await checker.ready;
  const listed = { authority: "MLI", version: 1, issuedAt: now / 1000, asOf: 1 };
  const trust = new TrustList("MLI", 1, listed.issuedAt, listed.issuedAt + 1, [
    { ...key, kid: bytes(key.kid), public: bytes(key.public), endedOn: null },
  ]);
  const issued = { ...listed, members: { has: () => true } };
  checker.lists.known = { trust, status: { ...listed, entries: new Map() }, issued };
  const { verdicts: [shown] } = await checker.judge([bytes(code)], now);
  return [shown.code, shown.colour, meaningOf(shown).tone, ...shown.notes.map((note) => note.code)];
}"""


def test_a_seal_that_says_nothing_is_amber(device) -> None:
    held = foreign_seals.key_of("vdsnc", "UTO")
    key = {
        **{"kid": held.kid.hex(), "public": held.public.hex(), "purpose": "seal", "algorithm": held.algorithm.value},
        **{"format": held.format, "issuer": held.issuer, "reference": held.reference, "country": held.country},
        **{"validFrom": held.valid_from.isoformat(), "validUntil": held.valid_until.isoformat(), "status": "active"},
        **{"classes": sorted(held.classes), "authority": "MLI", "office": "MLI"},
    }
    asked = {"code": foreign_seals.nothing_said().hex(), "key": key, "now": int(NOW.timestamp() * 1000)}
    told = aside(device).evaluate(JUDGED, asked)
    assert told == ["VALID", "amber", "amber", "NOTHING_TO_COMPARE"]
