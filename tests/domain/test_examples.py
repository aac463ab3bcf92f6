"""Every file of examples/ obeys its declaration."""

import csv
import json
import re
from collections.abc import Mapping
from datetime import date, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from sceau.domain.document_type import DocumentClass, OfficeKind, act_kind, document_type, document_types
from sceau.domain.nina import warnings
from sceau.domain.text import clean

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"
ACTS = sorted((EXAMPLES / "acts").glob("*.json"))
DOCUMENTS = sorted((EXAMPLES / "documents").glob("*.json"))
TODAY = date(2026, 11, 22)


def read(path: Path) -> dict[str, dict[str, str]]:
    found: dict[str, dict[str, str]] = json.loads(path.read_text("utf-8"))
    return found


def on_day(value: str) -> str:
    token = re.fullmatch(r"@today(?:\+([0-9]+))?", value)
    return value if token is None else (TODAY + timedelta(int(token[1] or 0))).isoformat()


def in_one_spelling(values: Mapping[str, str]) -> bool:
    return all(clean(value) == value for value in values.values())


@pytest.mark.parametrize("path", ACTS, ids=lambda p: p.stem)
def test_acts(path: Path) -> None:
    entry = read(path)
    assert path.stem.startswith(f"{entry['kind']}-")
    act_kind(str(entry["kind"])).check(entry["values"])
    assert in_one_spelling(entry["values"])
    assert warnings(entry["values"]) == ()


@pytest.mark.parametrize("path", DOCUMENTS, ids=lambda p: p.stem)
def test_documents(path: Path) -> None:
    entry = read(path)
    declared = document_type(str(entry["type"]))
    assert path.stem == declared.code
    values = {name: on_day(value) for name, value in entry["values"].items()}
    if declared.act_kind is not None:
        act = read(EXAMPLES / "acts" / f"{str(entry['act']).removeprefix('@')}.json")
        assert act["kind"] == declared.act_kind
        values |= {f.name: act["values"][f.from_act] for f in declared.fields if f.from_act in act["values"]}
    declared.check(values)
    assert in_one_spelling(values)
    assert warnings(values) == ()


def test_there_is_an_example_of_every_type_and_kind() -> None:
    assert {p.stem for p in DOCUMENTS} == set(document_types())
    assert {p.stem.split("-")[0] for p in ACTS} == {"birth", "marriage", "death"}


def test_bambara_letters_are_shown() -> None:
    text = "".join(path.read_text("utf-8") for path in [*ACTS, *DOCUMENTS])
    assert set("ɛɔɲŋƐƆƝŊ") <= set(text)


def test_births_for_import() -> None:
    with (EXAMPLES / "import/births.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file, strict=True))
    assert len(rows) == 50
    for row in rows:
        values = {name: value for name, value in row.items() if value}
        act_kind("birth").check(values)
        assert in_one_spelling(values)
    assert any(not row["father_surname"] for row in rows)


def test_missions_and_officers() -> None:
    offices = {o["code"]: o for o in json.loads((EXAMPLES / "missions.json").read_text("utf-8"))["offices"]}
    assert set(offices) == {"MAE", "PAR", "BAG", "ABJ"}
    assert len({o["short"] for o in offices.values()}) == len(offices)
    for o in offices.values():
        assert re.fullmatch("[A-Z]{3} [A-Z]{2} [A-Z]{3}", f"{o['code']} {o['short']} {o['country']}")
        assert OfficeKind(o["kind"])
        assert ZoneInfo(o["time_zone"])
        assert o["name"]["fr"]
        assert o["name"]["en"]
        assert date.fromisoformat(o["on"])
    officers = json.loads((EXAMPLES / "officers.json").read_text("utf-8"))["officers"]
    powers = {"acts", "supervise", *(c.value for c in DocumentClass)}
    assert len({o["officer"] for o in officers}) == len(officers)
    for o in officers:
        assert o["office"] in offices
        assert set(o["powers"]) <= powers
        assert "spécimen" in o["name"]
        assert date.fromisoformat(o["valid_from"]) < date.fromisoformat(o["valid_until"])
