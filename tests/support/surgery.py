"""Seals that their true key signed, though no issuer of ours would write them so: their signature holds, so a checker
reads all of them. The same each time for the same random source.
"""

import random
from collections.abc import Callable, Iterator, Sequence
from datetime import date
from typing import Any

import cbor2

from sceau.domain import cose, mrz
from sceau.keys.signer import SoftwareSigner
from sceau.seals import c40, vds

VALUES: Sequence[Any] = (
    *(None, True, 0, -1, 1, 2, 3, 23, 24, 255, 20_260_203, 253402300799, 253402300800, 1 << 53, (1 << 53) + 1, 1 << 63),
    *(-(1 << 63), 1.5, "", "F", "20260203", "2026-02-03", "٢٠٢٦٠٢٠٣", "visa_short", "birth_extract", "civil_status"),
    *("\ufeffA", "ɛɔɲ", "😀", "\u2028", "a\nb", '"', "{issuer}", b"", b"x", [], [1], {}, {1: 2}, {"a": [{}]}),
    *({"status_list": {"idx": 1, "uri": "u"}}, {"status_list": {"idx": 1 << 60, "uri": "u"}}, {"status_list": []}),
)
KEYS: Sequence[Any] = (
    *range(26),
    40,
    65,
    99,
    169,
    65535,
    -1,
    -70001,
    1 << 40,
    1 << 60,
    "",
    "1",
    "__proto__",
    "length",
    "ɛ",
)
HEADERS: Sequence[dict[Any, Any]] = (
    {1: -8},
    {1: -7},
    {1: -8, 2: [1]},
    {1: -8, 3: 61},
    {1: None},
    {1: -37},
    {1: True},
    {},
)


def claim169_seals(by: SoftwareSigner, issuer: str, instant: int, chance: random.Random, count: int) -> Iterator[bytes]:
    """Tokens with claims, headers and forms of every kind."""
    for _ in range(count):
        person = {1: "BPA26000A", 4: "Fatoumata TRAORÉ", 8: "20260203", 9: 2, 23: "MLI"}
        act = {1: "civil_status"}
        claims: dict[Any, Any] = {1: issuer, 6: instant, 169: person, -70001: act}
        for _ in range(chance.randrange(4)):
            target = chance.choice((claims, person, person, act))
            target[chance.choice(KEYS)] = chance.choice(VALUES)
        yield _token(by, _shuffled(claims, chance), chance)


def _token(by: SoftwareSigner, claims: dict[Any, Any], chance: random.Random) -> bytes:
    header = {1: -8, 4: by.kid} if chance.random() < 0.7 else {**chance.choice(HEADERS), 4: by.kid}
    unprotected = chance.choice(({}, {}, {}, {}, {4: by.kid}, {4: 1}, {1: -8}, {5: b""}))
    if unprotected.get(4) == by.kid:
        del header[4]
    protected = b"" if chance.random() < 0.02 else cbor2.dumps(_shuffled(header, chance))
    payload = _bent(cbor2.dumps(claims), chance)
    parts = [protected, unprotected, payload, by.sign(cose.to_sign(protected, payload))]
    if chance.random() < 0.05:
        parts = chance.choice((parts[:3], [*parts, b""], [*parts[:3], b""], [*parts[:2], None, parts[3]]))
    head = chance.choice(
        (b"\xd2", b"\xd2", b"\xd2", b"", b"\xd8\x3d\xd2", b"\xd8\x3d", b"\xd0", b"\xd8\x12", b"\xd2\xd2")
    )
    return head + cbor2.dumps(parts)


def _bent(payload: bytes, chance: random.Random) -> bytes:
    """Sometimes another spelling of the same claims, or no spelling of any."""
    if chance.random() < 0.8:
        return payload
    at = chance.randrange(len(payload))
    lead = payload[at]
    longer = bytes((lead & 0xE0 | 24, lead & 31))
    return chance.choice(
        (
            payload[:at] + longer + payload[at + 1 :],
            payload[:at] + bytes((lead ^ 0x20,)) + payload[at + 1 :],
            payload[:at] + b"\x62\xc3\x28" + payload[at + 1 :],
            payload + b"\0",
            payload[:at],
            b"\x81" * 15 + payload,
            b"\x81" * 16 + payload,
        )
    )


def _shuffled(values: dict[Any, Any], chance: random.Random) -> dict[Any, Any]:
    keys = list(values)
    if chance.random() < 0.3:
        chance.shuffle(keys)
    return {key: values[key] for key in keys}


def vds_seals(by: SoftwareSigner, profiles: Sequence[str], chance: random.Random, count: int) -> Iterator[bytes]:
    """Seals of every profile with features of every kind."""
    for _ in range(count):
        days = [
            date(chance.choice((1, 99, 1985, 2000, 2026, 2026, 2026, 9999)), 11, chance.randrange(1, 29)) for _ in "ab"
        ]
        found = {chance.choice((*range(12), 99, 254)): _feature(chance) for _ in range(chance.randrange(6))}
        if chance.random() < 0.8:
            found[chance.choice((1, 2, 2, 2, 4))] = _zone(chance)
        values = list(found.items())
        chance.shuffle(values)
        country = chance.choice(("MLI", "MLI", "MLI", "BFA", "D", "FR"))
        signed = vds.unsigned(chance.choice(profiles), country, "MLV1", "1A", days[0], days[-1], values)
        if chance.random() < 0.3:
            at = chance.randrange(2, len(signed))
            signed = signed[:at] + bytes((chance.randrange(256),)) + signed[at + 1 :]
        yield vds.assemble(signed, by.sign(signed))


def _feature(chance: random.Random) -> bytes:
    kinds: Sequence[Callable[[], bytes]] = (
        lambda: chance.randbytes(chance.randrange(5)),
        lambda: bytes((chance.randrange(9),)),
        lambda: bytes(chance.choice((0, 1, 90)) for _ in range(3)),
        lambda: c40.encode(chance.choice(("18AB12345", "<<<", "A", "AB", "ABC", "", "A 1"))),
        lambda: chance.choice(("20260203", "20260230", "2026", "Süd", "٢٠٢٦٠٢٠٣", "\ufeff")).encode(),
    )
    return chance.choice(kinds)()


def _zone(chance: random.Random) -> bytes:
    """A zone whose check digits mostly hold, though not all of it does."""
    birth, until = (date(chance.choice((1926, 1999, 2000, 2024, 2026)), chance.choice((1, 2, 12)), 28) for _ in "ab")
    about = (
        "V",
        chance.choice(("MLI", "DEU")),
        "DUPONT",
        chance.choice(("", "MARIE CLAIRE")),
        "A1",
        "FRA",
        birth,
        "F",
        until,
    )
    form = chance.choice(("MRV-A", "MRV-B", "TD2"))
    first, second = mrz.td2(*about) if form == "TD2" else mrz.visa(form, *about)
    if chance.random() < 0.5:
        at = chance.randrange(len(second))
        second = second[:at] + chance.choice("<0129AZ") + second[at + 1 :]
    if chance.random() < 0.5:
        for start, end in ((0, 9), (13, 19), (21, 27)):
            second = second[:end] + mrz.check_digit(second[start:end]) + second[end + 1 :]
    return c40.encode(first + (second if form == "TD2" else second[:28]))
