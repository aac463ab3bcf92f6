"""Accepting a key of another authority: its certificate is checked once, by an operator, before its key is trusted.

    1. the certificate is in force on the day, its key is one that seals are verified with
    2. chain: a country certificate issued it (self-signed CA, SHA-256 or better, RSA of 2048 bits at least) that was in
       force when the signer's began, and has not revoked it, where its revocation list is given
       or fingerprint: the SHA-256 that the operator got by another way is the file's
    3. issuer and reference are what seals of that format state (docs/format/trust.md)

What comes out is a trust list's record. The checker never sees the certificate.
"""

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from cryptography import x509
from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec, ed25519, rsa
from cryptography.hazmat.primitives.asymmetric.types import PublicKeyTypes
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat, load_pem_public_key
from cryptography.x509.oid import NameOID

from sceau.domain.errors import KeyRefused
from sceau.keys.certificate import NOT_READ, reference_of, whole
from sceau.keys.keyring import Algorithm, check_public

_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_RSA_BITS_MIN = 2048
_SIZE_MAX = 4096
_ALGORITHMS = {
    "secp256r1": Algorithm.ES256,
    "secp384r1": Algorithm.ES384,
    "secp521r1": Algorithm.ES512,
    "brainpoolP256r1": Algorithm.ESB256,
    "brainpoolP384r1": Algorithm.ESB384,
}
_KINDS = {  # EU eHealth Network: what a signer of health certificates is restricted to
    f"1.3.6.1.4.1.{arc}1847.2021.1.{number}": kind
    for arc in ("", "0.")
    for number, kind in enumerate(("test", "vaccination", "recovery"), 1)
}
CLASSES: Mapping[str, tuple[str, ...]] = {  # what the seals of each format may be, where nobody says otherwise
    "vds": ("travel", "unclassified", "visa"),
    "idb": ("travel", "unclassified", "visa"),
    "vdsnc": ("recovery", "test", "unclassified", "vaccination", "visa"),
    "2ddoc": ("identity", "test", "unclassified", "vaccination"),
    "hcert": ("recovery", "test", "vaccination"),
    "shc": ("test", "unclassified", "vaccination"),
    "claim169": ("unclassified",),
}


@dataclass(frozen=True, slots=True)
class Given:
    """What the operator gives: the file of a certificate, or of a bare public key, and what proves it."""

    file: bytes
    chain: bytes | None = None
    revoked: bytes | None = None
    fingerprint: str = ""  # SHA-256 of the certificate (DER) or of the bare key (DER), in hex


class Accepted(NamedTuple):
    """What was checked. `certificate` is empty for a bare public key."""

    algorithm: Algorithm
    public: bytes
    certificate: bytes
    subject: str
    issuer: str
    fingerprint: str
    first: date | None
    last: date | None
    classes: tuple[str, ...]  # what its extensions restrict it to; empty where they do not


def accept(given: Given, today: date) -> Accepted:
    """Check what was given; KeyRefused for anything that does not prove the key."""
    certificate = _certificate(given.file)
    key = certificate.public_key() if certificate else _bare(given.file)
    der = certificate.public_bytes(Encoding.DER) if certificate else _spki(key)
    fingerprint = hashlib.sha256(der).hexdigest()
    if len(der) > _SIZE_MAX:
        raise KeyRefused(f"longer than {_SIZE_MAX} bytes", why_fr=f"plus de {_SIZE_MAX} octets")
    # 1. In force, and a key that we can verify with.
    if certificate and not _first(certificate) <= today <= _last(certificate):
        raise KeyRefused(
            f"the certificate is in force from {_first(certificate)} to {_last(certificate)}",
            why_fr=f"le certificat est en vigueur du {_first(certificate)} au {_last(certificate)}",
        )
    algorithm, public = _public(key)
    # 2. The chain, or the fingerprint.
    if given.fingerprint:
        if given.fingerprint.lower().replace(":", "") != fingerprint:
            raise KeyRefused(
                f"the fingerprint of the file is {fingerprint}", why_fr=f"l'empreinte du fichier est {fingerprint}"
            )
    elif certificate is None or given.chain is None:
        raise KeyRefused(
            "give the country certificate that issued it, or a fingerprint that came by another way",
            why_fr="donnez le certificat national qui l'a délivré, ou une empreinte venue par une autre voie",
        )
    else:
        _check_chain(certificate, given.chain, given.revoked, today)
    if certificate is None:
        return Accepted(algorithm, public, b"", "", "", fingerprint, None, None, ())
    names = certificate.subject.rfc4514_string(), certificate.issuer.rfc4514_string()
    period = _first(certificate), _last(certificate)
    return Accepted(algorithm, public, der, *names, fingerprint, *period, _restricted(certificate))


def named(seal_format: str, accepted: Accepted, authority: str, country: str) -> tuple[str, str]:
    """Issuer and reference as the seals of this format state them; empty what the certificate does not tell."""
    if not accepted.certificate:
        return "", ""
    certificate = x509.load_der_x509_certificate(accepted.certificate)
    return _NAMED[seal_format](certificate, accepted.certificate, authority, country)


def _vds(certificate: x509.Certificate, der: bytes, authority: str, country: str) -> tuple[str, str]:
    subject = f"{_part(certificate.subject, NameOID.COUNTRY_NAME)}{_part(certificate.subject, NameOID.COMMON_NAME)}"
    return subject if len(subject) == 4 else "", reference_of(certificate.serial_number)


def _idb(certificate: x509.Certificate, der: bytes, authority: str, country: str) -> tuple[str, str]:
    return country, hashlib.sha1(der, usedforsecurity=False).hexdigest()[-10:]


def _vdsnc(certificate: x509.Certificate, der: bytes, authority: str, country: str) -> tuple[str, str]:
    return authority, hashlib.sha256(der).hexdigest()[:16]


def _twoddoc(certificate: x509.Certificate, der: bytes, authority: str, country: str) -> tuple[str, str]:
    return _part(certificate.issuer, NameOID.COMMON_NAME), _part(certificate.subject, NameOID.COMMON_NAME)


def _hcert(certificate: x509.Certificate, der: bytes, authority: str, country: str) -> tuple[str, str]:
    return _part(certificate.subject, NameOID.COUNTRY_NAME), hashlib.sha256(der).hexdigest()[:16]


def _untold(certificate: x509.Certificate, der: bytes, authority: str, country: str) -> tuple[str, str]:
    return "", ""


_NAMED: Mapping[str, Callable[[x509.Certificate, bytes, str, str], tuple[str, str]]] = {
    "vds": _vds,
    "idb": _idb,
    "vdsnc": _vdsnc,
    "2ddoc": _twoddoc,
    "hcert": _hcert,
    "shc": _untold,
    "claim169": _untold,
}


def _part(name: x509.Name, oid: x509.ObjectIdentifier) -> str:
    found = name.get_attributes_for_oid(oid)
    return str(found[0].value) if len(found) == 1 else ""


def _certificate(file: bytes) -> x509.Certificate | None:
    """The certificate, PEM or DER; None where the file is a public key."""
    if b"PUBLIC KEY-----" in file:
        return None
    try:
        pem = file.lstrip().startswith(b"-----BEGIN")
        return whole(x509.load_pem_x509_certificate(file) if pem else x509.load_der_x509_certificate(file))
    except NOT_READ:
        raise KeyRefused(
            "not a certificate, nor a public key in PEM", why_fr="ni un certificat, ni une clé publique en PEM"
        ) from None


def _bare(file: bytes) -> PublicKeyTypes:
    try:
        return load_pem_public_key(file)
    except NOT_READ:
        raise KeyRefused(
            "not a public key that seals are verified with", why_fr="pas une clé publique qui vérifie des sceaux"
        ) from None


def _spki(key: PublicKeyTypes) -> bytes:
    return key.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)


def _public(key: PublicKeyTypes) -> tuple[Algorithm, bytes]:
    """The algorithm that such a key signs seals with, and its bytes in a trust list."""
    if isinstance(key, ed25519.Ed25519PublicKey):
        algorithm, public = Algorithm.ED25519, key.public_bytes_raw()
    elif isinstance(key, rsa.RSAPublicKey):
        algorithm, public = Algorithm.PS256, _spki(key)
    elif isinstance(key, ec.EllipticCurvePublicKey) and key.curve.name in _ALGORITHMS:
        algorithm = _ALGORITHMS[key.curve.name]
        public = key.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
    else:
        raise KeyRefused(
            "a key of a kind or on a curve that no seal is verified with here",
            why_fr="une clé d'une sorte ou d'une courbe qui ne vérifie aucun sceau ici",
        )
    check_public(algorithm, public)
    return algorithm, public


def _check_chain(certificate: x509.Certificate, chain: bytes, revoked: bytes | None, today: date) -> None:
    authority = _certificate(chain)
    if authority is None or not _is_authority(authority):
        raise KeyRefused(
            "the country certificate is not one that may sign others",
            why_fr="le certificat national n'a pas le droit d'en signer d'autres",
        )
    for signed in (authority, certificate):
        _check_issued(signed, authority)
    if not _first(authority) <= _first(certificate) <= _last(authority):
        raise KeyRefused(
            "the country certificate was not in force when the signer's certificate began",
            why_fr="le certificat national n'était pas en vigueur quand celui du signataire a commencé",
        )
    if revoked is not None:
        _check_not_revoked(certificate, authority, revoked, today)


def _is_authority(authority: x509.Certificate) -> bool:
    try:
        return bool(authority.extensions.get_extension_for_class(x509.BasicConstraints).value.ca)
    except x509.ExtensionNotFound:
        return False


def _check_issued(certificate: x509.Certificate, authority: x509.Certificate) -> None:
    key = authority.public_key()
    if isinstance(key, rsa.RSAPublicKey) and key.key_size < _RSA_BITS_MIN:
        raise KeyRefused(
            f"the country certificate has an RSA key of fewer than {_RSA_BITS_MIN} bits",
            why_fr=f"le certificat national a une clé RSA de moins de {_RSA_BITS_MIN} bits",
        )
    try:
        certificate.verify_directly_issued_by(authority)
        known = isinstance(certificate.signature_hash_algorithm, _HASHES)
    except (*NOT_READ, InvalidSignature):
        known = False
    if not known:
        raise KeyRefused(
            f"{certificate.subject.rfc4514_string()}: not issued by the country certificate given",
            why_fr=f"{certificate.subject.rfc4514_string()} : pas délivré par le certificat national donné",
        )


def _check_not_revoked(certificate: x509.Certificate, authority: x509.Certificate, file: bytes, today: date) -> None:
    try:
        pem = file.lstrip().startswith(b"-----BEGIN")
        listed = x509.load_pem_x509_crl(file) if pem else x509.load_der_x509_crl(file)
        signed = listed.issuer == authority.subject and listed.is_signature_valid(authority.public_key())  # type: ignore[arg-type]
    except NOT_READ:
        signed = False
    if not signed:
        raise KeyRefused(
            "the revocation list is not the country's", why_fr="la liste de révocation n'est pas celle du pays"
        )
    until = listed.next_update_utc
    if until is None or not listed.last_update_utc.date() <= today <= until.date():
        raise KeyRefused("the revocation list is not in force", why_fr="la liste de révocation n'est pas en vigueur")
    if listed.get_revoked_certificate_by_serial_number(certificate.serial_number) is not None:
        raise KeyRefused("the certificate is revoked", why_fr="le certificat est révoqué")


def _restricted(certificate: x509.Certificate) -> tuple[str, ...]:
    try:
        usage = certificate.extensions.get_extension_for_class(x509.ExtendedKeyUsage).value
    except x509.ExtensionNotFound:
        return ()
    return tuple(sorted({_KINDS[oid.dotted_string] for oid in usage if oid.dotted_string in _KINDS}))


def _first(certificate: x509.Certificate) -> date:
    return certificate.not_valid_before_utc.date()


def _last(certificate: x509.Certificate) -> date:
    return certificate.not_valid_after_utc.date()
