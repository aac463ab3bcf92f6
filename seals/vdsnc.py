"""ICAO Visible Digital Seal for Non-Constrained environments, VDS-NC (ICAO TR "VDS-NC", 2021): health proofs, travel
authorisations.

    seal  = {"data": {"hdr": {"is", "t", "v"}, "msg": message}, "sig": {"alg", "cer", "sigvl"}}
    is    = the issuing state, three letters;  t = "icao.vacc", "icao.test", "icao.dta" ...;  v = 1
    alg   = "ES256" | "ES384" | "ES512";  cer, sigvl = Base64url of the signer's certificate (DER) and of r || s

Signed is `data` as RFC 8785 writes it. The certificate that comes along is not believed: it names the key, by the first
8 bytes of its SHA-256, and the key stands in the trust list or nowhere.
"""

import hashlib
from datetime import date

from sceau.domain.errors import SealMalformed, SealUnsupported
from sceau.domain.flaw import Flaw
from sceau.seals import base64url, flat, strict_json
from sceau.seals.seal import ParsedSeal

_SIZES = {"ES256": 64, "ES384": 96, "ES512": 132}
CLASSES = {"icao.dta": "visa", "icao.vacc": "vaccination", "icao.test": "test", "icao.rec": "recovery"}
NAMES = {
    "pid.n": "full_name",
    "pid.dob": "birth_date",
    "pid.sex": "sex",
    "pid.i": "number",
    "uvci": "certificate_number",
    "dn": "number",
    "n": "full_name",
    "dob": "birth_date",
    "nat": "nationality",
    "sex": "sex",
    "pn": "passport_number",
    "poi": "place",
    "vf": "valid_from",
    "vu": "valid_until",
    "noe": "entries",
    "dos": "stay_days",
    "tcc": "category",
}


def reference_of(certificate: bytes) -> str:
    """How a seal names the key of this certificate (DER)."""
    return hashlib.sha256(certificate).hexdigest()[:16]


def parse(data: bytes) -> ParsedSeal:
    """Read a seal; SealMalformed for anything but the form above, SealUnsupported for another version or algorithm."""
    match strict_json.read(data):
        case {
            "data": {"hdr": {"is": str(issuer), "t": str(kind), "v": int(version), **more}, "msg": dict(said), **other},
            "sig": {"alg": str(algorithm), "cer": str(certificate), "sigvl": str(signature), **odd},
            **rest,
        } as seal if not more and not other and not odd and not rest:
            pass
        case _:
            raise SealMalformed(
                Flaw.STRUCTURE, "VDS-NC: not data with header and message, and a signature with its certificate"
            )
    if type(version) is not int or version != 1 or algorithm not in _SIZES:
        raise SealUnsupported(Flaw.ALGORITHM, "a VDS-NC of another version or algorithm")
    if len(issuer) != 3 or not issuer.isascii() or not issuer.isalpha() or not issuer.isupper():
        raise SealMalformed(Flaw.NAME, "VDS-NC: the issuer is not three capital letters")
    signed_with = base64url.decode(signature)
    if len(signed_with) != _SIZES[algorithm]:
        raise SealMalformed(Flaw.SIGNATURE, "VDS-NC: a signature of an impossible length")
    fields = flat.fields(said, NAMES)
    return ParsedSeal(
        format="vdsnc",
        profile=kind,
        issuer=issuer,
        reference=reference_of(base64url.decode(certificate)),
        country=issuer,
        algorithm=algorithm,
        signed=strict_json.canonical(seal["data"]),
        signature=signed_with,
        type_code=None,
        document_class=CLASSES.get(kind),
        issued_on=None,
        issued_at=None,
        valid_from=_day(fields.get("valid_from")),
        valid_until=_day(fields.get("valid_until")),
        fields=fields,
    )


def _day(text: str | None) -> date | None:
    try:
        day = None if text is None else date.fromisoformat(text)
    except ValueError:
        day = date.min
    if day is not None and day.isoformat() != text:
        raise SealMalformed(Flaw.DATE, "VDS-NC: no such date")
    return day
