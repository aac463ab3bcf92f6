"""Nobody makes a wrong delta: an edited directory, another key, a publisher that was killed."""

import shutil

import pytest
from killed_renames import killed_after
from pack_house import BY, LISTS, NEXT, NOW, ROOT

from sceau.domain.document import DocumentRevoked
from sceau.domain.signing_key import KeyRetired
from sceau.projections import publish as publishing
from sceau.projections.publish import Publisher
from sceau.verify_api.directory import Versions


def test_a_pack_that_the_ledger_did_not_record_is_not_continued(house) -> None:
    house.go()
    house.go(record=False)  # the publisher died before it could record
    assert house.go().pack.named.file == "delta-1-3.pack"
    house.check()
    house.logged.clear()
    assert house.go().pack.named.file == "full-4.pack"


@pytest.mark.parametrize("name", ["full-1.pack", "delta-1-2.pack", "index.json"])
@pytest.mark.parametrize("how", ["edited", "cut", "gone", "exchanged"])
def test_an_edited_directory_makes_no_wrong_delta(house, name: str, how: str) -> None:
    house.issue("NPA260001", "NPA260002")
    house.against("NPA260001", DocumentRevoked, "fraude")
    house.go()
    house.against("NPA260002", DocumentRevoked, "fraude")
    house.go()
    path, other = house.directory / "pack" / name, house.directory / "pack" / "full-1.pack"
    content = path.read_bytes()
    match how:
        case "edited":
            path.write_bytes(content[:-1] + bytes((content[-1] ^ 1,)))
        case "cut":
            path.write_bytes(content[: len(content) // 2])
        case "gone":
            path.unlink()
        case "exchanged":
            path.write_bytes((other if path != other else house.directory / "pack" / "delta-1-2.pack").read_bytes())
    house.issue("NPA260003")
    house.go()
    house.check()


def test_an_older_index_makes_a_longer_delta(house) -> None:
    house.go()
    index = (house.directory / "pack" / "index.json").read_bytes()
    house.issue("NPA260001")
    house.go()
    (house.directory / "pack" / "index.json").write_bytes(index)
    house.issue("NPA260002")
    assert house.go().pack.named.file == "delta-1-3.pack"
    house.check()


def test_packs_of_a_lists_key_that_was_compromised_are_not_continued(house) -> None:
    house.go()
    house.enrol(NEXT)
    house.scribe.write((f"key:{LISTS.kid.hex()}", KeyRetired("2026-11-22", "stolen", True)))
    by = Publisher(BY.authority, BY.address, ROOT, NEXT)
    assert house.go(by=by).pack.named.file == "full-2.pack"
    assert house.opened().trust.by_kid(LISTS.kid, publishing.Purpose.LISTS).status == "revoked"


def test_packs_of_a_lists_key_that_was_retired_are_continued(house) -> None:
    house.go()
    house.enrol(NEXT)
    house.scribe.write((f"key:{LISTS.kid.hex()}", KeyRetired("2026-11-22", "age", False)))
    assert house.go(by=Publisher(BY.authority, BY.address, ROOT, NEXT)).pack.named.file == "delta-1-2.pack"
    house.check()


def test_killed_between_any_two_renames_the_next_heals_and_no_version_has_two_contents(house) -> None:
    """Whoever follows the index all along, with a memory, never has to refuse; every name has one content for ever."""
    house.issue("NPA260001")
    house.go()
    memory, contents = Versions(), dict[str, bytes]()
    for cut in range(14):
        house.issue(f"NPA26{cut + 2:04d}")
        with killed_after(cut):
            house.go(NOW + cut)
        house.opened(memory)
        for name in house.stored():
            content = (house.directory / "pack" / name).read_bytes()
            assert name.endswith(".tmp") or contents.setdefault(name, content) == content
    house.go(NOW + 99)
    house.check()
    house.opened(memory)
    assert not any(name.endswith(".tmp") for name in house.stored())


def test_a_directory_restored_from_a_copy_is_continued_rightly(house, tmp_path) -> None:
    house.issue("NPA260001")
    house.go()
    shutil.copytree(house.directory, tmp_path / "copy")
    house.against("NPA260001", DocumentRevoked, "fraude")
    house.go()
    shutil.rmtree(house.directory)
    shutil.copytree(tmp_path / "copy", house.directory)
    house.issue("NPA260002")
    house.go()
    house.check()
