"""Marks, drafts, reprints and the machine-readable zone: never over the code, never in a false font."""

import io
import re
from dataclasses import replace
from itertools import pairwise

import pikepdf
import pypdfium2
import pytest
import zxingcpp
from paper_sizes import A4_MM, ALL_TYPES, CARD_MM, MRV_A_MM, MRV_B_MM, PAGES

from sceau.desk.printing import ocr_b_available, print_pdf
from sceau.domain.document_type import Carrier
from sceau.domain.errors import FieldInvalid
from sceau.seals import carrier

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


@pytest.mark.usefixtures("ocr_b")
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
