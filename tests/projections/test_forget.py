"""Who is erased leaves the register: rows, search and file; built live or anew, it is the same register."""

import json
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest
import small_ledger
from small_ledger import Small

from sceau.domain import document_type
from sceau.domain.document_type import Field, Kind, Label
from sceau.ledger import commands as c
from sceau.projections import forget
from sceau.projections.projector import Projector
from sceau.projections.query import RegisterQuery
from sceau.projections.rebuild import rebuild
from sceau.projections.register import Register
from sceau.projections.search import Search
from sceau.projections.status import StatusView

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/documents/celibacy_certificate.json"
CELIBACY = json.loads(EXAMPLE.read_text("utf-8"))["values"]
SPOUSE = "Nobody-Else"


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Small]:
    with small_ledger.small(tmp_path / "home") as made:
        yield made


@pytest.fixture
def register(house: Small) -> Iterator[Projector]:
    with closing(Projector(Register(), house.config.views / "register_v1.db")) as made:
        yield made


def erase(house: Small, number: str, *subjects: str, carried_out: bool = True) -> None:
    house.do(c.EraseDocument(number=number, reference="APDP 1", subjects=subjects, **house.by("MAE")))
    if carried_out:
        house.ledger.erase()


def found(register: Projector, house: Small, **asked: str) -> list[str]:
    register.catch_up(house.ledger.reader)
    return [one.number for one in RegisterQuery(register.path).find(Search(**asked))]


def afresh(house: Small, register: Projector) -> tuple[int, bytes]:
    """The digest of a register made by reading everything only now."""
    with closing(Projector(Register(), house.config.views / "another.db")) as made:
        made.catch_up(house.ledger.reader)
        return made.digest()


def test_an_erased_holder_is_found_no_more(house: Small, register: Projector) -> None:
    number, other = house.visa(surname="Forgettable", given_names="Zoé"), house.visa(surname="DURAND")
    assert found(register, house, name="forgettable zoe") == [number]
    assert b"forgettable" in in_the_file(register).lower()
    erase(house, number)
    assert found(register, house, name="forgettable") == []
    assert found(register, house, birth_date="1990-02-03") == [other]
    assert found(register, house, number=number) == [number]  # the document is still registered
    register._connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    assert b"forgettable" not in in_the_file(register).lower()
    assert register._connection.execute("PRAGMA secure_delete").fetchone() == (1,)  # some builds of SQLite begin with 0
    assert register.digest() == afresh(house, register)
    assert rebuild(register, house.ledger.reader).differs is None
    assert found(register, house, name="durand") == [other]


def in_the_file(register: Projector) -> bytes:
    return b"".join(path.read_bytes() for path in register.path.parent.glob(f"{register.path.name}*"))


def test_an_order_not_carried_out_yet_is_obeyed_at_once(house: Small, register: Projector) -> None:
    """Killed between the log and the vault: the keys are there, and the view must not depend on it."""
    number = house.visa()
    register.catch_up(house.ledger.reader)
    erase(house, number, carried_out=False)
    assert found(register, house, name="martin") == []
    before = register.digest()
    assert before == afresh(house, register)
    assert rebuild(register, house.ledger.reader).differs is None
    house.ledger.erase()
    assert rebuild(register, house.ledger.reader).differs is None
    assert register.digest() == before


def test_a_view_that_lags_behind_the_erasure_never_sees_the_name(house: Small, register: Projector) -> None:
    number = house.visa()
    erase(house, number)
    assert found(register, house, name="martin") == []
    assert register.digest() == afresh(house, register)


@pytest.mark.parametrize("subject", ["holder", "spouse", "witness"])
@pytest.mark.parametrize("indexed", [True, False], ids=["live", "bulk"])
def test_of_several_people_only_the_erased_one_goes(
    house: Small, tmp_path: Path, two_people: str, subject: str, indexed: bool
) -> None:
    number = house.do(c.IssueDocument(type=two_people, values={**CELIBACY, "spouse_surname": SPOUSE}, **house.by()))
    with closing(Projector(Register(), tmp_path / "register_v1.db", bulk=not indexed)) as register:
        register.catch_up(house.ledger.reader)
        erase(house, number, {"witness": "witness_1"}.get(subject, subject))
        register.catch_up(house.ledger.reader)
        cursor = register._connection.cursor()
        left = [role for (role,) in cursor.execute("SELECT role FROM people WHERE ref = ? ORDER BY id", (number,))]
        assert left == [one for one in ("holder", "spouse") if one != subject]
        assert register.digest() == afresh(house, register)


@pytest.fixture
def two_people(monkeypatch: pytest.MonkeyPatch) -> str:
    """A type that names a second person under a role of that person's own."""
    from dataclasses import replace

    known = document_type.document_type("celibacy_certificate")
    spouse = Field("spouse_surname", Label("Conjoint", "Spouse"), Kind.NAME, length_max=60, subject="spouse")
    types = {**document_type.document_types(), known.code: replace(known, fields=(*known.fields, spouse))}
    monkeypatch.setitem(document_type._registry("DOCUMENT_TYPE"), known.code, types[known.code])
    return known.code


def test_a_type_no_longer_declared_forgets_everybody(
    house: Small, register: Projector, monkeypatch: pytest.MonkeyPatch
) -> None:
    number = house.do(c.IssueDocument(type="celibacy_certificate", values=CELIBACY, **house.by()))
    assert found(register, house, name="sisoko") == [number]
    monkeypatch.setattr(forget, "document_types", dict)
    erase(house, number, "witness_1")
    assert found(register, house, name="sisoko") == []
    assert register.digest() == afresh(house, register)


def test_the_status_is_not_affected(house: Small) -> None:
    number = house.visa()
    with closing(Projector(StatusView(), house.config.views / "status_v1.db")) as status:
        status.catch_up(house.ledger.reader)
        before = _rows(status)
        erase(house, number)
        status.catch_up(house.ledger.reader)
        assert _rows(status) == before


def _rows(status: Projector) -> Any:
    return status.digest()[1]
