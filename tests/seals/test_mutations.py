"""Any changed byte of a code is refused, or decodes to identical content and seal_id, or fails its signature."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from sceau.domain.document_type import Carrier
from sceau.domain.errors import SealError
from sceau.seals import carrier, recognise
from sceau.seals.make import Draft
from sceau.seals.seal import ParsedSeal, normalised, seal_id

ADDRESS = "HTTPS://VERIF.EXAMPLE/"


def mutants(code: bytes) -> Iterator[bytes]:
    """Every truncation, every bit, a few other bytes, a byte less or more, two neighbours swapped."""
    for at in range(len(code)):
        yield code[:at]
        yield code[at + 1 :]
        changed = {code[at] ^ (1 << bit) for bit in range(8)} | {0, 0xFF, ord("0"), ord("A"), ord("#"), ord(" ")}
        for byte in changed - {code[at]}:
            yield code[:at] + bytes((byte,)) + code[at + 1 :]
        yield code[:at] + code[at : at + 2][::-1] + code[at + 2 :]
    for byte in (0, 0x0A, 0x20, 0x30, 0xFF):
        yield code + bytes((byte,))
        yield bytes((byte,)) + code


def same(one: ParsedSeal, two: ParsedSeal) -> bool:
    return one == two and one.seal_id == two.seal_id


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        ("visa_short", Carrier.BINARY),
        ("visa_short", Carrier.URL),
        ("laissez_passer", Carrier.BINARY),
        ("birth_extract", Carrier.BINARY),
        ("birth_extract", Carrier.URL),
        ("birth_extract", Carrier.TEXT),
    ],
)
def test_a_changed_code_never_says_something_else(
    code: str, kind: Carrier, draft: Callable[..., Draft], office: Any
) -> None:
    written = carrier.write(office.seal(draft(code)), kind, ADDRESS)
    genuine = recognise.parse(written)
    assert office.signed(genuine)
    harmless = set()
    for mutant in set(mutants(written)) - {written}:
        try:
            read = recognise.parse(mutant)
        except SealError:
            continue
        if same(read, genuine):
            harmless.add(mutant)
        else:
            assert not office.signed(read), mutant
    # what may change unseen: the address around a seal, the tag before a message, the level that a zlib stream states
    if kind is Carrier.URL:
        assert all(mutant.endswith(written[written.index(b"#") :]) for mutant in harmless)
    else:
        assert len(harmless) <= (0 if written[:1] == b"\xdc" else 3)


def test_the_other_signature_of_ecdsa_has_the_same_seal_id(draft: Callable[..., Draft], office: Any) -> None:
    """(r, n - s) verifies as well as (r, s), so that the list of revoked seals must know both by one name."""
    order = 0xFFFFFFFF00000000FFFFFFFFFFFFFFFFBCE6FAADA7179E84F3B9CAC2FC632551
    seal = recognise.parse(office.seal(draft("visa_short")))
    s = int.from_bytes(seal.signature[32:], "big")
    twin = recognise.parse(seal.signed + b"\xff\x40" + seal.signature[:32] + (order - s).to_bytes(32, "big"))
    assert twin.signature != seal.signature
    assert office.signed(twin)
    assert twin.seal_id == seal.seal_id == seal_id("vds", seal.signed, normalised(twin.signature))


def test_every_vector_survives_truncation_and_every_changed_byte(vectors: Path) -> None:
    """Nothing but SealErrors, whatever becomes of the seals of others."""
    for path in sorted((vectors / "seals").glob("*/*.json")):
        vector = json.loads(path.read_text())
        code = vector.get("qr") or vector.get("qr_data") or vector.get("PREFIX") or vector.get("hex")
        if not isinstance(code, str) or len(code) > 1000:
            continue
        raw = bytes.fromhex(code) if "hex" in vector else code.encode()
        for mutant in (*(raw[:at] for at in range(len(raw))), *changed_bytes(raw)):
            try:
                recognise.parse(mutant)
            except SealError:
                continue


def changed_bytes(code: bytes) -> Iterator[bytes]:
    for at in range(len(code)):
        for byte in (code[at] ^ 1, code[at] ^ 0x80, code[at] ^ 0x20, (code[at] + 1) % 256, 0, 0xFF):
            yield code[:at] + bytes((byte,)) + code[at + 1 :]
