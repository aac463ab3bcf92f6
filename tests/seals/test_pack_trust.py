"""The trust list of a delta: rebuilt byte for byte from the one before, or not at all."""

import pytest

from sceau.domain import canonical, cose
from sceau.domain.errors import ListInvalid
from sceau.seals import pack_trust
from sceau.seals.pack_trust import EDITS_MAX, Renewal, newest_trust, read_renewal, renew, renewal_of

BODY = {"csca": [b"der"], "keys": [{"public": bytes(32)}] * 100}


def message(version: int, body: object = BODY, signature: bytes = bytes(64), kid: bytes = bytes(8)) -> bytes:
    payload = canonical.encode(["sceau.list/1", "trust", "MLI", version, 10 * version, 10 * version + 7, 0, body])
    return cose.join(cose.protected_header(cose.EDDSA, kid), payload, signature)


def test_a_renewal_says_all_that_is_new_in_a_hundred_bytes() -> None:
    before, after = message(8), message(1_000_000, signature=b"\1" * 64)
    made = renewal_of(before, after)
    assert made is not None and renew(before, made) == after
    assert made.edits == () and len(made.head) + len(made.signature) < 110 < len(after) // 30


def test_a_chain_leaves_its_newest_trust_list() -> None:
    lists = [message(n, signature=bytes((n,)) * 64) for n in range(1, 5)]
    other = message(5, {"csca": [], "keys": []})
    parts = [lists[0], *(renewal_of(lists[n], lists[n + 1]) for n in range(3))]
    assert newest_trust(parts) == lists[3]
    assert newest_trust([*parts, other]) == other
    assert newest_trust([lists[0], other, renewal_of(other, message(6, {"csca": [], "keys": []}))]) != lists[3]


def keys(*numbers: int, **changed: str) -> dict[str, object]:
    """A body with these keys."""
    found = [{"public": bytes((n,)) * 32, "status": changed.get(f"k{n}", "active")} for n in numbers]
    return {"csca": [b"der", b"other"], "keys": found}


FIRST = keys(*range(2, 100))


@pytest.mark.parametrize(
    ("after", "edits"),
    [
        (keys(*range(2, 101)), 2),  # how many there are, and the new one
        (keys(*range(1, 100)), 1),  # how many, and the first: side by side
        (keys(*range(2, 50), *range(51, 100)), 2),
        (keys(*range(2, 100), k7="revoked"), 1),
        (keys(*range(2, 100), k7="revoked", k8="retired", k50="retired"), 2),
        (keys(*range(2, 7), *range(8, 101), k9="revoked"), 3),  # as many as before
        ({**FIRST, "csca": [b"der"]}, 2),
        ({**FIRST, "csca": [b"der", b"newer", b"other"]}, 2),
    ],
    ids=["a key", "the first key", "one less", "revoked", "three", "all at once", "a certificate less", "one more"],
)
def test_a_renewal_says_what_is_new_in_keys_and_certificates_and_nothing_else(after: object, edits: int) -> None:
    old, new = message(8, FIRST), message(9, after, signature=b"\1" * 64)
    made = renewal_of(old, new)
    assert made is not None and renew(old, made) == new and len(made.edits) == edits
    assert len(canonical.encode(list(made))) < 400 < len(new) // 10
    assert read_renewal(canonical.decode(canonical.encode(list(made)))) == made


@pytest.mark.parametrize("after", [{"csca": [], "keys": []}, keys(*range(100, 200))], ids=["nothing", "all others"])
def test_a_list_in_which_nothing_is_the_same_is_one_edit(after: object) -> None:
    old, new = message(8, FIRST), message(9, after)
    made = renewal_of(old, new)
    assert made is not None and renew(old, made) == new and len(made.edits) == 1


def test_a_list_that_another_root_signed_is_no_renewal() -> None:
    assert renewal_of(message(8, FIRST), message(9, FIRST, kid=b"\1" * 8)) is None


def test_more_edits_than_a_reader_takes_are_no_renewal(monkeypatch: pytest.MonkeyPatch) -> None:
    old, new = message(8, FIRST), message(9, keys(*range(2, 100), k5="x", k7="x", k9="x"))
    assert renewal_of(old, new) is not None
    monkeypatch.setattr(pack_trust, "EDITS_MAX", 2)
    assert renewal_of(old, new) is None


BODY_SIZE = len(canonical.encode(BODY))


@pytest.mark.parametrize(
    "edits",
    [
        [(-1, 0, b"x")],
        [(5, 4, b"x")],
        [(BODY_SIZE, BODY_SIZE + 1, b"x")],
        [(1 << 63, 1 << 63, b"x")],
        [(4, 4, b"")],
        [(9, 10, b"x"), (3, 4, b"x")],
        [(3, 9, b"x"), (4, 12, b"x")],
        [(3, 9, b"x"), (9, 12, b"x")],
        [(0, 1, b"x"), (0, 1, b"x")],
        [(2 * n, 2 * n + 1, b"x") for n in range(EDITS_MAX + 1)],
    ],
    ids=["negative", "turned", "behind", "far", "nothing", "order", "across", "one edit cut in two", "twice", "many"],
)
def test_edits_are_in_order_apart_in_the_body_and_of_something(edits: list[tuple[int, int, bytes]]) -> None:
    with pytest.raises(ListInvalid, match="edits"):
        renew(message(8), Renewal(b"\x88", tuple(edits), bytes(64)))


def test_edits_may_stand_at_both_ends() -> None:
    renewal = Renewal(b"", ((0, 0, b"<"), (BODY_SIZE, BODY_SIZE, b">")), bytes(64))
    assert cose.split(renew(message(8), renewal)).payload == b"<" + canonical.encode(BODY) + b">"


@pytest.mark.parametrize(
    "value",
    [
        *(b"", {}, [], [b"", b""], [b"", [], b"", b""], ["", [], b""], [b"", [], ""], [b"", {}, b""], [b"", b"", b""]),
        *([b"", [one], b""] for one in ([], [0, 1], [0, 1, b"", 2], ["0", 1, b""], [0, True, b""], [0, 1, "x"], b"")),
    ],
)
def test_a_renewal_has_one_shape(value: object) -> None:
    assert read_renewal(value) is None


@pytest.mark.parametrize(
    ("before", "renewal"),
    [
        (b"", Renewal(b"\x88", (), bytes(64))),  # a full pack brings the whole list
        (b"garbage", Renewal(b"\x88", (), bytes(64))),
        (message(8), Renewal(b"\x88", (), bytes(63))),
        (cose.join(bytes(13), b"\x83\1\2\3", bytes(64)), Renewal(b"\x88", (), bytes(64))),
    ],
)
def test_nothing_to_renew_is_refused(before: bytes, renewal: Renewal) -> None:
    with pytest.raises(ListInvalid):
        renew(before, renewal)
