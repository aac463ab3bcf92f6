"""A small certificate authority for visible digital seals: country certificate (CSCA) -> barcode signer, both P-256.

    CSCA     subject = issuer = C=ML, CN=...   BasicConstraints CA path 0, KeyUsage (both critical), SKI, AKI,
             PrivateKeyUsagePeriod (the 3 to 5 years in which it signs)
    signer   subject C=ML, CN=V1, serial = certificate reference
             AuthorityKeyIdentifier, ExtKeyUsage 2.23.136.1.1.11.1 (critical), DocumentType (if given); no others

Profiles: ICAO Doc 9303-12 section 7 and 9303-13. Two demands stand open. Doc 9303-12 asks for explicit curve
parameters, and the library names the curve (nearly every reader wants that); and a CSCA for the ICAO key directory also
carries alternative names and a CRL distribution point, which name services that a ministry must first run. A ministry's
own CSCA issues the signer's certificate then, and only the trust list changes.
"""

from collections.abc import Sequence
from datetime import UTC, date, datetime, time

from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from cryptography.hazmat.primitives.serialization import Encoding
from cryptography.x509.oid import NameOID

from sceau.domain.errors import KeyRefused
from sceau.keys.certificate import BARCODE_SIGNER, DOCUMENT_TYPE, read_csca
from sceau.keys.keyring import Algorithm, Signer, check_point
from sceau.keys.signer import Random

_PLACEHOLDER = ec.derive_private_key(1, ec.SECP256R1())
_SERIAL_MAX = (1 << 159) - 1


def create_csca(
    country: str,
    name: str,
    signer: Signer,
    valid_from: date,
    signs_until: date,
    valid_until: date,
    random: Random,
) -> bytes:
    """The DER of a self-signed country certificate; `valid_until` covers the longest document signed under it."""
    if not valid_from <= signs_until <= valid_until:
        raise KeyRefused("a CSCA signs within its validity", why_fr="une CSCA signe pendant sa validité")
    subject = _name(country, name)
    public = _public(signer.public)
    identifier = x509.SubjectKeyIdentifier.from_public_key(public)
    builder = _builder(subject, subject, public, int.from_bytes(random(16), "big") | 1, valid_from, valid_until)
    for extension, critical in (
        (x509.BasicConstraints(ca=True, path_length=0), True),
        (_key_usage(), True),
        (identifier, False),
        (x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), False),
        (x509.PrivateKeyUsagePeriod(_first(valid_from), _last(signs_until)), False),
    ):
        builder = builder.add_extension(extension, critical)
    return _sign(builder, signer)


def issue_barcode_signer(
    csca: bytes,
    csca_signer: Signer,
    signer_id: str,
    public: bytes,
    serial: int,
    valid_from: date,
    valid_until: date,
    document_types: Sequence[str] = (),
) -> bytes:
    """The DER of the certificate of a signer such as "MLV1"; `serial` becomes its reference and is used once.

    `valid_until` covers the last document, so it lies later than the end of signing. `document_types` are the first
    letters of the MRZs that the key may sign ("V"). Raises KeyRefused for a bad key or name, or another CSCA's key.
    """
    issuer = read_csca(csca)
    if issuer.public_key() != _public(csca_signer.public):
        raise KeyRefused("this is not the key of that CSCA", why_fr="ce n'est pas la clé de cette CSCA")
    if len(signer_id) != 4 or not signer_id.isalnum() or not signer_id.isascii() or signer_id != signer_id.upper():
        raise KeyRefused(
            "a signer identifier is a country's two letters and two more capitals or digits",
            why_fr="un identifiant de signataire a les deux lettres d'un pays et deux autres majuscules ou chiffres",
        )
    if not valid_from <= valid_until:
        raise KeyRefused("a certificate ends before it begins", why_fr="un certificat finit avant de commencer")
    identifier = issuer.extensions.get_extension_for_class(x509.SubjectKeyIdentifier).value
    subject = _name(signer_id[:2], signer_id[2:])
    builder = _builder(subject, issuer.subject, _public(public), serial, valid_from, valid_until)
    builder = builder.add_extension(x509.AuthorityKeyIdentifier.from_issuer_subject_key_identifier(identifier), False)
    builder = builder.add_extension(x509.ExtendedKeyUsage([BARCODE_SIGNER]), True)
    if document_types:
        builder = builder.add_extension(
            x509.UnrecognizedExtension(DOCUMENT_TYPE, _document_types(document_types)), False
        )
    return _sign(builder, csca_signer)


def _builder(
    subject: x509.Name,
    issuer: x509.Name,
    public: ec.EllipticCurvePublicKey,
    serial: int,
    valid_from: date,
    valid_until: date,
) -> x509.CertificateBuilder:
    if not 0 < serial <= _SERIAL_MAX:
        raise KeyRefused(
            "a serial number is positive and has at most 20 bytes",
            why_fr="un numéro de série est positif et a au plus 20 octets",
        )
    builder = x509.CertificateBuilder(issuer, subject, public, serial)
    return builder.not_valid_before(_first(valid_from)).not_valid_after(_last(valid_until))


def _sign(builder: x509.CertificateBuilder, signer: Signer) -> bytes:
    """Build with a placeholder key, then put our signature: the signer may be a token that shows no private key."""
    if signer.algorithm is not Algorithm.ES256:
        raise KeyRefused(
            "certificates of seals are signed with P-256", why_fr="les certificats des sceaux sont signés avec P-256"
        )
    draft = builder.sign(_PLACEHOLDER, hashes.SHA256())
    signed = draft.tbs_certificate_bytes
    whole = draft.public_bytes(Encoding.DER)
    algorithm = whole[_content_start(whole) + len(signed) :][
        :12
    ]  # SEQUENCE { ecdsa-with-SHA256 }, RFC 5758 section 3.2
    raw = signer.sign(signed)
    signature = encode_dss_signature(int.from_bytes(raw[:32], "big"), int.from_bytes(raw[32:], "big"))
    return _der(0x30, signed + algorithm + _der(0x03, b"\0" + signature))


def _public(public: bytes) -> ec.EllipticCurvePublicKey:
    if len(public) != 65:
        raise KeyRefused("a barcode signer's key is on P-256", why_fr="la clé d'un signataire de codes est sur P-256")
    check_point(public)
    return ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), public)


def _name(country: str, name: str) -> x509.Name:
    if len(country) != 2 or not country.isalpha() or not country.isascii() or country != country.upper():
        raise KeyRefused("a country is two capital letters", why_fr="un pays a deux lettres majuscules")
    country_name = x509.NameAttribute(NameOID.COUNTRY_NAME, country)
    return x509.Name([country_name, x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _key_usage() -> x509.KeyUsage:
    return x509.KeyUsage(
        digital_signature=False,
        content_commitment=False,
        key_encipherment=False,
        data_encipherment=False,
        key_agreement=False,
        key_cert_sign=True,
        crl_sign=True,
        encipher_only=False,
        decipher_only=False,
    )


def _document_types(types: Sequence[str]) -> bytes:
    """SEQUENCE { version 0, SET OF PrintableString (1..2) } (9303-12, DocumentTypeListSyntax), the set in DER order."""
    if any(not 1 <= len(one) <= 2 or not one.isalpha() or one != one.upper() or not one.isascii() for one in types):
        raise KeyRefused(
            "a document type is one or two capital letters of the MRZ",
            why_fr="un type de document a une ou deux lettres majuscules de la MRZ",
        )
    listed = b"".join(sorted(_der(0x13, one.encode()) for one in set(types)))
    return _der(0x30, _der(0x02, b"\0") + _der(0x31, listed))


def _der(tag: int, content: bytes) -> bytes:
    size = len(content)
    if size < 0x80:
        return bytes((tag, size)) + content
    digits = size.to_bytes((size.bit_length() + 7) // 8, "big")
    return bytes((tag, 0x80 | len(digits))) + digits + content


def _content_start(der: bytes) -> int:
    return 2 if der[1] < 0x80 else 2 + (der[1] & 0x7F)


def _first(day: date) -> datetime:
    return datetime.combine(day, time(0, 0, 0), UTC)


def _last(day: date) -> datetime:
    return datetime.combine(day, time(23, 59, 59), UTC)
