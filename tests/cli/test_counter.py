"""What the paper of a number says comes from the ledger, as it stood at the issuance."""

import sqlite3
from pathlib import Path

import pypdfium2


def text_of(pdf: Path) -> str:
    document = pypdfium2.PdfDocument(pdf)
    try:
        return " ".join(document[0].get_textpage().get_text_range().split())
    finally:
        document.close()


def test_the_signed_event_and_the_seal_are_inside(home, tmp_path: Path) -> None:
    number = home.extract(home.birth(), "--out", tmp_path / "a.pdf")
    database = sqlite3.connect(home.folder / "ledger.db")
    query = "SELECT state FROM stored_events WHERE originator_id = ? AND originator_version = 1"
    (stored,) = database.execute(query, (f"document:{number}",)).fetchone()
    database.close()
    document = pypdfium2.PdfDocument(tmp_path / "a.pdf")
    attached = [document.get_attachment(index) for index in range(document.count_attachments())]
    held = {one.get_name(): bytes(one.get_data()) for one in attached}
    document.close()
    assert held["evenement.cose"] == stored and held["sceau.bin"].startswith(b"\xd2\x84")


def test_a_demonstration_prints_specimens_and_a_real_installation_does_not(home, tmp_path: Path, monkeypatch) -> None:
    number = home.extract(home.birth(), "--out", tmp_path / "a.pdf")
    assert "SPECIMEN" in text_of(tmp_path / "a.pdf").replace(" ", "")
    words = (home.folder / "passphrase").read_text().strip()
    (home.folder / "passphrase").unlink()
    monkeypatch.setenv("SCEAU_PASSPHRASE", words)
    home.done("print", number, "--out", tmp_path / "b.pdf")
    assert "SPECIMEN" not in text_of(tmp_path / "b.pdf").replace(" ", "")


def test_a_reprint_says_what_the_original_said(home, tmp_path: Path) -> None:
    act = home.birth()
    mention = ("act", "mention", act, "--mention", "recognition", "--reference", "TGI Bobigny, n° 12")
    home.done(*mention, "--text", "Reconnue par son père.")
    number = home.extract(act, "--command-id", "cd" * 16, "--out", tmp_path / "a.pdf")
    assert "Reconnaissance, le" in text_of(tmp_path / "a.pdf")
    assert "(TGI Bobigny, n° 12) : Reconnue par son père." in text_of(tmp_path / "a.pdf")
    home.done("act", "mention", act, "--mention", "other", "--text", "Plus tard.", "--reference", "x")
    grant = ("officer", "grant", "BAG-1", "--at", "BAG", "--name", "Autre NOM", "--title", "Autre", "--powers")
    home.done(*grant, "acts,civil_status", "--since", "2025-01-01", "--until", "2099-12-31")
    again = home.extract(act, "--command-id", "cd" * 16, "--out", tmp_path / "b.pdf")
    assert again == number and (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    home.done("print", number, "--out", tmp_path / "c.pdf", "--confirm-stale")
    said = text_of(tmp_path / "c.pdf")
    assert "Plus tard" not in said and "Autre NOM" not in said and "SIMAGA" in said


def test_a_preview_shows_the_zone_and_bears_no_code(home, tmp_path: Path, examples: Path) -> None:
    asked = ("issue", "visa_short", "--from", examples / "documents/visa_short.json", "--preview")
    home.done(*asked, "--out", tmp_path / "p.pdf", office="PAR")
    home.done("publish", tmp_path / "public")
    lists = ("--lists", tmp_path / "public", "--root", home.folder / "root.pub")
    told = home.run("scan", tmp_path / "p.pdf", *lists)
    assert told.exit_code == 3 and "no code found" in told.stderr
    assert "V<MLILEFEVRE<<CHLOE<ANNE<SOPHIE" in text_of(tmp_path / "p.pdf").replace(" ", "")
