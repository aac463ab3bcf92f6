"""What holds for every declared act kind and document type, those added later included."""

import pkgutil
import re

import pytest

from sceau.domain import acts, documents
from sceau.domain.document_type import (
    CAREER_POSTS,
    FIELDS_MAX,
    ActKind,
    Carrier,
    DocumentClass,
    DocumentType,
    Field,
    Kind,
    OfficeKind,
    Schema,
    SealFormat,
    act_kind,
    act_kinds,
    document_type,
    document_types,
)
from sceau.domain.errors import UnknownType

TYPES = list(document_types().values())
KINDS = list(act_kinds().values())
SCHEMAS: list[Schema] = [*KINDS, *TYPES]
TEMPLATES = {"extract", "certificate", "card", "visa", "laissez_passer"}
HOLDER_OF_MRZ = {"surname", "given_names", "sex", "birth_date", "nationality"}


def named(declaration: Schema) -> str:
    return declaration.code


each_type = pytest.mark.parametrize("declared", TYPES, ids=named)
each_kind = pytest.mark.parametrize("declared", KINDS, ids=named)
each_schema = pytest.mark.parametrize("declared", SCHEMAS, ids=named)


def test_what_ships() -> None:
    assert set(act_kinds()) == {"birth", "marriage", "death"}
    assert set(document_types()) == {
        *("birth_extract", "birth_copy", "marriage_extract", "death_extract", "consular_card", "laissez_passer"),
        *("life_certificate", "residence_certificate", "celibacy_certificate"),
        *("visa_short", "visa_long", "visa_transit", "visa_liptako"),
    }


def test_every_file_declares_one_type_of_its_own_name() -> None:
    assert {m.name for m in pkgutil.iter_modules(documents.__path__)} == {t.code for t in TYPES}
    assert {m.name for m in pkgutil.iter_modules(acts.__path__)} == {k.code for k in KINDS}


def test_letters_are_unique_capitals_that_ocr_does_not_confuse() -> None:
    for letters in ([t.letter for t in TYPES], [k.letter for k in KINDS]):
        assert len(set(letters)) == len(letters)
        assert all(re.fullmatch("[A-HJ-NP-Z]", letter) for letter in letters)


@each_schema
def test_labels_are_in_both_languages(declared: Schema) -> None:
    labels = [declared.title, *(f.label for f in declared.fields)]
    labels += [label for f in declared.fields for label in f.choices.values()]
    for label in labels:
        assert label.say("fr").strip() == label.fr != ""
        assert label.say("en").strip() == label.en != ""


@each_schema
def test_fields_are_well_named_few_and_limited(declared: Schema) -> None:
    assert len(declared.by_name) == len(declared.fields) <= FIELDS_MAX
    for f in declared.fields:
        assert re.fullmatch("[a-z][a-z0-9_]*", f.name)
        assert 0 < f.length_max <= 120
        assert f.subject
        assert f.group


@each_schema
def test_every_choice_has_words_and_so_may_a_count(declared: Schema) -> None:
    for f in declared.fields:
        assert bool(f.choices) == (f.kind is Kind.CHOICE) or f.kind is Kind.COUNT
        coded = f.feature is not None and f.kind is Kind.CHOICE
        assert f.codes.keys() == (f.choices.keys() if coded else set())
        for value in f.choices:
            f.check(value)


@each_schema
def test_date_order_speaks_of_date_fields(declared: Schema) -> None:
    for earlier, later in declared.date_order:
        assert {declared.by_name[earlier].kind, declared.by_name[later].kind} == {Kind.DATE}


@each_kind
def test_an_act_has_a_principal_an_event_and_seals_nothing(declared: ActKind) -> None:
    assert declared.principal in declared.subjects
    assert declared.by_name[declared.event_date].kind is Kind.DATE
    assert declared.by_name[declared.event_date].required
    assert all(f.claim is f.act_claim is f.feature is f.from_act is None for f in declared.fields)


def test_the_father_may_be_unknown() -> None:
    assert not {name for name in act_kind("birth").required if name.startswith("father")}


@each_type
def test_what_is_copied_is_what_the_act_declares(declared: DocumentType) -> None:
    copied = [f for f in declared.fields if f.from_act is not None]
    assert bool(copied) == (declared.act_kind is not None)
    for f in copied:
        source = act_kind(str(declared.act_kind)).by_name[str(f.from_act)]
        assert (f.kind, f.length_max, f.subject, f.group, f.required) == (
            source.kind,
            source.length_max,
            source.subject,
            source.group,
            source.required,
        )
    assert declared.entered == tuple(f for f in declared.fields if f.from_act is None)


@each_type
def test_claims_and_features_are_unique(declared: DocumentType) -> None:
    for key in ("claim", "act_claim", "feature"):
        numbers = [n for f in declared.fields if (n := getattr(f, key)) is not None]
        assert len(set(numbers)) == len(numbers)


@each_type
def test_claims_are_those_of_the_standard(declared: DocumentType) -> None:
    """MOSIP Claim 169; below 10 the private map belongs to the format."""
    standard = {"surname": 7, "given_names": 5, "birth_date": 8, "sex": 9, "city": 10, "nationality": 13}
    standard |= {"birth_place": 21}
    for f in declared.fields:
        assert f.claim is None or f.claim == standard[f.name]
        assert f.act_claim is None or f.act_claim >= 10


def has(declared: DocumentType, name: str, kind: Kind, feature: int) -> bool:
    f: Field | None = declared.by_name.get(name)
    return f is not None and (f.kind, f.feature, f.required) == (kind, feature, True)


@each_type
def test_seal_fits_the_type(declared: DocumentType) -> None:
    sealed = [f for f in declared.fields if f.claim or f.act_claim]
    if declared.seal.format is SealFormat.CLAIM169:
        assert declared.seal.profile == "169"
        assert declared.seal.mrz is None
        assert sealed
        assert declared.seal.carrier in (Carrier.TEXT, Carrier.URL)
        return
    assert not sealed
    assert declared.seal.carrier is Carrier.BINARY
    assert declared.by_name.keys() >= HOLDER_OF_MRZ
    assert declared.required >= HOLDER_OF_MRZ - {"given_names"}
    assert declared.validity.stated or declared.validity.months or declared.validity.years
    if declared.document_class is DocumentClass.VISA:
        assert (declared.seal.profile, declared.seal.mrz_code) == ("5D01", "V")
        assert declared.seal.mrz in ("MRV-A", "MRV-B")
        assert has(declared, "entries", Kind.COUNT, 3)
        assert has(declared, "stay", Kind.DURATION, 4)
        assert has(declared, "passport_number", Kind.NUMBER, 5)
        assert has(declared, "category", Kind.CHOICE, 6)
        assert declared.by_name["passport_number"].length_max == 9
    else:
        assert (declared.seal.profile, declared.seal.mrz, declared.seal.mrz_code) == ("5E03", "TD2", "PU")


def test_a_visa_seal_names_its_type() -> None:
    """Zone (tag 01 or 02) and category byte (tag 06) tell every visa type from every other."""
    marks = [
        (t.seal.mrz, code)
        for t in TYPES
        if t.document_class is DocumentClass.VISA
        for code in t.by_name["category"].codes.values()
    ]
    assert len(set(marks)) == len(marks)
    assert all(0 < code < 256 for _, code in marks)


def test_only_the_liptako_visa_has_bit_40() -> None:
    for t in TYPES:
        if t.document_class is DocumentClass.VISA:
            liptako = {bool(code & 0x40) for code in t.by_name["category"].codes.values()}
            assert liptako == {t.code == "visa_liptako"}


@each_type
def test_stated_validity_has_its_two_dates(declared: DocumentType) -> None:
    stated = declared.required >= {"valid_from", "valid_until"}
    assert declared.validity.stated == stated
    if stated:
        assert ("valid_from", "valid_until") in declared.date_order


@each_type
def test_who_may_issue_and_what_waits_for_the_quorum(declared: DocumentType) -> None:
    strict = declared.document_class in (DocumentClass.VISA, DocumentClass.TRAVEL, DocumentClass.IDENTITY)
    assert declared.waits_for_quorum == strict
    assert declared.issued_by >= CAREER_POSTS
    assert (OfficeKind.HONORARY in declared.issued_by) == (declared.document_class is DocumentClass.ADMINISTRATIVE)


@each_type
def test_fee_and_template(declared: DocumentType) -> None:
    assert declared.fee.amount >= 0
    assert declared.fee.currency in ("XOF", "EUR")
    assert declared.template in TEMPLATES


def test_card_is_for_three_years_from_fifteen() -> None:
    card = document_type("consular_card")
    assert (card.validity.years, card.age_min_years) == (3, 15)


@pytest.mark.parametrize("code", ["", "visa", "VISA_SHORT", "visa_short ", "x" * 5000, "../visa_short"])
def test_an_unknown_name_is_refused_with_the_known_ones(code: str) -> None:
    with pytest.raises(UnknownType, match="visa_short") as refused:
        document_type(code)
    assert len(str(refused.value)) < 600
    with pytest.raises(UnknownType, match="marriage"):
        act_kind(code)
