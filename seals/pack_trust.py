"""The trust list of a delta: where its body is that of the file before, only what is new in it (docs/format/pack.md).

    renewal = [head, signature]
    head    = the payload of the new trust list up to its body: array of 8, and 7 items
    message = protected header of the trust list before, head || body of the trust list before, signature

Trust lists are signed anew with each publication and seldom say anything new; one of 240 keys outweighs the documents
of a day. What is rebuilt is verified like any other trust list.
"""

from collections.abc import Sequence
from typing import NamedTuple

from sceau.domain import canonical, cose
from sceau.domain.errors import ListInvalid, NotCanonical

_BODY = 7  # its place in the payload of a signed list
_PROTECTED = slice(3, 16)


class Renewal(NamedTuple):
    """What a trust list says anew."""

    head: bytes
    signature: bytes


def renew(before: bytes, renewal: Renewal) -> bytes:
    """The new trust list, from the one before; ListInvalid where there is nothing to renew."""
    try:
        payload = cose.split(before).payload
        return cose.join(before[_PROTECTED], renewal.head + payload[_body_at(payload) :], renewal.signature)
    except NotCanonical as error:
        raise ListInvalid(f"pack-delta: no trust list can be renewed: {error.detail}") from None


def newest_trust(parts: Sequence[bytes | Renewal]) -> bytes:
    """The last trust list of a chain of files; ListInvalid where the first is none."""
    found = b""
    for part in parts:
        found = renew(found, part) if isinstance(part, Renewal) else part
    return found


def renewal_of(before: bytes, after: bytes) -> Renewal | None:
    """How `after` renews the trust list `before`; None where more is new than its head."""
    parts = cose.split(after)
    made = Renewal(parts.payload[: _body_at(parts.payload)], parts.signature)
    return made if renew(before, made) == after else None


def _body_at(payload: bytes) -> int:
    at = 1
    for _ in range(_BODY):
        at = canonical.scan_item(payload, start=at)
    return at
