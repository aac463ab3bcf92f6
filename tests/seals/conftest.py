"""Documents to seal and the keys that seal them; the keys are those of no one."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from types import MappingProxyType

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    SECP256R1,
    EllipticCurvePrivateKey,
    derive_private_key,
)
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature, encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from nacl.exceptions import BadSignatureError
from nacl.signing import SigningKey

from sceau.domain.document_type import document_type
from sceau.seals.make import Draft, SealKey, prepare
from sceau.seals.seal import ParsedSeal

BIRTH: Mapping[str, str] = MappingProxyType(
    {
        "surname": "KEÏTA",
        "given_names": "Aminata Saran",
        "sex": "F",
        "birth_date": "2026-02-14",
        "birth_time": "12:35",
        "birth_place": "Bamako",
        "birth_country": "MLI",
        "nationality": "MLI",
        "nina": "22602001001007K",
        "father_surname": "KEÏTA",
        "father_given_names": "Moussa",
        "mother_surname": "TRAORÉ",
        "mother_given_names": "Ɲagalen",
        "declared_on": "2026-02-16",
    }
)
VISA: Mapping[str, str] = MappingProxyType(
    {
        "surname": "Dupont",
        "given_names": "Marie Claire",
        "sex": "F",
        "birth_date": "1985-04-12",
        "birth_place": "Lyon",
        "nationality": "FRA",
        "passport_number": "18AB12345",
        "passport_issuer": "FRA",
        "passport_valid_until": "2030-01-01",
        "category": "short",
        "purpose": "tourism",
        "entries": "2",
        "stay": "P90D",
        "valid_from": "2026-12-01",
        "valid_until": "2027-05-20",
    }
)


@dataclass(frozen=True)
class Office:
    """One Ed25519 and one P-256 key, as seals name them."""

    ed25519: SigningKey
    p256: EllipticCurvePrivateKey
    claim169: SealKey
    vds: SealKey

    def seal(self, draft: Draft) -> bytes:
        """The sealed bytes of a draft."""
        if draft.type.seal.format.value == "vds":
            unsigned = prepare(draft, self.vds)
            r, s = decode_dss_signature(self.p256.sign(unsigned.to_sign, ECDSA(SHA256())))
            return unsigned.sealed(r.to_bytes(32, "big") + s.to_bytes(32, "big"))
        unsigned = prepare(draft, self.claim169)
        return unsigned.sealed(self.ed25519.sign(unsigned.to_sign).signature)

    def signed(self, seal: ParsedSeal) -> bool:
        """Whether the office's key signed it."""
        try:
            if seal.format == "vds":
                self.p256.public_key().verify(der(seal.signature), seal.signed, ECDSA(SHA256()))
            else:
                self.ed25519.verify_key.verify(seal.signed, seal.signature)
        except (InvalidSignature, BadSignatureError, ValueError):
            return False
        return True


def der(signature: bytes) -> bytes:
    half = len(signature) // 2
    return encode_dss_signature(int.from_bytes(signature[:half], "big"), int.from_bytes(signature[half:], "big"))


@pytest.fixture(scope="session")
def office() -> Office:
    return Office(
        ed25519=SigningKey(bytes(range(32))),
        p256=derive_private_key(0x5CEA0, SECP256R1()),
        claim169=SealKey("MLI", "ML", "00112233aabbccdd"),
        vds=SealKey("MLI", "MLV1", "2A"),
    )


@pytest.fixture
def draft() -> Callable[..., Draft]:
    """`draft(code, **changed values)`; None takes a value away."""

    def make(code: str, **changed: str | None) -> Draft:
        declared = document_type(code)
        known = {**(VISA if declared.seal.format.value == "vds" else BIRTH), **changed}
        values = {f.name: value for f in declared.fields if (value := known.get(f.name)) is not None}
        until = date(2027, 5, 20) if declared.seal.mrz or declared.validity.years else None
        act = "PAR/2026/NAI/00012" if declared.act_kind else None
        return Draft(
            declared,
            "N00000123",
            values,
            "PAR",
            date(2026, 11, 22),
            1795338000,
            until,
            act,
            7,
            "https://verif.example/s/1",
        )

    return make
