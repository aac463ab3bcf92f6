"""A state adds a document type from outside the package: one declaration, registered, and nothing else."""

from collections.abc import Iterator
from dataclasses import replace
from datetime import date

import pytest

from sceau.domain import document_type as registry
from sceau.domain.document_type import (
    FIELDS_MAX,
    Carrier,
    DocumentClass,
    DocumentType,
    Field,
    Kind,
    Label,
    Seal,
    SealFormat,
    Validity,
    document_type,
    document_types,
    register_type,
)
from sceau.domain.errors import FieldInvalid, UnknownType
from sceau.domain.fields import PERSON

CUSTOM_CERTIFICATE = DocumentType(
    code="custom_certificate",
    version=1,
    title=Label("Certificat de coutume", "Certificate of custom"),
    letter="Z",
    document_class=DocumentClass.ADMINISTRATIVE,
    seal=Seal(SealFormat.CLAIM169, Carrier.URL),
    fields=(*PERSON, Field("law", Label("Loi applicable", "Applicable law"), length_max=120, act_claim=10)),
    validity=Validity(months=6),
)


@pytest.fixture(autouse=True)
def registry_as_before() -> Iterator[None]:
    yield
    registry._registry.cache_clear()


def test_a_registered_type_is_like_the_others() -> None:
    with pytest.raises(UnknownType):
        document_type("custom_certificate")
    register_type(CUSTOM_CERTIFICATE)
    register_type(CUSTOM_CERTIFICATE)  # loading an entry point twice is no fault
    declared = document_type("custom_certificate")
    assert declared is CUSTOM_CERTIFICATE
    assert "birth_extract" in document_types()
    values = {f.name: {Kind.NAME: "Fanta", Kind.SEX: "F", Kind.COUNTRY: "MLI"}.get(f.kind, "x") for f in PERSON}
    values |= {"birth_date": "1990-01-01", "law": "Loi 2011-087"}
    declared.check(values)
    with pytest.raises(FieldInvalid, match="law"):
        declared.check(values | {"law": ""})
    assert declared.validity.until(date(2026, 8, 31), values) == date(2027, 2, 28)


@pytest.mark.parametrize("change", [{"code": "visa_short"}, {"letter": "V"}])
def test_a_code_or_letter_that_is_taken_is_refused(change: dict[str, str]) -> None:
    with pytest.raises(UnknownType, match="taken"):
        register_type(replace(CUSTOM_CERTIFICATE, **change))  # type: ignore[arg-type]
    assert document_type("visa_short").title.en == "Short-stay visa"
    assert "custom_certificate" not in document_types()


def test_a_type_with_too_many_fields_is_refused() -> None:
    many = tuple(Field(f"field_{n}", Label("Champ", "Field")) for n in range(FIELDS_MAX + 1))
    with pytest.raises(FieldInvalid, match="more than 40"):
        register_type(replace(CUSTOM_CERTIFICATE, code="endless", letter="Ω", fields=many))
    assert "endless" not in document_types()
