"""The operator's commands: audit, views, history, search."""

import json
import sqlite3
from pathlib import Path

import pytest


@pytest.fixture
def worked(home):
    """A ledger in use."""
    act = home.birth()
    home.extract(act)
    home.done("act", "establish", "--from", Path(__file__).resolve().parents[2] / "examples/acts/birth-2.json")
    return home


def edit(home, statement: str, *values: object) -> None:
    """As the database's owner: the fences first."""
    database = sqlite3.connect(home.folder / "ledger.db")
    for (name,) in database.execute("SELECT name FROM sqlite_master WHERE type = 'trigger'").fetchall():
        database.execute(f"DROP TRIGGER {name}")
    database.execute(statement, values)
    database.commit()
    database.close()


def test_audit_holds(worked, tmp_path: Path) -> None:
    told = worked.done("audit", "--report", tmp_path / "report.json")
    assert told["holds"] and told["events"] == told["signatures"] > 20 and told["findings"] == []
    assert json.loads((tmp_path / "report.json").read_text()) == told
    assert worked.done("audit", "--workers", 2)["events"] == told["events"]
    shown = worked.run("audit").stdout
    assert "Everything holds" in shown
    for check in (
        "leaves",
        "signatures",
        "chains",
        "read-sets",
        "entitlements",
        "numbers",
        "receipts",
        "data keys",
        "head",
    ):
        assert check in shown
    assert "not checked" in worked.run("audit", "--workers", 2).stdout


def test_audit_names_the_event_that_does_not_hold(worked) -> None:
    edit(
        worked,
        "UPDATE stored_events SET state = CAST(substr(state, 1, length(state) - 1) || x'ff' AS BLOB)"
        " WHERE notification_id = 20",
    )
    told = worked.run("audit", "--json")
    assert told.exit_code == 5
    assert 19 in [finding["idx"] for finding in json.loads(told.stdout)["findings"]]
    assert "write no more" in worked.run("audit").stdout


def test_a_cut_tail_stops_everything_and_audit_says_so(worked) -> None:
    edit(worked, "DELETE FROM stored_events WHERE notification_id = (SELECT max(notification_id) FROM stored_events)")
    edit(worked, "DELETE FROM leaf WHERE idx = (SELECT max(idx) FROM leaf)")
    assert worked.refused("act", "establish", "--from", "x", code=3)  # the input is read first
    told = worked.refused("find", "keita", code=5)
    assert told["code"] == "integrity.ledger_behind"
    assert worked.run("audit").exit_code == 5


def test_history_by_office_officer_type_and_time(worked) -> None:
    everything = worked.done("history", "--limit", 1000)
    assert [event["idx"] for event in everything] == list(range(len(everything)))
    assert worked.done("history", "--limit", 3) == everything[-3:]
    assert {e["office"] for e in worked.done("history", "--office", "BAG")} == {"BAG"}
    assert worked.done("history", "--officer", "PAR-1") == []
    assert [e["topic"] for e in worked.done("history", "--type", "birth_extract")] == ["document.issued.v1"]
    assert len(worked.done("history", "--type", "birth")) == 2
    assert {e["topic"] for e in worked.done("history", "--topic", "mandate")} == {"mandate.granted.v1"}
    today = everything[-1]["time"][:10]
    assert worked.done("history", "--since", today) and worked.done("history", "--until", today)
    assert worked.done("history", "--since", "2999-01-01") == worked.done("history", "--until", "2001-01-01") == []
    for option, day in (("--since", "2001-02-31"), ("--until", "20260101")):
        told = worked.refused("history", option, day, code=2)
        assert told["code"] == "usage" and option in told["message"] and day not in told["message"]


def test_history_names_who_got_which_powers_and_fits(worked) -> None:
    told = worked.run("history", "--topic", "mandate.granted")
    assert "BAG-1 acts, civil_status" in told.stdout and "[" not in told.stdout
    assert worked.run("history", "--topic", "nothing.such").stdout.strip() == "no events"


def test_history_opens_nothing_personal(worked) -> None:
    (worked.folder / "passphrase").unlink()
    told = worked.run("history", "--json", "--limit", 1000)
    assert told.exit_code == 0 and "KƐITA" not in told.stdout and "MAGASA" not in told.stdout


def test_find(worked) -> None:
    def numbers(*asked: object) -> list[str]:
        return [one["number"] for one in worked.done("find", *asked)]

    assert len(numbers("keita")) == 2  # the act and its extract
    assert numbers("12259300601017K") == numbers("keita")
    assert (
        numbers("--born", "2025-08-05")
        == numbers("dembele yacouba")
        == numbers("--from", "2025-08-05", "--kind", "birth")
    )
    assert numbers("BAG-") == numbers("--office", "BAG", "--kind", "birth")
    assert numbers("nobody") == []
    assert worked.refused("find", "--born", "1990-13-01", code=2)["code"] == "usage"
    assert worked.run("find", "nobody").stdout.strip() == "nothing found"
    act = next(line for line in worked.run("find", "keita").stdout.splitlines() if "-N-" in line)
    assert act.count("Ŋɔlɔ Souleymane KƐITA") == 1 and "Fanta Mariam KƐITA" in act


def test_show_speaks_like_the_paper(worked) -> None:
    number = worked.done("find", "--kind", "birth_extract")[0]["number"]
    raw, shown = worked.done("show", number), worked.run("show", number).stdout
    letters = raw["look_up_code"]
    assert "-".join(letters[at : at + 4] for at in range(0, 16, 4)) in shown and letters not in shown
    assert "14 mars 2025 (14/03/2025)" in shown and raw["values"]["birth_date"] == "2025-03-14"
    assert "Father's surname" in shown and "father_surname" not in shown
    act = worked.run("show", raw["act"]).stdout
    assert act.index("Surname") < act.index("Given names") < act.index("Father's surname")


def test_what_was_done_to_an_act_is_said(worked) -> None:
    act = worked.done("find", "--kind", "birth")[0]["number"]
    mention = ("act", "mention", act, "--mention", "other", "--text", "x", "--reference", "y")
    assert worked.run(*mention).stdout.strip() == f"act {act}: mention 'other' entered"


def test_views_are_followed_rebuilt_and_shown(worked) -> None:
    assert {view["lag"] for view in worked.done("project", "status")} == {0}
    rebuilt = worked.done("project", "rebuild")
    assert [one["view"] for one in rebuilt] == ["register_v1", "status_v1"]
    assert worked.done("project", "rebuild", "register_v1")[0]["digest"] == rebuilt[0]["digest"]
    assert worked.done("project", "rebuild", "register")[0]["view"] == "register_v1"
    assert worked.refused("project", "rebuild", "nothing", code=2)["code"] == "usage"
    assert max(map(len, worked.run("project", "rebuild").stdout.splitlines())) <= 100
    assert set(worked.done("project", "run")) == {"register_v1", "status_v1"}


def test_an_edited_view_is_found_and_replaced_on_demand(worked) -> None:
    database = sqlite3.connect(worked.folder / "views" / "status_v1.db")
    database.execute("UPDATE documents SET state = 'revoked'")
    database.commit()
    database.close()
    assert worked.refused("project", "rebuild", "status_v1", code=5)["code"] == "integrity.rebuild_differs"
    assert worked.done("project", "rebuild", "status_v1", "--accept")


def test_a_broken_view_does_not_undo_what_is_written(worked) -> None:
    act = worked.done("find", "--kind", "birth")[0]["number"]
    for file in (worked.folder / "views").iterdir():
        file.unlink()
    (worked.folder / "views" / "register_v1.db").write_bytes(b"not a database" * 100)
    told = worked.run("act", "mention", act, "--mention", "other", "--text", "x", "--reference", "y", "--json")
    assert told.exit_code == 0 and "project rebuild" in told.stderr
