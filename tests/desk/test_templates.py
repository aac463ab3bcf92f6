"""Templates and the engine that draws them: ours, a state's own, and what is refused before anything is drawn."""

import re
from dataclasses import replace
from datetime import date

import pytest

from sceau.desk.printing import engine_of, print_pdf
from sceau.domain.document_type import Carrier, DocumentType, Field, Kind, Label, Seal, SealFormat, document_types
from sceau.domain.errors import FieldInvalid, UnknownType
from sceau.seals import carrier


def a_type(template, **changes):
    name = Field("full_name", Label("Nom", "Name"), Kind.NAME)
    return DocumentType(
        "permit", 1, Label("Permis d'essai", "Trial permit"), (name,), letter="Z", template=template, **changes
    )


def test_an_unknown_template_is_named_with_those_that_exist(paper):
    with pytest.raises(UnknownType, match=r"template no_such.*card, certificate, extract, laissez_passer, visa"):
        print_pdf(paper(a_type("no_such")))


@pytest.mark.parametrize("name", ["../base", "base.typ", "", "no.such.package:x", "os:path", "a:b:c"])
def test_a_template_name_is_a_name_and_not_a_path(name, paper):
    with pytest.raises(UnknownType):
        print_pdf(paper(a_type(name)))


@pytest.mark.parametrize("template", ["extract", "certificate", "card", "laissez_passer"])
def test_a_type_that_a_state_declares_prints_by_our_templates(template, paper, scanned, says):
    declared = (
        a_type(template, seal=Seal(SealFormat.CLAIM169, Carrier.TEXT)) if template == "card" else a_type(template)
    )
    given = paper(declared, mrz=("PUMLI".ljust(36, "<"),) * 2 if template == "laissez_passer" else None)
    pdf = print_pdf(given)
    assert scanned(pdf) == [given.code_payload]
    assert says(pdf, "Fatoumata Ɲɛba Kɔnɛ")


def test_a_state_brings_its_own_template_in_its_own_package(tmp_path, monkeypatch, paper, says, scanned):
    folder = tmp_path / "state_papers"
    folder.mkdir()
    (folder / "__init__.py").write_text("")
    (folder / "permit.typ").write_text(
        '#import "base.typ": *\n#let sheet = json("paper.json")\n#show: a4.with(sheet)\n'
        "#title-of(sheet)\nOwn template\n#signed-and-sealed(sheet)\n"
    )
    monkeypatch.syspath_prepend(tmp_path)
    given = paper(a_type("state_papers:permit"))
    pdf = print_pdf(given)
    assert says(pdf, "Own template")
    assert scanned(pdf) == [given.code_payload]


def test_values_too_long_for_a_card_are_refused_not_cut(paper):
    fields = tuple(Field(f"f{i}", Label("Libellé", "Label"), length_max=200) for i in range(12))
    declared = replace(a_type("card", seal=Seal(SealFormat.CLAIM169, Carrier.TEXT)), fields=fields)
    with pytest.raises(FieldInvalid, match="too long for this paper"):
        print_pdf(paper(declared, values={f.name: "mot " * 49 + "fin" for f in fields}))


def test_a_code_too_dense_is_refused_before_anything_is_drawn(paper):
    dense = carrier.write(bytes(range(256)) * 3, Carrier.URL, "HTTPS://VERIF.EXAMPLE/")
    with pytest.raises(FieldInvalid, match="too dense"):
        print_pdf(paper("birth_extract", code_payload=dense))


def test_the_engine_is_recorded_by_what_it_draws_with():
    types = document_types()
    birth, death, card = (engine_of(types[code]) for code in ("birth_extract", "death_extract", "consular_card"))
    assert birth == death
    assert birth.template != card.template
    assert (birth.fonts, birth.engine) == (card.fonts, card.engine)
    assert re.fullmatch(r"typst 0\.15\.\d+", birth.engine)
    assert len(birth.template) == len(birth.fonts) == 32


@pytest.mark.usefixtures("ocr_b")
def test_the_font_set_tells_whether_ocr_b_is_in_it(request):
    with_font = engine_of(document_types()["visa_long"])
    request.getfixturevalue("no_ocr_b")
    assert engine_of(document_types()["visa_long"]).fonts != with_font.fonts


def test_what_is_printed_depends_on_the_day_of_issue(paper):
    assert print_pdf(paper("birth_extract")) != print_pdf(paper("birth_extract", issued_on=date(2026, 11, 23)))
