"""A list that its authority signed: trust, status, issued. COSE_Sign1 (domain/cose.py) over canonical CBOR:

    payload = ["sceau.list/1", kind, authority, version, issued_at, next_update, as_of, body]
    kind        text        "trust", "status", "issued", ...
    authority   text        three letters, "MLI"
    version     from 1, one more with each list
    issued_at, next_update  Unix seconds, the first before the second
    as_of       number of ledger events that the list covers
    body        any canonical value; its meaning belongs to the kind

The first element separates these signatures from all others that a key could make. A reader gives the highest version
that it has seen as `version_min`: an older list, though signed, is refused.
"""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from sceau.domain import canonical, cose
from sceau.domain.errors import ListInvalid, NotCanonical, SignatureInvalid
from sceau.keys.keyring import Algorithm, Purpose, Signer, TrustedKey, verify

SIZE_MAX = 64 << 20
COUNT_MAX = (1 << 53) - 1  # what every reader can count exactly
TIME_MAX = 253402300799  # 9999-12-31T23:59:59Z
_CONTEXT = "sceau.list/1"
_COSE = {Algorithm.ED25519: cose.EDDSA, Algorithm.ES256: cose.ES256}


@dataclass(frozen=True, slots=True)
class SignedList:
    """A list whose signature held."""

    kind: str
    authority: str
    version: int
    issued_at: int
    next_update: int
    as_of: int
    body: Any


def sign_list(
    kind: str, authority: str, version: int, issued_at: int, next_update: int, as_of: int, body: Any, signer: Signer
) -> bytes:
    """Write and sign a list; raise ListInvalid for one that `read_list` would refuse."""
    found = SignedList(kind, authority, version, issued_at, next_update, as_of, body)
    _check_fields(found)
    payload = canonical.encode([_CONTEXT, kind, authority, version, issued_at, next_update, as_of, body])
    protected = cose.protected_header(_COSE[signer.algorithm], signer.kid)
    message = cose.join(protected, payload, signer.sign(cose.to_sign(protected, payload)))
    _check_size(message)
    return message


def read_list(message: bytes, kind: str, key: TrustedKey, version_min: int = 0) -> SignedList:
    """Read a list of `kind` that `key` signed for its authority; raise ListInvalid for anything else."""
    # 1. The key may sign lists.
    if key.purpose is not Purpose.LISTS or key.status == "revoked":
        raise ListInvalid(f"key {key.kid.hex()} ({key.purpose.value}, {key.status}) may not sign lists")
    # 2. The signature holds; nothing is parsed before.
    found = open_list(message, kind, key, version_min)
    # 3. The key speaks for this authority, and signed inside its period.
    if found.authority != key.authority:
        raise ListInvalid(f"key {key.kid.hex()} speaks for {key.authority}, not for {found.authority}")
    if not key.signs_on(datetime.fromtimestamp(found.issued_at, UTC).date()):
        raise ListInvalid(f"issued outside the signing period of key {key.kid.hex()}")
    return found


def peek(message: bytes) -> SignedList:
    """What a list says, whoever signed it: to be shown, never to be believed; ListInvalid if it is none."""
    _check_size(message)
    try:
        return _parse(canonical.decode(cose.split(message).payload))
    except NotCanonical as error:
        raise ListInvalid(error.detail) from None


def open_list(message: bytes, kind: str, key: TrustedKey, version_min: int) -> SignedList:
    """Check signature, form, kind and version only; what the key may sign is the caller's question."""
    _check_size(message)
    try:
        parts = cose.split(message)
        if parts.kid != key.kid or parts.algorithm != _COSE[key.algorithm]:
            raise ListInvalid(f"signed by key {parts.kid.hex()}, not by {key.kid.hex()}")
        verify(key, parts.signed, parts.signature)
        found = _parse(canonical.decode(parts.payload))
    except (NotCanonical, SignatureInvalid) as error:
        raise ListInvalid(error.detail) from None
    if found.kind != kind:
        raise ListInvalid(f"a list of kind '{found.kind}', not '{kind}'")
    if found.version < version_min:
        raise ListInvalid(f"version {found.version} is older than {version_min}, already seen")
    return found


def _parse(value: Any) -> SignedList:
    if type(value) is not list or len(value) != 8 or value[0] != _CONTEXT:
        raise ListInvalid("not a signed list")
    found = SignedList(*value[1:])
    _check_fields(found)
    return found


def _check_fields(found: SignedList) -> None:
    if type(found.kind) is not str or type(found.authority) is not str or not found.kind or not found.authority:
        raise ListInvalid("kind and authority are text")
    counts = (found.version, found.issued_at, found.next_update, found.as_of)
    if any(type(count) is not int or not 0 <= count <= COUNT_MAX for count in counts) or found.version < 1:
        raise ListInvalid("version, times and as_of are whole numbers; the first version is 1")
    if not found.issued_at < found.next_update <= TIME_MAX:
        raise ListInvalid("next_update is not after issued_at")


def _check_size(message: bytes) -> None:
    if len(message) > SIZE_MAX:
        raise ListInvalid(f"longer than {SIZE_MAX} bytes")
