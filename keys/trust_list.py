"""The trust list: which keys a checker accepts, signed by the root key that was installed with it.

A signed list (keys/signed_list.py) of kind "trust", as_of 0, by an Ed25519 root key, with

    body = {"csca": [DER, ...], "keys": [key, ...]}      in bytewise order of the DER, of the kids
    key  = {"purpose", "algorithm", "public", "authority", "office", "valid_from", "valid_until", "format", "issuer",
            "reference", "country", "classes", "status", "ended_on", "certificate"}       all present

Reading it is where trust is made: each key passes the enrolment gate, and the certificate of each barcode signer of the
list's own authority must say what its record says and chain to a CSCA of the list. A key of another authority stands
without its certificate: an operator checked that once (`sceau trust accept`), and the root signed the outcome.
One value has one spelling; anything else is refused.
Each field is described in docs/format/trust.md.
"""

import re
from collections.abc import Mapping
from datetime import date
from typing import Any

from sceau.domain.errors import KeyRefused, ListInvalid
from sceau.keys.certificate import check_barcode_signer, read_csca
from sceau.keys.foreign_keys import CURVES
from sceau.keys.keyring import Algorithm, Purpose, Signer, TrustedKey, TrustList, check_point, check_public, kid_of
from sceau.keys.signed_list import open_list, sign_list

KIND = "trust"
KEYS_MAX = 10_000
CSCA_MAX = 100
_TEXTS = ("authority", "office", "format", "issuer", "reference", "country", "status")
_BYTES = ("public", "certificate")
_OURS = (Algorithm.ED25519, Algorithm.ES256)
_STATUSES = ("active", "retired", "revoked")
_AUTHORITY = re.compile("[A-Z]{3}")
_OFFICE = re.compile("[A-Z][A-Z0-9-]{1,15}")
_CLASS = re.compile("[a-z][a-z0-9_]{0,39}")
_CODES = re.compile("(?:[0-9a-f]{2}){1,32}")
_NAME = re.compile("[!-~]{1,200}")
_STATED = re.compile("[A-Z]{1,3}")
_NONE = re.compile("")
_NIST = {Algorithm.ES256, Algorithm.ES384, Algorithm.ES512}
_CURVES = {Algorithm(name) for name in ("ES256", *CURVES)}
SPELLING = {  # per seal format: algorithms, issuer, reference, country
    "vds": (_CURVES, re.compile("[A-Z]{2}[A-Z0-9]{2}"), re.compile("[0-9A-Z]{1,40}"), _STATED),
    "claim169": ({Algorithm.ED25519, Algorithm.ES256}, _NAME, _CODES, re.compile("(?:[A-Z]{3})?")),
    "idb": (_CURVES, _STATED, re.compile("[0-9a-f]{10}"), _STATED),
    "vdsnc": (
        {Algorithm("ES256"), Algorithm("ES384"), Algorithm("ES512")},
        _AUTHORITY,
        re.compile("[0-9a-f]{16}"),
        _NONE,
    ),
    "2ddoc": (_CURVES, re.compile("[A-Z]{2}[A-Z0-9]{2}"), re.compile("[0-9A-Z]{4}"), re.compile("[A-Z]{2}")),
    "hcert": ({Algorithm.ED25519, Algorithm.ES256, Algorithm.PS256}, _NAME, _CODES, _NONE),
    "shc": ({Algorithm.ES256}, _NAME, re.compile("[A-Za-z0-9_-]{1,64}"), _NONE),
}


def write_trust_list(trust: TrustList, root: Signer) -> bytes:
    """Sign a trust list; raise ListInvalid or KeyRefused for one that `read_trust_list` would refuse."""
    body = {
        "csca": sorted(trust.csca),
        "keys": [_key_map(key) for key in sorted(trust.keys, key=lambda key: key.kid)],
    }
    if any(key.kid != kid_of(key.public) for key in trust.keys):
        raise ListInvalid("a key id is not the hash of its key")
    message = sign_list(KIND, trust.authority, trust.version, trust.issued_at, trust.next_update, 0, body, root)
    read_trust_list(message, root.public, trust.version)
    return message


def read_trust_list(message: bytes, root_public: bytes, version_min: int = 0) -> TrustList:
    """Read what the root signed; raise ListInvalid for anything else, or for a version below `version_min`."""
    # 1. The root's signature, the kind and the version.
    found = open_list(message, KIND, _root_key(root_public), version_min)
    if not _AUTHORITY.fullmatch(found.authority) or found.as_of != 0:
        raise ListInvalid("trust list: authority is three letters, as_of is 0")
    # 2. The form of the body.
    csca, maps = _parse_body(found.body)
    # 3. Each key: its spelling and the enrolment gate.
    keys = tuple(_read_key(value, found.authority) for value in maps)
    if [key.kid for key in keys] != sorted(key.kid for key in keys):
        raise ListInvalid("trust list: keys out of order")
    # 4. Each barcode signer: its certificate and the chain.
    cscas = [read_csca(der) for der in csca]
    for key in keys:
        if key.certificate:
            check_barcode_signer(key, cscas)
    # 5. No key and no seal name twice.
    return TrustList(found.authority, found.version, found.issued_at, found.next_update, keys, tuple(csca))


def require_foreign(record: Mapping[str, Any]) -> None:
    """KeyRefused unless a trust list can name this key of another authority; `record`: its fields, kid included."""
    named = {"status": "active", "ended_on": None, "certificate": b""}
    try:
        _check_key(TrustedKey.of(record["kid"], {**record, **named}), "")
    except ListInvalid as error:
        raise KeyRefused(
            error.detail,
            why_fr=f"elle n'entre dans aucune liste de confiance ; en anglais : {error.detail}",
        ) from None
    except ValueError:
        raise KeyRefused(
            "the signing period needs a first and a last day, written YYYY-MM-DD",
            why_fr="la période de signature veut un premier et un dernier jour, écrits AAAA-MM-JJ",
        ) from None


def _root_key(public: bytes) -> TrustedKey:
    if len(public) != 32:
        raise KeyRefused(
            "the root key is an Ed25519 key of 32 bytes", why_fr="la clé racine est une clé Ed25519 de 32 octets"
        )
    check_point(public)
    return TrustedKey(kid_of(public), Purpose.ROOT, Algorithm.ED25519, public, "", "", date.min, date.max)


def _parse_body(body: Any) -> tuple[list[bytes], list[dict[str, Any]]]:
    match body:
        case {"csca": list(csca), "keys": list(maps), **rest} if not rest:
            pass
        case _:
            raise ListInvalid("trust list: the body is csca and keys")
    if len(csca) > CSCA_MAX or len(maps) > KEYS_MAX:
        raise ListInvalid(f"trust list: more than {CSCA_MAX} country certificates or {KEYS_MAX} keys")
    if any(type(der) is not bytes for der in csca) or csca != sorted(set(csca)):
        raise ListInvalid("trust list: country certificates out of order or doubled")
    return csca, maps


def _key_map(key: TrustedKey) -> dict[str, Any]:
    return {
        "purpose": key.purpose.value,
        "algorithm": key.algorithm.value,
        "public": key.public,
        "authority": key.authority,
        "office": key.office,
        "valid_from": key.valid_from.isoformat(),
        "valid_until": key.valid_until.isoformat(),
        "format": key.format,
        "issuer": key.issuer,
        "reference": key.reference,
        "country": key.country,
        "classes": sorted(key.classes),
        "status": key.status,
        "ended_on": key.ended_on.isoformat() if key.ended_on else None,
        "certificate": key.certificate,
    }


def _read_key(value: Any, authority: str) -> TrustedKey:
    try:
        key = _build(value)
        check_public(key.algorithm, key.public)
    except (KeyError, TypeError, ValueError, AttributeError):
        raise ListInvalid("trust list: a key record that we cannot read") from None
    except KeyRefused as error:
        raise ListInvalid(f"trust list: {error.detail}") from None
    if _key_map(key) != value:
        raise ListInvalid("trust list: a key record in another spelling")
    _check_key(key, authority)
    return key


def _build(value: Mapping[str, Any]) -> TrustedKey:
    texts = [value[name] for name in _TEXTS] + value["classes"]
    if any(type(text) is not str for text in texts) or any(type(value[name]) is not bytes for name in _BYTES):
        raise TypeError
    return TrustedKey.of(kid_of(value["public"]), value)


def _check_key(key: TrustedKey, authority: str) -> None:
    name = key.kid.hex()
    if not _AUTHORITY.fullmatch(key.authority) or not _OFFICE.fullmatch(key.office):
        raise ListInvalid(f"key {name}: authority or office is not spelled as it must be")
    if key.valid_from > key.valid_until:
        raise ListInvalid(f"key {name}: ends before it begins")
    if key.status not in _STATUSES or (key.status == "active") is not (key.ended_on is None):
        raise ListInvalid(f"key {name}: status is active, or retired or revoked with the last day of signing")
    if key.purpose is Purpose.SEAL:
        _check_seal_key(key, authority)
    elif key.algorithm not in _OURS:
        raise ListInvalid(f"key {name}: only a seal is signed with {key.algorithm.value}")
    elif any((key.format, key.issuer, key.reference, key.country, key.classes, key.certificate)):
        raise ListInvalid(f"key {name}: only a seal key has a format, a seal's name, classes or a certificate")


def _check_seal_key(key: TrustedKey, authority: str) -> None:
    name = f"seal key {key.format} {key.issuer} {key.reference}"
    if key.format not in SPELLING:
        raise ListInvalid(f"{name}: unknown format")
    algorithms, issuer, reference, country = SPELLING[key.format]
    named = issuer.fullmatch(key.issuer) and reference.fullmatch(key.reference) and country.fullmatch(key.country)
    if key.format == "vds" and key.authority == authority:
        named = named and _AUTHORITY.fullmatch(key.country)
    if key.algorithm not in algorithms or not named:
        raise ListInvalid(f"{name}: algorithm, issuer, reference or country does not fit the format")
    if not key.classes or not all(_CLASS.fullmatch(one) for one in key.classes):
        raise ListInvalid(f"{name}: no document class, or one in another spelling")
    if bool(key.certificate) is not (key.format == "vds" and key.authority == authority):
        raise ListInvalid(f"{name}: a vds key of the list's own authority has a certificate, no other has")
