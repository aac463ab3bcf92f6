"""A checker with a pack alone: the same verdicts as with the lists, and nothing hostile taken for one."""

import json
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from pack_publisher import Publisher

from sceau.domain.errors import InputUnreadable, ListInvalid
from sceau.seals import pack
from sceau.seals.pack import Beside
from sceau.seals.pack_index import Listed, Named, write_index
from sceau.verify_api.directory import Versions
from sceau.verify_api.pack import Pack, open_pack, read_chain
from sceau.verify_api.scan import scan
from sceau.verify_api.verdict import Code, Colour

TODAY = date(2026, 11, 22)


@pytest.fixture
def publisher(made, state) -> Publisher:
    return Publisher(made, state)


@pytest.fixture
def opened(made) -> Callable[..., Pack]:
    return lambda full, *deltas, memory=None: open_pack(full, deltas, made.ROOT.public, memory or Versions())


def code(known: Pack, data: bytes, today: date = TODAY) -> Code:
    return scan(data, known.trust, known.status, known.issued, today).code


# --- verdicts -----------------------------------------------------------------------------------------------------


def test_the_four_answers_and_what_was_said_against(made, state, publisher, opened) -> None:
    good, revoked, suspended = (state.issue(made.visa(f"VPA26000{n}")) for n in "ABC")
    state.say(revoked, "revoked")
    state.say(suspended, "suspended")
    known = opened(publisher.full())
    cases = [
        (good, Code.VALID, Colour.GREEN),
        (made.visa("VPA26000Z", signed_on=TODAY), Code.NEWER_THAN_LIST, Colour.AMBER),
        (made.visa("VPA26000Y"), Code.NOT_ISSUED, Colour.RED),
        (made.visa("VPA26000A", by=made.OTHER_VISAS), Code.FORGED, Colour.RED),
        (made.visa(reference="2B", by=made.OTHER_VISAS), Code.UNKNOWN_ISSUER, Colour.RED),
        (revoked, Code.REVOKED, Colour.RED),
        (suspended, Code.SUSPENDED, Colour.RED),
        (made.extract(issued_at=made.NOON + 1), Code.NEWER_THAN_LIST, Colour.AMBER),
        (made.extract(), Code.NOT_ISSUED, Colour.RED),
    ]
    for data, wanted, colour in cases:
        verdict = scan(data, known.trust, known.status, known.issued, TODAY)
        assert (verdict.code, verdict.colour) == (wanted, colour)
        told = verdict.to_json()["lists"]
        assert (told["status"]["version"], told["issued"]["age_days"], told["as_of"]) == (1, 0, 100)


def test_a_pack_and_the_exact_lists_give_the_same_verdict(made, state, publisher, opened) -> None:
    papers = [state.issue(made.visa(f"VPA26{n:03d}A")) for n in range(40)]
    strangers = [made.visa(f"VPA27{n:03d}A") for n in range(40)]
    for n, word in enumerate(("revoked", "suspended", "superseded")):
        state.say(papers[n], word)
    known = opened(publisher.full())
    for data in papers + strangers:
        exact = scan(data, state.trust, state.status_list, state.issued_list, TODAY)
        assert scan(data, known.trust, known.status, known.issued, TODAY).to_json() == exact.to_json()


def test_a_delta_suspends_and_the_next_resumes(made, state, publisher, opened) -> None:
    old, new = state.issue(made.visa("VPA26000A")), made.visa("VPA26000B", signed_on=TODAY)
    full = publisher.full()
    assert code(opened(full), new) is Code.NEWER_THAN_LIST
    state.issue(new)
    state.say(old, "suspended")
    first = publisher.delta()
    assert code(opened(full, first), old) is Code.SUSPENDED
    assert code(opened(full, first), new) is Code.VALID
    del state.against[made.listed(old)]
    state.say(new, "revoked")
    second = publisher.delta()
    known = opened(full, first, second)
    assert (code(known, old), code(known, new)) == (Code.VALID, Code.REVOKED)
    assert [one.version for one in known.chain] == [1, 2, 3]
    assert (known.status.version, known.issued.as_of, known.known.beside) == (3, 120, Beside())


@pytest.mark.parametrize(("days", "wanted"), [(0, Colour.GREEN), (2, Colour.AMBER), (7, Colour.AMBER)])
def test_an_old_pack_warns_and_is_never_refused(made, state, publisher, opened, days: int, wanted: Colour) -> None:
    good, revoked = state.issue(made.visa("VPA26000A")), state.issue(made.visa("VPA26000B"))
    state.say(revoked, "revoked")
    known = opened(publisher.full())
    later = date.fromordinal(TODAY.toordinal() + days)
    verdict = scan(good, known.trust, known.status, known.issued, later)
    assert (verdict.code, verdict.colour) == (Code.VALID, wanted)
    much_later = date.fromordinal(TODAY.toordinal() + 60)
    assert code(known, good, much_later) is Code.STATUS_UNKNOWN
    assert code(known, revoked, much_later) is Code.REVOKED


def test_a_pack_of_nothing_is_a_pack(made, publisher, opened) -> None:
    known = opened(publisher.full())
    assert code(known, made.visa()) is Code.NOT_ISSUED
    assert len(known.issued.members) == len(known.status.entries) == 0


# --- hostile ------------------------------------------------------------------------------------------------------


def refused(opened: Callable[..., Pack], *files: bytes, why: str = ".", memory: Versions | None = None) -> None:
    with pytest.raises(ListInvalid, match=why):
        opened(*files, memory=memory)


def test_every_changed_byte_and_every_cut_is_refused(made, state, publisher, opened) -> None:
    for n in range(20):
        state.issue(made.visa(f"VPA26{n:03d}A"))
    state.say(state.issued[0], "revoked")
    full, delta = publisher.full(), publisher.delta()
    for at in range(0, len(full), 7):
        changed = full[:at] + bytes((full[at] ^ 1 << at % 8,)) + full[at + 1 :]
        refused(opened, changed)
    for at in range(0, len(delta), 7):
        changed = delta[:at] + bytes((delta[at] ^ 1 << at % 8,)) + delta[at + 1 :]
        refused(opened, full, changed)
    for end in (0, 1, len(full) // 2, len(full) - 1):
        refused(opened, full[:end])
        refused(opened, full, delta[: end * len(delta) // len(full)])
    refused(opened, full + b"\0")


def test_the_root_the_key_and_its_authority_count(made, state, publisher, opened) -> None:
    full = publisher.full()
    for root in (made.OTHER.public, b""):
        with pytest.raises(ListInvalid):
            open_pack(full, [], root, Versions())
    for by in (made.OTHER, made.CIVIL):  # unknown; trusted, but for seals
        publisher.by = by
        refused(opened, publisher.full(), why="pack")
    publisher.by = made.LISTS
    refused(opened, publisher.full(authority="BFA"), why="speaks for MLI")


def test_the_key_of_an_earlier_list_cannot_exchange_it(made, state, publisher, opened) -> None:
    """A LISTS key, retired and stolen later: what it signed before counts, if it is what was published."""
    state.keys = (*state.keys, replace(made.LISTS_KEY, kid=made.OTHER.kid, public=made.OTHER.public))
    state.replaced(made.LISTS_KEY, status="retired", ended_on=TODAY)
    revoked, never = state.issue(made.visa("VPA26000A")), made.visa("VPA26000Z")
    state.say(revoked, "revoked")
    full = publisher.full()
    body = pack.full_body({made.listed(revoked), made.listed(never)}, {}, bytes(16), Beside(b"head"))
    exchanged = publisher.sign("pack", body)
    publisher.file, publisher.by = full, made.OTHER
    delta = publisher.delta()
    assert code(opened(full, delta), revoked) is Code.REVOKED
    with pytest.raises(ListInvalid, match="another file of version"):
        opened(exchanged, delta)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"status": "revoked", "ended_on": TODAY}, "may not sign lists"),
        ({"status": "retired", "ended_on": date(2026, 11, 1)}, "signing period"),
    ],
)
def test_a_key_that_is_revoked_or_retired_signs_no_pack(made, state, publisher, opened, change, why: str) -> None:
    state.replaced(made.LISTS_KEY, **change)
    refused(opened, publisher.full(), why=why)


def test_what_a_revoked_key_signed_before_does_not_outlive_it(made, state, publisher, opened) -> None:
    """A thief of the LISTS key makes a full pack under the trust list of before; no genuine delta carries it on."""
    state.issue(made.visa("VPA26000A"))
    publisher.full()
    issued = publisher.known | {made.listed(made.visa("VPA26000Z"))}
    stolen = publisher.sign("pack", pack.full_body(issued, {}, bytes(16), Beside()))
    opened(stolen)
    key = replace(made.LISTS_KEY, kid=made.OTHER.kid, public=made.OTHER.public)
    state.replaced(made.LISTS_KEY, status="revoked", ended_on=TODAY)
    state.keys += (key,)
    publisher.by = made.OTHER
    refused(opened, stolen, publisher.delta(), why="may not sign lists")


def test_an_older_trust_list_beside_a_newer_pack_is_refused(made, state, publisher, opened) -> None:
    """The key of a visa was revoked since; somebody puts back the list in which it was not."""
    before = state.trust
    state.version = 2
    refused(opened, publisher.full(trust=before), why="trust list 1 beside version 2")
    refused(opened, publisher.full(trust=replace(state.trust, issued_at=state.instant - 1)), why="beside")


def test_a_trust_list_is_renewed_with_what_changed_or_comes_whole(made, state, publisher, opened) -> None:
    full, renewed = publisher.full(), publisher.delta()
    state.replaced(made.VISA_KEY, status="revoked", ended_on=TODAY)
    changed, after = publisher.delta(), publisher.delta()
    assert [len(pack.read_file(one).trust.edits) for one in (renewed, changed, after)] == [0, 1, 0]
    known = opened(full, renewed, changed, after)
    assert known.trust == replace(state.trust, keys=known.trust.keys) and set(known.trust.keys) == set(state.keys)
    publisher.renewing, version, publisher.before = False, state.version, dict(state.against)
    whole = publisher.delta()
    assert isinstance(pack.read_file(whole).trust, bytes)
    assert opened(full, renewed, changed, after, whole).trust.version == version + 1


def test_a_renewal_of_another_trust_list_is_refused(made, state, publisher, opened) -> None:
    """Left out of the chain, the list of a revocation cannot be passed over: the signature is of the whole."""
    full = publisher.full()
    state.replaced(made.VISA_KEY, status="revoked", ended_on=TODAY)
    whole, renewed = publisher.delta(), publisher.delta()
    opened(full, whole, renewed)
    file, earlier = pack.read_file(renewed), pack.read_file(whole)
    refused(opened, full, pack.write_file(file.trust, earlier.listed))
    refused(opened, pack.write_file(file.trust, pack.read_file(full).listed), why="renewed")


def test_older_packs_are_refused_for_ever_and_the_memory_outlives_us(made, state, publisher, opened, tmp_path) -> None:
    path = tmp_path / "seen.json"
    full, first, second = publisher.full(), publisher.delta(), publisher.delta()
    opened(full, first, second, memory=Versions(path))
    for files in ((full,), (full, first)):
        refused(opened, *files, why="older than 3, already seen", memory=Versions(path))
    opened(full, first, second, memory=Versions(path))
    assert json.loads(path.read_text())["MLI/pack"]["version"] == 3
    refused(opened, publisher.full(as_of=99), memory=Versions(path), why="covers 99 events")


def test_the_same_version_with_other_bytes_is_refused(made, state, publisher, opened) -> None:
    memory = Versions()
    full = publisher.full()
    opened(full, memory=memory)
    opened(full, memory=memory)
    refused(opened, publisher.full(seed=b"\1" * 16), memory=memory, why="another content")


def test_more_events_may_not_become_fewer(made, state, publisher, opened) -> None:
    full = publisher.full()
    refused(opened, full, publisher.delta(as_of=99), why="goes back")
    memory = Versions()
    state.version = 5
    opened(publisher.full(), memory=memory)
    state.version, state.as_of = 6, 99
    refused(opened, publisher.full(), memory=memory, why="covers 99 events")


def test_a_refused_pack_leaves_the_memory_as_it_was(made, state, publisher, opened) -> None:
    memory = Versions()
    full = publisher.full()
    opened(full, memory=memory)
    state.version = 9
    body = {**pack.full_body(set(), {}, bytes(16), Beside()), "count": 1}
    refused(opened, publisher.sign("pack", body), memory=memory)
    opened(full, memory=memory)


def test_a_delta_belongs_to_its_chain(made, state, publisher, opened) -> None:
    full, first, second = publisher.full(), publisher.delta(), publisher.delta()
    refused(opened, full, second, why="continues version 2, not 1")
    refused(opened, full, second, first)
    refused(opened, full, first, first, why="goes back")
    refused(opened, first, second, why="renewed")
    refused(opened, full, full, why="kind")
    publisher.renewing = False
    refused(opened, publisher.delta(), why="kind")
    state.version = 2
    refused(opened, publisher.full(), second, first)


def test_a_chain_has_an_end(made, publisher, opened) -> None:
    full = publisher.full()
    deltas = [publisher.delta() for _ in range(65)]
    assert opened(full, *deltas[:64]).status.version == 65
    refused(opened, full, *deltas, why="more than 64")


def test_the_next_full_pack_takes_over(made, state, publisher, opened) -> None:
    memory, old = Versions(), state.issue(made.visa("VPA26000A"))
    full, first = publisher.full(), publisher.delta()
    opened(full, first, memory=memory)
    state.version = 3
    known = opened(publisher.full(seed=b"\2" * 16), memory=memory)
    assert code(known, old) is Code.VALID
    refused(opened, full, first, memory=memory, why="already seen")


# --- a directory --------------------------------------------------------------------------------------------------


def written(folder: Path, files: Sequence[bytes]) -> Path:
    (folder / "pack").mkdir(parents=True)
    named = [Named(1), *(Named(n + 1, n) for n in range(1, len(files)))]
    for name, content in zip(named, files, strict=True):
        (folder / "pack" / name.file).write_bytes(content)
    chain = [Listed.of(name, 100, content) for name, content in zip(named, files, strict=True)]
    (folder / "pack" / "index.json").write_bytes(write_index(chain))
    return folder


def test_a_directory_is_read_by_its_index(publisher, tmp_path) -> None:
    files = [publisher.full(), publisher.delta(), publisher.delta()]
    folder = written(tmp_path / "public", files)
    (folder / "pack" / "full-99.pack").write_bytes(b"being written")
    for path in (folder, folder / "pack"):
        assert read_chain(path) == (files[0], files[1:])
    assert read_chain(folder / "pack" / "full-1.pack") == (files[0], [])


def test_a_directory_that_is_not_what_its_index_says_is_refused(publisher, tmp_path) -> None:
    folder = written(tmp_path / "public", [publisher.full(), publisher.delta()])
    (folder / "pack" / "delta-1-2.pack").write_bytes(b"other")
    with pytest.raises(ListInvalid, match="fetch it again"):
        read_chain(folder)
    (folder / "pack" / "delta-1-2.pack").unlink()
    with pytest.raises(InputUnreadable):
        read_chain(folder)
    with pytest.raises(InputUnreadable):
        read_chain(tmp_path / "nowhere")
    with (tmp_path / "long.pack").open("wb") as file:
        file.truncate((16 << 20) + 1)
    with pytest.raises(ListInvalid, match="longer"):
        read_chain(tmp_path / "long.pack")
