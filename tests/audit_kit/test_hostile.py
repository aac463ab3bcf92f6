"""Exports made to hurt whoever reads them: each ends soon, in a finding or a refusal that has a name."""

import json
import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from auditor_desk import Program, codes

from sceau.audit_kit import source, tree
from sceau.domain.errors import InputUnreadable, LogBroken
from sceau.ledger.exported import EVENTS as FOLDER
from sceau.ledger.exported import MANIFEST, MANIFEST_MAX, RECEIPTS, name_of
from sceau.tlog.tile import unbundle

# The manifest.


def _chunk(told: Any, **changed: Any) -> Any:
    return {**told, "chunks": [{**told["chunks"][0], **changed}]}


MANIFESTS = {
    "digests that are a list": lambda told: _chunk(told, digests=[]),
    "digests that are a text": lambda told: _chunk(told, digests="events"),
    "a digest that is none": lambda told: _chunk(told, digests={"events": "00", "receipts": "00"}),
    "a digest of surrogates": lambda told: _chunk(told, digests={"events": "\ud800" * 64, "receipts": "0" * 64}),
    "chunks that are numbers": lambda told: {**told, "chunks": [1]},
    "a chunk whose number is true": lambda told: _chunk(told, n=False),
    "a count that is a fraction": lambda told: _chunk(told, events=26.0),
    "a count of 2^64": lambda told: _chunk(told, receipts=1 << 64),
    "views that are a list": lambda told: {**told, "views": [1]},
    "a view at an infinite event": lambda told: {**told, "views": {"status_v1": [1e999, "00" * 32]}},
    "a view at a fraction of an event": lambda told: {**told, "views": {"status_v1": [1.5, "00" * 32]}},
    "a view without a digest": lambda told: {**told, "views": {"status_v1": [1, ""]}},
    "a view of no name": lambda told: {**told, "views": {"\ud800": [1, "00" * 32]}},
    "an origin that is no text": lambda told: {**told, "origin": "sceau\ud800"},
    "an origin that drives a terminal": lambda told: {**told, "origin": "\x1b[2J"},
    "an origin that is missing": lambda told: {name: one for name, one in told.items() if name != "origin"},
    "a size that is true": lambda told: {**told, "size": True},
    "a tail that is no hash": lambda told: {**told, "tail": "zz"},
    "a mission that is no text": lambda told: {**told, "selection": {**told["selection"], "mission": "\udfff"}},
    "a day that is none": lambda told: {**told, "selection": {**told["selection"], "since": "yesterday"}},
    "a member that nobody knows": lambda told: {**told, "nonsense": 1},
    "no object": lambda told: [told],
}


@pytest.mark.parametrize("spoil", MANIFESTS.values(), ids=MANIFESTS)
def test_a_manifest(program: Program, spoil: Callable[[Any], Any], capsys: pytest.CaptureFixture[str]) -> None:
    path = program.desk.export / MANIFEST
    path.write_text(json.dumps(spoil(json.loads(path.read_text()))))
    assert program.ended() == 1
    assert "domain.input_unreadable" in capsys.readouterr().err


def test_a_manifest_of_any_size(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    with (program.desk.export / MANIFEST).open("ab") as file:
        file.truncate(MANIFEST_MAX + 1)
    assert program.ended() == 1
    assert f"at most {MANIFEST_MAX}" in capsys.readouterr().err


# Files that are none.


@contextmanager
def _pipe(path: Path) -> Iterator[None]:
    os.mkfifo(path)
    yield
    os.close(os.open(path, os.O_RDWR | os.O_NONBLOCK))  # whoever waits for it goes on


@contextmanager
def _device(path: Path) -> Iterator[None]:
    path.symlink_to("/dev/zero")
    yield


@contextmanager
def _loop(path: Path) -> Iterator[None]:
    path.symlink_to(path)
    yield


@contextmanager
def _folder(path: Path) -> Iterator[None]:
    path.mkdir()
    yield


KINDS = [_pipe, _device, _loop, _folder]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("folder", [FOLDER, RECEIPTS])
def test_a_chunk_that_is_no_file(program: Program, folder: str, kind: Callable[[Path], Any]) -> None:
    path = program.desk.export / name_of(folder, 0)
    path.unlink()
    with kind(path):
        assert program.ended() == 5
    assert {"export.digest", "export.unreadable"} <= codes(program)
    assert any(": no regular file" in one["detail"] or "symbolic" in one["detail"] for one in _named(program, folder))


def _named(program: Program, folder: str) -> list[Any]:
    return [one for one in program.told["findings"] if one["stream"] == name_of(folder, 0)]


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("name", [MANIFEST, "log/checkpoint", "tile", "entries"])
def test_what_every_step_needs_is_no_file(
    program: Program, name: str, kind: Callable[[Path], Any], capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing can be concluded: refused by name."""
    log = program.desk.export / "log/tile"
    places = {"tile": log / "0/000.p", "entries": log / "entries/000.p"}
    path = next(places[name].iterdir()) if name in places else program.desk.export / name
    path.unlink()
    with kind(path):
        assert program.ended() == 1
    assert "domain.input_unreadable" in capsys.readouterr().err


def test_a_tile_that_fills_the_memory(program: Program, capsys: pytest.CaptureFixture[str]) -> None:
    path = next((program.desk.export / "log/tile/0/000.p").iterdir())
    with path.open("ab") as file:
        file.truncate(1 << 40)
    assert program.ended() == 1
    assert f"at most {source.SIZE_MAX}" in capsys.readouterr().err


@pytest.mark.parametrize("workers", [1, 2])
def test_a_log_that_is_withdrawn_while_it_is_read(
    program: Program, workers: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The copy is at fault, and no event."""

    def gone(*_: object) -> list[bytes]:
        raise InputUnreadable("no answer")

    monkeypatch.setattr(tree.Leaves, "between", gone)
    assert program.ended("--workers", workers) == 5
    assert codes(program) == {"export.unreadable"}


def test_a_bundle_of_millions_of_entries() -> None:
    started = process_time()
    with pytest.raises(LogBroken):
        unbundle(bytes(source.SIZE_MAX))
    assert process_time() - started < 1
