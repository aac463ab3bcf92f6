"""HCERT, the health certificate of the EU and the WHO (EU eHealth Network, "HCERT" 1.0.5; WHO DDCC).

    seal    = "HC1:" Base45(zlib(message))
    message = COSE_Sign1 (foreign_cose.py), EdDSA, ES256 or PS256
    claims  = {1: state, 4: exp, 6: iat, -260: {1: certificate}}
    certificate = {"ver", "nam": {"fn", "gn", ...}, "dob", "v" | "t" | "r": [entry]}      vaccination, test, recovery

The key is named by the state of claim 1 and by the key id: the first 8 bytes of the SHA-256 of its certificate.
"""

from collections.abc import Mapping

from sceau.domain import canonical
from sceau.domain.errors import NotCanonical, SealMalformed, SealUnsupported
from sceau.domain.flaw import Flaw
from sceau.seals import base45, flat, foreign_cose
from sceau.seals.deflate import inflate
from sceau.seals.instant import day_of, last_day, read_instant
from sceau.seals.seal import ParsedSeal

_START = b"HC1:"
_ISSUER, _EXPIRES, _ISSUED_AT, _HCERT = 1, 4, 6, -260
_ALGORITHMS = {-8: ("EdDSA", (64,)), -7: ("ES256", (64,)), -37: ("PS256", (256, 384, 512))}
_KINDS = {"v": "vaccination", "t": "test", "r": "recovery"}
NAMES = {
    "nam.fn": "surname",
    "nam.gn": "given_names",
    "dob": "birth_date",
    **{f"{kind}.0.ci": "certificate_number" for kind in _KINDS},
    **{f"{kind}.0.co": "country" for kind in _KINDS},
    **{f"{kind}.0.is": "issuer" for kind in _KINDS},
}


def parse(data: bytes) -> ParsedSeal:
    """Read a certificate; SealMalformed where it breaks the grammar, SealUnsupported for another web token."""
    if not data.startswith(_START):
        raise SealMalformed(Flaw.HEADER, "HCERT: no HC1:")
    try:
        message = foreign_cose.split(inflate(base45.decode(data[len(_START) :])), _ALGORITHMS)
        claims = canonical.decode_foreign(message.payload)
    except NotCanonical as error:
        raise SealMalformed(Flaw.SPELLING, f"HCERT: {error}") from None
    if type(claims) is not dict or not isinstance(claims.get(_HCERT), Mapping):
        raise SealUnsupported(Flaw.NO_CERTIFICATE, "a health certificate without its content (claim -260)")
    content = claims[_HCERT].get(1)
    issuer = claims.get(_ISSUER, "")
    if type(content) is not dict or type(issuer) is not str:
        raise SealMalformed(Flaw.STRUCTURE, "HCERT: the certificate is not a map, or the issuer no text")
    issued_at, expires = (read_instant(claims, key) for key in (_ISSUED_AT, _EXPIRES))
    kind = next((name for letter, name in _KINDS.items() if content.get(letter)), None)
    return ParsedSeal(
        format="hcert",
        profile=kind or "",
        issuer=issuer,
        reference=message.kid.hex(),
        country=issuer or None,
        algorithm=_ALGORITHMS[message.algorithm][0],
        signed=message.signed,
        signature=message.signature,
        type_code=None,
        document_class=kind,
        issued_on=day_of(issued_at),
        issued_at=issued_at,
        valid_from=None,
        valid_until=last_day(expires),
        fields=flat.fields(content, NAMES),
    )
