"""What a document counts for, by its own events and by what happened to its act; without a single key."""

from contextlib import closing

import pytest

from sceau.domain.document import DocumentResumed, DocumentRevoked, DocumentSuperseded, DocumentSuspended
from sceau.domain.office import OfficeClosed, OfficeOpened
from sceau.domain.signing_key import KeyEnrolled, KeyRetired
from sceau.projections.projector import Projector
from sceau.projections.query import StatusQuery
from sceau.projections.status import StatusView
from sceau.seals.published import look_up_key
from sceau.seals.seal import list_key, look_up_code

ACT, NUMBER = "PAR-2026-N-000012", "NPA260001"


def standing(status: Projector, scribe, number: str = NUMBER) -> tuple[str, str | None, str]:
    status.catch_up(scribe.reader(personal=False))
    return tuple(StatusQuery(status.path).document(number).standing)


def on_document(event_class, *values: str, on: str = "2026-12-05"):
    return (f"document:{NUMBER}", event_class(*values, "PAR", "PAR-1", on))


@pytest.fixture
def issued(scribe):
    scribe.birth(ACT)
    scribe.issue(NUMBER, act=ACT)
    return scribe


def test_issued(issued, status) -> None:
    assert standing(status, issued) == ("issued", None, "2026-11-22")
    found = StatusQuery(status.path).document(NUMBER)
    identity = issued.seal_id(NUMBER)
    assert found.list_key == list_key(identity)
    assert found.look_up_key == look_up_key(NUMBER, look_up_code(identity))
    assert (found.type, found.format, found.issued_idx, found.act, found.act_version) == (
        "birth_extract",
        "claim169",
        1,
        ACT,
        1,
    )
    assert StatusQuery(status.path).document("NPA269999") is None


def test_suspended_and_resumed(issued, status) -> None:
    issued.write(on_document(DocumentSuspended, "perdue"))
    assert standing(status, issued) == ("suspended", "other", "2026-12-05")
    issued.write(on_document(DocumentResumed, "retrouvée", on="2026-12-06"))
    assert standing(status, issued) == ("issued", None, "2026-12-06")


def test_superseded_by_another(issued, status) -> None:
    issued.write(on_document(DocumentSuperseded, "NPA260002"))
    assert standing(status, issued) == ("superseded", "replaced", "2026-12-05")


def test_revoked(issued, status) -> None:
    issued.write(on_document(DocumentRevoked, "fraude"))
    assert standing(status, issued) == ("revoked", "fraud", "2026-12-05")


@pytest.mark.parametrize("change", ["mention", "rectify"])
def test_an_act_that_moves_on_outdates_what_was_issued_before(issued, status, change) -> None:
    values = {"given_names": "Awa"} if change == "rectify" else {}
    getattr(issued, change)(ACT, on="2026-12-01", **values)
    issued.issue("NPA260002", act=ACT)
    issued.mention(ACT, on="2026-12-09")
    issued.issue("NPA260003", act=ACT)
    assert standing(status, issued) == ("superseded", "act_changed", "2026-12-01")
    assert standing(status, issued, "NPA260002") == ("superseded", "act_changed", "2026-12-09")
    assert standing(status, issued, "NPA260003") == ("issued", None, "2026-11-22")


def test_an_annulled_act_takes_every_document_with_it(issued, status) -> None:
    issued.mention(ACT)
    issued.issue("NPA260002", act=ACT)
    issued.birth("PAR-2026-N-000013")
    issued.issue("NPA260003", act="PAR-2026-N-000013")
    issued.annul(ACT, on="2026-12-03")
    assert standing(status, issued) == ("revoked", "act_annulled", "2026-12-03")
    assert standing(status, issued, "NPA260002") == ("revoked", "act_annulled", "2026-12-03")
    assert standing(status, issued, "NPA260003")[0] == "issued"


@pytest.mark.parametrize(
    ("own", "act", "expected"),
    [
        ((DocumentRevoked, "fraude"), "annul", ("revoked", "fraud", "2026-12-05")),
        ((DocumentSuspended, "perdue"), "annul", ("revoked", "act_annulled", "2026-12-03")),
        ((DocumentSuspended, "perdue"), "mention", ("suspended", "other", "2026-12-05")),
        ((DocumentSuperseded, "NPA260002"), "mention", ("superseded", "replaced", "2026-12-05")),
        ((DocumentSuperseded, "NPA260002"), "annul", ("revoked", "act_annulled", "2026-12-03")),
    ],
)
def test_the_gravest_counts(issued, status, own, act, expected) -> None:
    issued.write(on_document(*own))
    getattr(issued, act)(ACT)
    assert standing(status, issued) == expected


def test_a_document_resumed_after_its_act_changed_is_out_of_date(issued, status) -> None:
    issued.write(on_document(DocumentSuspended, "perdue"))
    issued.mention(ACT, on="2026-12-01")
    issued.write(on_document(DocumentResumed, "retrouvée", on="2026-12-06"))
    assert standing(status, issued) == ("superseded", "act_changed", "2026-12-01")


def test_keys_and_offices(scribe, status) -> None:
    kid = bytes(range(8))
    enrolled = KeyEnrolled(
        kid, "seal", "Ed25519", bytes(32), "MLI", "PAR", "2026-01-01", "2027-01-01", classes=("b", "a")
    )
    scribe.write(
        ("office:PAR", OfficeOpened("PAR", "PA", "embassy", "FRA", "Paris", "Ambassade", "Embassy", "2026-01-01")),
        (f"key:{kid.hex()}", enrolled),
        (f"key:{kid.hex()}", KeyRetired("2026-06-01", "lost", True)),
        ("office:PAR", OfficeClosed("2026-07-01", "moved")),
    )
    status.catch_up(scribe.reader(personal=False))
    with StatusQuery(status.path).look() as look:
        (key,), (office,) = look.enrolled(), look.offices()
        assert look.as_of == 4
    assert (key["kid"], key["classes"], key["retired_on"], key["compromised"], key["enrolled_idx"]) == (
        kid,
        "a b",
        "2026-06-01",
        1,
        1,
    )
    assert (office["code"], office["opened_on"], office["closed_on"]) == ("PAR", "2026-01-01", "2026-07-01")


def test_an_auditor_without_keys_computes_the_same_digest(history, status, tmp_path) -> None:
    status.catch_up(history.reader())
    with closing(Projector(StatusView(), tmp_path / "auditor.db")) as auditors:
        auditors.catch_up(history.reader(personal=False))
        assert auditors.digest() == status.digest()


def test_nothing_personal_stands_in_it(history, status) -> None:
    status.catch_up(history.reader())
    content = status.path.read_bytes() + status.path.with_name(status.path.name + "-wal").read_bytes()
    for name in ("KƐITA", "TRAORÉ", "Fanta1", "1990-01-02", "keita", "Marié"):
        assert name.encode() not in content, name
