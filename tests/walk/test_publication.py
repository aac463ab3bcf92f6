"""What is published was verified: whoever edits the database or a view gets nothing signed by the root."""

import hashlib
import os
import shutil
import sqlite3
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest
from small_ledger import Small, small

from sceau.domain import canonical
from sceau.domain.errors import LedgerBehind, LogBroken
from sceau.domain.signing_key import KeyEnrolled
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger import commands as c
from sceau.ledger import envelope
from sceau.ledger.audit import audit
from sceau.ledger.stores.port import EventRow, Receipt
from sceau.publication import publish_verified
from sceau.tlog.leaf import event_leaf
from sceau.verify_api.directory import Versions, open_directory
from sceau.verify_api.scan import scan
from sceau.verify_api.verdict import Code


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Small]:
    with small(tmp_path / "home") as made:
        yield made


def published(house: Small, directory: Path) -> int:
    return publish_verified(house.ledger, directory, house.clock() // 1000).version


def code(house: Small, directory: Path, number: str) -> Code:
    known = open_directory(directory, house.ledger.keystore.signer("root").public, Versions())
    today = datetime.fromtimestamp(house.clock() / 1000, UTC).date()
    seal = house.ledger.issuance.states.get(f"document:{number}").state.seal
    return scan(seal, known.trust, known.status, known.issued, today).code


def test_a_key_that_a_stranger_enrolled_is_not_published(house: Small, tmp_path: Path) -> None:
    """Write access to the database alone: an event signed by a key of the attacker's own, every digest right."""
    directory = tmp_path / "public"
    house.visa(valid_from="2026-11-22")
    assert published(house, directory) == 1
    before = {path.name: path.read_bytes() for path in directory.iterdir() if path.is_file()}
    stranger = SoftwareSigner.from_seed(os.urandom(32), Algorithm.ED25519)
    enrolled = KeyEnrolled(
        stranger.kid,
        "seal",
        "Ed25519",
        stranger.public,
        "MLI",
        "PAR",
        "2026-01-01",
        "2027-12-31",
        "claim169",
        "ML",
        stranger.kid.hex(),
        "",
        ("civil_status",),
    )
    stream = f"key:{stranger.kid.hex()}"
    meta = envelope.Meta(
        house.config.state.origin, stream, 1, b"", house.clock(), "MAE", "x", "none", b"c" * 16, b"m" * 16, ()
    )
    message = envelope.seal(meta, enrolled, stranger, lambda key_id: bytes(32), bytes)
    row = EventRow(stream, 1, enrolled.topic, message, bytes(32), event_leaf(bytes(32), message, enrolled.topic))
    house.ledger.store.append([row], [Receipt(b"c" * 16, b"m" * 16, canonical.encode([[stream, 1]]))], {})
    with pytest.raises(LogBroken, match="nothing was published"):
        published(house, directory)
    assert before == {path.name: path.read_bytes() for path in directory.iterdir() if path.is_file()}


def test_an_edited_view_is_made_anew(house: Small, tmp_path: Path) -> None:
    directory, visa = tmp_path / "public", house.visa(valid_from="2026-11-22")
    house.do(c.RevokeDocument(number=visa, reason="stolen", **house.by()))
    published(house, directory)
    assert code(house, directory, visa) is Code.REVOKED
    for view in (house.config.home / "publication.db", *house.config.views.glob("*.db")):
        edited = sqlite3.connect(view)
        edited.execute("UPDATE documents SET state = 'issued', reason = NULL")
        edited.commit()
        edited.close()
    assert published(house, directory) == 2
    assert code(house, directory, visa) is Code.REVOKED


def test_only_what_is_new_is_audited_again(house: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    spans: list[tuple[int, int]] = []
    from sceau.ledger.audit import Auditor

    run = Auditor.run
    monkeypatch.setattr(Auditor, "run", lambda self, start, end: spans.append((start, end)) or run(self, start, end))
    published(house, tmp_path / "public")
    size = house.ledger.store.size()
    house.birth()
    published(house, tmp_path / "public")
    assert spans == [(0, size - 2), (size - 2, house.ledger.store.size() - 2)]  # each records itself in two events


STEPS = {
    "before it is recorded": ("sceau.publication._record", 0),
    "before any file is replaced": ("sceau.projections.publish.replace", 0),
    "before the first file has its name": ("pathlib.Path.replace", 0),
    "between two files": ("pathlib.Path.replace", 2),
    "before it is noted": ("sceau.publication._write", 0),
}


@pytest.mark.parametrize(("place", "nth"), STEPS.values(), ids=STEPS)
def test_killed_anywhere_the_log_tells_of_all_that_was_given_out(
    house: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, place: str, nth: int
) -> None:
    """Once a kill after the files had their names left a publication that the log never told of."""
    directory = tmp_path / "public"
    for _ in range(2):
        house.visa()
        published(house, directory)
    with monkeypatch.context() as patched:
        patched.setattr(place, _cut(place, nth))
        with pytest.raises(KeyboardInterrupt):
            published(house, directory)
    _require_told(house, directory)
    house.reopen()
    house.visa()
    assert published(house, directory) in (3, 4)
    _require_told(house, directory)
    origin, kid = house.config.state.origin, house.ledger.keystore.signer("event:MAE").kid
    assert audit(house.ledger.store, origin, kid).findings == []


def _cut(place: str, nth: int) -> Callable[..., Any]:
    """A kill at the nth call of the publisher's; the keeper of the head replaces files in a thread of its own."""
    module, name = place.rsplit(".", 1)
    whole = getattr(Path if module == "pathlib.Path" else import_module(module), name)
    calls: list[int] = []

    def cut(*given: Any) -> Any:
        if threading.current_thread() is threading.main_thread():
            calls.append(1)
            if len(calls) > nth:
                raise KeyboardInterrupt
        return whole(*given)

    return cut


def _require_told(house: Small, directory: Path) -> None:
    """Whatever list lies there now is one whose digest the ledger recorded."""
    events = [one.event for one in house.ledger.reader.stream("log:lists")]
    told = {(one.names[at], one.digests[at]) for one in events for at in range(len(one.names))}
    for path in directory.iterdir():
        if path.suffix in (".cose", ".json", ".html", ".js"):
            assert (path.name, hashlib.sha256(path.read_bytes()).digest()) in told, path.name


def test_a_version_that_the_ledger_tells_of_is_not_given_again(house: Small, tmp_path: Path) -> None:
    """Note and directory were lost with a home; the ledger remembers."""
    assert [published(house, tmp_path / "public") for _ in range(2)] == [1, 2]
    (house.config.home / "published").unlink()
    assert published(house, tmp_path / "elsewhere") == 3


def test_a_note_that_somebody_else_wrote_is_refused(house: Small, tmp_path: Path) -> None:
    published(house, tmp_path / "public")
    note = house.config.home / "published"
    note.write_text(note.read_text().replace('"version": 1', '"version": 7'))
    with pytest.raises(LogBroken, match="not written by this installation"):
        published(house, tmp_path / "public")


def test_an_older_ledger_publishes_nothing_anywhere(house: Small, tmp_path: Path) -> None:
    """Restored without its head, into a fresh directory: what was published once is remembered."""
    database = Path(house.config.database.removeprefix("sqlite:///"))
    house.ledger.close()
    shutil.copy(database, tmp_path / "older.db")
    head = house.config.head.read_bytes()
    house.ledger = house.opened()
    house.visa()
    published(house, tmp_path / "public")
    house.ledger.close()
    shutil.copy(tmp_path / "older.db", database)
    house.config.head.write_bytes(head)
    house.ledger = house.opened()
    with pytest.raises(LedgerBehind):
        published(house, tmp_path / "fresh")


def test_a_ledger_without_its_head_is_not_opened(house: Small) -> None:
    """A deleted head is not "no head yet": that would hide a cut tail."""
    house.ledger.close()
    house.config.head.unlink()
    with pytest.raises(LogBroken, match="missing"):
        house.opened()
    house.ledger = _unopened(house)


def _unopened(house: Small) -> object:
    class Closed:
        def close(self) -> None:
            """Nothing is open."""

    return Closed()
