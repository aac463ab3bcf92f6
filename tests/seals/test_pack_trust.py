"""The trust list of a delta: rebuilt byte for byte from the one before, or not at all."""

import pytest

from sceau.domain import canonical, cose
from sceau.domain.errors import ListInvalid
from sceau.seals.pack_trust import Renewal, newest_trust, renew, renewal_of

BODY = {"csca": [b"der"], "keys": [{"public": bytes(32)}] * 100}


def message(version: int, body: object = BODY, signature: bytes = bytes(64), kid: bytes = bytes(8)) -> bytes:
    payload = canonical.encode(["sceau.list/1", "trust", "MLI", version, 10 * version, 10 * version + 7, 0, body])
    return cose.join(cose.protected_header(cose.EDDSA, kid), payload, signature)


def test_a_renewal_says_all_that_is_new_in_a_hundred_bytes() -> None:
    before, after = message(8), message(1_000_000, signature=b"\1" * 64)
    made = renewal_of(before, after)
    assert made is not None and renew(before, made) == after
    assert len(made.head) + len(made.signature) < 110 < len(after) // 30


def test_a_chain_leaves_its_newest_trust_list() -> None:
    lists = [message(n, signature=bytes((n,)) * 64) for n in range(1, 5)]
    other = message(5, {"csca": [], "keys": []})
    parts = [lists[0], *(renewal_of(lists[n], lists[n + 1]) for n in range(3))]
    assert newest_trust(parts) == lists[3]
    assert newest_trust([*parts, other]) == other
    assert newest_trust([lists[0], other, renewal_of(other, message(6, {"csca": [], "keys": []}))]) != lists[3]


@pytest.mark.parametrize(
    "after",
    [message(9, {**BODY, "csca": []}), message(9, {**BODY, "keys": []}), message(9, kid=b"\1" * 8)],
    ids=["certificates", "keys", "another root"],
)
def test_what_is_more_than_signed_anew_is_no_renewal(after: bytes) -> None:
    assert renewal_of(message(8), after) is None


@pytest.mark.parametrize(
    ("before", "renewal"),
    [
        (b"", Renewal(b"\x88", bytes(64))),  # a full pack brings the whole list
        (b"garbage", Renewal(b"\x88", bytes(64))),
        (message(8), Renewal(b"\x88", bytes(63))),
        (cose.join(bytes(13), b"\x83\1\2\3", bytes(64)), Renewal(b"\x88", bytes(64))),
    ],
)
def test_nothing_to_renew_is_refused(before: bytes, renewal: Renewal) -> None:
    with pytest.raises(ListInvalid):
        renew(before, renewal)
