"""Verifiers that others wrote accept our Claim 169 seals and refuse every tampered one."""

from collections.abc import Callable
from types import ModuleType
from typing import Any

import claim169 as rust
import pytest

from sceau.domain.document_type import Carrier
from sceau.seals import base45, carrier, claim169
from sceau.seals.deflate import inflate
from sceau.seals.make import Draft


@pytest.fixture
def code(draft: Callable[..., Draft], office: Any) -> str:
    """A birth extract in the carrier that MOSIP asks for."""
    return carrier.write(office.seal(draft("birth_extract")), Carrier.TEXT, "").decode()


def verify(code: str, office: Any) -> Any:
    return rust.decode_with_ed25519(code, bytes(office.ed25519.verify_key))


def test_claim169_accepts_ours(code: str, office: Any) -> None:
    read = verify(code, office)
    assert read.verification_status == "verified"
    person, token = read.claim169, read.cwt_meta
    assert (person.id, person.language, person.full_name) == ("N00000123", "fra", "Aminata Saran KEÏTA")
    assert (person.first_name, person.last_name, person.date_of_birth) == ("Aminata Saran", "KEÏTA", "20260214")
    assert (person.gender, person.nationality, person.country_of_issuance) == (2, "MLI", "MLI")
    assert (token.issuer, token.issued_at) == ("ML", 1795338000)


def test_claim169_refuses_another_key(code: str, office: Any) -> None:
    with pytest.raises(rust.Claim169Exception):
        rust.decode_with_ed25519(code, bytes(range(32)))


def test_claim169_refuses_every_tampered_variant(code: str, office: Any) -> None:
    message = inflate(base45.decode(code))
    for at in range(len(message)):
        for bit in (1, 0x80):
            tampered = message[:at] + bytes((message[at] ^ bit,)) + message[at + 1 :]
            with pytest.raises(rust.Claim169Exception):
                verify(base45.encode(claim169.compress(tampered)), office)


def test_cwt_accepts_ours(cwt: ModuleType, draft: Callable[..., Draft], office: Any) -> None:
    message = office.seal(draft("birth_extract"))
    public = office.ed25519.verify_key.encode()
    key = cwt.COSEKey.new({1: 1, 2: bytes.fromhex(office.claim169.reference), 3: -8, -1: 6, -2: public})
    claims = cwt.decode(message, key)
    assert (claims[1], claims[6], claims[169][1]) == ("ML", 1795338000, "N00000123")
    assert claims[-70001][0] == "birth_extract"
    assert claims[65535] == {"status_list": {"idx": 7, "uri": "https://verif.example/s/1"}}
    with pytest.raises(cwt.VerifyError):
        cwt.decode(message[:-1] + bytes((message[-1] ^ 1,)), key)
