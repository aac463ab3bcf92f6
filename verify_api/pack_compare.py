"""Does a pack say of every document what the exact lists say? For whoever publishes both."""

from collections.abc import Callable
from typing import NamedTuple

from sceau.domain.errors import ListInvalid
from sceau.seals.pack_status import shortened
from sceau.seals.published import KEY_SIZE, read_status
from sceau.verify_api.directory import Published, signed_for
from sceau.verify_api.pack import Pack

_STEP = 1 << 14


class Differences(NamedTuple):
    """List keys that were issued and that the pack does not contain; first 8 bytes of keys of another status."""

    missing: list[bytes]
    status: list[bytes]


def compare(pack: Pack, lists: Published, progress: Callable[[int, int], None]) -> Differences:
    """ListInvalid where there are no lists, or where they and the pack were not made from the same events."""
    if lists.issued is None or lists.status is None:
        raise ListInvalid("there are no exact lists to compare with")
    if pack.status.as_of != lists.status.as_of:
        raise ListInvalid(f"the pack covers {pack.status.as_of} events, the lists {lists.status.as_of}")
    issued: bytes = signed_for(lists.files["issued"].body, "issued", lists.trust).body
    missing = []
    for at in range(0, len(issued), KEY_SIZE):
        key = issued[at : at + KEY_SIZE]
        if key not in pack.known:
            missing.append(key)
        if at % _STEP == 0:
            progress(at // KEY_SIZE, len(issued) // KEY_SIZE)
    exact = shortened(read_status(signed_for(lists.files["status"].body, "status", lists.trust).body))
    said = pack.known.entries
    other = [key for key, entry in exact.items() if said.get(key) != entry]
    return Differences(missing, other + [key for key in said if key not in exact])
