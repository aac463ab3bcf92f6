"""From a paper to a PDF that a consul would sign, a phone can scan and an archive can keep."""

import io
import re
from dataclasses import replace
from datetime import date

import pikepdf
import pypdfium2
import pytest
from paper_sizes import A4_MM, ALL_TYPES, PAGES

from sceau.desk.paper import Attachment
from sceau.desk.printing import print_pdf
from sceau.domain.document_type import Kind, document_types
from sceau.domain.errors import FieldInvalid

BAMBARA = "Ɛɛ Ɔɔ Ɲɲ Ŋŋ"


HOSTILE = '#panic("x") \\ $a$ *b* _c_ "q" <l> @r [x] #{1/0} /* */ //'


# ---- every declared type


@pytest.mark.parametrize("code", ALL_TYPES)
def test_every_type_prints_and_scans_back(code, paper, scanned, page_sizes_mm):
    given = paper(code)
    pdf = print_pdf(given)
    assert scanned(pdf) == [given.code_payload]
    assert len(page_sizes_mm(pdf)) == PAGES[given.type.template]


@pytest.mark.parametrize("code", ALL_TYPES)
def test_every_value_and_label_is_in_the_text_layer(code, paper, says):
    given = paper(code)
    pdf = print_pdf(given)
    assert says(pdf, "Fatoumata Ɲɛba Kɔnɛ")
    assert says(pdf, given.number)
    assert says(pdf, "ABCD-EFGH-IJKL-MNOP")
    assert says(pdf, given.address)
    for field in given.type.fields:
        if field.kind in (Kind.NAME, Kind.TEXT, Kind.NINA, Kind.NUMBER):
            assert says(pdf, given.values[field.name]), field.name


@pytest.mark.parametrize("code", ALL_TYPES)
def test_two_prints_are_the_same_bytes(code, paper):
    assert print_pdf(paper(code)) == print_pdf(paper(code))


@pytest.mark.parametrize("code", ALL_TYPES)
def test_values_at_their_limits_stay_on_the_paper(code, paper, says, page_sizes_mm):
    given = paper(code)
    longest = {f.name: _longest(f, given.values[f.name]) for f in given.type.fields}
    given.type.check(longest)
    pdf = print_pdf(
        replace(given, values=longest, officer_name="Abdoulaye Boubacar " * 4, officer_title="Le " + "Consul " * 9)
    )
    assert len(page_sizes_mm(pdf)) <= 2
    assert all(
        says(pdf, value) for f in given.type.fields if (value := longest[f.name]) and f.kind in (Kind.NAME, Kind.TEXT)
    )
    assert not _outside(pdf)


def _longest(field, value):
    if field.kind is Kind.NAME:
        return ("Abdoulaye-Boubacar Ɛɲŋɔ Traoré dit " * 9)[: field.length_max].rstrip(" -")
    if field.kind is Kind.TEXT:
        return (HOSTILE * 9)[: field.length_max].strip()
    return value


def _outside(pdf):
    """The characters whose box leaves their page."""
    found = []
    for page in pypdfium2.PdfDocument(io.BytesIO(pdf)):
        width, height = page.get_size()
        text = page.get_textpage()
        for at in range(text.count_chars()):
            left, bottom, right, top = text.get_charbox(at)
            if left < 0 or bottom < 0 or right > width or top > height:
                found.append(text.get_text_range(at, 1))
    return found


@pytest.mark.parametrize("code", ["birth_extract", "life_certificate", "consular_card", "visa_long"])
def test_a_word_of_sixty_letters_breaks_rather_than_leave_the_paper(code, paper, says):
    given = paper(code)
    pdf = print_pdf(replace(given, values={**given.values, **dict.fromkeys(_names(given), "W" * 60)}))
    assert says(pdf, "W" * 60)
    assert not _outside(pdf)


def _names(given):
    return [f.name for f in given.type.fields if f.name.endswith("surname")]


# ---- what the file claims and carries


def test_the_file_claims_pdf_a_3a_and_pdf_ua_1(paper):
    with pikepdf.open(io.BytesIO(print_pdf(paper("birth_extract")))) as pdf:
        assert pdf.Root.Lang == "fr-ML"
        assert pdf.Root.MarkInfo.Marked
        with pdf.open_metadata() as about:
            assert about["pdfaid:part"] == "3"
            assert about["pdfaid:conformance"] == "A"
            assert about["pdfuaid:part"] == "1"
            assert about["dc:title"] == "Extrait d’acte de naissance VPA26000A"
            assert about["xmp:CreateDate"].startswith("2026-11-22T12:00:00")


def test_attachments_come_out_as_they_went_in(paper):
    given = paper(
        "birth_extract",
        attachments=(
            *paper("birth_extract").attachments,
            Attachment("vide.bin", b"", "Vide", "application/octet-stream"),
        ),
    )
    with pikepdf.open(io.BytesIO(print_pdf(given))) as pdf:
        assert {name: spec.get_file().read_bytes() for name, spec in pdf.attachments.items()} == {
            a.name: a.data for a in given.attachments
        }
        assert {spec.description for spec in pdf.attachments.values()} == {"Événement signé", "Sceau", "Vide"}
        assert {str(spec.obj.AFRelationship) for spec in pdf.attachments.values()} == {"/Data"}


def test_the_code_has_words_for_those_who_cannot_see_it(paper):
    with pikepdf.open(io.BytesIO(print_pdf(paper("birth_extract")))) as pdf:
        alternatives = [str(o.Alt) for o in pdf.objects if isinstance(o, pikepdf.Dictionary) and "/Alt" in o]
    assert any("Sceau numérique du document VPA26000A" in words for words in alternatives)


# ---- text


@pytest.mark.parametrize("code", ["birth_extract", "life_certificate", "consular_card", "visa_short", "laissez_passer"])
def test_bambara_letters_are_drawn_in_every_weight_and_read_back(code, paper, says):
    given = paper(code)
    names = {f.name: BAMBARA for f in given.type.fields if f.kind is Kind.NAME}
    pdf = print_pdf(replace(given, values={**given.values, **names}, officer_name=BAMBARA, office_name=BAMBARA))
    assert says(pdf, BAMBARA)


def test_text_is_data_and_never_code(paper, says):
    given = paper("birth_extract")
    texts = {f.name: HOSTILE for f in given.type.fields if f.kind is Kind.TEXT}
    pdf = print_pdf(
        replace(given, values={**given.values, **texts}, mentions=(HOSTILE,), officer_name=HOSTILE, number='A"\\#x')
    )
    assert says(pdf, HOSTILE)
    assert says(pdf, 'A"\\#x')


def test_a_script_that_no_font_has_is_refused_not_left_blank(paper):
    with pytest.raises(FieldInvalid, match="could not be displayed"):
        print_pdf(paper("birth_extract", mentions=("ߒߞߏ",)))


def test_optional_fields_without_value_leave_no_label(paper, says):
    given = paper("birth_extract")
    without = {name: value for name, value in given.values.items() if name != "nina"}
    assert says(print_pdf(given), "NINA")
    assert not says(print_pdf(replace(given, values=without)), "NINA")


def test_dates_read_in_french(paper, text_of):
    text = text_of(print_pdf(paper("life_certificate")))
    assert "14 mars 1991" in text
    assert "le 22 novembre 2026" in text
    assert "31 mai 2027" in text


def test_a_certificate_agrees_with_the_holder(paper, text_of):
    given = paper("life_certificate")
    assert "est vivante" in text_of(print_pdf(given))
    assert re.search("est vivant[, ]", text_of(print_pdf(replace(given, values={**given.values, "sex": "M"}))))


def test_an_extract_states_its_act_its_version_and_its_mentions(paper, says):
    pdf = print_pdf(paper("birth_extract", mentions=("Première mention.", "Seconde mention.")))
    assert says(pdf, "Acte n° PAR-2026-N-000012, version de l’acte : n° 2")
    assert not says(pdf, "Centre d’état civil")
    assert not says(pdf, "Acte établi")
    assert says(pdf, "1. Première mention. 2. Seconde mention.")
    assert says(print_pdf(paper("birth_extract", mentions=())), "Néant")


def test_an_extract_names_the_centre_and_who_established_the_act(paper, says):
    pdf = print_pdf(
        paper(
            "birth_extract",
            act_office="Centre principal de Bagadadji",
            act_established_on=date(2026, 3, 1),
            act_officer="Awa Traoré, Officier d’état civil",
        )
    )
    assert says(pdf, "Centre d’état civil : Centre principal de Bagadadji")
    assert says(pdf, "Acte établi le 1er mars 2026 par Awa Traoré, Officier d’état civil")


# The longest that the counter can make of a mention: name, day, reference of 120 letters, text of 400.
LONGEST_MENTION = (
    "Reconnaissance, le 30 septembre 2026 ("
    + "r" * 120
    + ") : "
    + "Jugement du tribunal, acte " * 14
    + "n° 123456789012345678."
)


EXTRACTS = [code for code, kind in document_types().items() if kind.act_kind]


@pytest.mark.parametrize("code", sorted(EXTRACTS))
@pytest.mark.parametrize("length", [200, len(LONGEST_MENTION)])
def test_one_to_thirty_mentions_of_any_length_are_printed_whole(code, length, paper):
    for count in (1, 2, 3, 4, 5, 6, 8, 10, 17, 30):  # breaks in every place of a page
        mentions = tuple(f"{i:02d}§{LONGEST_MENTION}"[: length - 1].strip() + "¶" for i in range(count))
        pages = [p.get_textpage().get_text_range() for p in _opened(print_pdf(paper(code, mentions=mentions)))]
        whole = _plain("".join(pages))
        assert all(
            _plain(f"{i + 1}.{mention}") in _plain(_page_with(pages, f"{i:02d}§")) for i, mention in enumerate(mentions)
        )
        assert whole.count("¶") == count
        assert f"{count - 1:02d}§" in pages[-1]  # the last stays with the seal
        assert "ABCD-EFGH-IJKL-MNOP" in _plain(pages[-1])


def _opened(pdf):
    return pypdfium2.PdfDocument(io.BytesIO(pdf))


def _page_with(pages, words):
    return next(page for page in pages if words in page)


def _plain(text):
    return re.sub("[\\s\u200b]", "", text.replace("\ufffe", "-").replace("\x02", "-"))


def test_many_mentions_go_on_to_a_second_page_with_the_seal_once(paper, scanned, page_sizes_mm, says):
    given = paper(
        "birth_extract", mentions=tuple(f"Mention n° {i} : " + "rectifié par jugement ; " * 8 for i in range(16))
    )
    pdf = print_pdf(given)
    assert page_sizes_mm(pdf) == [A4_MM, A4_MM]
    assert scanned(pdf) == [given.code_payload]
    assert says(pdf, "Page 2 / 2")
