"""The trust list of a delta: what is new in it, beside the one of the file before (docs/format/pack.md).

    renewal = [head, edits, signature]
    head    = the payload of the new trust list up to its body: array of 8, and 7 items
    edits   = [[start, end, bytes], ...]   of the body before, these bytes stand in place of those from start to end
    message = protected header of the trust list before, head || body of the trust list before, edited, signature

Trust lists are signed anew with each publication and seldom say much new; one of 240 keys outweighs the documents of a
day. What is rebuilt is verified like any other trust list.
"""

from collections.abc import Sequence
from difflib import SequenceMatcher
from itertools import accumulate
from typing import NamedTuple, TypeAlias

from sceau.domain import canonical, cose
from sceau.domain.errors import ListInvalid, NotCanonical

EDITS_MAX = 1_000
_BODY = 7  # its place in the payload of a signed list
_PROTECTED = slice(3, 16)
Edit: TypeAlias = tuple[int, int, bytes]  # the bytes that stand in place of those from start to end, not included
_ARRAY, _MAP = 4, 5  # major types (RFC 8949 section 3.1)


class Renewal(NamedTuple):
    """What a trust list says anew."""

    head: bytes
    edits: tuple[Edit, ...]
    signature: bytes


def read_renewal(value: object) -> Renewal | None:
    """The renewal in a decoded file; None for anything else."""
    match value:
        case [bytes(head), list(edits), bytes(signature)] if all(map(_is_edit, edits)):
            return Renewal(head, tuple(tuple(edit) for edit in edits), signature)
    return None


def renew(before: bytes, renewal: Renewal) -> bytes:
    """The new trust list, from the one before; ListInvalid where there is nothing to renew."""
    try:
        payload = cose.split(before).payload
        body = _edited(payload[_body_at(payload) :], renewal.edits)
        return cose.join(before[_PROTECTED], renewal.head + body, renewal.signature)
    except NotCanonical as error:
        raise ListInvalid(f"pack-delta: no trust list can be renewed: {error.detail}") from None


def newest_trust(parts: Sequence[bytes | Renewal]) -> bytes:
    """The last trust list of a chain of files; ListInvalid where the first is none."""
    found = b""
    for part in parts:
        found = renew(found, part) if isinstance(part, Renewal) else part
    return found


def renewal_of(before: bytes, after: bytes) -> Renewal | None:
    """How `after` renews the trust list `before`; None under another root key, or for too many edits."""
    old, new = cose.split(before).payload, cose.split(after)
    at, new_at = _body_at(old), _body_at(new.payload)
    made = Renewal(new.payload[:new_at], _edits(old[at:], new.payload[new_at:]), new.signature)
    return made if len(made.edits) <= EDITS_MAX and renew(before, made) == after else None


def _is_edit(value: object) -> bool:
    return type(value) is list and [type(one) for one in value] == [int, int, bytes]


def _edited(body: bytes, edits: Sequence[Edit]) -> bytes:
    """Edits stand in order, apart from one another, and each changes something; else NotCanonical."""
    if len(edits) > EDITS_MAX:
        raise NotCanonical(f"more than {EDITS_MAX} edits")
    parts, at = [], 0
    for n, (start, end, fresh) in enumerate(edits):
        if not at + bool(n) <= start <= end <= len(body) or (start == end and not fresh):
            raise NotCanonical("edits out of order, out of the body, or of nothing")
        parts += [body[at:start], fresh]
        at = end
    return b"".join((*parts, body[at:]))


def _edits(before: bytes, after: bytes) -> tuple[Edit, ...]:
    old, new = _pieces(before), _pieces(after)
    at = [0, *accumulate(map(len, old))]
    changes = SequenceMatcher(None, old, new, autojunk=False).get_opcodes()
    return tuple((at[i], at[k], b"".join(new[m:n])) for what, i, k, m, n in changes if what != "equal")


def _pieces(body: bytes) -> list[bytes]:
    """The body cut where keys and certificates begin."""
    value = canonical.decode(body)
    found = [canonical.head(_MAP, len(value))]
    for name, items in value.items():
        found += [canonical.encode(name) + canonical.head(_ARRAY, len(items)), *map(canonical.encode, items)]
    return found


def _body_at(payload: bytes) -> int:
    at = 1
    for _ in range(_BODY):
        at = canonical.scan_item(payload, start=at)
    return at
