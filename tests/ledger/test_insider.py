"""An insider with a mission's key and the database: what our commands would refuse, the audit replays and names."""

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from time import process_time
from typing import Any

import pytest
from insider import Insider
from small_ledger import Small, small

from sceau.domain import canonical
from sceau.domain.civil_act import ActAnnulled, ActEstablished, ActMentioned, CourtDecision
from sceau.domain.document import DocumentPrinted, DocumentResumed, DocumentRevoked
from sceau.domain.errors import EnvelopeInvalid, KeyRefused, LogBroken, NotEntitled
from sceau.domain.events import Event
from sceau.domain.log_record import ChildLogNoted, ClockConfirmed, ListsPublished, ViewDigested
from sceau.domain.numbering import RegisterClosed, RegisterOpened
from sceau.domain.office import MandateEnded
from sceau.domain.signing_key import KeyEnrolled, KeyRetired
from sceau.ledger import commands as c
from sceau.ledger.stores.port import CLOCK_AHEAD_MAX_MS, Receipt
from sceau.publication import publish_verified

ACT, EXTRACT, VISA = "act:PAR-2026-N-000001", "document:NPA260001", "document:VPA260001"
DAY = 86_400_000
COURT = CourtDecision("Tribunal de Bamako", "1/2026", "2026-11-20")


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Small]:
    with small(tmp_path / "home") as made:
        act = made.birth()
        made.extract(act)
        made.visa()
        yield made


@pytest.fixture
def insider(house: Small) -> Insider:
    return Insider(house)


def revoked(**who: str) -> DocumentRevoked:
    return DocumentRevoked("stolen", who.get("office", "PAR"), who.get("officer", "PAR-1"), "2026-11-22")


def another(insider: Insider, number: str, **changed: Any) -> Event:
    """A second extract of the same act."""
    issued = insider.state(EXTRACT).issued
    return replace(issued, **{"number": number, "seal_id": number[-1:].encode() * 32, "personal": (), **changed})


REGISTER = "register:NPA26"
ENTITLEMENT = {"integrity.entitlement"}


def test_what_commands_allow_the_audit_allows(insider: Insider) -> None:
    """The control: the same forgery with everything in order is no forgery at all."""
    assert insider.found() == set()
    assert insider.write(VISA, revoked()) == set()


@pytest.mark.parametrize(
    ("stream", "event"),
    [
        pytest.param(VISA, DocumentRevoked("x", "PAR", "NOBODY", "2026-11-22"), id="revoke"),
        pytest.param(VISA, DocumentPrinted(0, "PAR", "NOBODY", "2026-11-22"), id="print"),
        pytest.param(ACT, ActMentioned("death", "PAR", "NOBODY", "2026-11-22", "n° 1"), id="mention"),
    ],
)
def test_nobody_signs_without_a_mandate(insider: Insider, stream: str, event: Event) -> None:
    assert insider.write(stream, event, officer="NOBODY") == ENTITLEMENT


@pytest.mark.parametrize(
    ("powers", "until", "found"),
    [
        pytest.param(("acts",), "2027-01-01", set(), id="control"),
        pytest.param(("visa", "supervise"), "2027-01-01", ENTITLEMENT, id="for something else"),
        pytest.param(("acts",), "2026-01-02", ENTITLEMENT, id="ended"),
    ],
)
def test_a_mandate_holds_for_its_powers_and_days(
    insider: Insider, powers: tuple[str, ...], until: str, found: set[str]
) -> None:
    mandate = {"powers": powers, "valid_from": "2026-01-01", "valid_until": until, "name": "X", "title": "X"}
    insider.house.do(c.GrantMandate(code="PAR", holder="PAR-9", **mandate, **insider.house.by("MAE")))
    event = ActMentioned("death", "PAR", "PAR-9", "2026-11-22", "n° 1")
    assert insider.write(ACT, event, officer="PAR-9") == found


def test_nothing_from_a_closed_office(insider: Insider) -> None:
    insider.house.do(c.CloseOffice(code="PAR", reason="x", **insider.house.by("MAE")))
    assert insider.write(VISA, revoked()) == ENTITLEMENT


def test_nobody_issues_or_establishes_without_a_mandate(insider: Insider) -> None:
    new = another(insider, "NPA260002", officer="NOBODY")
    assert insider.write("document:NPA260002", new, (ACT, REGISTER), officer="NOBODY") == ENTITLEMENT


def test_no_act_without_a_mandate(insider: Insider) -> None:
    act = insider.state(ACT)
    event = ActEstablished("PAR-2026-N-000002", "birth", 1, "PAR", "NOBODY", "2026-11-22", "declaration", None)
    assert act.state == "established"
    found = insider.write("act:PAR-2026-N-000002", event, ("register:PAR-2026-N-",), officer="NOBODY")
    assert found == ENTITLEMENT


def test_nothing_comes_back_from_revocation(insider: Insider) -> None:
    insider.house.do(c.RevokeDocument(number="VPA260001", reason="stolen", **insider.house.by()))
    assert insider.write(VISA, DocumentResumed("x", "PAR", "PAR-1", "2026-11-22")) == ENTITLEMENT


def test_no_extract_of_an_annulled_act(insider: Insider) -> None:
    insider.house.do(c.AnnulAct(number="PAR-2026-N-000001", decision=COURT, **insider.house.by()))
    new = another(insider, "NPA260002", act_version=2)
    assert insider.write("document:NPA260002", new, (ACT, REGISTER)) == ENTITLEMENT


def test_nothing_comes_after_the_freeze(insider: Insider) -> None:
    insider.house.do(c.FreezeLog(reason="the key was copied", **insider.house.by("MAE")))
    assert insider.found() == set()
    found = insider.write("document:NPA260002", another(insider, "NPA260002"), (ACT, REGISTER))
    assert found == {"integrity", "integrity.receipts"}  # an event that may not be leaves its receipt alone


@pytest.mark.parametrize("reached", [2, 1])
def test_a_publication_that_goes_back(insider: Insider, reached: int) -> None:
    for version in (1, 2):
        lists = ListsPublished(version, version, ("index.json",), (bytes(32),))
        view = ViewDigested("status_v1", version, bytes(32))
        insider.house.do(c.RecordPublication(lists=lists, view=view, **insider.house.by("MAE")))
    again = ListsPublished(reached, 9, ("index.json",), (bytes(32),))
    assert insider.write("log:lists", again, signer="MAE", office="MAE", officer="MAE-1") == ENTITLEMENT


def test_a_publication_that_was_passed_over(insider: Insider) -> None:
    """By the ministry itself: lists that it gave out and told nobody of."""
    for version in (1, 3):
        assert insider.found() == set()
        lists = ListsPublished(version, version, ("index.json",), (bytes(32),))
        view = ViewDigested("status_v1", version, bytes(32))
        insider.house.do(c.RecordPublication(lists=lists, view=view, **insider.house.by("MAE")))
    (found,) = insider.findings()
    row = insider.house.ledger.store.stream("log:lists")[-1]
    assert (found.code, found.idx, found.stream) == ("integrity.publication_gap", row.idx, "log:lists")
    assert "nothing tells of 2" in found.detail


@pytest.mark.parametrize(
    ("size", "root", "found"), [(3, 1, set()), (3, 2, ENTITLEMENT), (2, 2, ENTITLEMENT), (4, 2, set())]
)
def test_two_heads_of_another_log(insider: Insider, size: int, root: int, found: set[str]) -> None:
    ministry = {"signer": "MAE", "office": "MAE", "officer": "MAE-1"}
    first = ChildLogNoted("sceau.example/2", 3, bytes([1]) * 32, "")
    insider.house.do(c.NoteChildLog(noted=first, **insider.house.by("MAE")))
    later = ChildLogNoted("sceau.example/2", size, bytes([root]) * 32, "")
    assert insider.write("log:child:sceau.example/2", later, **ministry) == found


def test_an_office_that_writes_in_anothers_register(insider: Insider) -> None:
    """The honorary consulate has its own key and mandate; both audits once said that everything held."""
    other = {"signer": "TLS", "office": "TLS", "officer": "TLS-1"}
    born = ActEstablished("PAR-2026-N-000002", "birth", 1, "TLS", "TLS-1", "2026-11-22", "declaration", None)
    assert insider.write("act:PAR-2026-N-000002", born, (REGISTER,), **other) == ENTITLEMENT


def test_an_office_that_annulls_anothers_act(insider: Insider) -> None:
    other = {"signer": "TLS", "office": "TLS", "officer": "TLS-1"}
    annulled = ActAnnulled("TGI", "1/2026", "2026-11-20", "TLS", "TLS-1", "2026-11-22")
    assert insider.write("act:PAR-2026-N-000001", annulled, (), **other) == ENTITLEMENT


@pytest.mark.parametrize("register", ["PAR-2026-N-", "NPA26"])
def test_an_office_that_closes_anothers_register(insider: Insider, register: str) -> None:
    house = insider.house
    closing = {**house.by("TLS"), "register": register}
    with pytest.raises(NotEntitled):
        house.do(c.CloseRegister(**closing))
    other = {"signer": "TLS", "office": "TLS", "officer": "TLS-1"}
    closed = RegisterClosed(register, "2026-11-22")
    assert insider.write(f"register:{register}", closed, (), **other) == ENTITLEMENT


@pytest.mark.parametrize(
    ("stream", "event"),
    [
        ("register:BER-2026-N-", RegisterOpened("BER-2026-N-", "PAR", 2026)),
        ("register:PAR-2026-M-", RegisterOpened("PAR-2026-D-", "PAR", 2026)),
    ],
)
def test_a_register_that_is_not_the_offices_own(insider: Insider, stream: str, event: Event) -> None:
    assert insider.write(stream, event) == ENTITLEMENT


def test_a_record_of_the_log_in_anothers_stream(insider: Insider) -> None:
    ministry = {"signer": "MAE", "office": "MAE", "officer": "MAE-1"}
    view = ViewDigested("status_v1", 3, bytes(32))
    assert insider.write("log:freeze", view, **ministry) == ENTITLEMENT


@pytest.mark.parametrize(
    ("stream", "event"),
    [
        ("office:PAR", MandateEnded("NOBODY-1", "2026-11-22", "reason")),
        ("key:zz", KeyRetired("2026-11-22", "reason", False)),
    ],
)
def test_a_row_that_no_history_can_take_stops_no_audit(insider: Insider, stream: str, event: Event) -> None:
    """One such row once ended every audit in a traceback, and hid what else was wrong."""
    found = insider.write(stream, event, signer="PAR")
    assert found
    assert found <= {"integrity", "integrity.entitlement", "integrity.envelope", "integrity.receipts"}


def test_a_mission_that_speaks_for_the_log(insider: Insider) -> None:
    noted = ChildLogNoted("sceau.example/2", 1, bytes(32), "")
    assert insider.write("log:child:sceau.example/2", noted) == ENTITLEMENT


def test_no_extract_of_an_act_that_was_not_read(insider: Insider) -> None:
    assert insider.write("document:NPA260002", another(insider, "NPA260002"), (REGISTER,)) == ENTITLEMENT


@pytest.mark.parametrize("moved", [-1, 1])
def test_a_decision_on_another_version_than_stood(insider: Insider, moved: int) -> None:
    insider.house.do(
        c.MentionAct(number="PAR-2026-N-000001", mention="other", text="x", reference="n° 1", **insider.house.by())
    )
    new = another(insider, "NPA260002", act_version=2 + moved)
    assert "integrity.read_set" in insider.write("document:NPA260002", new, (ACT, REGISTER), moved=moved)
    for stream in (ACT, REGISTER, "office:PAR"):
        assert any(finding.detail.startswith(f"relied on {stream} ") for finding in insider.findings())


@pytest.mark.parametrize("moved", [-1, 1])
def test_a_decision_on_another_version_of_the_office(insider: Insider, moved: int) -> None:
    assert "integrity.read_set" in insider.write(VISA, revoked(), moved=moved)


def test_a_decision_on_a_version_that_came_later(insider: Insider) -> None:
    """When it was written, the office had no such version; the audit must not take the later one for it."""
    insider.write(VISA, revoked(), moved=1)
    mandate = {"powers": ("visa",), "valid_from": "2026-01-01", "valid_until": "2027-01-01", "name": "X", "title": "X"}
    insider.house.do(c.GrantMandate(code="PAR", holder="PAR-9", **mandate, **insider.house.by("MAE")))
    assert "integrity.read_set" in insider.found()


def test_a_field_of_a_kind_that_no_command_writes(insider: Insider) -> None:
    """A list where text belongs: the audit names the event and goes on."""
    new = another(insider, "NPA260002", type=("birth_extract",))
    assert insider.write("document:NPA260002", new, (ACT, REGISTER)) == ENTITLEMENT


OUT_OF_BOUNDS = [
    pytest.param({"version": 1 << 40}, id="a version that would fill the memory"),
    pytest.param({"version": (1 << 64) - 1}, id="a version that no database takes"),
    pytest.param({"time": 10**18}, id="a time past every calendar"),
    pytest.param({"time": (1 << 64) - 1}, id="a time that no database takes"),
    pytest.param({"time": -1}, id="a time before all"),
    pytest.param({"read_set": ((ACT, (1 << 64) - 1),)}, id="a read-set that no database takes"),
    pytest.param({"read_set": ((ACT, -1),)}, id="a read-set below all"),
    pytest.param({"read_set": (("act:\0", 1),)}, id="a read-set that is no text to a database"),
    pytest.param({"stream": "act:\0"}, id="a stream that is no text to a database"),
]


@pytest.mark.parametrize("stated", OUT_OF_BOUNDS)
def test_numbers_that_would_stop_whoever_reads(insider: Insider, stated: dict[str, Any]) -> None:
    """Refused before anything is looked up or counted: once an audit ran out of memory, or ended in a traceback."""
    started = process_time()
    found = insider.write(VISA, revoked(), row_version=min(stated.get("version", 2), (1 << 63) - 1), stated=stated)
    assert "integrity.envelope" in found
    assert found <= {"integrity.envelope", "integrity.receipts"}
    assert process_time() - started < 5
    with pytest.raises(EnvelopeInvalid):
        list(insider.house.ledger.reader.all())


def test_a_version_beyond_what_was_written_before(insider: Insider) -> None:
    """Within every bound, and yet more than there can be: each event takes an index."""
    size = insider.house.ledger.store.size()
    found = insider.write(VISA, revoked(), row_version=size + 2, stated={"version": size + 2})
    assert found == {"integrity.envelope", "integrity.receipts"}
    assert any("at most" in finding.detail for finding in insider.findings())


@pytest.mark.parametrize("stream", ["nonsense", "nonsense:1"])
def test_a_stream_of_no_kind_stops_no_audit(insider: Insider, stream: str) -> None:
    stated = {"stream": stream, "version": 1, "previous": b""}
    assert insider.write(VISA, revoked(), stated=stated) == ENTITLEMENT


def test_an_enrolment_of_another_type_stops_no_audit(insider: Insider) -> None:
    """Days are compared when a key signs: one that is a number once ended the audit of all that the key signed."""
    public = insider.house.ledger.keystore.signer("event:PAR").public
    enrolled = KeyEnrolled(b"k" * 8, "event", "Ed25519", public, "MLI", "PAR", 1, "2027-01-01")  # type: ignore[arg-type]
    ministry = {"signer": "MAE", "office": "MAE", "officer": "MAE-1"}
    assert insider.write(f"key:{(b'k' * 8).hex()}", enrolled, **ministry) == ENTITLEMENT


@pytest.mark.parametrize("day", ["", "yesterday", "2026-02-30", "20261122", "2026-11-22 "])
def test_a_day_that_is_none(insider: Insider, day: str) -> None:
    """Any office could sign one, and every publication after it ended in a traceback."""
    assert insider.write(VISA, DocumentRevoked("stolen", "PAR", "PAR-1", day)) == ENTITLEMENT
    with pytest.raises(LogBroken, match="is no day"):
        publish_verified(insider.house.ledger, insider.house.config.home / "public", insider.house.clock() // 1000)


@pytest.mark.parametrize("changed", [{"issued_on": "x"}, {"seal_id": b""}, {"seal_id": bytes(31)}])
def test_a_document_that_no_list_can_tell_of(insider: Insider, changed: dict[str, Any]) -> None:
    new = another(insider, "NPA260002", **changed)
    assert insider.write("document:NPA260002", new, (ACT, REGISTER)) == ENTITLEMENT


def test_a_number_that_leaves_a_gap(insider: Insider) -> None:
    new = another(insider, "NPA260009")
    assert insider.write("document:NPA260009", new, (ACT, REGISTER)) == {"integrity.number_gap"}


def test_a_number_before_the_one_before_it(insider: Insider) -> None:
    numbers = ("NPA260003", "NPA260002")
    for number, command_id in zip(numbers, (b"c" * 16, b"d" * 16), strict=True):
        new = another(insider, number)
        found = insider.write(f"document:{number}", new, (ACT, REGISTER), command_id=command_id)
    assert found == {"integrity.number_gap"}


def test_a_number_of_a_register_that_was_never_opened(insider: Insider) -> None:
    assert insider.write("document:NPA270001", another(insider, "NPA270001"), (ACT, REGISTER)) == ENTITLEMENT


def test_a_number_of_no_register(insider: Insider) -> None:
    found = insider.write("document:nonsense", another(insider, "nonsense"), (ACT, REGISTER))
    assert found >= {"integrity.number_gap", "integrity.entitlement"}


def test_a_number_of_a_closed_register(insider: Insider) -> None:
    insider.house.do(c.CloseRegister(register="NPA26", **insider.house.by()))
    assert insider.write("document:NPA260002", another(insider, "NPA260002"), (ACT, REGISTER)) == ENTITLEMENT


def test_a_visa_of_an_honorary_consul(insider: Insider) -> None:
    stated = {"number": "VTL260001", "office": "TLS", "officer": "TLS-1", "seal_id": bytes(32)}
    issued = replace(insider.state(VISA).issued, personal=(), **stated)
    found = insider.write("document:VTL260001", issued, signer="TLS", office="TLS", officer="TLS-1")
    assert found == ENTITLEMENT


@pytest.mark.parametrize(
    ("options", "reason"),
    [
        pytest.param({"signer": "TLS"}, "another office's key", id="another office's key"),
        pytest.param({"later": 800 * DAY}, "past its validity", id="a key past its validity"),
    ],
)
def test_a_key_that_could_not_sign(insider: Insider, options: dict[str, Any], reason: str) -> None:
    assert "integrity" in insider.write(VISA, revoked(), **options), reason


def test_a_key_after_its_end(insider: Insider) -> None:
    kid = insider.house.ledger.keystore.signer("event:PAR").kid
    insider.house.do(c.RetireKey(kid=kid, reason="rotation", **insider.house.by("MAE")))
    assert "integrity" in insider.write(VISA, revoked())


def test_a_date_before_what_came_before(insider: Insider) -> None:
    assert insider.write(VISA, revoked(), later=-60_000) == {"integrity.time"}


def test_a_date_far_after_what_came_before(insider: Insider) -> None:
    """An insider's clock in the next year stops every honest writer until then: the audit says whose event it was."""
    assert insider.write(VISA, revoked(), later=CLOCK_AHEAD_MAX_MS) == set()
    assert insider.write(EXTRACT, revoked(), later=20 * DAY, command_id=b"d" * 16) == {"integrity.time_ahead"}


def test_a_leap_that_an_operator_confirmed(insider: Insider) -> None:
    insider.house.clock.now += 30 * DAY
    insider.house.do(c.ConfirmClock(today="2026-12-22", **insider.house.by("MAE")))
    insider.house.birth()
    assert insider.found() == set()


@pytest.mark.parametrize(("stream", "office"), [("log:clock", "PAR"), ("log:lists", "MAE")])
def test_the_clock_is_confirmed_by_the_ministry_in_its_place(insider: Insider, stream: str, office: str) -> None:
    confirmed = ClockConfirmed("2026-12-22")
    assert insider.write(stream, confirmed, signer=office, office=office, later=30 * DAY) == ENTITLEMENT


def test_a_receipt_that_tells_of_more(insider: Insider) -> None:
    assert insider.write(VISA, revoked(), told=((EXTRACT, 1),)) == {"integrity.receipts"}


def test_an_event_that_names_another_before_it(insider: Insider) -> None:
    assert "integrity.envelope" in insider.write(VISA, revoked(), previous=b"p" * 32)
    insider.house.reopen()
    with pytest.raises(EnvelopeInvalid):
        insider.state(VISA)


def test_a_retry_is_not_told_of_anothers_document(house: Small) -> None:
    """The receipt names events of another command: the audit finds it, and so does the retry itself."""
    command = c.RevokeDocument(number="VPA260001", reason="stolen", **house.by())
    house.ledger.issuance.execute(command)
    store = house.ledger.store
    find = store.find_receipts([command.command_id])[command.command_id]
    edited = find._replace(outcome=canonical.encode([["document:VPA260001", 2], [EXTRACT, 1]]))
    house.ledger.issuance.store = _Told(store, edited)  # type: ignore[assignment]
    with pytest.raises(LogBroken, match="another command"):
        house.ledger.issuance.execute(command)
    house.ledger.issuance.store = store


class _Told:
    def __init__(self, store: Any, receipt: Receipt) -> None:
        self._store, self._receipt = store, receipt

    def __getattr__(self, name: str) -> Any:
        return getattr(self._store, name)

    def find_receipts(self, command_ids: Any) -> dict[bytes, Receipt]:
        return {self._receipt.command_id: self._receipt}


@pytest.mark.parametrize("public", [bytes([1, *[0] * 31]), bytes(32)])
def test_a_key_of_low_order_is_not_enrolled(house: Small, public: bytes) -> None:
    key = KeyEnrolled(b"k" * 8, "event", "Ed25519", public, "MLI", "PAR", "2026-01-01", "2027-01-01")
    with pytest.raises(KeyRefused):
        house.do(c.EnrolKey(key=key, **house.by("MAE")))


def test_another_ledger_under_our_keys_is_refused(house: Small, tmp_path: Path) -> None:
    with small(tmp_path / "other", seed=b"other") as other:
        states = house.ledger.issuance.states
        states.store = other.ledger.store
        states.forget()
        with pytest.raises(EnvelopeInvalid, match="pinned"):
            states.get("office:PAR")
        states.store = house.ledger.store


@pytest.mark.parametrize(
    ("part", "edit"),
    [
        ("path", lambda kept: {**kept, "path": [h[::-1] for h in kept["path"]]}),
        ("last", lambda kept: {**kept, "last": "00" * 32}),
        ("checkpoint", lambda kept: {**kept, "checkpoint": kept["checkpoint"].replace("sceau.", "sceaux.")}),
    ],
)
def test_an_edited_head_is_refused(house: Small, part: str, edit: Callable[[Any], Any]) -> None:
    import json

    house.reopen()
    kept = json.loads(house.config.head.read_text("utf-8"))
    house.config.head.write_text(json.dumps(edit(kept)), "utf-8")
    with pytest.raises(LogBroken):
        house.ledger.head.check(house.ledger.store)
    house.config.head.write_text(json.dumps(kept), "utf-8")
