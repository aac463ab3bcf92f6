"""An erasure: ordered in the log, then carried out in the vault, whatever comes in between."""

import json
import shutil
import signal
import sqlite3
import subprocess
import sys
from collections.abc import Callable
from contextlib import closing
from pathlib import Path

import pytest
from small_ledger import Small

from sceau.domain.document import Document
from sceau.domain.errors import (
    CommandReused,
    DataErased,
    DataRetained,
    FieldInvalid,
    NotEntitled,
    NotFound,
    NotMandated,
    SceauError,
    StoreUnavailable,
    VaultBehind,
)
from sceau.ledger import commands as c
from sceau.ledger.audit import Report, audit
from sceau.ledger.stores.vault_sqlite import SqliteVaultStore
from sceau.tlog.leaf import entry

SUPPORT = Path(__file__).resolve().parents[1] / "support"
CELIBACY = json.loads((SUPPORT.parents[1] / "examples/documents/celibacy_certificate.json").read_text("utf-8"))[
    "values"
]
ORDER = "APDP 12/2026"


def order(house: Small, number: str, *subjects: str, office: str = "MAE", reference: str = ORDER) -> c.EraseDocument:
    return c.EraseDocument(number=number, reference=reference, subjects=subjects, **house.by(office))


def erase(house: Small, number: str, *subjects: str) -> None:
    house.do(order(house, number, *subjects))
    assert house.ledger.erase() == (f"document:{number}",)


def certificate(house: Small) -> str:
    return house.do(c.IssueDocument(type="celibacy_certificate", values=CELIBACY, **house.by()))


def state(house: Small, number: str) -> Document:
    found: Document = house.ledger.issuance.states.get(f"document:{number}").state
    return found


def told(house: Small, number: str) -> dict[str, bool]:
    """Whether each part of the issuance can be read, by subject and group."""
    issued = house.ledger.reader.stream(f"document:{number}")[0].event
    return {f"{part.subject} {part.group}": part.values is not None for part in issued.personal}


def examine(house: Small) -> Report:
    ledger, kid = house.ledger, house.ledger.keystore.signer("event:MAE").kid
    return audit(ledger.store, house.config.state.origin, kid, ledger.head, ledger.vault.unreadable)


def wrapped(house: Small, number: str) -> list[bytes]:
    """The vault's rows of a document's data keys."""
    issued = state(house, number).issued
    assert issued is not None
    return list(house.ledger.data_keys.select([part.key_id for part in issued.personal if part.key_id]).values())


def in_the_vault(house: Small, rows: list[bytes]) -> bool:
    left = b"".join(path.read_bytes() for path in house.config.vault.parent.glob(f"{house.config.vault.name}*"))
    return any(row in left for row in rows)


def test_what_is_erased_is_unreadable_and_everything_else_stands(house: Small) -> None:
    number, other = house.visa(), house.visa(surname="DURAND")
    before, rows = state(house, number), wrapped(house, number)
    assert in_the_vault(house, rows)
    erase(house, number)
    assert not in_the_vault(house, rows)
    for _ in range(2):
        assert set(told(house, number).values()) == {False}
        assert set(told(house, other).values()) == {True}
        now = state(house, number)
        assert (now.values, now.seal) == ({}, None)
        assert now.issued is not None and before.issued is not None
        assert (now.state, now.issued.seal_id) == (before.state, before.issued.seal_id)
        assert examine(house).findings == []
        house.reopen()
        assert house.ledger.finished == ()
    house.do(c.RevokeDocument(number=number, reason="lost", **house.by()))  # its life goes on
    assert examine(house).findings == []


def test_the_order_is_a_leaf_of_its_own_kind(house: Small) -> None:
    number = house.visa()
    erase(house, number)
    (row,) = house.ledger.store.stream(f"erasure:{number}")
    assert row.topic == "erasure.ordered.v1"
    assert b"\x67erasure" in entry(row.salt, row.state, row.topic)
    (ordered,) = house.ledger.reader.stream(f"erasure:{number}")
    relied = dict(ordered.meta.read_set)
    assert relied[f"document:{number}"] == 1 and "office:MAE" in relied


def test_nothing_erased_is_printed_in_this_process_or_another(house: Small) -> None:
    number = house.visa()
    with house.opened() as other:
        print_ = c.PrintDocument(number=number, **house.by())
        other.issuance.execute(print_)
        erase(house, number)
        for issuance in (house.ledger.issuance, other.issuance):
            with pytest.raises(DataErased, match=ORDER):
                issuance.execute(c.PrintDocument(number=number, **house.by()))
        assert other.issuance.execute(print_).repeated
    assert DataErased.code == "domain.erased"
    assert ORDER in DataErased(number, ORDER, "2026-11-22").say("fr")


def test_some_are_erased_and_then_the_others(house: Small) -> None:
    number = certificate(house)
    erase(house, number, "witness_2")
    assert {name for name, readable in told(house, number).items() if not readable} == {"witness_2 identity"}
    with pytest.raises(DataErased):
        house.do(order(house, number, "witness_1", "witness_2"))
    with pytest.raises(DataErased):
        house.do(c.PrintDocument(number=number, **house.by()))
    erase(house, number)
    assert set(told(house, number).values()) == {False}
    with pytest.raises(DataErased):
        house.do(order(house, number))
    assert examine(house).findings == []


def test_of_two_processes_one_orders(house: Small) -> None:
    number = house.visa()
    with house.opened() as other:
        assert other.issuance.states.get(f"erasure:{number}").version == 0
        erase(house, number)
        with pytest.raises(DataErased):
            other.issuance.execute(order(house, number))
        assert other.erase() == ()
        assert other.issuance.states.get(f"document:{number}").state.seal is None
    assert house.topics().count("erasure.ordered.v1") == 1


def refusals() -> list[tuple[str, type[SceauError], Callable[[Small], c.EraseDocument]]]:
    return [
        ("a mission's office", NotEntitled, lambda house: order(house, house.visa(), office="PAR")),
        ("an act", DataRetained, lambda house: order(house, house.birth())),
        (
            "an extract, whose holder is the act's",
            DataRetained,
            lambda house: order(house, house.extract(house.birth())),
        ),
        ("no such document", NotFound, lambda house: order(house, "VPA26000Z")),
        ("no number at all", NotFound, lambda house: order(house, "act:\0")),
        ("somebody whom it does not name", FieldInvalid, lambda house: order(house, house.visa(), "spouse")),
        ("no reference", FieldInvalid, lambda house: order(house, house.visa(), reference="")),
        ("a reference of another spelling", FieldInvalid, lambda house: order(house, house.visa(), reference=" x")),
        ("a reference too long", FieldInvalid, lambda house: order(house, house.visa(), reference="x" * 121)),
    ]


@pytest.mark.parametrize(("why", "error", "asked"), refusals())
def test_what_is_refused_writes_and_destroys_nothing(
    house: Small, why: str, error: type[SceauError], asked: Callable[[Small], c.EraseDocument]
) -> None:
    command = asked(house)
    size = house.ledger.store.size()
    for attempt in (house.ledger.issuance.foresee, house.ledger.issuance.execute):
        with pytest.raises(error):
            attempt(command)
    assert house.ledger.store.size() == size, why
    assert house.ledger.erase() == ()


def test_an_officer_without_the_power_is_refused(house: Small) -> None:
    mandate = {"powers": ("acts", "visa"), "valid_from": "2026-01-01", "valid_until": "2027-01-01"}
    house.do(c.GrantMandate(code="MAE", holder="MAE-2", name="X", title="X", **mandate, **house.by("MAE")))
    with pytest.raises(NotMandated):
        house.do(c.EraseDocument(number=house.visa(), reference=ORDER, **{**house.by("MAE"), "officer": "MAE-2"}))


def test_what_would_be_erased_is_foretold_and_nothing_is_written(house: Small) -> None:
    number = certificate(house)
    size = house.ledger.store.size()
    foreseen = house.ledger.issuance.foresee(order(house, number))
    assert foreseen.subjects == ("holder", "witness_1", "witness_2")
    assert (house.ledger.store.size(), house.ledger.erase()) == (size, ())
    assert set(told(house, number).values()) == {True}


def test_a_repeated_command_orders_once(house: Small) -> None:
    command = order(house, house.visa())
    assert house.do(command) == house.do(command)
    assert house.topics().count("erasure.ordered.v1") == 1
    with pytest.raises(CommandReused):
        house.do(c.EraseDocument(**{**_fields(command), "reference": "another"}))


def _fields(command: c.EraseDocument) -> dict[str, object]:
    return {name: getattr(command, name) for name in ("command_id", "office", "officer", "number", "reference")}


_ERASER = """
import os, signal, sys
sys.path[:0] = [{support!r}]
from pathlib import Path
from small_ledger import *
from sceau.ledger.stores.vault_sqlite import SqliteVaultStore
def die(*_):
    os.kill(os.getpid(), signal.SIGKILL)
ledger = open_ledger(Config(Path({home!r}), {url!r}), PASSPHRASE, clock=Clock(), engine=test_engine)
setattr(SqliteVaultStore, {where!r}, die)
by = dict(command_id=b"k" * 16, office="MAE", officer="MAE-1")
ledger.issuance.execute(c.EraseDocument(number={number!r}, reference="APDP 12/2026", **by))
ledger.erase()
"""


@pytest.mark.parametrize(
    ("where", "finished"),
    [
        pytest.param("destroy", True, id="after the order, before the vault"),
        pytest.param("_write", True, id="while the vault begins"),
        pytest.param("_truncated", False, id="after the rows, before the WAL"),
    ],
)
def test_killed_between_log_and_vault_the_next_opening_finishes(house: Small, where: str, finished: bool) -> None:
    number = house.visa()
    rows = wrapped(house, number)
    house.ledger.close()
    here = {"support": str(SUPPORT), "home": str(house.config.home), "url": house.config.database}
    code = _ERASER.format(where=where, number=number, **here)
    killed = subprocess.run([sys.executable, "-c", code], check=False, capture_output=True, text=True)
    assert killed.returncode == -signal.SIGKILL, killed.stderr
    assert in_the_vault(house, rows)
    house.ledger = house.opened()
    assert house.ledger.finished == ((f"document:{number}",) if finished else ())
    assert not in_the_vault(house, rows)
    assert set(told(house, number).values()) == {False}
    assert examine(house).findings == []
    assert house.topics().count("erasure.ordered.v1") == 1


def test_a_vault_that_cannot_be_written_is_said_and_repeated(house: Small, monkeypatch: pytest.MonkeyPatch) -> None:
    number = house.visa()
    house.do(order(house, number))

    def full(*_: object) -> None:
        raise StoreUnavailable("vault: disk full")

    with monkeypatch.context() as patched, pytest.raises(StoreUnavailable):
        patched.setattr(SqliteVaultStore, "_write", full)
        house.ledger.erase()
    assert house.ledger.erase() == (f"document:{number}",)


def test_what_was_held_up_is_not_said_to_be_done_when_it_is_repeated(
    house: Small, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The rows are empty then, and the WAL still has what they were."""
    number = house.visa()
    rows = wrapped(house, number)
    house.ledger.erase()  # the file is written anew before
    monkeypatch.setattr("sceau.ledger.stores.vault_sqlite._WAIT_S", 0.01)
    house.ledger.data_keys._db.execute("PRAGMA busy_timeout = 10")
    house.do(order(house, number))
    with closing(sqlite3.connect(house.config.vault, isolation_level=None)) as other:
        other.execute("BEGIN")
        other.execute("SELECT count(*) FROM data_key").fetchone()
        for _ in range(2):
            with pytest.raises(StoreUnavailable):
                house.ledger.erase()
    assert house.ledger.erase() == ()
    assert not in_the_vault(house, rows)


def test_a_restored_vault_is_erased_again(house: Small) -> None:
    number = house.visa()
    rows = wrapped(house, number)
    house.reopen()
    old = house.config.vault.with_suffix(".old")
    house.ledger.close()
    shutil.copy(house.config.vault, old)
    house.ledger = house.opened()
    erase(house, number)
    house.ledger.close()
    shutil.copy(old, house.config.vault)
    house.ledger = house.opened()
    assert house.ledger.finished == (f"document:{number}",)
    assert not in_the_vault(house, rows)


def test_only_what_an_order_names_may_be_missing(house: Small) -> None:
    """A key that is gone, or destroyed without an order: start-up refuses, and the audit names each event."""
    erased, lost, undone = house.visa(), house.visa(surname="LOST"), house.visa(surname="UNDONE")
    erase(house, erased)
    keys = {one: next(iter(state(house, one).issued.personal)).key_id for one in (lost, undone)}
    house.ledger.data_keys._db.execute("DELETE FROM data_key WHERE id = ?", (keys[lost],))
    house.ledger.vault.destroy([keys[undone]])
    found = {(finding.code, finding.stream) for finding in examine(house).findings}
    assert found == {("integrity.vault_behind", f"document:{one}") for one in (lost, undone)}
    with pytest.raises(VaultBehind, match="2 missing"):
        house.reopen()
    house.ledger.data_keys.close()
