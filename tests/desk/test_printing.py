"""From a paper to a PDF that a consul would sign, a phone can scan and an archive can keep."""

import io
import re
from dataclasses import replace
from datetime import date
from itertools import pairwise

import pikepdf
import pypdfium2
import pytest
import zxingcpp

from sceau.desk import printing
from sceau.desk.paper import Attachment
from sceau.desk.printing import engine_of, ocr_b_available, print_pdf
from sceau.domain.document_type import Carrier, DocumentType, Field, Kind, Label, Seal, SealFormat, document_types
from sceau.domain.errors import FieldInvalid, UnknownType
from sceau.seals import carrier

ALL_TYPES = sorted(document_types())
PAGES = {"extract": 1, "certificate": 1, "laissez_passer": 1, "visa": 1, "card": 2}
CARD_MM, A4_MM, MRV_A_MM, MRV_B_MM = (85.6, 54.0), (210.0, 297.0), (120.0, 80.0), (105.0, 74.0)
BAMBARA = "Ɛɛ Ɔɔ Ɲɲ Ŋŋ"
HOSTILE = '#panic("x") \\ $a$ *b* _c_ "q" <l> @r [x] #{1/0} /* */ //'


@pytest.fixture
def no_ocr_b(monkeypatch):
    """A machine without the OCR-B font."""
    caches = (printing._fonts, printing._compiler, printing._engine)
    monkeypatch.setattr(printing, "_ocr_b", lambda: None)
    for cached in caches:
        cached.cache_clear()
    yield
    for cached in caches:
        cached.cache_clear()


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


# ---- marks


ONE_OF_EACH = ["birth_extract", "life_certificate", "consular_card", "visa_short", "visa_long", "laissez_passer"]


@pytest.mark.parametrize("mark", ["SPECIMEN", "PROJET"])
@pytest.mark.parametrize("code", ONE_OF_EACH)
def test_a_mark_lies_across_every_page(code, mark, paper):
    for page in pypdfium2.PdfDocument(io.BytesIO(print_pdf(paper(code, mark=mark)))):
        assert mark in re.sub(r"\s", "", page.get_textpage().get_text_range())


@pytest.mark.parametrize("code", ONE_OF_EACH)
def test_no_mark_touches_the_code_or_its_quiet_zone(code, paper, scanned):
    given = paper(code, mark="SPECIMEN")
    pdf = print_pdf(given)
    assert scanned(pdf) == [given.code_payload]
    assert _code_and_quiet_zone(pdf) == _code_and_quiet_zone(print_pdf(replace(given, mark=None)))


def _code_and_quiet_zone(pdf):
    """The pixels of the code with four modules of paper around it."""
    *_, page = pypdfium2.PdfDocument(io.BytesIO(pdf))
    image = page.render(scale=6).to_pil().convert("RGB")
    (found,) = zxingcpp.read_barcodes(image)
    corners = (found.position.top_left, found.position.bottom_right)
    quiet = int(4 * 0.4 / 25.4 * 72 * 6)  # no module is under 0.4 mm
    (left, top), (right, bottom) = ((corner.x, corner.y) for corner in corners)
    return image.crop((left - quiet, top - quiet, right + quiet, bottom + quiet)).tobytes()


@pytest.mark.parametrize("code", ALL_TYPES)
def test_a_draft_bears_a_frame_in_place_of_its_code(code, paper, scanned, says):
    given = paper(code, mark="PROJET")
    pdf = print_pdf(given)
    assert scanned(pdf) == []
    assert says(pdf, "PROJET")
    assert len(pypdfium2.PdfDocument(io.BytesIO(pdf))) == PAGES[given.type.template]


def test_a_draft_whose_code_would_be_too_dense_is_refused_too(paper):
    dense = carrier.write(bytes(range(256)) * 3, Carrier.URL, "HTTPS://VERIF.EXAMPLE/")
    with pytest.raises(FieldInvalid, match="too dense"):
        print_pdf(paper("birth_extract", code_payload=dense, mark="PROJET"))


@pytest.mark.parametrize("code", ["birth_extract", "life_certificate", "consular_card", "visa_short", "laissez_passer"])
def test_a_reprint_says_that_it_is_one(code, paper, says):
    assert says(print_pdf(paper(code, copy=2)), "DUPLICATA N° 2")
    assert not says(print_pdf(paper(code)), "DUPLICATA")


# ---- machine-readable zone


@pytest.mark.parametrize(
    ("code", "size"),
    [("visa_long", MRV_A_MM), ("visa_short", MRV_B_MM), ("laissez_passer", A4_MM), ("consular_card", CARD_MM)],
)
def test_papers_have_their_size(code, size, paper, page_sizes_mm):
    assert set(page_sizes_mm(print_pdf(paper(code)))) == {size}


@pytest.mark.skipif(not ocr_b_available(), reason="no OCR-B font on this machine (Debian: fonts-ocr-b)")
@pytest.mark.parametrize("code", ["visa_long", "visa_short", "visa_liptako", "laissez_passer"])
def test_with_ocr_b_the_zone_stands_at_ten_characters_an_inch(code, paper, says):
    given = paper(code)
    pdf = print_pdf(given)
    assert "OCR-B" in _fonts_of(pdf) or "OCRB" in _fonts_of(pdf)
    assert not says(pdf, "SPECIMEN")
    _check_zone(pdf, given.mrz)


def test_without_ocr_b_a_zone_makes_a_specimen_in_a_font_of_equal_widths(no_ocr_b, paper, says, scanned):
    assert not ocr_b_available()
    given = paper("visa_long")
    pdf = print_pdf(given)
    assert says(pdf, "SPECIMEN")
    assert scanned(pdf) == [given.code_payload]
    _check_zone(pdf, given.mrz)
    assert not says(print_pdf(paper("birth_extract")), "SPECIMEN")
    assert says(print_pdf(paper("visa_long", mark="PROJET")), "PROJET")


def _fonts_of(pdf):
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        return " ".join(
            str(o.BaseFont) for o in opened.objects if isinstance(o, pikepdf.Dictionary) and "/BaseFont" in o
        )


def _check_zone(pdf, mrz):
    """Both lines in the text layer, 2.54 mm from character to character and 6.35 mm from line to line."""
    page = pypdfium2.PdfDocument(io.BytesIO(pdf))[0]
    text = page.get_textpage()
    whole = text.get_text_range()
    tops = []
    for line in mrz:
        start = whole.index(line)
        origins = [text.get_charbox(start + i, loose=True)[0] * 25.4 / 72 for i in range(len(line))]
        steps = [b - a for a, b in pairwise(origins)]
        assert steps == pytest.approx([2.54] * (len(line) - 1), abs=0.01)
        tops.append(text.get_charbox(start, loose=True)[1] * 25.4 / 72)
    assert tops[0] - tops[1] == pytest.approx(6.35, abs=0.01)


# ---- templates and engine


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


@pytest.mark.skipif(not ocr_b_available(), reason="no OCR-B font on this machine (Debian: fonts-ocr-b)")
def test_the_font_set_tells_whether_ocr_b_is_in_it(request):
    with_font = engine_of(document_types()["visa_long"])
    request.getfixturevalue("no_ocr_b")
    assert engine_of(document_types()["visa_long"]).fonts != with_font.fonts


def test_what_is_printed_depends_on_the_day_of_issue(paper):
    assert print_pdf(paper("birth_extract")) != print_pdf(paper("birth_extract", issued_on=date(2026, 11, 23)))
