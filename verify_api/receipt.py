"""A signed "I checked": what a checker answered about a seal, when, from which lists. COSE_Sign1 (domain/cose.py) of

    payload = ["sceau.receipt/1", at, code, notes, seal, trust, status, issued]      docs/format/receipt.md
    at      Unix seconds                       code    the verdict's            notes   [code, ...] as in the verdict
    seal    the seal_id, 32 bytes, or h'' where the code could not be read as a seal
    trust, status, issued = [authority, version, as_of, SHA-256 of the file], or [] where there was none; trust: as_of 0

It names nobody, neither the document's holder nor who asked, and the checker keeps none: it is the asker's to keep.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, NamedTuple

from sceau.domain import canonical, cose
from sceau.domain.errors import InputUnreadable, NotCanonical, SignatureInvalid
from sceau.keys.keyring import Algorithm, Signer, kid_of, verify_ed25519
from sceau.verify_api.directory import Published
from sceau.verify_api.lists import IssuedList, StatusList
from sceau.verify_api.verdict import Verdict

CONTEXT = "sceau.receipt/1"
SIZE_MAX = 2048
_TIME_MAX = 253_402_300_799  # 9999-12-31T23:59:59Z


class UsedList(NamedTuple):
    """A list that a verdict rested on."""

    authority: str
    version: int
    as_of: int
    sha256: bytes


@dataclass(frozen=True, slots=True)
class Receipt:
    """What a checker says that it answered."""

    at: int
    code: str
    notes: tuple[str, ...]
    seal_id: bytes
    trust: UsedList
    status: UsedList | None
    issued: UsedList | None

    def to_json(self) -> dict[str, Any]:
        """For programs: names as in a verdict, times in RFC 3339, digests in hex."""
        used = {name: getattr(self, name) for name in ("trust", "status", "issued")}
        return {
            "at": datetime.fromtimestamp(self.at, UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            "code": self.code,
            "notes": list(self.notes),
            "seal_id": self.seal_id.hex() or None,
            "lists": {n: one and {**one._asdict(), "sha256": one.sha256.hex()} for n, one in used.items()},
        }


class Receipts:
    """Signs receipts with the key that the operator gave; `now` is Unix seconds."""

    def __init__(self, signer: Signer, now: Callable[[], float]) -> None:
        if signer.algorithm is not Algorithm.ED25519:
            raise ValueError("receipts are signed with Ed25519")
        self.public = signer.public
        self._signer = signer
        self._now = now
        self._protected = cose.protected_header(cose.EDDSA, signer.kid)

    def make(self, verdict: Verdict, known: Published) -> bytes:
        """The receipt for a verdict that rests on `known`."""
        notes = [note.name for note in verdict.notes]
        seal = verdict.seal.seal_id if verdict.seal else b""
        payload = canonical.encode([CONTEXT, int(self._now()), verdict.code.value, notes, seal, *_used(known)])
        return cose.join(self._protected, payload, self._signer.sign(cose.to_sign(self._protected, payload)))


def read_receipt(message: bytes, public: bytes) -> Receipt:
    """The receipt that the checker with this public key signed.

    Raises SignatureInvalid if it did not, InputUnreadable for what is no receipt.
    """
    if len(message) > SIZE_MAX:
        raise InputUnreadable(f"a receipt has at most {SIZE_MAX} bytes", why_fr=f"un reçu a au plus {SIZE_MAX} octets")
    try:
        parts = cose.split(message)
    except NotCanonical as error:
        raise InputUnreadable(f"not a receipt: {error.detail}", why_fr="pas un reçu") from None
    if parts.algorithm != cose.EDDSA or parts.kid != kid_of(public):
        raise SignatureInvalid(f"the receipt names key {parts.kid.hex()}, not {kid_of(public).hex()}")
    verify_ed25519(public, parts.signed, parts.signature)
    try:
        return _parsed(canonical.decode(parts.payload))
    except (NotCanonical, ValueError) as error:
        raise InputUnreadable(f"not a receipt: {error}", why_fr="pas un reçu") from None


def _used(known: Published) -> list[list[Any]]:
    named = (("trust", known.trust), ("status", known.status), ("issued", known.issued))
    return [_row(name, listed, known) for name, listed in named]


def _row(name: str, listed: Any, known: Published) -> list[Any]:
    if listed is None:
        return []
    as_of = listed.as_of if isinstance(listed, StatusList | IssuedList) else 0
    return [listed.authority, listed.version, as_of, bytes.fromhex(known.files[name].sha256)]


def _parsed(value: Any) -> Receipt:
    if type(value) is not list or len(value) != 8 or value[0] != CONTEXT:
        raise ValueError("the first element is not its name")
    _, at, code, notes, seal, *lists = value
    if type(at) is not int or not 0 <= at <= _TIME_MAX or type(code) is not str:
        raise ValueError("time and code are a number and a text")
    if type(notes) is not list or any(type(note) is not str for note in notes):
        raise ValueError("notes are texts")
    if type(seal) is not bytes or len(seal) not in (0, 32):
        raise ValueError("a seal_id has 32 bytes")
    trust, status, issued = map(_list, lists)
    if trust is None:
        raise ValueError("there is no verdict without a trust list")
    return Receipt(at, code, tuple(notes), seal, trust, status, issued)


def _list(row: Any) -> UsedList | None:
    match row:
        case []:
            return None
        case [str(authority), int(version), int(as_of), bytes(digest)] if len(digest) == 32 and version > 0 <= as_of:
            return UsedList(authority, version, as_of, digest)
    raise ValueError("a list is [authority, version, as_of, SHA-256]")
