"""Orders to erase that no command would write: the audit names them, the auditor's program too, and nothing is lost."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from auditor_desk import Desk
from insider import Insider
from small_ledger import Small, small

from sceau.domain.civil_act import CivilAct
from sceau.domain.document import Document, DocumentPrinted
from sceau.domain.erasure import ErasureOrdered, keys_of
from sceau.domain.events import Personal
from sceau.ledger import commands as c
from sceau.ledger.audit import audit

EXAMPLE = Path(__file__).resolve().parents[2] / "examples/documents/celibacy_certificate.json"
CELIBACY = json.loads(EXAMPLE.read_text("utf-8"))["values"]
ACT, EXTRACT, VISA, OTHER = "act:PAR-2026-N-000001", "document:NPA260001", "document:VPA260001", "document:VPA260002"
MINISTRY = {"signer": "MAE", "office": "MAE", "officer": "MAE-1"}


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Small]:
    with small(tmp_path / "home") as made:
        made.extract(made.birth())
        made.visa(), made.visa(surname="DURAND")
        yield made


@pytest.fixture
def insider(house: Small) -> Insider:
    return Insider(house)


def keys(insider: Insider, stream: str) -> dict[str, bytes]:
    state: Document | CivilAct = insider.state(stream)
    return keys_of(state) if isinstance(state, Document) else dict(state.subject_keys)


def ordered(insider: Insider, about: str, **changed: Any) -> ErasureOrdered:
    """A good order about a document's holder, but for what is changed."""
    key = keys(insider, about)["holder"]
    number = about.partition(":")[2]
    return replace(ErasureOrdered(number, "APDP 1", ("holder",), (key,), "MAE", "MAE-1", "2026-11-22"), **changed)


def written(insider: Insider, about: str, event: ErasureOrdered, **options: Any) -> set[tuple[str, str]]:
    """What the audit finds, which the auditor's program must find alike; the vault is looked at after carrying out."""
    insider.write(about.replace("document:", "erasure:"), event, (about,), **{**MINISTRY, **options})
    insider.house.ledger.erase()
    house = insider.house
    kid = house.ledger.keystore.signer("event:MAE").kid
    report = audit(house.ledger.store, house.config.state.origin, kid, None, house.ledger.vault.unreadable)
    found = {(one.code, one.stream) for one in report.findings}
    desk = Desk(house.config.home.parent / "desk", house)
    desk.write()
    keyless = {one for one in found if one[0] != "integrity.vault_behind"}
    assert {(fault.code, fault.stream) for fault in desk.examine().faults} == keyless
    return found


def lost(insider: Insider) -> set[str]:
    """The streams of which the vault has lost a data key."""
    streams = (ACT, EXTRACT, VISA, OTHER)
    return {one for one in streams if insider.house.ledger.vault.missing(list(keys(insider, one).values()))}


def test_a_good_order_is_no_finding(insider: Insider) -> None:
    assert written(insider, VISA, ordered(insider, VISA)) == set()
    assert lost(insider) == {VISA}


HOSTILE = {
    "the key of another document": lambda i: {"keys": (keys(i, OTHER)["holder"],)},
    "the key of an act": lambda i: {"keys": (keys(i, ACT)["child"],)},
    "a key that is nobody's": lambda i: {"keys": (b"k" * 16,)},
    "a subject whom it does not name": lambda i: {"subjects": ("spouse",)},
    "more subjects than keys": lambda i: {"subjects": ("holder", "spouse")},
    "more keys than subjects": lambda i: {"keys": (*keys(i, VISA).values(), keys(i, OTHER)["holder"])},
    "a subject twice": lambda i: {"subjects": ("holder", "holder"), "keys": (keys(i, VISA)["holder"], b"k" * 16)},
    "nobody": lambda i: {"subjects": (), "keys": ()},
    "another document than its stream": lambda i: {"number": "VPA260002"},
    "another office than signs": lambda i: {"office": "PAR"},
    "a day that is none": lambda i: {"on": "yesterday"},
}


@pytest.mark.parametrize("what", HOSTILE)
def test_an_order_that_names_what_it_may_not(insider: Insider, what: str) -> None:
    found = written(insider, VISA, ordered(insider, VISA, **HOSTILE[what](insider)))
    assert ("integrity.entitlement", "erasure:VPA260001") in found
    owners = {
        "the key of another document": {OTHER},
        "the key of an act": {ACT, EXTRACT},
        "a subject whom it does not name": {VISA},
    }
    assert {stream for code, stream in found if code == "integrity.erasure"} == owners.get(what, set())
    assert not lost(insider) - {VISA}
    assert not {code for code, _ in found} - {"integrity.entitlement", "integrity.erasure"}


def test_an_act_is_not_erased_through_its_extract(insider: Insider) -> None:
    """The extract's holder is under the act's own data key; every event that has it is named."""
    found = written(insider, EXTRACT, ordered(insider, EXTRACT))
    assert found == {("integrity.erasure", ACT)}
    assert not lost(insider)  # nothing is destroyed: the act bears the key


def test_an_act_is_not_erased_at_all(insider: Insider) -> None:
    number, key = "PAR-2026-N-000001", keys(insider, ACT)["child"]
    event = ErasureOrdered(number, "TGI 1", ("child",), (key,), "MAE", "MAE-1", "2026-11-22")
    insider.write(f"erasure:{number}", event, (ACT,), **MINISTRY)
    assert {one.code for one in insider.findings()} == {"integrity.entitlement", "integrity.erasure"}
    assert insider.house.ledger.erase() == ()
    assert not lost(insider)


def test_an_order_twice(insider: Insider) -> None:
    house = insider.house
    house.do(c.EraseDocument(number="VPA260001", reference="APDP 1", **house.by("MAE")))
    house.ledger.erase()
    assert written(insider, VISA, ordered(insider, VISA)) == {("integrity.entitlement", "erasure:VPA260001")}


def test_a_later_order_in_the_stream_of_another_document(insider: Insider) -> None:
    house = insider.house
    number = house.do(c.IssueDocument(type="celibacy_certificate", values=CELIBACY, **house.by()))
    house.do(c.EraseDocument(number=number, reference="APDP 1", subjects=("witness_1",), **house.by("MAE")))
    house.ledger.erase()
    about, key = f"document:{number}", keys(insider, f"document:{number}")["holder"]
    assert insider.found() == set()
    event = replace(ordered(insider, VISA), keys=(key,))
    assert written(insider, about, event) == {("integrity.entitlement", f"erasure:{number}")}


def test_an_order_excuses_no_missing_key_but_where_it_stands(insider: Insider) -> None:
    """The act's key is destroyed by hand, and an order about its extract is to make that look right."""
    key = keys(insider, ACT)["child"]
    insider.house.ledger.vault.destroy([key])
    found = written(insider, EXTRACT, ordered(insider, EXTRACT))
    assert found == {("integrity.erasure", ACT), ("integrity.vault_behind", ACT)}


@pytest.mark.parametrize("who", [{"signer": "PAR", "office": "PAR", "officer": "PAR-1"}, {"officer": "MAE-9"}])
def test_an_order_of_somebody_without_the_power(insider: Insider, who: dict[str, str]) -> None:
    by = {"office": who.get("office", "MAE"), "officer": who["officer"]}
    assert written(insider, VISA, ordered(insider, VISA, **by), **who) == {
        ("integrity.entitlement", "erasure:VPA260001")
    }
    assert lost(insider) == (set() if "office" in who else {VISA})  # the ministry's own key is obeyed, and named


def test_an_order_that_did_not_rely_on_the_document(insider: Insider) -> None:
    assert insider.write("erasure:VPA260001", ordered(insider, VISA), (), **MINISTRY) == {"integrity.entitlement"}


def test_an_order_before_there_was_a_document(insider: Insider) -> None:
    event = ordered(insider, VISA, number="VPA260003")
    found = insider.write("erasure:VPA260003", event, (), **MINISTRY)
    assert found == {"integrity.entitlement", "integrity.erasure"}


def test_an_order_of_which_a_version_is_missing(insider: Insider) -> None:
    moved = insider.write("erasure:VPA260001", ordered(insider, VISA), (VISA,), moved=1, **MINISTRY)
    assert "integrity.read_set" in moved


def test_an_order_that_nobody_signed_destroys_nothing(insider: Insider) -> None:
    """A row of the database's owner: signed by the ministry for another place, or edited since."""
    house, stream = insider.house, "erasure:VPA260001"
    insider.write(stream, ordered(insider, VISA), (VISA,), **MINISTRY, stated={"stream": stream, "origin": "another"})
    assert house.ledger.erase() == ()
    assert not lost(insider)
    house.reopen()  # and does not hold up who issues
    assert house.ledger.finished == ()
    assert "integrity.envelope" in insider.found()


def test_another_event_in_the_stream_of_orders(insider: Insider) -> None:
    event = DocumentPrinted(0, "MAE", "MAE-1", "2026-11-22")
    assert insider.write("erasure:VPA260001", event, (VISA,), **MINISTRY) == {"integrity.entitlement"}


def test_an_order_in_another_stream(insider: Insider) -> None:
    found = insider.write(VISA, ordered(insider, VISA), (), **MINISTRY)
    assert found == {"integrity.entitlement"}


@pytest.mark.parametrize(
    "opens", [False, True], ids=["its box does not open", "its box opens: the insider has the vault"]
)
def test_an_honest_order_about_a_document_under_an_acts_key(insider: Insider, opens: bool) -> None:
    """The document is forged so that the order about it would take an act's data with it."""
    house, about, key = insider.house, "document:VPA260003", keys(insider, ACT)["child"]
    part = Personal("holder", "identity", {"surname": "X"}, key)
    issued = replace(insider.state(VISA).issued, number="VPA260003", personal=(part,))
    insider.write(about, issued, ("register:VPA26",), opened=house.ledger.vault.key if opens else None)
    house.ledger.issuance.states.forget()
    event = replace(ordered(insider, VISA), number="VPA260003", keys=(key,))
    if opens:
        assert insider.state(about).values == {"surname": "X"}
    relied = [
        (name, insider.house.ledger.issuance.states.get(name).version) for name in ("office:MAE", ministry_key(house))
    ]
    insider.write(
        "erasure:VPA260003", event, (), **MINISTRY, stated={"read_set": ((about, 1), *relied)}, command_id=b"d" * 16
    )
    assert house.ledger.erase() == ()
    assert not lost(insider)
    assert {one.stream for one in insider.findings() if one.code == "integrity.erasure"} == {ACT, EXTRACT}


def ministry_key(house: Small) -> str:
    return f"key:{house.ledger.keystore.signer('event:MAE').kid.hex()}"
