"""Hostile values: whatever people and programs send, a schema takes it in its one spelling or says why not."""

import unicodedata
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.document_type import Field, Kind, Label, Schema, act_kind, act_kinds, document_type, document_types
from sceau.domain.errors import FieldInvalid

SAMPLE = {
    Kind.NAME: "Ŋɔlɔ N’DIAYE-KƐITA",
    Kind.TEXT: "12, rue des Manguiers — بماكو",
    Kind.DATE: "2000-02-29",
    Kind.TIME: "23:59",
    Kind.SEX: "F",
    Kind.COUNTRY: "MLI",
    Kind.NINA: "12912345678901K",
    Kind.NUMBER: "A12345",
    Kind.COUNT: "0",
    Kind.DURATION: "P90D",
}
SCHEMAS: list[Schema] = [*act_kinds().values(), *document_types().values()]
FIELDS = [pytest.param(schema, f, id=f"{schema.code}-{f.name}") for schema in SCHEMAS for f in schema.fields]


def filled(schema: Schema) -> dict[str, str]:
    return {f.name: next(iter(f.choices)) if f.choices else SAMPLE[f.kind] for f in schema.fields}


def refused(schema: Schema, values: Any) -> FieldInvalid:
    with pytest.raises(FieldInvalid) as caught:
        schema.check(values)
    error = caught.value
    assert error.say("fr") != error.say("en")
    return error


@pytest.mark.parametrize("schema", SCHEMAS, ids=lambda s: s.code)
def test_all_fields_or_the_required_ones_alone_are_accepted(schema: Schema) -> None:
    values = filled(schema)
    schema.check(values)
    schema.check({name: values[name] for name in schema.required})


@pytest.mark.parametrize(("schema", "declared"), FIELDS)
def test_each_required_field_is_missed(schema: Schema, declared: Field) -> None:
    values = filled(schema)
    del values[declared.name]
    if declared.required:
        assert refused(schema, values).field == declared.name
    else:
        schema.check(values)


ANYWHERE: dict[str, Any] = {
    "empty": "",
    "space": " ",
    "padded left": " A",
    "padded right": "A ",
    "double space": "A  B",
    "number": 7,
    "none": None,
    "list": ["A"],
    "bytes": b"A",
    "true": True,
    "too long": "A" * 200,
    "megabyte": "A" * 1_000_000,
    "emoji": "Fanta 😀",
    "keycap emoji": "A1\ufe0f\u20e3",
    "flag": "🇲🇱",
    "right-to-left override": "A\u202eB",
    "isolate": "A\u2066B",
    "zero-width space": "A\u200bB",
    "zero-width joiner": "A\u200dB",
    "byte order mark": "\ufeffA",
    "soft hyphen": "A\u00adB",
    "grapheme joiner": "A\u034fB",
    "Hangul filler": "A\u3164B",
    "variation selector": "A\ufe0eB",
    "tag letter": "A\U000e0041B",
    "no-break space": "A\u00a0B",
    "line break": "A\nB",
    "null": "A\0B",
    "escape": "A\x1b[31mB",
    "half a surrogate": "A\ud800B",
    "private use": "A\ue000B",
    "unassigned": "A\u0378B",
    "line separator": "A\u2028B",
    "not NFC": unicodedata.normalize("NFD", "Élodie"),
    "not NFC, Angstrom": "\u212bB",
}


@pytest.mark.parametrize("kind", Kind)
@pytest.mark.parametrize("value", ANYWHERE.values(), ids=ANYWHERE)
def test_no_kind_takes(kind: Kind, value: Any) -> None:
    choices = {"A": Label("a", "a")} if kind is Kind.CHOICE else {}
    declared = Field("it", Label("Champ", "Field"), kind, choices=choices)
    with pytest.raises(FieldInvalid):
        declared.check(value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.DATE, "2023-02-31"),
        (Kind.DATE, "2023-02-29"),
        (Kind.DATE, "1900-02-29"),
        (Kind.DATE, "2023-04-31"),
        (Kind.DATE, "2023-13-01"),
        (Kind.DATE, "2023-00-10"),
        (Kind.DATE, "2023-1-1"),
        (Kind.DATE, "20230101"),
        (Kind.DATE, "2023-W01-1"),
        (Kind.DATE, "01/02/2023"),
        (Kind.DATE, "2023-01-01T00:00"),
        (Kind.DATE, "٢٠٢٣-٠١-٠١"),
        (Kind.DATE, "0000-01-01"),
        (Kind.DATE, "10000-01-01"),
        (Kind.TIME, "24:00"),
        (Kind.TIME, "7:05"),
        (Kind.TIME, "07:60"),
        (Kind.TIME, "07:05:00"),
        (Kind.SEX, "f"),
        (Kind.SEX, "X"),
        (Kind.COUNTRY, "ML"),
        (Kind.COUNTRY, "mli"),
        (Kind.COUNTRY, "ＭＬＩ"),
        (Kind.NINA, "12912345678901"),
        (Kind.NINA, "12912345678901k"),
        (Kind.NINA, "1291234567890K1"),
        (Kind.NINA, "１2912345678901K"),
        (Kind.NUMBER, "A-1"),
        (Kind.NUMBER, "a1"),
        (Kind.NUMBER, "A1\n"),
        (Kind.COUNT, "-1"),
        (Kind.COUNT, "01"),
        (Kind.COUNT, "256"),
        (Kind.COUNT, "1.0"),
        (Kind.COUNT, "²"),
        (Kind.DURATION, "90"),
        (Kind.DURATION, "P0D"),
        (Kind.DURATION, "P090D"),
        (Kind.DURATION, "P1000D"),
        (Kind.DURATION, "P1W"),
        (Kind.NAME, "Фанта"),
        (Kind.NAME, "KЕITA"),  # a Cyrillic Е
        (Kind.NAME, "فاطمة"),
        (Kind.NAME, "Fanta1"),
        (Kind.NAME, "R2D2"),
        (Kind.NAME, "Fanta; DROP"),
        (Kind.NAME, "<b>Fanta"),
        (Kind.NAME, "-Fanta"),
        (Kind.NAME, "’Fanta"),
        (Kind.NAME, "Fanta-"),
        (Kind.NAME, "\u0301Fanta"),
        (Kind.NAME, "Fa" + "\u0324" * 9 + "nta"),
        (Kind.CHOICE, "toString"),
    ],
)
def test_refused_by_its_kind(kind: Kind, value: str) -> None:
    choices = {"A": Label("a", "a")} if kind is Kind.CHOICE else {}
    with pytest.raises(FieldInvalid):
        Field("it", Label("Champ", "Field"), kind, choices=choices).check(value)


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (Kind.NAME, "Fanta KƐITA"),
        (Kind.NAME, "Ɲagalen"),
        (Kind.NAME, "Ɛ\u0301lisabɛ\u0300"),  # tone marks that have no composed letter
        (Kind.NAME, "N’DIAYE"),
        (Kind.NAME, "D'Almeida"),
        (Kind.NAME, "Jean-Paul Jr."),
        (Kind.NAME, "J. P. Sissoko"),
        (Kind.NAME, "Ô"),
        (Kind.NAME, "Nguyễn Thị"),
        (Kind.TEXT, "بماكو"),
        (Kind.TEXT, "Τόκυο 東京"),
        (Kind.TEXT, "3e étage, porte 12 (n° 4)"),
        (Kind.COUNT, "255"),
        (Kind.TIME, "00:00"),
        (Kind.DATE, "2024-02-29"),
    ],
)
def test_accepted_by_its_kind(kind: Kind, value: str) -> None:
    Field("it", Label("Champ", "Field"), kind).check(value)


def test_the_limit_is_in_characters_and_exact() -> None:
    declared = Field("it", Label("Champ", "Field"), Kind.NAME, length_max=60)
    declared.check("Ŋ" * 60)
    with pytest.raises(FieldInvalid, match="longer than 60"):
        declared.check("Ŋ" * 61)


@given(st.text(st.sampled_from("aÉŊɲ\u0301\u0308\u0323 \u00a0-’.\u200d") | st.characters(), max_size=12))
def test_a_name_is_taken_in_one_spelling_only(value: str) -> None:
    """Whatever is taken is NFC, trimmed and free of signs that cannot be seen."""
    try:
        Field("it", Label("Champ", "Field"), Kind.NAME).check(value)
    except FieldInvalid:
        return
    assert value == unicodedata.normalize("NFC", " ".join(value.split()))
    assert all(unicodedata.category(c)[0] in "LMPZ" for c in value)


@pytest.mark.parametrize("name", ["", "nationalite", "surname ", "SURNAME", "__class__", "x" * 9999, 7, None, ("a",)])
def test_an_unknown_field_is_refused(name: Any) -> None:
    error = refused(act_kind("birth"), filled(act_kind("birth")) | {name: "A"})
    assert len(error.field) <= 60


def test_death_before_birth() -> None:
    values = filled(act_kind("death")) | {"birth_date": "1950-01-02", "death_date": "1950-01-01"}
    assert refused(act_kind("death"), values).field == "death_date"


@pytest.mark.parametrize(
    ("kind", "wrong", "field"),
    [
        ("birth", {"declared_on": "2000-02-28"}, "declared_on"),
        ("birth", {"mother_birth_date": "2000-03-01"}, "birth_date"),
        ("birth", {"father_birth_date": "2000-03-01"}, "birth_date"),
        ("marriage", {"marriage_date": "1999-12-31"}, "marriage_date"),
        ("death", {"declared_on": "2000-02-28"}, "declared_on"),
    ],
)
def test_dates_of_an_act_out_of_order(kind: str, wrong: dict[str, str], field: str) -> None:
    values = filled(act_kind(kind)) | wrong
    assert refused(act_kind(kind), values).field == field
    act_kind(kind).check(values, ordered=False)  # a foreign act is transcribed with its errors


def test_a_visa_does_not_outlive_the_passport_nor_begin_after_its_end() -> None:
    visa = document_type("visa_short")
    values = filled(visa) | {"valid_from": "2026-01-01", "valid_until": "2026-03-31"}
    assert refused(visa, values | {"passport_valid_until": "2026-03-30"}).field == "passport_valid_until"
    assert refused(visa, values | {"valid_from": "2026-04-01"}).field == "valid_until"


def test_celibacy_is_not_for_the_married() -> None:
    certificate = document_type("celibacy_certificate")
    assert refused(certificate, filled(certificate) | {"marital_status": "married"}).field == "marital_status"
