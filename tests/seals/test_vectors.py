"""Every seal that others made gets its expected answer, as far as bytes can be judged without keys and policy.

The signatures are checked here with `cryptography`, which knows nothing of our parsers: a signature that holds proves
that we cut the signed bytes where the standard does.
"""

import hashlib
import json
from collections.abc import Iterator
from pathlib import Path

import pytest
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives.asymmetric.ec import (
    ECDSA,
    BrainpoolP256R1,
    EllipticCurvePublicKey,
    EllipticCurvePublicNumbers,
)
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import load_pem_public_key
from cryptography.x509 import load_der_x509_certificate

from sceau.domain.errors import SealError, SealMalformed, SealUnsupported
from sceau.seals import recognise
from sceau.seals.seal import ParsedSeal

READS = None
EXPECTED: dict[str, type[SealError] | None] = {
    # ICAO VDS
    "vds/residentPermit.json": READS,
    "vds/arrivalAttestation.json": READS,
    "vds/visa_224bitSig.json": READS,
    "vds/supplementSheet.json": READS,
    "vds/addressStickerPassport.json": READS,
    "vds/emergenyTravelDoc.json": READS,
    "vds/permanentResidencePermit.json": READS,
    "vds/ankunftsnwPapier.json": READS,
    "vds/utoVisa.json": READS,
    "vds/administrativeDocumentV9Basic.json": SealMalformed,  # header and features read, no signature
    "vds/administrativeDocumentV9WithDates.json": SealMalformed,
    "vds/li0ard_residence_permit.json": READS,
    "vds/li0ard_arrival_attestation.json": READS,
    "vds/li0ard_arrival_attestation_v3.json": READS,
    "vds/li0ard_social_insurance_card.json": READS,
    "vds/li0ard_supplement_sheet.json": READS,
    "vds/li0ard_supplement_sheet__NEG_msgbit.json": READS,  # the signature fails, below
    "vds/li0ard_visa_document.json": READS,
    "vds/li0ard_visa_document__NEG_msgbit.json": READS,
    "vds/li0ard_emergency_travel_document.json": READS,
    "vds/li0ard_pa_address_sticker.json": READS,
    "vds/li0ard_passport_residence_sticker.json": READS,
    "vds/li0ard_passport_residence_sticker__NEG_msgbit.json": READS,
    "own/vds_visa_mrvb.json": READS,
    "own/vds_visa_mrvb__NEG_bit.json": SealMalformed,  # the bit makes a C40 value that is none
    "own/vds_visa__NEG_truncated.json": SealMalformed,
    "own/vds_visa__NEG_trailing.json": SealMalformed,
    "own/vds_visa__NEG_zero_sig.json": READS,
    "own/vds_visa__NEG_duplicate_tag.json": SealMalformed,
    "own/vds_visa__NEG_after_sig.json": SealMalformed,
    "own/vds_visa__NEG_sigdate_outside_cert.json": READS,  # policy refuses it: tests/verify_api
    "own/vds_visa__NEG_country_mismatch.json": READS,
    # MOSIP Claim 169
    "claim169/edge_not-yet-valid.json": READS,
    "claim169/edge_unknown-fields.json": READS,
    "claim169/invalid_bad-zlib.json": SealMalformed,
    "claim169/invalid_not-cose.json": SealMalformed,
    "claim169/valid_encrypted-aes256.json": SealUnsupported,
    "claim169/valid_encrypted-signed.json": SealUnsupported,
    "claim169/valid_minimal.json": READS,
    "claim169/valid_with-all-biometrics.json": READS,
    "claim169/valid_with-face.json": READS,
    "claim169/valid_with-fingerprints.json": READS,
    "own/c169_eddsa_tag18.json": READS,
    "own/c169_es256_tag18.json": READS,
    "own/c169_eddsa_untagged.json": READS,
    "own/c169_eddsa_tag61_18.json": READS,
    "own/c169__NEG_alg_unprotected.json": SealMalformed,
    "own/c169__NEG_zbomb.json": SealMalformed,
    "own/c169__NEG_dup_map_key.json": SealMalformed,
}
OURS = ("ICAO VDS", "Claim 169")


def index(vectors: Path) -> Iterator[tuple[str, str]]:
    for entry in json.loads((vectors / "seals/INDEX.json").read_text()):
        yield entry["file"], entry["format"]


def code(vectors: Path, name: str) -> bytes:
    """What a scanner would have read."""
    vector = json.loads((vectors / "seals" / name).read_text())
    if "hex" in vector:
        return bytes.fromhex(vector["hex"])
    for key in ("qr", "qr_data", "PREFIX", "text"):
        if key in vector:
            return vector[key].encode()
    return json.dumps(vector).encode()


def read(vectors: Path, name: str) -> ParsedSeal:
    return recognise.parse(code(vectors, name))


def test_no_vector_is_forgotten(vectors: Path) -> None:
    assert {name for name, standard in index(vectors) if standard in OURS} == set(EXPECTED)


@pytest.mark.parametrize("name", EXPECTED)
def test_read_or_refused(vectors: Path, name: str) -> None:
    refusal = EXPECTED[name]
    if refusal is READS:
        assert read(vectors, name).format == ("claim169" if "169" in name else "vds")
        return
    with pytest.raises(refusal) as caught:
        read(vectors, name)
    assert type(caught.value) is refusal


def test_web_tokens_and_cose_messages_of_others_are_not_claim_169(vectors: Path) -> None:
    token = json.loads((vectors / "seals/statuslist/referenced_token_cwt.json").read_text())["text"]
    with pytest.raises(SealUnsupported, match="without claim 169"):
        recognise.parse(bytes.fromhex(token.replace("\n", "")))
    for name, standard in index(vectors):
        if standard == "COSE":
            message = json.loads((vectors / "seals" / name).read_text())["output"]["cbor"]
            with pytest.raises(SealMalformed):
                recognise.parse(bytes.fromhex(message))


# What the signatures say, with the keys that the vectors bring


def holds(key: EllipticCurvePublicKey, seal: ParsedSeal) -> bool:
    r, s = (int.from_bytes(half, "big") for half in (seal.signature[:32], seal.signature[32:]))
    try:
        key.verify(encode_dss_signature(r, s), seal.signed, ECDSA(SHA256()))
    except InvalidSignature:
        return False
    return True


def test_own_visas_verify_under_their_certificate_and_no_other(vectors: Path) -> None:
    trust = vectors / "seals/own/trust"
    signer, wrong = (
        load_der_x509_certificate((trust / n).read_bytes()).public_key() for n in ("mlcs01.der", "wrong.der")
    )
    assert isinstance(signer, EllipticCurvePublicKey)
    assert isinstance(wrong, EllipticCurvePublicKey)
    for name in ("own/vds_visa_mrvb.json", "own/vds_visa__NEG_country_mismatch.json"):
        assert holds(signer, read(vectors, name))
        assert not holds(wrong, read(vectors, name))
    assert not holds(signer, read(vectors, "own/vds_visa__NEG_zero_sig.json"))
    late = read(vectors, "own/vds_visa__NEG_sigdate_outside_cert.json")
    assert holds(signer, late)
    assert str(late.signed_on) == "2041-11-20"  # what policy refuses it for
    assert read(vectors, "own/vds_visa__NEG_country_mismatch.json").country == "FRA"


@pytest.mark.parametrize(
    ("name", "fields"),
    [
        ("li0ard_arrival_attestation", {"surname": "MANNSENS", "file_number": "ABC123456DEF"}),
        ("supplementSheet", {"surname": "RESIDORCE", "sheet_number": "PA0000005"}),
        ("li0ard_social_insurance_card", {"number": "65170839J003", "surname": "Perschweiß", "given_names": "Oscar"}),
        ("li0ard_pa_address_sticker", {"number": "T2000AK47", "address": "53175HEINEMANNSTR11"}),
        ("addressStickerPassport", {"number": "PA5500K11", "municipality": "03359010", "postal_code": "21614"}),
        ("residentPermit", {"surname": "RESIDORCE", "passport_number": "UFO001979"}),
        ("permanentResidencePermit", {"tag_01": "59e96b0f2d0a", "tag_02": "e95545b819f6"}),
    ],
)
def test_what_foreign_visible_seals_say(vectors: Path, name: str, fields: dict[str, str]) -> None:
    assert fields.items() <= read(vectors, f"vds/{name}.json").fields.items()


def test_own_es256_token_verifies(vectors: Path) -> None:
    key = load_pem_public_key((vectors / "seals/own/trust/es1_pub.pem").read_bytes())
    assert isinstance(key, EllipticCurvePublicKey)
    seal = read(vectors, "own/c169_es256_tag18.json")
    assert (seal.algorithm, seal.reference) == ("ES256", "01020304")
    assert holds(key, seal)


UTTS5B = [
    "vds/li0ard_visa_document.json",
    "vds/residentPermit.json",
    "vds/supplementSheet.json",
    "vds/addressStickerPassport.json",
    "vds/emergenyTravelDoc.json",
    "vds/permanentResidencePermit.json",
    "vds/li0ard_residence_permit.json",
    "vds/li0ard_arrival_attestation.json",
    "vds/li0ard_arrival_attestation_v3.json",
    "vds/li0ard_social_insurance_card.json",
    "vds/li0ard_supplement_sheet.json",
    "vds/li0ard_emergency_travel_document.json",
    "vds/li0ard_pa_address_sticker.json",
    "vds/li0ard_passport_residence_sticker.json",
]


def test_fourteen_foreign_seals_verify_under_one_key(vectors: Path) -> None:
    """Their certificate is not among the vectors, but a signature leaves two candidates for its key (SEC 1, 4.1.6)."""
    seals = [read(vectors, name) for name in UTTS5B]
    assert {(seal.issuer, seal.reference) for seal in seals} == {("UTTS", "5B")}
    keys = [key for key in candidates(seals[0]) if holds(key, seals[1])]
    assert len(keys) == 1
    for name, seal in zip(UTTS5B, seals, strict=True):
        assert holds(keys[0], seal), name
        tampered = name.replace(".json", "__NEG_msgbit.json")
        if tampered in EXPECTED:
            assert not holds(keys[0], read(vectors, tampered)), tampered


# brainpoolP256r1 (RFC 5639 section 3.4)
P = 0xA9FB57DBA1EEA9BC3E660A909D838D726E3BF623D52620282013481D1F6E5377
A = 0x7D5A0975FC2C3057EEF67530417AFFE7FB8055C126DC5C6CE94A4B44F330B5D9
B = 0x26DC5C6CE94A4B44F330B5D9BBD77CBF958416295CF7E1CE6BCCDC18FF8C07B6
N = 0xA9FB57DBA1EEA9BC3E660A909D838D718C397AA3B561A6F7901E0E82974856A7
G = (
    0x8BD2AEB9CB7E57CB2C4B482FFC81B7AFB9DE27E1E3BD23C23A4453BD9ACE3262,
    0x547EF835C3DAC4FD97F8461A14611DC9C27745132DED8E545C1D54C72F046997,
)
Point = tuple[int, int]


def candidates(seal: ParsedSeal) -> list[EllipticCurvePublicKey]:
    r, s = (int.from_bytes(half, "big") for half in (seal.signature[:32], seal.signature[32:]))
    digest = int.from_bytes(hashlib.sha256(seal.signed).digest(), "big")
    y = pow(r**3 + A * r + B, (P + 1) // 4, P)
    u, v = s * pow(r, -1, N) % N, -digest * pow(r, -1, N) % N
    points = [add(times(u, (r, root)), times(v, G)) for root in (y, P - y)]
    return [EllipticCurvePublicNumbers(*point, BrainpoolP256R1()).public_key() for point in points]


def add(one: Point, two: Point) -> Point:
    if one == two:
        slope = (3 * one[0] ** 2 + A) * pow(2 * one[1], -1, P)
    else:
        slope = (two[1] - one[1]) * pow(two[0] - one[0], -1, P)
    x = (slope * slope - one[0] - two[0]) % P
    return x, (slope * (one[0] - x) - one[1]) % P


def times(factor: int, point: Point) -> Point:
    found: Point | None = None
    for bit in f"{factor:b}":
        found = add(found, found) if found else None
        if bit == "1":
            found = add(found, point) if found else point
    assert found
    return found
