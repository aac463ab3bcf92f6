"""From a declared type to a seal: every declared type, read back, within the limits of its carrier."""

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from sceau.domain import canonical, cose
from sceau.domain.document_type import (
    Carrier,
    DocumentClass,
    DocumentType,
    Field,
    Kind,
    Label,
    Seal,
    SealFormat,
    document_types,
)
from sceau.domain.errors import FieldInvalid
from sceau.seals import c40, carrier, features, recognise
from sceau.seals.claim169 import Claim169Seal, StatusReference
from sceau.seals.make import Draft, prepare, zone
from sceau.seals.vds_profiles import PROFILES

ON_FILE = Label("x", "x")


def read_back(draft: Draft, office: Any) -> Any:
    seal = recognise.parse(office.seal(draft))
    assert office.signed(seal)
    return seal


def test_a_birth_extract(draft: Callable[..., Draft], office: Any) -> None:
    extract = draft("birth_extract")
    seal = read_back(extract, office)
    assert isinstance(seal, Claim169Seal)
    assert (seal.issuer, seal.reference, seal.country) == ("ML", "00112233aabbccdd", "MLI")
    assert (seal.type_code, seal.document_class) == ("birth_extract", "civil_status")
    assert (seal.issued_on, seal.issued_at, seal.valid_until) == (date(2026, 11, 22), 1795338000, None)
    assert seal.status == StatusReference("https://verif.example/s/1", 7)
    sealed = {f.name for f in extract.type.fields if f.claim is not None or f.act_claim is not None}
    assert seal.fields == {
        **{name: value for name, value in extract.values.items() if name in sealed},
        "number": "N00000123",
        "full_name": "Aminata Saran KEÏTA",
        "office": "PAR",
        "act_number": "PAR/2026/NAI/00012",
    }


def test_a_visa(draft: Callable[..., Draft], office: Any) -> None:
    visa = draft("visa_short")
    seal = read_back(visa, office)
    assert (seal.issuer, seal.reference, seal.country, seal.profile) == ("MLV1", "2A", "MLI", "5D01")
    assert (seal.type_code, seal.document_class) == ("visa_short", "visa")
    assert (seal.issued_on, seal.signed_on, seal.valid_until) == (*[date(2026, 11, 22)] * 2, date(2027, 5, 20))
    line_1, line_2 = zone(visa, "MLI")
    assert (len(line_1), len(line_2)) == (36, 36)
    assert seal.fields == {
        "mrz": f"{line_1}\n{line_2[:28]}",
        "number": "N00000123",
        "surname": "DUPONT",
        "given_names": "MARIE CLAIRE",
        "nationality": "FRA",
        "birth_date": "1985-04-12",
        "sex": "F",
        "valid_until": "2027-05-20",
        "entries": "2",
        "stay": "P90D",
        "passport_number": "18AB12345",
        "category": "short",
    }


@pytest.mark.parametrize(
    ("code", "category", "tag", "size"),
    [("visa_short", "diplomatic", 2, 149), ("visa_long", "long", 1, 153), ("visa_liptako", "transit", 2, 149)],
)
def test_each_visa_names_its_type(
    draft: Callable[..., Draft], office: Any, code: str, category: str, tag: int, size: int
) -> None:
    seal = office.seal(draft(code, category=category))
    assert seal[18] == tag
    assert len(seal) == size
    read = recognise.parse(seal)
    assert (read.type_code, read.fields["category"]) == (code, category)


def test_a_short_passport_number_is_filled(draft: Callable[..., Draft], office: Any) -> None:
    seal = office.seal(draft("visa_short", passport_number="A1"))
    assert b"\x05\x06" + c40.encode("A1<<<<<<<") in seal
    assert recognise.parse(seal).fields["passport_number"] == "A1"


def test_an_emergency_travel_document(draft: Callable[..., Draft], office: Any) -> None:
    seal = read_back(draft("laissez_passer"), office)
    assert (seal.profile, seal.type_code, seal.document_class) == ("5E03", "laissez_passer", "travel")
    assert seal.fields["mrz"].startswith("PUMLIDUPONT<<MARIE<CLAIRE")
    assert len(seal.fields["mrz"]) == 36 + 1 + 36


def filled(declared: DocumentType, draft: Callable[..., Draft]) -> Draft:
    """A draft in which every field of the type has a value."""
    known = draft("birth_extract").values | draft("visa_short").values
    samples = {
        Kind.NAME: "Kadiatou",
        Kind.TEXT: "Bamako",
        Kind.DATE: "2000-02-29",
        Kind.TIME: "07:30",
        Kind.SEX: "M",
        Kind.COUNTRY: "MLI",
        Kind.NINA: "12345678901234K",
        Kind.NUMBER: "A123456",
        Kind.COUNT: "3",
        Kind.DURATION: "P12M",
    }
    values = {
        f.name: next(iter(f.choices)) if f.choices else known.get(f.name) or samples[f.kind] for f in declared.fields
    }
    until = date(2027, 5, 20) if declared.seal.mrz or declared.validity.years or declared.validity.months else None
    act = "PAR/2026/NAI/00012" if declared.act_kind else None
    example = draft("birth_extract")
    return replace(example, type=declared, values=values, valid_until=until, act_number=act)


@pytest.mark.parametrize("code", sorted(document_types()))
def test_every_declared_type_shows_what_it_seals(code: str, draft: Callable[..., Draft], office: Any) -> None:
    declared = document_types()[code]
    paper = filled(declared, draft)
    sealed = office.seal(paper)
    seal = recognise.parse(sealed)
    assert office.signed(seal)
    assert (seal.type_code, seal.document_class) == (code, declared.document_class.value)
    assert seal.valid_until == paper.valid_until
    assert seal.fields["number"] == paper.number
    for f in declared.fields:
        if f.claim is not None or f.act_claim is not None or f.feature is not None:
            assert seal.fields[f.name] == paper.values[f.name], f.name
    code_on_paper = carrier.write(sealed, declared.seal.carrier, "HTTPS://VERIF.EXAMPLE/")
    assert recognise.parse(code_on_paper).seal_id == seal.seal_id
    if declared.seal.carrier is not Carrier.BINARY:
        assert len(code_on_paper) <= 816  # alphanumeric characters of version 19 at level M (ISO/IEC 18004 table 7)


@pytest.mark.parametrize("code", [c for c, t in document_types().items() if t.seal.format is SealFormat.CLAIM169])
def test_claims_are_deterministic_cbor(code: str, draft: Callable[..., Draft], office: Any) -> None:
    message = cose.split(office.seal(filled(document_types()[code], draft)))
    claims = canonical.decode(message.payload)
    assert list(claims) == [key for key in (1, 4, 6, 169, 65535, -70001) if key in claims]
    assert message.signed == prepare(filled(document_types()[code], draft), office.claim169).to_sign


def test_a_term_ends_with_its_last_day(draft: Callable[..., Draft], office: Any) -> None:
    paper = replace(draft("birth_extract"), valid_until=date(2027, 2, 28))
    claims = canonical.decode(cose.split(office.seal(paper)).payload)
    assert claims[4] == 1803859199  # 2027-02-28T23:59:59Z
    assert recognise.parse(office.seal(paper)).valid_until == date(2027, 2, 28)


def test_without_given_names(draft: Callable[..., Draft], office: Any) -> None:
    assert read_back(draft("birth_extract", given_names=None), office).fields["full_name"] == "KEÏTA"
    assert read_back(draft("visa_short", given_names=None), office).fields["given_names"] == ""


def test_two_persons_have_no_full_name(draft: Callable[..., Draft], office: Any) -> None:
    seal = read_back(filled(document_types()["marriage_extract"], draft), office)
    assert "full_name" not in seal.fields


def other(seal: Seal, *fields: Field) -> DocumentType:
    return DocumentType(
        code="other", version=1, title=ON_FILE, document_class=DocumentClass.VISA, seal=seal, fields=fields, letter="O"
    )


def test_a_declared_full_name_stands(draft: Callable[..., Draft], office: Any) -> None:
    declared = other(Seal(SealFormat.CLAIM169, Carrier.TEXT), Field("holder", ON_FILE, Kind.NAME, claim=4))
    paper = replace(draft("birth_extract"), type=declared, values={"holder": "Aminata K."})
    assert read_back(paper, office).fields["full_name"] == "Aminata K."


def test_features_of_any_kind(draft: Callable[..., Draft], office: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """A state's own tags are read back by name where they are declared, in hex where they are not."""
    declared = other(
        Seal(SealFormat.VDS, Carrier.BINARY, profile="5D01", mrz="MRV-B"),
        *draft("visa_short").type.fields,
        Field("nina", ON_FILE, Kind.NINA, feature=16),
        Field("remark", ON_FILE, Kind.TEXT, feature=15),
    )
    values = {**draft("visa_short").values, "nina": "12345678901234K", "remark": "été"}
    seal = read_back(replace(draft("visa_short"), type=declared, values=values), office)
    assert seal.fields["tag_10"] == c40.encode("12345678901234K").hex()
    assert seal.fields["tag_0F"] == "été".encode().hex()
    assert list(seal.fields)[-2:] == ["tag_0F", "tag_10"]  # in the order of tags
    monkeypatch.setattr(features, "document_types", lambda: {**document_types(), "other": declared})
    features._declared.cache_clear()
    fields = read_back(replace(draft("visa_short"), type=declared, values=values), office).fields
    features._declared.cache_clear()
    assert (fields["nina"], fields["remark"]) == ("12345678901234K", "été")


def test_a_stay_too_long_for_its_byte(draft: Callable[..., Draft], office: Any) -> None:
    with pytest.raises(FieldInvalid, match="stay"):
        prepare(draft("visa_short", stay="P256D"), office.vds)


def test_a_zone_needs_its_fields(draft: Callable[..., Draft], office: Any) -> None:
    with pytest.raises(FieldInvalid, match="valid_until"):
        prepare(replace(draft("visa_short"), valid_until=None), office.vds)
    with pytest.raises(FieldInvalid, match="nationality"):
        prepare(draft("visa_short", nationality=None), office.vds)


@pytest.mark.parametrize(
    ("profile", "mrz"), [("5D01", "TD2"), ("5D01", None), ("5E03", "MRV-B"), ("5E03", "MRV-A"), ("ABCD", "MRV-B")]
)
def test_only_profiles_that_are_read_are_written(
    draft: Callable[..., Draft], office: Any, profile: str, mrz: str | None
) -> None:
    """A seal of a profile that no checker knows would show no date of expiry."""
    declared = other(Seal(SealFormat.VDS, Carrier.BINARY, profile, mrz), *draft("visa_short").type.fields)
    with pytest.raises(FieldInvalid, match="seal"):
        prepare(replace(draft("visa_short"), type=declared), office.vds)


def test_the_unsigned_bytes_are_those_that_the_reader_gives_back(draft: Callable[..., Draft], office: Any) -> None:
    for code, key in (("visa_short", office.vds), ("birth_extract", office.claim169)):
        unsigned = prepare(draft(code), key)
        read = recognise.parse(unsigned.sealed(bytes(64)))
        assert (read.signed, read.signature, read.format) == (unsigned.to_sign, bytes(64), unsigned.format)


def test_standard_profiles() -> None:
    classes = {name: profile.document_class for name, profile in PROFILES.items() if profile.document_class}
    assert classes == {"5D01": "visa", "5E03": "travel"}
