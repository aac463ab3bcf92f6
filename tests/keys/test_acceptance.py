"""Accepting a key of another authority: every way in which a chain does not prove it."""

import hashlib
from contextlib import suppress
from dataclasses import asdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID
from mutations import turned

from sceau.domain.errors import KeyRefused
from sceau.domain.signing_key import KeyEnrolled
from sceau.keys.acceptance import Given, accept, named
from sceau.keys.keyring import Algorithm, kid_of
from sceau.keys.trust_list import require_foreign

TODAY = date(2026, 11, 22)
START = datetime(2026, 1, 1, tzinfo=UTC)
ROOT = ec.derive_private_key(0xC5CA, ec.BrainpoolP384R1())
SIGNER = ec.derive_private_key(0x51, ec.BrainpoolP256R1())


def name(**parts: str) -> x509.Name:
    oids = {"c": NameOID.COUNTRY_NAME, "cn": NameOID.COMMON_NAME}
    return x509.Name([x509.NameAttribute(oids[key], value) for key, value in parts.items()])


CSCA_NAME, SIGNER_NAME = name(c="DE", cn="csca"), name(c="DE", cn="TS")


def certificate(
    subject: x509.Name = SIGNER_NAME,
    key: Any = SIGNER,
    by: Any = ROOT,
    ca: bool | None = None,
    start: datetime = START,
    days: int = 3650,
    hashed: Any = hashes.SHA384,
    usage: tuple[str, ...] = (),
) -> x509.Certificate:
    public = key.public_key()
    builder = x509.CertificateBuilder(CSCA_NAME, subject, public, 0x5B).not_valid_before(start)
    builder = builder.not_valid_after(start + timedelta(days=days))
    if ca is not None:
        builder = builder.add_extension(x509.BasicConstraints(ca, None), critical=True)
    if usage:
        builder = builder.add_extension(x509.ExtendedKeyUsage(map(x509.ObjectIdentifier, usage)), critical=False)
    return builder.sign(by, hashed())


def csca(**changed: Any) -> x509.Certificate:
    return certificate(**{"subject": CSCA_NAME, "key": ROOT, "ca": True, **changed})


def pem(one: x509.Certificate | x509.CertificateRevocationList) -> bytes:
    return one.public_bytes(Encoding.PEM)


def revoked(*serials: int, by: Any = ROOT, issuer: x509.Name = CSCA_NAME, updated: datetime = START) -> bytes:
    builder = x509.CertificateRevocationListBuilder(issuer).last_update(updated)
    builder = builder.next_update(updated + timedelta(days=365))
    for serial in serials:
        one = x509.RevokedCertificateBuilder().serial_number(serial).revocation_date(START).build()
        builder = builder.add_revoked_certificate(one)
    return pem(builder.sign(by, hashes.SHA384()))


def test_a_chain_that_holds() -> None:
    for file, chain in ((pem(certificate()), pem(csca())), (certificate().public_bytes(Encoding.DER), pem(csca()))):
        found = accept(Given(file, chain, revoked(0x99)), TODAY)
        assert found.algorithm is Algorithm.ESB256
        assert found.public == SIGNER.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        assert (found.first, found.last) == (date(2026, 1, 1), date(2035, 12, 30))
        assert found.subject == "CN=TS,C=DE"
        assert named("vds", found, "DEU", "D") == ("DETS", "5B")


OTHER = ec.derive_private_key(0x0DD, ec.SECP256R1())
WEAK = rsa.generate_private_key(65537, 1024)


@pytest.mark.parametrize(
    ("given", "why"),
    [
        (Given(pem(certificate())), "country certificate"),
        (Given(pem(certificate(by=OTHER)), pem(csca())), "not issued by"),
        (Given(pem(certificate()), pem(csca(by=OTHER))), "not issued by"),
        (
            Given(pem(certificate()), pem(certificate(subject=name(c="FR", cn="csca"), key=ROOT, ca=True))),
            "not issued by",
        ),
        (Given(pem(certificate()), pem(csca(ca=False))), "may sign others"),
        (Given(pem(certificate()), pem(csca(ca=None))), "may sign others"),
        (Given(pem(certificate(by=WEAK)), pem(csca(key=WEAK, by=WEAK))), "fewer than 2048"),
        (Given(pem(certificate(hashed=hashes.SHA224)), pem(csca())), "not issued by"),
        (Given(pem(certificate()), pem(csca(days=30, start=START - timedelta(days=60)))), "in force when"),
        (Given(pem(certificate(days=30)), pem(csca())), "in force from"),
        (Given(pem(certificate(start=START + timedelta(days=400))), pem(csca())), "in force from"),
        (Given(pem(certificate()), pem(csca()), revoked(0x5B)), "is revoked"),
        (Given(pem(certificate()), pem(csca()), revoked(by=OTHER)), "not the country's"),
        (Given(pem(certificate()), pem(csca()), revoked(issuer=SIGNER_NAME)), "not the country's"),
        (Given(pem(certificate()), pem(csca()), revoked(updated=START - timedelta(days=400))), "not in force"),
        (Given(pem(certificate()), pem(csca()), revoked(updated=START + timedelta(days=400))), "not in force"),
        (Given(pem(certificate()), pem(csca()), b"rubbish"), "not the country's"),
        (Given(pem(certificate()), b"rubbish"), "not a certificate"),
        (Given(b"rubbish"), "not a certificate"),
        (Given(b"-----BEGIN PUBLIC KEY-----\nrubbish"), "not a public key"),
        (Given(pem(certificate()), pem(csca()), fingerprint="00" * 32), "the fingerprint of the file is"),
        (Given(pem(certificate(key=ec.derive_private_key(1, ec.SECP256K1()))), pem(csca())), "on a curve"),
    ],
)
def test_what_does_not_prove_a_key(given: Given, why: str) -> None:
    with pytest.raises(KeyRefused, match=why):
        accept(given, TODAY)


@pytest.mark.filterwarnings("ignore:Parsed a serial number")  # what makes no crash may make a warning
@pytest.mark.parametrize("part", ["file", "chain", "revoked"])
def test_any_bit_turned_is_refused_by_name_or_read(part: str) -> None:
    good = {"file": certificate().public_bytes(Encoding.DER), "chain": csca().public_bytes(Encoding.DER)}
    good["revoked"] = x509.load_pem_x509_crl(revoked(0x99)).public_bytes(Encoding.DER)
    for one in turned(good[part], 60 if part == "revoked" else 160):
        with suppress(KeyRefused):
            named("vds", accept(Given(**{**good, part: one}), TODAY), "DEU", "D")


def test_a_bare_key_needs_a_fingerprint() -> None:
    key = ed25519.Ed25519PrivateKey.from_private_bytes(b"\1" * 32).public_key()
    file = key.public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    with pytest.raises(KeyRefused):
        accept(Given(file, pem(csca())), TODAY)
    digest = hashlib.sha256(key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)).hexdigest()
    found = accept(Given(file, fingerprint=":".join(digest[at : at + 2].upper() for at in range(0, 64, 2))), TODAY)
    assert (found.algorithm, found.public, found.certificate) == (Algorithm.ED25519, key.public_bytes_raw(), b"")
    assert named("claim169", found, "BFA", "") == ("", "")


def test_what_a_certificate_restricts_its_key_to() -> None:
    vaccines = certificate(usage=("1.3.6.1.4.1.1847.2021.1.2", "1.3.6.1.4.1.0.1847.2021.1.3", "1.2.3"))
    assert accept(Given(pem(vaccines), pem(csca())), TODAY).classes == ("recovery", "vaccination")
    assert accept(Given(pem(certificate()), pem(csca())), TODAY).classes == ()


def test_how_seals_name_the_key() -> None:
    found = accept(Given(pem(certificate()), pem(csca())), TODAY)
    der = found.certificate
    assert named("idb", found, "DEU", "D") == ("D", hashlib.sha1(der, usedforsecurity=False).hexdigest()[-10:])
    assert named("vdsnc", found, "DEU", "") == ("DEU", hashlib.sha256(der).hexdigest()[:16])
    assert named("hcert", found, "DEU", "") == ("DE", hashlib.sha256(der).hexdigest()[:16])
    assert named("2ddoc", found, "DEU", "") == ("csca", "TS")
    assert named("shc", found, "DEU", "") == ("", "")


def test_the_australian_chain(vectors: Path) -> None:
    """The seals bear their certificate, but the vectors lack its CSCA: so its fingerprint stands for it."""
    import json
    from base64 import urlsafe_b64decode

    text = json.loads((vectors / "seals/vdsnc/au_validVDSJson.json").read_text())["sig"]["cer"]
    der = urlsafe_b64decode(text + "=" * (-len(text) % 4))
    found = accept(Given(der, fingerprint=hashlib.sha256(der).hexdigest()), TODAY)
    assert named("vdsnc", found, "AUS", "") == ("AUS", "e7623a31f6188d37")


RECORD = KeyEnrolled(
    kid_of(SIGNER.public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)),
    *("seal", "ESB256", b"\4" + bytes(64), "DEU", "DEU", "2026-01-01", "2027-01-01"),
    *("vds", "DETS", "5B", "D", ("visa",)),
)


@pytest.mark.parametrize(
    "changed",
    [
        {"valid_from": ""},
        {"valid_until": "2025-01-01"},
        {"authority": "DE"},
        {"format": "vdsx"},
        {"issuer": ""},
        {"reference": "5b"},
        {"country": ""},
        {"classes": ()},
        {"classes": ("Visa",)},
        {"algorithm": "PS256"},
        {"format": "vdsnc", "issuer": "DEU", "reference": "00" * 8},  # a VDS-NC states no country beside its issuer
    ],
)
def test_what_no_trust_list_could_name(changed: dict[str, Any]) -> None:
    require_foreign(asdict(RECORD))
    with pytest.raises(KeyRefused):
        require_foreign(asdict(RECORD) | changed)
