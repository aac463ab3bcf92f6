"""From the counter: an act, its extract, its life; every refusal says what to do and writes nothing."""

import json
from pathlib import Path

import pypdfium2
import pytest

EXAMPLES = Path(__file__).resolve().parents[2] / "examples"


def test_issue_prints_what_was_committed(home, tmp_path: Path) -> None:
    act = home.birth()
    told = home.done("issue", "birth_extract", "--act", act, "--out", tmp_path / "a.pdf")
    assert told["copy"] == 0 and (tmp_path / "a.pdf").read_bytes().startswith(b"%PDF-")
    history = home.done("show", told["number"])["history"]
    assert [event["topic"] for event in history] == ["document.issued.v1", "document.printed.v1"]


def test_a_repeated_command_issues_and_prints_once(home, tmp_path: Path) -> None:
    act, same = home.birth(), ("--command-id", "ab" * 16)
    first = home.done("issue", "birth_extract", "--act", act, "--out", tmp_path / "a.pdf", *same)
    again = home.done("issue", "birth_extract", "--act", act, "--out", tmp_path / "b.pdf", *same)
    assert first["number"] == again["number"] and again["copy"] == 0
    assert (tmp_path / "a.pdf").read_bytes() == (tmp_path / "b.pdf").read_bytes()
    assert len(home.done("find", "--kind", "birth_extract")) == 1
    other = home.refused("issue", "life_certificate", "--from", EXAMPLES / "documents/life_certificate.json", *same)
    assert other["code"] == "domain.command_reused"


def test_a_reprint_is_an_event_and_another_copy(home, tmp_path: Path) -> None:
    number = home.extract(home.birth(), "--out", tmp_path / "a.pdf")
    assert home.done("print", number, "--out", tmp_path / "b.pdf")["copy"] == 1
    assert (tmp_path / "a.pdf").read_bytes() != (tmp_path / "b.pdf").read_bytes()
    assert home.done("show", number)["copies"] == 2


def test_a_preview_writes_nothing(home, tmp_path: Path) -> None:
    act = home.birth()
    before = home.done("history")
    home.done("issue", "birth_extract", "--act", act, "--preview", "--out", tmp_path / "p.pdf")
    assert home.done("history") == before
    paper = pypdfium2.PdfDocument(tmp_path / "p.pdf")
    assert "PROJET" in paper[0].get_textpage().get_text_range()
    paper.close()


def test_a_paper_that_cannot_be_typeset_is_never_issued(home, tmp_path: Path) -> None:
    asked = json.loads((EXAMPLES / "documents/life_certificate.json").read_text())
    asked["values"]["given_names"] = "Ab" * 30
    asked["values"]["surname"] = "Cd" * 30
    asked["values"]["birth_place"] = "x" * 60
    asked["values"]["city"] = "y" * 60
    (tmp_path / "in.json").write_text(json.dumps(asked))
    before = home.done("history")
    told = home.refused("issue", "life_certificate", "--from", tmp_path / "in.json", "--out", tmp_path / "a.pdf")
    assert told["code"] == "domain.field_invalid"
    assert home.done("history") == before and not (tmp_path / "a.pdf").exists()


def test_a_place_that_cannot_be_written_is_found_before_anything_is_issued(home, tmp_path: Path) -> None:
    act = home.birth()
    before = home.done("history")
    told = home.refused("issue", "birth_extract", "--act", act, "--out", tmp_path / "no" / "a.pdf")
    assert "--out" in told["message"] and home.done("history") == before


def test_a_likely_duplicate_must_be_confirmed(home) -> None:
    act = home.birth()
    told = home.refused("act", "establish", "--from", EXAMPLES / "acts/birth-1.json")
    assert told["code"] == "domain.confirmation_required"
    assert act in told["message"] and "--confirm-duplicate" in told["message"]
    home.done("act", "establish", "--from", EXAMPLES / "acts/birth-1.json", "--confirm-duplicate")
    number = home.extract(act)
    told = home.refused("issue", "birth_extract", "--act", act)
    assert told["code"] == "domain.confirmation_required" and number in told["message"]
    assert home.extract(act, "--confirm-duplicate") != number
    assert home.extract(act, "--supersedes", number) != number


def test_the_life_of_a_document(home) -> None:
    number = home.extract(home.birth())
    for verb, state in (("suspend", "suspended"), ("resume", "issued"), ("revoke", "revoked")):
        assert home.done(verb, number, "--reason", "error")["state"] == state
    told = home.refused("revoke", number, "--reason", "other")
    assert told["code"] == "domain.wrong_state"
    assert home.refused("print", number, "--out", home.folder.parent / "x.pdf")["code"] == "domain.wrong_state"
    assert home.refused("deliver", number)["code"] == "domain.wrong_state"


def test_an_extract_made_stale_says_so(home) -> None:
    act = home.birth()
    number = home.extract(act)
    home.done("deliver", number)
    assert not home.done("show", number)["stale"]
    home.done("act", "mention", act, "--mention", "recognition", "--text", "Reconnu.", "--reference", "TGI 12")
    told = home.run("show", number)
    assert home.done("show", number)["stale"] and "issue a new extract" in told.stdout
    home.done("act", "annul", act, "--court", "TGI Bamako", "--decision", "7", "--date", "2026-01-05")
    assert home.done("act", "show", act)["state"] == "annulled"
    assert home.refused("issue", "birth_extract", "--act", act)["code"] == "domain.wrong_state"


def test_rectify_and_declare(home, tmp_path: Path) -> None:
    number = home.done("act", "declare", "--from", EXAMPLES / "acts/birth-2.json")["number"]
    assert home.done("show", number)["state"] == "declared"
    home.done("act", "establish", "--number", number)
    (tmp_path / "fix.json").write_text('{"values": {"given_names": "Yacouba  Issa"}}')
    court = ("--court", "TGI Bamako", "--decision", "7", "--date", "2026-01-05")
    home.done("act", "rectify", number, "--from", tmp_path / "fix.json", *court)
    assert home.done("show", number)["values"]["given_names"] == "Yacouba Issa"
    assert home.refused("act", "annul", number, "--court", "", *court[2:])["code"] == "domain.decision_required"


INPUTS = [
    ("not JSON", "{", "domain.input_unreadable", "not JSON"),
    ("a name given twice", '{"values": {"sex": "M", "sex": "F"}}', "domain.input_unreadable", "twice"),
    ("an unknown part", '{"valeurs": {}}', "domain.input_unreadable", "values"),
    ("another type", '{"type": "visa_long"}', "domain.field_invalid", "visa_long"),
    ("no value", '{"values": {}}', "domain.field_invalid", "missing"),
    ("values that are none", '{"values": []}', "domain.field_invalid", "object"),
    ("a number", '{"values": {"entries": 1}}', "domain.field_invalid", "text"),
    ("a name of 200 letters", '{"values": {"surname": "%s"}}' % ("A" * 200), "domain.field_invalid", "surname"),
    ("an emoji", '{"values": {"surname": "KEITA \\ud83d\\ude00"}}', "domain.field_invalid", "surname"),
    ("a right-to-left mark", '{"values": {"surname": "KE\\u202eITA"}}', "domain.field_invalid", "surname"),
    ("nested too deep", "[" * 100_000, "domain.input_unreadable", "not JSON"),
    ("more than 1 MiB", '{"values": {"x": "%s"}}' % ("A" * (1 << 20)), "domain.input_unreadable", "larger"),
]


@pytest.mark.parametrize(("content", "code", "said"), [case[1:] for case in INPUTS], ids=[case[0] for case in INPUTS])
def test_bad_input_is_refused_in_words(home, tmp_path: Path, content: str, code: str, said: str) -> None:
    asked = json.loads((EXAMPLES / "documents/visa_short.json").read_text())
    if content.startswith('{"values": {"'):
        try:
            given = json.loads(content)["values"]
        except ValueError:
            given = {}
        if len(content) < 1 << 20 and content.count('"sex"') < 2:
            content = json.dumps({**asked, "values": {**asked["values"], **given}})
    (tmp_path / "in.json").write_text(content)
    told = home.refused("issue", "visa_short", "--from", tmp_path / "in.json", office="PAR")
    assert told["code"] == code and said in told["message"]


def test_what_does_not_exist(home) -> None:
    assert "known types" in home.refused("issue", "passport")["message"]
    assert home.refused("issue", "visa_short", "--from", "nowhere.json")["code"] == "domain.input_unreadable"
    assert home.refused("show", "NBG26ZZZZ")["code"] == "domain.not_found"
    assert home.refused("show", "../etc")["code"] == "domain.not_found"
    assert home.refused("revoke", "NBG26ZZZZ", "--reason", "other")["code"] == "domain.not_found"


def test_who_may_not(home) -> None:
    told = home.refused(
        "act", "establish", "--from", EXAMPLES / "acts/birth-1.json", "--officer", "PAR-2", office="PAR"
    )
    assert told["code"] == "domain.not_mandated" and "PAR-2" in told["message"]
    number = home.extract(home.birth())
    assert home.refused("revoke", number, "--reason", "other", office="ABJ")["code"] == "domain.not_entitled"
    home.done("officer", "end", "BAG-1", "--at", "BAG", "--reason", "left")
    assert home.refused("act", "establish", "--from", EXAMPLES / "acts/birth-3.json")["code"] == "domain.not_mandated"
    told = home.refused("issue", "birth_extract", "--act", "x", "--office", "", "--officer", "")
    assert "SCEAU_OFFICE" in told["message"]


def test_a_day_of_the_calendar_only_stands_in_date_fields(home, tmp_path: Path) -> None:
    asked = json.loads((EXAMPLES / "documents/visa_short.json").read_text())
    asked["values"]["birth_place"] = "@today"
    asked["values"]["valid_until"] = "@today+99999"
    (tmp_path / "in.json").write_text(json.dumps(asked))
    assert "valid_until" in home.refused("issue", "visa_short", "--from", tmp_path / "in.json", office="PAR")["message"]
    asked["values"]["valid_until"] = "@today+30"
    (tmp_path / "in.json").write_text(json.dumps(asked))
    number = home.done("issue", "visa_short", "--from", tmp_path / "in.json", office="PAR")["number"]
    assert home.done("show", number)["values"]["birth_place"] == "@today"


@pytest.mark.parametrize("place", ["ledger.db", "keystore", "vault.db", "head.json", "views/new.pdf", "new.pdf"])
def test_a_paper_never_lands_inside_an_installation(home, place: str) -> None:
    """`--out` once turned the ledger, the keys and the head into PDFs."""
    act, target = home.birth(), home.folder / place
    before = target.read_bytes() if target.exists() else None
    home.refused("issue", "birth_extract", "--act", act, "--preview", "--out", target)
    assert (target.read_bytes() if target.exists() else None) == before


def test_a_paper_is_not_written_over_something_else(home, tmp_path: Path) -> None:
    act, letter = home.birth(), tmp_path / "letter.pdf"
    letter.write_text("Cher ami, ...")
    home.refused("issue", "birth_extract", "--act", act, "--preview", "--out", letter)
    home.refused("issue", "birth_extract", "--act", act, "--preview", "--out", "/dev/full")
    assert letter.read_text() == "Cher ami, ..."


def test_a_document_whose_paper_could_not_be_written_is_told_with_its_id(home, tmp_path: Path, monkeypatch) -> None:
    """The disk fills after the commit: the number and the command id are told, and repeating gives the same paper."""
    from sceau import cli_output

    act, place, same = home.birth(), tmp_path / "a.pdf", ("--command-id", "cd" * 16)
    with monkeypatch.context() as full:
        full.setattr(cli_output.Path, "replace", _full)
        told = home.refused("issue", "birth_extract", "--act", act, "--out", place, *same, code=6)
    assert (told["code"], told["command_id"]) == ("cli.not_written", "cd" * 16)
    number = home.done("issue", "birth_extract", "--act", act, "--out", place, *same)["number"]
    assert number in told["message"]
    assert place.read_bytes().startswith(b"%PDF")
    assert len(home.done("find", "--kind", "birth_extract")) == 1


def _full(self: Path, target: Path) -> None:
    if target.suffix == ".pdf":
        raise OSError(28, "No space left on device")
    self.rename(target)
