"""The export itself: streamed, grown, resumed, for one mission or some days, with or without the keys to names."""

import json
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from auditor_desk import Desk
from nacl.public import PrivateKey, SealedBox
from small_ledger import START_MS, Small

from sceau.audit_kit.cli import main
from sceau.domain import canonical
from sceau.domain.errors import EnvelopeInvalid, FieldInvalid, InputUnreadable, KeyRefused, LedgerBehind, LogBroken
from sceau.ledger import commands as c
from sceau.ledger import envelope, export, reveal
from sceau.ledger.export import Reveal
from sceau.ledger.exported import EVENTS, MANIFEST, RECEIPTS, REVEALED, Manifest, Selection, name_of
from sceau.ledger.selection import require_possible

ROOMS = ("ledger.export", "ledger.exported", "audit_kit.index", "audit_kit.store", "audit_kit.evidence")
SECRET = PrivateKey(b"a" * 32)
DAY = 86_400_000


@pytest.fixture
def eights(monkeypatch: pytest.MonkeyPatch) -> None:
    """Chunks of eight events."""
    for room in ROOMS:
        monkeypatch.setattr(f"sceau.{room}.CHUNK", 8)


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*.cbor")}


def test_a_second_run_only_adds(house: Small, tmp_path: Path, eights: None) -> None:
    desk = Desk(tmp_path, house)
    first = desk.write()
    before, whole = files(desk.export), house.ledger.store.size() // 8
    assert first.written == -(-house.ledger.store.size() // 8)
    house.visa()
    second = desk.write()
    assert second.written == -(-house.ledger.store.size() // 8) - whole
    after = files(desk.export)
    assert all(after[name] == before[name] for n in range(whole) for name in (name_of(EVENTS, n),))
    assert desk.codes() == set()
    assert desk.write().written == (house.ledger.store.size() % 8 > 0)


def test_a_missing_chunk_is_written_again(house: Small, tmp_path: Path, eights: None) -> None:
    desk = Desk(tmp_path, house)
    desk.write()
    (desk.export / name_of(EVENTS, 1)).unlink()
    desk.write()
    assert desk.codes() == set()


@pytest.mark.parametrize("folder", [EVENTS, RECEIPTS])
def test_a_damaged_whole_chunk_is_written_again(house: Small, tmp_path: Path, eights: None, folder: str) -> None:
    """Once it stayed as it was, and every auditor was told to ask for another copy in vain."""
    desk = Desk(tmp_path, house)
    desk.write()
    before, path = files(desk.export), desk.export / name_of(folder, 1)
    path.write_bytes(path.read_bytes()[:-1] + b"\0")
    assert ("export.digest", None) in desk.codes()
    assert desk.write().written == 1 + (house.ledger.store.size() % 8 > 0)
    assert desk.codes() == set()
    assert files(desk.export) == before


def test_a_ledger_that_lacks_its_last_leaf_is_refused_by_name(house: Small, tmp_path: Path) -> None:
    """The head that was signed covers it: the database is behind, and an older one would be another history."""
    database = sqlite3.connect(house.config.database.removeprefix("sqlite:///"))
    size = house.ledger.store.size()
    database.execute("DROP TRIGGER leaf_no_delete")
    database.execute("DELETE FROM leaf WHERE idx = ?", (size - 1,))
    database.commit()
    database.close()
    with pytest.raises(LedgerBehind, match=f"{size - 1} < {size}"):
        export.Export(house.ledger.store, tmp_path / "export", house.config.state.origin, size)


@pytest.mark.parametrize("step", range(0, 10, 3))
def test_killed_anywhere_it_goes_on(
    house: Small, tmp_path: Path, eights: None, monkeypatch: pytest.MonkeyPatch, step: int
) -> None:
    """Cut before the nth file is renamed; what was whole is not written again."""
    desk = Desk(tmp_path, house)
    replace, done = export.replace_file, []

    def cut(path: Path, data: bytes) -> None:
        if len(done) == step:
            raise KeyboardInterrupt
        done.append(path)
        replace(path, data)

    monkeypatch.setattr(export, "replace_file", cut)
    with pytest.raises(KeyboardInterrupt):
        desk.write()
    assert not (desk.export / MANIFEST).exists()
    monkeypatch.setattr(export, "replace_file", replace)
    written = desk.write().written
    noted = max(0, step - 1) // 2  # the first file begins the journal, each chunk has two
    assert written == -(-house.ledger.store.size() // 8) - noted
    assert desk.codes() == set()


SLOWLY = """
import sys, time
from pathlib import Path
from sceau.ledger import export, exported
from sceau.ledger.stores.sqlite import open_store
export.CHUNK = exported.CHUNK = 1
replace = export.replace_file
def slowly(path, data):
    replace(path, data)
    print("x", flush=True)
    time.sleep(0.005)
export.replace_file = slowly
store = open_store(sys.argv[1])
export.Export(store, Path(sys.argv[2]), sys.argv[3], store.size()).write({})
"""


@pytest.mark.parametrize("steps", [1, 2, 17, 30])
def test_sigkill(house: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, steps: int) -> None:
    """A real one, after so many files; chunks of one event."""
    for room in ROOMS:
        monkeypatch.setattr(f"sceau.{room}.CHUNK", 1)
    desk = Desk(tmp_path, house)
    database = house.config.database.removeprefix("sqlite:///")
    command = [sys.executable, "-c", SLOWLY, database, str(desk.export), desk.origin]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        for _ in range(steps):
            assert process.stdout is not None and process.stdout.readline() == "x\n"
        process.send_signal(signal.SIGKILL)
    assert process.returncode == -signal.SIGKILL and not (desk.export / MANIFEST).exists()
    whole = max(0, steps - 3) // 2  # two files each, after that of the journal; the last may not be noted yet
    assert desk.write().written <= house.ledger.store.size() - whole
    assert desk.codes() == set()


def test_a_torn_journal_is_begun_anew(house: Small, tmp_path: Path, eights: None) -> None:
    desk = Desk(tmp_path, house)
    desk.write()
    (desk.export / MANIFEST).unlink()
    (desk.export / export.JOURNAL).write_bytes(b'{"origin": "x"}\n{"n": 0, "eve')
    desk.write()
    assert desk.codes() == set()


def test_another_history_is_not_mixed_in(house: Small, tmp_path: Path) -> None:
    desk = Desk(tmp_path, house)
    desk.write()
    path = desk.export / MANIFEST
    manifest = Manifest.parse(path.read_bytes())
    for changed in ({"tail": "00" * 32}, {"origin": "another.example/log"}):
        path.write_bytes(manifest._replace(**changed).encode())  # type: ignore[arg-type]
        with pytest.raises(LogBroken, match="another history"):
            desk.write()


def test_an_older_database_does_not_shorten_it(house: Small, tmp_path: Path) -> None:
    desk = Desk(tmp_path, house)
    desk.write()
    size = house.ledger.store.size()
    with pytest.raises(LogBroken, match="another history"):
        export.Export(house.ledger.store, desk.export, desk.origin, size - 1).write({})


@pytest.mark.parametrize(
    "edit",
    [
        lambda text: text.replace("sceau.export/1", "sceau.export/2"),
        lambda text: text.replace('"n": 0', '"n": 1'),
        lambda text: text.replace('"size": ', '"size": -'),
        lambda text: text.replace('"origin": "', '"origin": ["'),
        lambda text: text[:-40],
        lambda text: "[]",
        lambda text: "",
    ],
    ids=["another format", "a chunk twice", "a negative size", "a list", "cut short", "no object", "nothing"],
)
def test_a_manifest_is_read_strictly(house: Small, tmp_path: Path, edit: Callable[[str], str]) -> None:
    desk = Desk(tmp_path, house)
    desk.write()
    path = desk.export / MANIFEST
    path.write_text(edit(path.read_text()))
    with pytest.raises(InputUnreadable):
        desk.examine()


# One mission, some days.


@pytest.fixture
def two_missions(house: Small) -> Small:
    """Paris works today, the ministry issues too, and Paris again a week later."""
    house.do(c.EstablishAct(kind="birth", values=_birth(), **house.by("MAE")))
    house.clock.now = START_MS + 7 * DAY
    house.do(c.ConfirmClock(today="2026-11-29", **house.by("MAE")))
    house.visa(surname="SIDIBE")
    house.do(c.RevokeDocument(number="VPA260001", reason="erreur", **house.by()))
    return house


def _birth() -> dict[str, str]:
    from small_ledger import BIRTH

    return {**BIRTH, "surname": "TOURE"}


def streams_of(desk: Desk) -> set[str]:
    data = (desk.export / name_of(EVENTS, 0)).read_bytes()
    return {row[1] for row in canonical.read(data)}


def test_one_mission_shows_nothing_of_another(two_missions: Small, tmp_path: Path) -> None:
    desk = Desk(tmp_path, two_missions)
    desk.write(Selection(mission="PAR"))
    found = desk.examine()
    assert found.faults == []
    assert found.left_out == two_missions.ledger.store.size() - found.counts.events > 0
    shown = streams_of(desk)
    assert not [one for one in shown if one.startswith("act:MAE")]
    assert "document:VPA260004" in shown and "act:PAR-2026-N-000002" in shown


def test_some_days_show_whole_streams_and_what_they_rely_on(two_missions: Small, tmp_path: Path) -> None:
    desk = Desk(tmp_path, two_missions)
    desk.write(Selection(since="2026-11-25"))
    found = desk.examine()
    assert found.faults == []
    shown = {one for one in streams_of(desk) if one.startswith("document:")}
    assert shown == {"document:VPA260001", "document:VPA260003", "document:VPA260004"}  # 3 is the number before 4


def test_the_number_before_one_that_was_asked_for_is_missed(two_missions: Small, tmp_path: Path) -> None:
    from auditor_desk import Copy

    desk = Desk(tmp_path, two_missions)
    desk.write(Selection(since="2026-11-25"))
    copy = Copy(desk.export)
    copy.rows.remove(copy.row("document:VPA260003"))
    copy.rows.remove(copy.row("document:VPA260003", 2))
    copy.save(size=two_missions.ledger.store.size())
    assert "integrity.number_gap" in {code for code, _ in desk.codes()}


def test_a_part_grows_too(two_missions: Small, tmp_path: Path, eights: None) -> None:
    """A later event may ask for a stream of long ago: then its chunk is written again."""
    desk = Desk(tmp_path, two_missions)
    selection = Selection(since="2026-11-25")
    desk.write(selection)
    assert desk.write(selection).written <= 1
    two_missions.do(
        c.MentionAct(number="PAR-2026-N-000001", mention="other", text="x", reference="2", **two_missions.by())
    )
    assert desk.write(selection).written > 1
    assert desk.codes() == set()


@pytest.mark.parametrize("begun", [False, True], ids=["whole", "cut"])
@pytest.mark.parametrize("how", ["mission", "days", "auditor"])
def test_what_was_asked_for_does_not_change_in_a_directory(
    house: Small, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str, begun: bool
) -> None:
    """A whole export does not become a part unasked, and names that were revealed once do not stay beside."""
    desk = Desk(tmp_path, house)
    if begun:
        monkeypatch.setattr(Manifest, "encode", _cut)
        with pytest.raises(KeyboardInterrupt):
            desk.write(revealed=revealed(house))
        monkeypatch.undo()
    else:
        desk.write(revealed=revealed(house))
    before = files(desk.export)
    other = {"mission": Selection(mission="PAR"), "days": Selection(since="2026-11-22"), "auditor": Selection()}[how]
    with pytest.raises(FieldInvalid, match="export to another directory") as refused:
        desk.write(other, revealed=None if how == "auditor" else revealed(house))
    assert "exportez dans un autre dossier" in refused.value.say("fr")
    assert files(desk.export) == before


def _cut(manifest: Manifest) -> bytes:
    raise KeyboardInterrupt


@pytest.mark.parametrize(
    "selection", [Selection(mission="ROM"), Selection(since="2026-11-23", until="2026-11-22")], ids=["mission", "days"]
)
def test_what_nothing_can_satisfy_is_refused(house: Small, selection: Selection) -> None:
    with pytest.raises(FieldInvalid):
        require_possible(house.ledger.store, selection)
    require_possible(house.ledger.store, Selection(since="2026-11-22", until="2026-11-22", mission="PAR"))


# Names, for whom they are revealed to.


def revealed(house: Small, public: bytes = bytes(SECRET.public_key)) -> Reveal:
    return Reveal(public, house.ledger.vault.keys, house.random)


def test_names_are_sealed_unless_revealed(house: Small, tmp_path: Path) -> None:
    desk = Desk(tmp_path, house)
    desk.write()
    assert not (desk.export / REVEALED).exists()
    held = b"".join(files(desk.export).values())
    assert "KƐITA".encode() not in held and b"MARTIN" not in held


def test_the_named_auditor_reads_them(house: Small, tmp_path: Path) -> None:
    """Opened with PyNaCl's own sealed box: the format is libsodium's."""
    desk = Desk(tmp_path, house)
    desk.write(revealed=revealed(house))
    box = (desk.export / name_of(REVEALED, 0)).read_bytes()
    told = canonical.decode(SealedBox(SECRET).decrypt(box))
    assert told[:3] == ["sceau.reveal/1", desk.origin, 0]
    keys = reveal.open_box(box, desk.origin, 0, bytes(SECRET))
    assert keys == {key_id: key for key_id, key in told[3]} != {}
    row = house.ledger.store.find([("act:PAR-2026-N-000001", 1)])[0]
    opened = envelope.event(envelope.parse(row.state), lambda ids: {one: keys[one] for one in ids})
    assert "KƐITA" in str([part.values for part in opened.personal])
    assert desk.codes() == set()


def test_the_program_shows_an_event(house: Small, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    desk = Desk(tmp_path, house)
    desk.write(revealed=revealed(house))
    idx, key = house.ledger.store.find([("act:PAR-2026-N-000001", 1)])[0].idx, tmp_path / "secret"
    key.write_text(bytes(SECRET).hex() + "\n")
    words = [str(desk.export), "--show", str(idx)]
    assert main([*words, "--key", str(key)]) == 0
    shown = json.loads(capsys.readouterr().out)
    assert shown["stream"] == "act:PAR-2026-N-000001" and shown["clear"]["kind"] == "birth"
    assert "KƐITA" in [part["values"].get("surname") for part in shown["personal"]]
    assert main(words) == 0
    sealed = json.loads(capsys.readouterr().out)["personal"]
    assert sealed and all(part["values"] is None for part in sealed)
    key.write_text("00" * 32)
    assert main([*words, "--key", str(key)]) == 1
    assert main([str(desk.export), "--show", "9999"]) == 1


def test_nobody_else_does(house: Small, tmp_path: Path) -> None:
    desk = Desk(tmp_path, house)
    desk.write(revealed=revealed(house))
    box = (desk.export / name_of(REVEALED, 0)).read_bytes()
    for wrong in (
        (box, desk.origin, 0, b"b" * 32),
        (box, desk.origin, 1, bytes(SECRET)),
        (box[:-1], desk.origin, 0, bytes(SECRET)),
    ):
        with pytest.raises(EnvelopeInvalid):
            reveal.open_box(*wrong)


@pytest.mark.parametrize("text", ["", "00", "zz" * 32, "AA" * 32, "aa" * 33])
def test_a_key_of_another_spelling_is_refused(text: str) -> None:
    with pytest.raises(KeyRefused):
        reveal.read_public(text)


def test_a_key_of_low_order_is_refused(house: Small) -> None:
    with pytest.raises(KeyRefused):
        reveal.seal({}, "x", 0, bytes(32), house.random)
