"""The register: who is found by what, and which names stand on which paper."""

from datetime import date
from pathlib import Path

import pytest

from sceau.domain.document import (
    DocumentDelivered,
    DocumentResumed,
    DocumentRevoked,
    DocumentSuperseded,
    DocumentSuspended,
)
from sceau.domain.events import Personal, personal_values
from sceau.projections.people import people
from sceau.projections.projector import Projector
from sceau.projections.query import RegisterQuery
from sceau.projections.search import Search
from sceau.projections.view import ViewUnavailable

ACT = "PAR-2026-N-000012"
TODAY = date(2026, 12, 1)


def numbers(register: Projector, scribe, **asked) -> list[str]:
    register.catch_up(scribe.reader())
    return [one.number for one in RegisterQuery(register.path).find(Search(**asked))]


@pytest.mark.parametrize(
    "name",
    [
        "Ɲagalen",
        "nagalen",
        "Gnagalen",
        "KEITA",
        "kɛita",
        "Kéita fanta",
        "fanta keita",
        "fanta KEI",
        "  Fanta   Ɲaga ",
        "Fanta-Ɲagalen",
        "fanta'keita",
    ],
)
def test_a_name_is_found_however_it_is_typed(scribe, register, name) -> None:
    scribe.birth(ACT)
    scribe.birth("PAR-2026-N-000013", surname="TRAORÉ", given_names="Ami")
    assert numbers(register, scribe, name=name) == [ACT]


@pytest.mark.parametrize(
    "name", ["kei fanta", "keita ami", "zzz", "-", "()", '"', "fanta* keita", "fanta OR ami", "ol"]
)
def test_other_names_find_nobody(scribe, register, name) -> None:
    scribe.birth(ACT)
    scribe.birth("PAR-2026-N-000013", surname="TRAORÉ", given_names="Ami")
    expected = [ACT] if name == "fanta* keita" else []
    assert numbers(register, scribe, name=name) == expected


def test_arabic_and_cyrillic_words_do_not_break_the_search(scribe, register) -> None:
    scribe.issue("CPA260001", "consular_card", surname="محمد", given_names="Иван")
    assert numbers(register, scribe, name="иван محمد") == ["CPA260001"]


def test_number_office_kind_state_and_days(scribe, register) -> None:
    scribe.birth(ACT)
    scribe.birth("PAR-2026-N-000013", birth_date="2025-01-01")
    scribe.issue("NPA260001", act=ACT)
    assert numbers(register, scribe, number=ACT) == [ACT]
    assert numbers(register, scribe, number="par-2026 -n-") == [ACT, "PAR-2026-N-000013"]
    assert numbers(register, scribe, number="N") == ["NPA260001"]
    assert numbers(register, scribe, number="PAR-2026-N-000013", kind="birth") == ["PAR-2026-N-000013"]
    assert numbers(register, scribe, kind="birth_extract") == ["NPA260001"]
    assert numbers(register, scribe, office="BKO") == []
    assert numbers(register, scribe, state="issued") == ["NPA260001"]
    assert numbers(register, scribe, since="2026-01-01", kind="birth") == [ACT]
    assert numbers(register, scribe, until="2025-12-31") == ["PAR-2026-N-000013"]
    assert numbers(register, scribe, kind="birth", limit=1) == [ACT]
    assert numbers(register, scribe, kind="birth", limit=1, after=ACT) == ["PAR-2026-N-000013"]


def test_what_is_asked_of_a_person_is_true_of_one_person(scribe, register) -> None:
    scribe.birth(
        ACT, nina="12604000000000A", father_surname="COULIBALY", father_given_names="Ba", father_birth_date="1980-01-01"
    )
    assert numbers(register, scribe, nina="1260 4000 0000 00a") == [ACT]
    assert numbers(register, scribe, name="coulibaly") == [ACT]
    assert numbers(register, scribe, name="coulibaly", birth_date="1980-01-01") == [ACT]
    assert numbers(register, scribe, name="coulibaly", birth_date="2026-11-01") == []
    assert numbers(register, scribe, name="coulibaly", nina="12604000000000A") == []


def test_a_document_keeps_the_names_that_were_printed_on_it(scribe, register) -> None:
    scribe.birth(ACT)
    scribe.issue("NPA260001", act=ACT)
    scribe.rectify(ACT, given_names="Awa")
    scribe.issue("NPA260002", act=ACT)
    assert numbers(register, scribe, name="keita fanta") == [ACT, "NPA260001"]
    assert numbers(register, scribe, name="keita awa") == [ACT, "NPA260002"]
    first, second = RegisterQuery(register.path).documents(Search(number="N"))
    assert [one.given_names for one in first.people] == ["Fanta Ɲagalen"]
    assert [one.given_names for one in second.people] == ["Awa"]
    assert (first.stale, second.stale) == (True, False)
    (act,) = RegisterQuery(register.path).acts(Search())
    assert (act.version, act.state, act.people[0].surname, act.people[0].given_names) == (
        2,
        "established",
        "KƐITA",
        "Awa",
    )


def test_a_rectification_of_one_person_leaves_the_others(scribe, register) -> None:
    scribe.birth(ACT, father_surname="KƐITA", father_given_names="Moussa")
    scribe.rectify(ACT, birth_date="2026-10-31", mother_surname="COULIBALY", mother_given_names="Ŋɔlɔ")
    register.catch_up(scribe.reader())
    (act,) = RegisterQuery(register.path).acts(Search(since="2026-10-31", until="2026-10-31"))
    assert {(one.role, one.given_names, one.birth_date) for one in act.people} == {
        ("child", "Fanta Ɲagalen", "2026-10-31"),
        ("father", "Moussa", ""),
        ("mother", "Ŋɔlɔ", ""),
    }


def test_a_declared_act_is_established_with_its_names(scribe, register) -> None:
    scribe.birth(ACT, declared=True)
    register.catch_up(scribe.reader(), batch=1)
    (act,) = RegisterQuery(register.path).acts(Search(name="fanta"))
    assert (act.state, act.version, act.event_date, act.origin) == ("established", 2, "2026-11-01", "declaration")


def test_states_follow_the_document(scribe, register) -> None:
    number, by = "CPA260001", ("PAR", "PAR-1", "2026-12-01")
    scribe.issue(number, "consular_card", surname="TRAORÉ")
    seen = []
    for event in (
        DocumentDelivered(*by),
        DocumentSuspended("perdue", *by),
        DocumentResumed("retrouvée", *by),
        DocumentSuperseded("CPA260002", *by),
        DocumentRevoked("fraude", *by),
    ):
        scribe.write((f"document:{number}", event))
        register.catch_up(scribe.reader())
        (found,) = RegisterQuery(register.path).documents(Search())
        seen.append((found.state, found.reason))
    assert seen == [
        ("delivered", None),
        ("suspended", "perdue"),
        ("issued", None),
        ("superseded", "CPA260002"),
        ("revoked", "fraude"),
    ]


def test_a_document_counts_for_what_its_act_left_of_it(scribe, register) -> None:
    scribe.birth(ACT)
    scribe.issue("NPA260001", act=ACT)
    scribe.mention(ACT)
    scribe.issue("NPA260002", act=ACT)

    def found(**asked: str) -> list[tuple[str, str, str | None]]:
        register.catch_up(scribe.reader())
        documents = RegisterQuery(register.path).documents(Search(**asked))
        return [(one.number, one.state, one.reason) for one in documents]

    assert found() == [("NPA260001", "superseded", "act_changed"), ("NPA260002", "issued", None)]
    assert found(state="issued") == [("NPA260002", "issued", None)]
    scribe.annul(ACT)
    assert {one[1:] for one in found()} == {("revoked", "act_annulled")}
    assert len(found(state="revoked")) == 2 and found(state="superseded") == []


def test_a_likely_duplicate_act(scribe, register) -> None:
    scribe.birth(ACT, nina="12604000000000A")
    scribe.birth("PAR-2026-N-000013")
    scribe.annul("PAR-2026-N-000013")
    register.catch_up(scribe.reader())

    def duplicates(**values: str) -> list[str]:
        return [one.number for one in RegisterQuery(register.path).likely_duplicates("birth", values, TODAY)]

    same = {"surname": "Keita", "given_names": "FANTA NAGALEN", "birth_date": "2026-11-01"}
    assert duplicates(**same) == [ACT]
    assert duplicates(surname="Nagalen Fanta", given_names="Kéita", birth_date="2026-11-01") == [ACT]
    assert duplicates(**{**same, "birth_date": "2026-11-02"}) == []
    assert duplicates(surname="Autre", nina="12604000000000A") == [ACT]
    assert duplicates(surname="Keita", given_names="Fanta Nagalen") == []
    assert duplicates(mother_surname="Keita", mother_given_names="Fanta Nagalen", mother_birth_date="2026-11-01") == []
    assert duplicates() == []


def test_a_rectified_name_is_no_duplicate_of_the_old_one(scribe, register) -> None:
    scribe.birth(ACT)
    scribe.rectify(ACT, given_names="Awa")
    register.catch_up(scribe.reader())
    old = {"surname": "KƐITA", "given_names": "Fanta Ɲagalen", "birth_date": "2026-11-01"}
    assert RegisterQuery(register.path).likely_duplicates("birth", old, TODAY) == []


def test_a_likely_duplicate_document_is_live_and_of_the_same_type(scribe, register) -> None:
    who = {"surname": "TRAORÉ", "given_names": "Ami", "birth_date": "1990-01-02"}
    scribe.issue("CPA260001", "consular_card", valid_until="2026-11-30", **who)
    scribe.issue("CPA260002", "consular_card", valid_until="2026-12-01", **who)
    scribe.issue("CPA260003", "consular_card", **who)
    scribe.issue("CPA260004", "consular_card", **who)
    scribe.write(("document:CPA260004", DocumentRevoked("fraude", "PAR", "PAR-1", "2026-12-01")))
    register.catch_up(scribe.reader())
    query = RegisterQuery(register.path)
    found = query.likely_duplicates("consular_card", {**who, "surname": "traore"}, TODAY)
    assert [one.number for one in found] == ["CPA260002", "CPA260003"]
    assert query.likely_duplicates("life_certificate", who, TODAY) == []


def test_a_likely_duplicate_extract_goes_by_the_act_and_is_not_stale(scribe, register) -> None:
    scribe.birth(ACT)
    scribe.issue("NPA260001", act=ACT)
    scribe.mention(ACT)
    scribe.issue("NPA260002", act=ACT)
    register.catch_up(scribe.reader())
    values = {"surname": "KƐITA", "given_names": "Fanta Ɲagalen", "birth_date": "2026-11-01"}
    found = RegisterQuery(register.path).likely_duplicates("birth_extract", values, TODAY)
    assert [one.number for one in found] == ["NPA260002"]


def test_people_are_read_from_any_declaration() -> None:
    values = {
        "spouse_a_surname": "A",
        "spouse_a_given_names": "B",
        "spouse_b_surname": "C",
        "witness_1": "W",
        "nina": "N",
    }
    assert [(one.role, one.surname, one.given_names) for one in people(values, "spouse_a")] == [
        ("spouse_a", "A", "B"),
        ("spouse_b", "C", ""),
    ]
    assert people({"surname": "A", "birth_date": "2000-01-01", "nina": "N"}, "holder")[0] == (
        "holder",
        "A",
        "",
        "2000-01-01",
        "N",
    )


def test_events_of_a_withdrawn_type_and_erased_people_are_still_projected(scribe, register) -> None:
    scribe.issue("XPA260001", "withdrawn_type", surname="TRAORÉ")
    assert personal_values((Personal("holder", "identity", None),)) == {}
    register.catch_up(scribe.reader(personal=False))
    assert numbers(register, scribe, name="traore") == []
    assert numbers(register, scribe, number="XPA260001") == ["XPA260001"]


def test_the_file_is_the_owners_alone(register) -> None:
    for path in register.path.parent.glob(f"{register.path.name}*"):
        assert path.stat().st_mode & 0o077 == 0, path


def test_a_missing_view_says_so(tmp_path: Path) -> None:
    with pytest.raises(ViewUnavailable, match=r"nowhere\.db"):
        RegisterQuery(tmp_path / "nowhere.db").find(Search())
