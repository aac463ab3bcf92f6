"""After an erasure: the export holds for every auditor, and reveals to nobody what an order names."""

import json
from pathlib import Path

import pytest
from auditor_desk import Desk
from nacl.public import PrivateKey
from small_ledger import Small

from sceau.audit_kit.cli import main
from sceau.domain.erasure import keys_of
from sceau.domain.errors import InputUnreadable
from sceau.ledger import commands as c
from sceau.ledger import export, reveal
from sceau.ledger.export import Reveal
from sceau.ledger.exported import REVEALED, Selection, name_of
from sceau.ledger.report_words import sentence

ROOMS = ("ledger.export", "ledger.exported", "audit_kit.index", "audit_kit.store", "audit_kit.evidence")
SECRET = PrivateKey(b"a" * 32)
NUMBER, STREAM = "VPA260001", "document:VPA260001"


@pytest.fixture
def eights(monkeypatch: pytest.MonkeyPatch) -> None:
    for room in ROOMS:
        monkeypatch.setattr(f"sceau.{room}.CHUNK", 8)


@pytest.fixture
def desk(house: Small, tmp_path: Path) -> Desk:
    return Desk(tmp_path, house)


def order(house: Small) -> None:
    house.do(c.EraseDocument(number=NUMBER, reference="APDP 1", **house.by("MAE")))


def revealed(house: Small) -> Reveal:
    """As the command does it: of the keys that there are."""
    vault = house.ledger.vault
    return Reveal(bytes(SECRET.public_key), lambda ids: vault.keys(set(ids) - vault.missing(ids)), house.random)


def keys(desk: Desk) -> set[bytes]:
    """Every data key that the export reveals."""
    boxes = sorted((desk.export / REVEALED).iterdir())
    opened = [reveal.open_box(box.read_bytes(), desk.origin, n, bytes(SECRET)) for n, box in enumerate(boxes)]
    return {key for one in opened for key in one}


def key(house: Small, stream: str = STREAM) -> bytes:
    return keys_of(house.ledger.issuance.states.get(stream).state)["holder"]


@pytest.mark.parametrize("carried_out", [True, False])
def test_what_an_order_names_is_revealed_to_nobody(house: Small, desk: Desk, carried_out: bool) -> None:
    order(house)
    if carried_out:
        house.ledger.erase()
    desk.write(revealed=revealed(house))
    assert desk.codes() == set()
    assert key(house) not in keys(desk)
    assert key(house, "document:VPA260002") in keys(desk)
    assert key(house, "document:NPA260001") in keys(desk)


def test_an_export_made_before_reveals_it_no_more_when_it_is_gone_on_with(
    house: Small, desk: Desk, eights: None
) -> None:
    desk.write(revealed=revealed(house))
    assert key(house) in keys(desk)
    idx, size = house.ledger.store.find([(STREAM, 1)])[0].idx, house.ledger.store.size()
    boxes = {path: path.read_bytes() for path in (desk.export / REVEALED).iterdir()}
    order(house)
    house.ledger.erase()
    desk.write(revealed=revealed(house))
    assert key(house) not in keys(desk)
    assert desk.codes() == set()
    changed = {path.name for path, data in boxes.items() if path.read_bytes() != data}
    partial = {Path(name_of(REVEALED, size // 8)).name} if size % 8 else set()
    assert changed == {Path(name_of(REVEALED, idx // 8)).name} | partial
    whole = {path: path.read_bytes() for path in (desk.export / REVEALED).iterdir()}
    house.visa(surname="LATER")
    desk.write(revealed=revealed(house))  # and what was written anew is not written again
    assert (desk.export / name_of(REVEALED, idx // 8)).read_bytes() == whole[desk.export / name_of(REVEALED, idx // 8)]


def test_a_note_far_behind_the_document_reveals_it_no_more_either(house: Small, desk: Desk, eights: None) -> None:
    """It stands under the holder's key, so the box of its chunk has that too."""
    for n in range(8):
        house.visa(surname="BETWEEN" + "ABCDEFGH"[n])
    house.do(c.SuspendDocument(number=NUMBER, reason="stolen", note="trouvé chez sa sœur", **house.by()))
    for n in range(8):
        house.visa(surname="AFTER" + "ABCDEFGH"[n])
    desk.write(revealed=revealed(house))
    order(house)
    house.ledger.erase()
    desk.write(revealed=revealed(house))
    assert key(house) not in keys(desk)
    assert desk.codes() == set()


def test_an_export_begun_before_an_order_is_begun_anew(
    house: Small, desk: Desk, eights: None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of the size that it had: the order stands behind the checkpoint."""
    with monkeypatch.context() as patch:
        patch.setattr(export, "MANIFEST", "no/such/folder")
        with pytest.raises(InputUnreadable):
            desk.write(revealed=revealed(house))
    size = house.ledger.store.size()
    order(house)
    house.ledger.erase()
    export.Export(house.ledger.store, desk.export, desk.origin, size, revealed=revealed(house)).write({})
    assert key(house) not in keys(desk)


@pytest.mark.parametrize(("mission", "kept"), [("PAR", True), ("TLS", False)])
def test_a_part_has_the_orders_about_its_documents(house: Small, desk: Desk, mission: str, kept: bool) -> None:
    order(house)
    house.ledger.erase()
    desk.write(Selection(mission=mission))
    events = b"".join(path.read_bytes() for path in (desk.export / "events").iterdir())
    assert (b"erasure:VPA260001" in events) is kept
    assert desk.codes() == set()


def test_the_program_shows_the_order_and_what_it_left(
    house: Small, desk: Desk, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    order(house)
    house.ledger.erase()
    desk.write(revealed=revealed(house))
    secret = tmp_path / "secret"
    secret.write_text(bytes(SECRET).hex() + "\n")
    shown = {}
    for stream in (STREAM, f"erasure:{NUMBER}"):
        idx = house.ledger.store.find([(stream, 1)])[0].idx
        assert main([str(desk.export), "--show", str(idx), "--key", str(secret)]) == 0
        shown[stream] = json.loads(capsys.readouterr().out)
    assert [part["values"] for part in shown[STREAM]["personal"]] == [None] * len(shown[STREAM]["personal"])
    assert shown[f"erasure:{NUMBER}"]["clear"]["keys"] == [key(house).hex()]


def test_a_finding_has_a_sentence() -> None:
    for language in ("fr", "en"):
        assert sentence("integrity.erasure", language) != sentence("no such code", language)
