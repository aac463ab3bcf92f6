"""Certificates in a trust list: a barcode signer that is good but for one thing is refused."""

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import pytest
from changed_trust import with_key
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from sceau.domain.errors import ListInvalid, SignatureInvalid
from sceau.keys.authority import create_csca, issue_barcode_signer
from sceau.keys.certificate import BARCODE_SIGNER, DOCUMENT_TYPE, check_barcode_signer, read_csca, reference_of
from sceau.keys.keyring import Algorithm, Purpose, TrustedKey, kid_of, verify
from sceau.keys.trust_list import write_trust_list

FROM, UNTIL = date(2026, 1, 1), date(2027, 12, 31)


def test_a_signer_of_another_csca_is_refused(state: Any, make_signer: Any) -> None:
    """The same subject names, the attacker's own CSCA: only the signature tells them apart."""
    rogue = make_signer(66, Algorithm.ES256)
    csca = create_csca("ML", "CSCA Mali", rogue, FROM, date(2030, 12, 31), date(2041, 1, 1), lambda size: b"\7" * size)
    forged = issue_barcode_signer(csca, rogue, "MLV1", state.visas.public, 0x01A3, FROM, date(2033, 1, 1), ["V"])
    with pytest.raises(ListInvalid, match="no CSCA listed"):
        write_trust_list(with_key(state, state.key(Purpose.SEAL, "vds"), certificate=forged), state.root)


def test_a_signer_that_outlives_its_csca_is_refused(state: Any) -> None:
    late = issue_barcode_signer(state.csca, state.authority, "MLV1", state.visas.public, 0x01A3, FROM, date(2042, 1, 1))
    with pytest.raises(ListInvalid, match="no CSCA listed"):
        write_trust_list(with_key(state, state.key(Purpose.SEAL, "vds"), certificate=late), state.root)


def vds_key(der: bytes, public: bytes, issuer: str, reference: str) -> TrustedKey:
    return TrustedKey(
        kid=kid_of(public),
        purpose=Purpose.SEAL,
        algorithm=Algorithm.ES256,
        public=public,
        authority="MLI",
        office="MAE",
        valid_from=FROM,
        valid_until=UNTIL,
        format="vds",
        issuer=issuer,
        reference=reference,
        country="MLI",
        classes=frozenset({"visa"}),
        certificate=der,
    )


def public_of(der: bytes) -> bytes:
    """The uncompressed point, cut out of the DER by its BIT STRING head."""
    at = der.index(bytes.fromhex("03420004"))
    return der[at + 3 : at + 68]


@pytest.mark.parametrize(("name", "issuer", "reference"), [("mlcs01", "MLMLCS", "01"), ("wrong", "MLWRONG", "09")])
def test_certificates_without_the_profile_are_refused(vectors: Path, name: str, issuer: str, reference: str) -> None:
    """Someone else's test signers: BasicConstraints instead of the barcode signer's key usage."""
    der = (vectors / f"seals/own/trust/{name}.der").read_bytes()
    cscas = [read_csca_without_usage(vectors)]
    with pytest.raises(ListInvalid, match="must not be there"):
        check_barcode_signer(vds_key(der, public_of(der), issuer, reference), cscas)


def read_csca_without_usage(vectors: Path) -> Any:
    return x509.load_der_x509_certificate((vectors / "seals/own/trust/ml01.der").read_bytes())


def test_a_self_signed_ca_without_key_usage_is_no_csca(vectors: Path) -> None:
    for name in ("ml01", "mlcs01", "wrong"):
        with pytest.raises(ListInvalid, match="may sign others"):
            read_csca((vectors / f"seals/own/trust/{name}.der").read_bytes())


def test_a_real_signer_for_another_use_is_refused(vectors: Path) -> None:
    """Australia's VDS-NC signer: the right shape, but its key usage is 2.23.136.1.1.14.2."""
    sealed = json.loads((vectors / "seals/vdsnc/au_validVDSJson.json").read_text())
    der = urlsafe_b64decode(sealed["sig"]["cer"] + "==")
    with pytest.raises(ListInvalid, match=r"not 2\.23\.136\.1\.1\.11\.1"):
        check_barcode_signer(vds_key(der, public_of(der), "AUDFAT", "18AD"), [])


@pytest.mark.parametrize(("name", "good"), [("vds_visa_mrvb", True), ("vds_visa_mrvb__NEG_bit", False)])
def test_a_visa_seal_of_others_verifies_under_its_key(vectors: Path, name: str, good: bool) -> None:
    """The seal ends in FF 40 and r || s; everything before is signed (Doc 9303-13)."""
    sealed = bytes.fromhex(json.loads((vectors / f"seals/own/{name}.json").read_text())["hex"])
    public = public_of((vectors / "seals/own/trust/mlcs01.der").read_bytes())
    key = vds_key(b"", public, "MLCS", "01")
    assert sealed[-66:-64] == b"\xff\x40"
    if good:
        verify(key, sealed[:-66], sealed[-64:])
    else:
        with pytest.raises(SignatureInvalid):
            verify(key, sealed[:-66], sealed[-64:])


class Issuer:
    """Certificates as another CA might write them, straight from the library: good but for one thing."""

    day = datetime(2026, 1, 1, tzinfo=UTC)
    usage = x509.KeyUsage(False, False, False, False, False, True, False, False, False)

    def __init__(self) -> None:
        self.ca, self.leaf = (ec.derive_private_key(scalar, ec.SECP256R1()) for scalar in (7, 8))
        self.name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "CA")])
        self.public = self.leaf.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        self.key = vds_key(b"", self.public, "MLV1", "05")
        identifier = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.ca.public_key())
        self.profile: list[tuple[x509.ExtensionType, bool]] = [
            (identifier, False),
            (x509.ExtendedKeyUsage([BARCODE_SIGNER]), True),
        ]

    def signer(self, extensions: Any = None, subject: Any = None, public: Any = None, hashed: Any = None) -> bytes:
        parts = subject or [(NameOID.COUNTRY_NAME, "ML"), (NameOID.COMMON_NAME, "V1")]
        name = x509.Name([x509.NameAttribute(oid, value) for oid, value in parts])
        return self.issue(name, public or self.leaf.public_key(), extensions or self.profile, hashed or hashes.SHA256())

    def csca(self, ca: bool = True, signs: bool = True, issuer: Any = None) -> bytes:
        usage = self.usage if signs else x509.KeyUsage(True, *[False] * 8)
        extensions = [(x509.BasicConstraints(ca, None), True), (usage, True)]
        return self.issue(self.name, self.ca.public_key(), extensions, hashes.SHA256(), issuer)

    def issue(self, subject: Any, public: Any, extensions: Any, hashed: Any, issuer: Any = None) -> bytes:
        until = self.day.replace(year=2040)
        builder = x509.CertificateBuilder(issuer or self.name, subject, public, 5, self.day, until, extensions=[])
        for extension, critical in extensions:
            builder = builder.add_extension(extension, critical)
        return builder.sign(self.ca, hashed).public_bytes(Encoding.DER)

    def check(self, der: bytes) -> None:
        check_barcode_signer(replace(self.key, certificate=der), [read_csca(self.csca())])


OTHER_USE = x509.ObjectIdentifier("2.23.136.1.1.14.2")


SIGNERS: dict[str, tuple[Callable[[Issuer], bytes], str]] = {
    "another key": (lambda ca: ca.signer(public=ca.ca.public_key()), "another key"),
    "not an elliptic-curve key": (
        lambda ca: ca.signer(public=Ed25519PrivateKey.from_private_bytes(bytes(32)).public_key()),
        "elliptic-curve",
    ),
    "usage not critical": (lambda ca: ca.signer([ca.profile[0], (ca.profile[1][0], False)]), "must be critical"),
    "authority key identifier critical": (lambda ca: ca.signer([(ca.profile[0][0], True), ca.profile[1]]), "critical"),
    "no authority key identifier": (lambda ca: ca.signer(ca.profile[1:]), "no authority key identifier"),
    "no usage": (lambda ca: ca.signer(ca.profile[:1]), "extended key usage"),
    "one usage more": (
        lambda ca: ca.signer([ca.profile[0], (x509.ExtendedKeyUsage([BARCODE_SIGNER, OTHER_USE]), True)]),
        "extended key usage",
    ),
    "an extension more": (lambda ca: ca.signer([*ca.profile, (Issuer.usage, True)]), "must not be there"),
    "a subject with organisation": (
        lambda ca: ca.signer(
            subject=[(NameOID.COUNTRY_NAME, "ML"), (NameOID.ORGANIZATION_NAME, "V"), (NameOID.COMMON_NAME, "1")]
        ),
        "nothing else",
    ),
    "a hash too short": (lambda ca: ca.signer(hashed=hashes.SHA224()), "no CSCA listed"),
    "too long": (
        lambda ca: ca.signer([*ca.profile, (x509.UnrecognizedExtension(DOCUMENT_TYPE, bytes(5000)), False)]),
        "longer",
    ),
}


@pytest.mark.parametrize("case", SIGNERS)
def test_a_certificate_good_but_for_one_thing_is_refused(case: str) -> None:
    ca = Issuer()
    ca.check(ca.signer())
    build, why = SIGNERS[case]
    with pytest.raises(ListInvalid, match=why):
        ca.check(build(ca))


def test_a_country_certificate_good_but_for_one_thing_is_refused() -> None:
    ca = Issuer()
    read_csca(ca.csca())
    elsewhere = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "another CA")])
    for der, why in (
        (ca.csca(ca=False), "may sign others"),
        (ca.csca(signs=False), "may sign others"),
        (ca.csca(issuer=elsewhere), "no CSCA listed"),
    ):
        with pytest.raises(ListInvalid, match=why):
            read_csca(der)


def test_the_reference_is_the_serial_in_whole_bytes() -> None:
    assert [reference_of(serial) for serial in (1, 0x5B, 0x1A3, 0xABCDEF)] == ["01", "5B", "01A3", "ABCDEF"]
