"""A published directory never goes back: versions, events and contents that were seen are remembered."""

import json
from pathlib import Path

import pytest
from opened_lists import opened, put

from sceau.domain.errors import ListInvalid
from sceau.verify_api.directory import Seen, Versions

KEYS = ("MLI/issued", "MLI/lookup", "MLI/status", "MLI/trust")


@pytest.mark.parametrize("name", ["trust", "status", "issued", "lookup"])
def test_no_list_goes_back_to_an_older_version(made, state, folder: Path, tmp_path: Path, name: str) -> None:
    """Each one alone: a rollback of the status list would bring a revoked document back to life."""
    old = state.files()[name]
    memory = tmp_path / "versions.json"
    state.version = 2
    state.publish(folder)
    opened(made, folder, Versions(memory))
    kept = json.loads(memory.read_text())
    assert {key: seen["version"] for key, seen in kept.items()} == dict.fromkeys(KEYS, 2)
    put(folder, name, old)
    with pytest.raises(ListInvalid, match="older"):
        opened(made, folder, Versions(memory))  # another process, the same memory


def test_a_refused_set_leaves_no_trace_in_the_memory(made, state, folder: Path, tmp_path: Path) -> None:
    memory = tmp_path / "versions.json"
    opened(made, folder, Versions(memory))
    state.version, state.as_of = 9, 101
    put(folder, "status", state.files()["status"])  # its companions are still at 100
    with pytest.raises(ListInvalid, match="different events"):
        opened(made, folder, Versions(memory))
    assert json.loads(memory.read_text())["MLI/status"]["version"] == 1


def test_a_ledger_put_back_from_a_backup_does_not_put_the_checkers_back(made, state, folder: Path, tmp_path) -> None:
    """Its next publications have higher versions, and know nothing of the revocations since."""
    memory = tmp_path / "versions.json"
    opened(made, folder, Versions(memory))
    state.version, state.as_of = 7, 99
    state.publish(folder)
    with pytest.raises(ListInvalid, match="version 7 covers 99 events, fewer than the 100 of version 1"):
        opened(made, folder, Versions(memory))
    assert json.loads(memory.read_text())["MLI/status"]["version"] == 1
    state.version, state.as_of = 8, 100
    state.publish(folder)
    opened(made, folder, Versions(memory))
    assert {(seen["version"], seen["as_of"]) for seen in json.loads(memory.read_text()).values()} == {(8, 100), (8, 0)}


@pytest.mark.parametrize("name", ["status", "issued", "lookup"])
def test_each_list_remembers_its_own_events(made, state, tmp_path: Path, name: str) -> None:
    """One list alone was seen, with more events: enough to refuse the whole set."""
    memory = Versions()
    state.as_of = 101
    opened(made, state.publish(tmp_path / "one", names=("trust", name)), memory)
    state.as_of, state.version = 100, 2
    with pytest.raises(ListInvalid, match=rf"{name}\.cose: version 2 covers 100 events"):
        opened(made, state.publish(tmp_path / "all"), memory)


@pytest.mark.parametrize("name", ["trust", "status", "issued", "lookup"])
def test_a_version_says_one_thing(made, state, folder: Path, tmp_path: Path, name: str) -> None:
    memory = tmp_path / "versions.json"
    opened(made, folder, Versions(memory))
    opened(made, folder, Versions(memory))
    state.instant += 1
    put(folder, name, state.files()[name])
    with pytest.raises(ListInvalid, match=rf"{name}\.cose: version 1 was already seen with another content"):
        opened(made, folder, Versions(memory))


def test_authorities_are_remembered_apart(made, state, folder: Path) -> None:
    memory = Versions()
    opened(made, folder, memory)
    found = Seen(1, 1, "00")
    memory.check("BFA", "status", found)
    memory.remember("BFA", {"status": found})
    with pytest.raises(ListInvalid, match="fewer than the 100"):
        memory.check("MLI", "status", Seen(2, 99, "00"))
    memory.check("BFA", "status", Seen(2, 1, "11"))


def test_a_memory_of_versions_alone_is_still_read(made, state, folder: Path, tmp_path: Path) -> None:
    """As release 0.1 wrote it; the next set that is accepted writes what is remembered today."""
    memory = tmp_path / "versions.json"
    memory.write_text('{"issued": 2, "lookup": 2, "status": 2, "trust": 2}')
    with pytest.raises(ListInvalid, match="version 1 is older than 2"):
        opened(made, folder, Versions(memory))
    state.version = 2
    state.publish(folder)
    opened(made, folder, Versions(memory))
    kept = json.loads(memory.read_text())
    assert tuple(sorted(kept)) == KEYS
    assert kept["MLI/status"]["as_of"] == 100


@pytest.mark.parametrize(
    "content",
    [
        *("", "[]", "{", '{"status": "2"}', '{"status": true}', '{"status": 1.5}', '{"MLI/status": {}}'),
        '{"MLI/status": {"version": true, "as_of": 1, "sha256": ""}}',
        '{"MLI/status": {"version": 1, "as_of": "1", "sha256": ""}}',
        '{"MLI/status": {"version": 1, "as_of": 1, "sha256": 0}}',
        '{"MLI/status": {"version": 1, "as_of": 1, "sha256": "", "more": 1}}',
    ],
)
def test_a_memory_that_cannot_be_read_is_not_forgotten(tmp_path: Path, content: str) -> None:
    memory = tmp_path / "versions.json"
    memory.write_text(content)
    with pytest.raises(ListInvalid):
        Versions(memory)


def test_the_memory_is_written_whole(made, folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The disk is full while the new memory is written: the old one stays, and the set is not used."""
    memory = tmp_path / "versions.json"
    memory.write_text('{"status": 1}')

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(ListInvalid, match="No space left"):
        opened(made, folder, Versions(memory))
    assert memory.read_text() == '{"status": 1}'
