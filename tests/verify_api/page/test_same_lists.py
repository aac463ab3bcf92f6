"""Python and the page read the same packs, trust lists and signed lists, and refuse the same ones by the same code."""

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from datetime import date
from hashlib import sha256
from typing import Any

import pytest
from mutations import mutants
from pack_publisher import Publisher
from page_answers import LEAF_VALUES, code_of
from page_judge import hexed

from sceau.domain import canonical
from sceau.domain.errors import ListInvalid
from sceau.seals import pack
from sceau.seals.pack import Beside, Blank
from sceau.verify_api.directory import Seen, Versions
from sceau.verify_api.pack import open_pack
from sceau.verify_api.scan import scan

TODAY = date(2026, 11, 22)


BLANKS: Sequence[list[str]] = (
    [],
    ["A", "1", "1"],
    ["A", "2", "1", "2026-01-01"],
    ["A", "1", "10", "2026-01-01"],
    ["a", "1", "1", "2026-01-01"],
    ["A", "1", "1", "2026-02-30"],
    ["A", "1", "1", "20260101"],
    ["A", "", "", "2026-01-01"],
    ["Z", "1", "1", "2026-01-01"],
)


@pytest.fixture
def opening(judge: Any, made: Any) -> Callable[..., tuple[Any, Any]]:
    """What Python and the page say of a chain: the code of a refusal, or what was seen."""

    def opened(full: bytes, *deltas: bytes, seen: dict[str, Any] | None = None) -> tuple[Any, Any]:
        memory = Versions()
        if seen:
            memory.remember(
                "MLI",
                {
                    "trust": Seen(seen["trustVersion"], 0, ""),
                    "pack": Seen(seen["version"], seen["asOf"], seen["sha256"]),
                },
            )
        try:
            known = open_pack(full, deltas, made.ROOT.public, memory)
            python: Any = [known.trust.version, known.status.version, known.status.as_of]
        except ListInvalid as error:
            python = error.code
        request = {"full": full.hex(), "deltas": hexed(deltas), "root": made.ROOT.public.hex(), "seen": seen}
        page = code_of(judge.ask("open_pack", name="pack", **request))
        if isinstance(page, dict):
            page = [page["seen"][name] for name in ("trustVersion", "version", "asOf")]
        return python, page

    return opened


@pytest.fixture
def publisher(made: Any, state: Any) -> Publisher:
    for n in range(40):
        state.issue(made.visa(f"VPA26{n:03d}A"))
    for n, word in enumerate(("revoked", "suspended", "superseded")):
        state.say(state.issued[n], word, "court")
    return Publisher(made, state)


def test_a_chain_says_the_same_to_both(made: Any, state: Any, publisher: Publisher, judge: Any, opening: Any) -> None:
    full = publisher.full()
    new, old = state.issue(made.visa("VPA26900A", signed_on=TODAY)), state.issued[1]
    del state.against[made.listed(old)]
    state.say(new, "revoked", "stolen")
    first = publisher.delta()
    state.say(state.issued[5], "suspended", "error")
    second = publisher.delta()
    codes = [*state.issued, *(made.visa(f"VPA27{n:03d}A") for n in range(40)), made.extract()]
    for deltas in ((), (first,), (first, second)):
        python, page = opening(full, *deltas)
        assert (
            python == page == [1 if not deltas else state.version, 1 + len(deltas), 100 + 10 * len(deltas)]
            or python == page
        )
        known = open_pack(full, deltas, made.ROOT.public, Versions())
        said = judge.ask("scan", known="pack", cases=[[code.hex(), TODAY.isoformat(), None] for code in codes])
        assert said == [scan(code, known.trust, known.status, known.issued, TODAY).to_json() for code in codes]


def test_what_was_seen_before_holds_for_both(
    made: Any, state: Any, publisher: Publisher, judge: Any, opening: Any
) -> None:
    full, first, second = publisher.full(), publisher.delta(), publisher.delta()
    request = {
        "name": "pack",
        "full": full.hex(),
        "deltas": hexed([first]),
        "root": made.ROOT.public.hex(),
        "seen": None,
    }
    seen = judge.ask("open_pack", **request)["seen"]
    for change in (
        {},
        {"version": 3},
        {"trustVersion": 3},
        {"asOf": 200},
        {"asOf": 0},
        {"sha256": "0" * 64},
        {"version": 1},
    ):
        for files in ((full,), (full, first), (full, first, second), (full, second), (first,), (full, first, first)):
            python, page = opening(*files, seen={**seen, **change})
            assert python == page, (change, len(files))


LISTS_KEYS: Sequence[dict[str, Any]] = (
    {},
    {"status": "revoked", "ended_on": TODAY},
    {"status": "retired", "ended_on": date(2026, 11, 21)},
    {"status": "retired", "ended_on": TODAY},
    {"valid_from": date(2026, 11, 23)},
    {"authority": "BFA"},
)


@pytest.mark.parametrize("change", LISTS_KEYS)
def test_the_key_of_a_pack_counts_alike(
    made: Any, state: Any, publisher: Publisher, opening: Any, change: dict[str, Any]
) -> None:
    state.replaced(made.LISTS_KEY, **change)
    files = [publisher.full(), publisher.full(authority="BFA"), publisher.full(trust=replace(state.trust, issued_at=1))]
    for publisher.by in (made.OTHER, made.CIVIL):  # unknown; trusted, but for seals
        files.append(publisher.full())
    answers = [opening(file) for file in files]
    assert [(python, page) for python, page in answers if python != page] == []
    assert (answers[0][0] == "integrity.list") is (change not in ({}, LISTS_KEYS[3]))


def test_hostile_packs_are_refused_alike(made: Any, state: Any, publisher: Publisher, opening: Any) -> None:
    blanks = (Blank("AB-1", "001", "099", "2026-01-02"), Blank("AB-1", "100", "100", "2026-01-02"))
    beside = Beside(b"head\n", blanks)
    body = pack.full_body(set(map(made.listed, state.issued)), state.against, bytes(range(16)), beside)
    genuine = publisher.full()
    change = pack.delta_body(pack.Origin(1, sha256(genuine).digest()), {}, {}, {made.listed(made.visa("Z"))}, beside)
    accepted = refused = 0
    for kind, good in (("pack", body), ("pack-delta", change)):
        for bad in bent(good, random.Random(4)):
            publisher.state.version = 1 if kind == "pack" else 2
            file = publisher.sign(kind, bad)
            python, page = opening(file) if kind == "pack" else opening(genuine, file)
            assert python == page, bad
            accepted, refused = accepted + (python != "integrity.list"), refused + (python == "integrity.list")
    assert accepted > 5 and refused > 150


def bent(body: dict[str, Any], chance: random.Random) -> Iterator[dict[str, Any]]:
    """The body, and every way to spoil it by one value."""
    yield body
    yield {name: value for name, value in body.items() if name != "status"}
    yield {**body, "more": 1}
    yield {**body, 1: 1}
    for name, value in body.items():
        yield from ({**body, name: other} for other in LEAF_VALUES)
        if type(value) is bytes and value:
            yield from ({**body, name: mutant} for mutant in mutants(value, chance, 15))
        if type(value) is int:
            yield from ({**body, name: value + by} for by in (-1, 1, 8, 100))
    for row in BLANKS:
        yield {**body, "blanks": [*body["blanks"], row]}
    yield {**body, "blanks": body["blanks"][::-1]}
    yield {**body, "issued": body["issued"][:4] + body["issued"][4:][::-1]}
    for reasons in (
        ["b", "a"],
        ["a", "a"],
        ["A"],
        ["a" * 41],
        ["court", "é"],
        ["court", "zz"],
        [1],
        [f"r{n}" for n in range(201)],
    ):
        yield {**body, "reasons": reasons}


def test_files_that_are_no_packs_are_refused_alike(state: Any, publisher: Publisher, opening: Any) -> None:
    full, delta = publisher.full(), publisher.delta()
    chance = random.Random(8)
    for file in mutants(full, chance, 60):
        python, page = opening(file)
        assert python == page
    for file in mutants(delta, chance, 60):
        python, page = opening(full, file)
        assert python == page
    value = canonical.decode(full)
    for odd in (
        [],
        [*value, 1],
        ["sceau.pack/2", *value[1:]],
        [value[0], "x", value[2]],
        {1: 2},
        [value[0], value[2], value[1]],
    ):
        python, page = opening(canonical.encode(odd))
        assert python == page == "integrity.list"
    context, renewal, listed = canonical.decode(delta)
    head, edits, signature = renewal
    assert edits == []
    for odd in (
        [head],
        [head, signature],
        [head, [], signature, b""],
        [signature, [], head],
        [head, [], signature.hex()],
        [head, b"", signature],
        [head, {}, signature],
        [b"", [], signature],
        [head[1:], [], signature],
        [head + b"\x00", [], signature],
        [head, [], signature[1:]],
        {0: head, 1: [], 2: signature},
        [],
        *([head, odd_edits, signature] for odd_edits in ODD_EDITS),
    ):
        python, page = opening(full, canonical.encode([context, odd, listed]))
        assert python == page == "integrity.list"
    python, page = opening(canonical.encode([context, renewal, canonical.decode(full)[2]]))
    assert python == page == "integrity.list"
    state.keys = state.keys[:-1]
    changed = publisher.delta()
    context, (head, edits, signature), listed = canonical.decode(changed)
    assert len(edits) == 2  # how many there are, and the one that went
    for odd_edits in (edits[::-1], edits[:1], [], [*edits, edits[-1]], [[0, 0, b"x"], *edits]):
        python, page = opening(full, delta, canonical.encode([context, [head, odd_edits, signature], listed]))
        assert python == page == "integrity.list"
    python, page = opening(full, publisher.delta())  # what it renews was left out
    assert python == page == "integrity.list"


ODD_EDITS = (
    *([one] for one in ([], [0, 1], [0, 1, b"", 2], ["0", 1, b""], [0, True, b""], [0, 1, "x"], b"", None)),
    *([one] for one in ([0, 1, b"x"], [-1, 0, b"x"], [5, 4, b"x"], [4, 4, b""], [10**6, 10**6, b"x"])),
    *([[start, start, b"x"]] for start in (2**53 - 1, 2**53, 2**63, 2**64 - 1)),
    [[-(2**63), 0, b"x"]],
    [[3, 9, b"x"], [9, 12, b"x"]],
    [[9, 10, b"x"], [3, 4, b"x"]],
    [[2 * n, 2 * n + 1, b"x"] for n in range(1_001)],
    [[2 * n, 2 * n + 1, b"x"] for n in range(200_000)],  # more than a call has arguments
)
