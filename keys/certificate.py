"""Barcode signer certificates, as a checker of trust lists judges them (ICAO Doc 9303-12 and 9303-13).

    CSCA   self-signed, CA, may sign certificates
    signer subject C=ML, CN=V1 -> signer identifier "MLV1"; serial 01A3 -> certificate reference "01A3"
           extensions: AuthorityKeyIdentifier, ExtKeyUsage 2.23.136.1.1.11.1 (critical), DocumentType; no others

A seal names its key by signer identifier and certificate reference, so both must be what the certificate says.
"""

from collections.abc import Iterable, Sequence
from datetime import date
from typing import TypeVar

from cryptography import x509
from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import ExtensionOID, NameOID

from sceau.domain.errors import ListInvalid
from sceau.keys.keyring import TrustedKey

BARCODE_SIGNER = x509.ObjectIdentifier("2.23.136.1.1.11.1")
DOCUMENT_TYPE = x509.ObjectIdentifier("2.23.136.1.1.6.2")
_ALLOWED = {ExtensionOID.AUTHORITY_KEY_IDENTIFIER, ExtensionOID.EXTENDED_KEY_USAGE, DOCUMENT_TYPE}
_HASHES = (hashes.SHA256, hashes.SHA384, hashes.SHA512)
_SIZE_MAX = 4096
NOT_READ = (  # what reading a certificate, a revocation list or their parts raises
    ValueError,
    TypeError,
    UnsupportedAlgorithm,
    x509.InvalidVersion,
    x509.DuplicateExtension,
    x509.UnsupportedGeneralNameType,
)
_Extension = TypeVar("_Extension", bound=x509.ExtensionType)


def reference_of(serial: int) -> str:
    """The certificate reference that seals state: the serial number's bytes in capital hex."""
    digits = f"{serial:X}"
    return digits if len(digits) % 2 == 0 else f"0{digits}"


def read_csca(der: bytes) -> x509.Certificate:
    """A country certificate; raise ListInvalid unless it is a self-signed CA's."""
    csca = _load(der)
    extensions = csca.extensions
    basic = _value(extensions, x509.BasicConstraints)
    usage = _value(extensions, x509.KeyUsage)
    if basic is None or not basic.ca or usage is None or not usage.key_cert_sign:
        raise ListInvalid("CSCA: not a certificate that may sign others")
    _check_issued_by(csca, [csca])
    return csca


def check_barcode_signer(key: TrustedKey, cscas: Sequence[x509.Certificate]) -> None:
    """Raise ListInvalid unless the certificate of `key` says what `key` says, and a CSCA issued it."""
    certificate = _load(key.certificate)
    # 1. The same key.
    if _public(certificate) != key.public:
        raise ListInvalid(f"{key.issuer} {key.reference}: the certificate is of another key")
    # 2. The same name: subject and serial (9303-13, header of a VDS).
    if _subject(certificate) != key.issuer or reference_of(certificate.serial_number) != key.reference:
        raise ListInvalid(f"{key.issuer} {key.reference}: the certificate names another signer")
    # 3. The profile of a barcode signer (9303-12, table of certificate extensions).
    _check_profile(certificate)
    # 4. The signing period lies inside the certificate's.
    if not _days(certificate)[0] <= key.valid_from <= key.valid_until <= _days(certificate)[1]:
        raise ListInvalid(f"{key.issuer} {key.reference}: signing period outside the certificate's validity")
    # 5. A country certificate issued it.
    _check_issued_by(certificate, cscas)


def _load(der: bytes) -> x509.Certificate:
    if len(der) > _SIZE_MAX:
        raise ListInvalid(f"certificate longer than {_SIZE_MAX} bytes")
    try:
        return whole(x509.load_der_x509_certificate(der))
    except NOT_READ as error:
        raise ListInvalid(f"not an X.509 certificate: {error}") from None


def whole(certificate: x509.Certificate) -> x509.Certificate:
    """The same, each part of it read: they are parsed on first use, and what cannot be is one of NOT_READ."""
    for part in ("subject", "issuer", "extensions", "not_valid_before_utc", "not_valid_after_utc"):
        getattr(certificate, part)
    certificate.public_key()
    if certificate.serial_number <= 0:
        raise ValueError("its serial number is not positive")
    return certificate


def _value(extensions: x509.Extensions, kind: type[_Extension]) -> _Extension | None:
    try:
        return extensions.get_extension_for_class(kind).value
    except x509.ExtensionNotFound:
        return None


def _public(certificate: x509.Certificate) -> bytes:
    public = certificate.public_key()
    if not isinstance(public, ec.EllipticCurvePublicKey):
        raise ListInvalid("the certificate is not of an elliptic-curve key")
    return public.public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)


def _subject(certificate: x509.Certificate) -> str:
    parts = [(part.oid, str(part.value)) for part in certificate.subject]
    if [oid for oid, _ in parts] != [NameOID.COUNTRY_NAME, NameOID.COMMON_NAME]:
        raise ListInvalid("barcode signer: the subject is country and common name, nothing else")
    return "".join(value for _, value in parts)


def _check_profile(certificate: x509.Certificate) -> None:
    extensions = certificate.extensions
    if not {extension.oid for extension in extensions} <= _ALLOWED:
        raise ListInvalid("barcode signer: an extension that must not be there")
    usage = _value(extensions, x509.ExtendedKeyUsage)
    if usage is None or list(usage) != [BARCODE_SIGNER]:
        raise ListInvalid("barcode signer: extended key usage is not 2.23.136.1.1.11.1")
    critical = {extension.oid for extension in extensions if extension.critical}
    if critical != {ExtensionOID.EXTENDED_KEY_USAGE}:
        raise ListInvalid("barcode signer: extended key usage, and only that, must be critical")
    if _value(extensions, x509.AuthorityKeyIdentifier) is None:
        raise ListInvalid("barcode signer: no authority key identifier")


def _check_issued_by(certificate: x509.Certificate, cscas: Iterable[x509.Certificate]) -> None:
    if not any(_issued(certificate, csca) for csca in cscas):
        raise ListInvalid(f"certificate of {certificate.subject.rfc4514_string()}: no CSCA listed issued it")


def _issued(certificate: x509.Certificate, csca: x509.Certificate) -> bool:
    first, last = _days(csca)
    if not first <= _days(certificate)[0] <= _days(certificate)[1] <= last:
        return False
    try:
        known_hash = isinstance(certificate.signature_hash_algorithm, _HASHES)
        certificate.verify_directly_issued_by(csca)
    except (*NOT_READ, InvalidSignature):
        return False
    return known_hash


def _days(certificate: x509.Certificate) -> tuple[date, date]:
    return certificate.not_valid_before_utc.date(), certificate.not_valid_after_utc.date()
