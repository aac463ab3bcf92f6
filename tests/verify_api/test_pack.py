"""A checker with a pack alone: the same verdicts as with the lists, and nothing hostile taken for one."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from opened_packs import TODAY, code, refused

from sceau.domain.errors import InputUnreadable, ListInvalid
from sceau.seals import pack
from sceau.seals.pack import Beside
from sceau.seals.pack_index import Listed, Named, write_index
from sceau.verify_api.directory import Versions
from sceau.verify_api.pack import open_pack, read_chain
from sceau.verify_api.scan import scan
from sceau.verify_api.verdict import Code, Colour

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
