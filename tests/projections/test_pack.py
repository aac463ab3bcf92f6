"""Packs as they are published: full or delta, never wrong, whoever edits the directory or kills the publisher."""

import hashlib
import json
from datetime import date

from pack_house import NOW

from sceau.domain.document import DocumentResumed, DocumentRevoked, DocumentSuspended
from sceau.projections import pack as packs
from sceau.seals.pack import Beside
from sceau.seals.pack_index import parse_name, read_index
from sceau.seals.seal import list_key
from sceau.verify_api.directory import Versions

DAY = 86_400


def test_a_full_pack_first_then_deltas_and_they_say_what_the_lists_say(house) -> None:
    memory = Versions()
    house.issue("NPA260001", "NPA260002")
    done = house.go()
    assert (done.pack.named.file, done.pack.as_of) == ("full-1.pack", house.scribe.size)
    house.check()
    house.opened(memory)
    house.issue("NPA260003")
    house.against("NPA260001", DocumentSuspended, "perdue")
    house.against("NPA260002", DocumentRevoked, "fraude")
    house.go(NOW + DAY)
    house.check()
    house.opened(memory)
    house.against("NPA260001", DocumentResumed, "retrouvée")
    house.go(NOW + 2 * DAY)
    house.check()
    known = house.opened(memory)
    assert house.names() == ["full-1.pack", "delta-1-2.pack", "delta-2-3.pack"]
    assert known.status.entries.get(list_key(house.scribe.seal_id("NPA260001"))) is None
    assert [len(house.logged[f"pack/{name}"]) for name in house.names()] == [32, 32, 32]


def test_a_full_pack_when_asked_for_after_a_week_and_after_64_deltas(house, monkeypatch) -> None:
    house.go()
    assert house.go(full=True).pack.named.file == "full-2.pack"
    assert house.go(NOW + packs.FULL_EVERY_S - 1).pack.named.file == "delta-2-3.pack"
    assert house.go(NOW + packs.FULL_EVERY_S).pack.named.file == "full-4.pack"
    assert house.go(NOW).pack.named.file == "full-5.pack"  # the clock went back: no week can be counted
    monkeypatch.setattr("sceau.seals.pack.CHAIN_MAX", 2)
    assert [house.go(NOW + n * DAY).pack.named.version for n in (1, 2)] == [6, 7]
    assert house.go(NOW + 3 * DAY).pack.named.file == "full-8.pack"


def test_a_full_pack_when_the_deltas_outweigh_it(house, monkeypatch) -> None:
    full = house.go().pack.size
    monkeypatch.setattr(packs, "DELTAS_SIZE_MIN", 3 * full // 4)
    assert house.go(NOW + DAY).pack.named.file == "delta-1-2.pack"
    assert house.go(NOW + 2 * DAY).pack.named.file == "full-3.pack"


def test_however_often_is_published_the_chain_grows_by_a_delta_a_day(house) -> None:
    memory, names = Versions(), []
    house.issue("NPA260001", "NPA260002", "NPA260003")
    for hour in range(0, 60, 6):
        if hour == 24:
            house.against("NPA260001", DocumentRevoked, "fraude")
        house.issue(f"NPA26{10 + hour // 6:04d}")
        names.append(house.go(NOW + 3600 * hour).pack.named.file)
        house.check()
        house.opened(memory)
    assert names == [
        *("full-1.pack", "delta-1-2.pack", "delta-1-3.pack", "delta-1-4.pack", "delta-1-5.pack"),
        *("delta-5-6.pack", "delta-5-7.pack", "delta-5-8.pack", "delta-5-9.pack", "delta-9-10.pack"),
    ]
    assert house.names() == ["full-1.pack", "delta-1-5.pack", "delta-5-9.pack", "delta-9-10.pack"]
    assert set(names) == house.stored()  # whoever is fetching is not cut off


def _followed(house) -> list[bytes]:
    """The index, and every file that it names now."""
    folder = house.directory / "pack"
    return [(folder / "index.json").read_bytes(), *((folder / name).read_bytes() for name in house.names())]


def _fetched(house, index: bytes) -> list[bytes]:
    """What a reader who fetched this index earlier gets of it."""
    return [index, *((house.directory / "pack" / one.named.file).read_bytes() for one in read_index(index))]


def test_published_every_few_minutes_the_folder_keeps_what_somebody_may_be_fetching_and_no_more(house) -> None:
    house.issue("NPA260001")
    seen = []
    for minute in range(0, 3 * 24 * 60, 60):
        house.go(NOW + 60 * minute)
        seen = [*seen, _followed(house)][-packs.BEHIND :]
        assert all(_fetched(house, before[0]) == before for before in seen)
        assert len(house.stored()) < packs.BEHIND + len(house.names())
    ends = [named.version for named in map(parse_name, house.names())]
    assert ends == [1, 21, 41, 61, 72]  # one a day, and the last


def test_a_reader_one_full_pack_behind_still_gets_there_and_two_behind_are_gone(house) -> None:
    """By the index that he has, whole; or from the files that he keeps to the newest."""
    memory = Versions()
    for n in range(3):
        house.issue(f"NPA26000{n + 1}")
        house.go(NOW + n * DAY)
    house.opened(memory)
    before = _followed(house)
    house.go(NOW + 3 * DAY, full=True)
    for n in range(2 * packs.BEHIND):
        house.go(NOW + 3 * DAY + 300 * n)
    assert _fetched(house, before[0]) == before
    assert house.stored() >= {"full-1.pack", "delta-1-2.pack", "delta-2-3.pack", "full-4.pack"}
    assert len(house.stored()) == 4 + packs.BEHIND
    house.opened(memory)
    house.go(NOW + 4 * DAY, full=True)
    assert not house.stored() & {"full-1.pack", "delta-1-2.pack", "delta-2-3.pack"}
    house.opened(memory)
    house.check()


def test_every_full_pack_has_its_own_seed(house) -> None:
    house.issue("NPA260001")
    first = house.go()
    second = house.go(full=True)
    seeds = [(house.directory / "pack" / one.pack.named.file).read_bytes() for one in (first, second)]
    assert bytes((1,)) * 16 in seeds[0] and bytes((2,)) * 16 in seeds[1] and bytes((1,)) * 16 not in seeds[1]


def test_old_files_stay_until_the_full_pack_after_the_next(house) -> None:
    house.go()
    house.go()
    house.go(full=True)
    assert house.stored() == {"full-1.pack", "delta-1-2.pack", "full-3.pack"}
    (house.directory / "pack" / ".delta-3-4.pack.tmp").write_bytes(b"of a publisher that was killed")
    (house.directory / "pack" / "LISEZMOI").write_bytes(b"of the operator")
    house.go()
    assert house.stored() == {"full-1.pack", "delta-1-2.pack", "full-3.pack", "delta-3-4.pack", "LISEZMOI"}
    house.go(full=True)
    assert house.stored() == {"full-3.pack", "delta-3-4.pack", "full-5.pack", "LISEZMOI"}


def test_the_checkpoint_and_the_blanks_come_with_it(house) -> None:
    house.go(beside=Beside(b"sceau.example/mli/1\n"))
    assert house.opened().known.beside == Beside(b"sceau.example/mli/1\n")
    house.go(beside=Beside(b"another"))
    assert house.opened().known.beside == Beside(b"another")


def test_the_index_of_the_whole_names_the_pack_too(house) -> None:
    done = house.go()
    index = json.loads((house.directory / "index.json").read_bytes())
    listed = {one["name"]: one["sha256"] for one in index["files"]}
    digest = hashlib.sha256((house.directory / "pack" / "full-1.pack").read_bytes())
    assert listed["pack/full-1.pack"] == digest.hexdigest()
    assert dict(done.digests)["pack/full-1.pack"] == digest.digest()
    assert date.fromisoformat(index["issued_at"][:10]) == date(2026, 11, 22)
