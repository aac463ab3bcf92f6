"""Papers to print: every declared type with sample values, and how to look at what came out."""

import hashlib
import io
import re
from collections.abc import Callable
from datetime import date

import pypdfium2
import pytest
import zxingcpp

from sceau.desk import printing
from sceau.desk.paper import Attachment, Paper
from sceau.domain.document_type import Carrier, DocumentType, Field, Kind, document_type
from sceau.seals import carrier

ADDRESS = "https://verif.example/"
MRZ_WIDTH = {"MRV-A": 44, "MRV-B": 36, "TD2": 36}
SEAL_BYTES = {Carrier.URL: 300, Carrier.TEXT: 230, Carrier.BINARY: 156}
BY_KIND = {
    Kind.NAME: "Fatoumata Ɲɛba Kɔnɛ",
    Kind.TEXT: "Kayes, quartier Légal Ségou",
    Kind.DATE: "2026-11-22",
    Kind.TIME: "06:40",
    Kind.SEX: "F",
    Kind.COUNTRY: "MLI",
    Kind.NINA: "29110123456789K",
    Kind.NUMBER: "AA0012345",
    Kind.COUNT: "2",
    Kind.DURATION: "P90D",
}


def some_bytes(size: int, seed: str = "seal") -> bytes:
    return hashlib.shake_256(seed.encode()).digest(size)


def sample(field: Field) -> str:
    """One value of the field, in its spelling."""
    if field.kind is Kind.CHOICE:
        return next(iter(field.choices))
    dates = {"birth_date": "1991-03-14", "passport_valid_until": "2031-01-31", "valid_until": "2027-05-31"}
    return dates.get(field.name, BY_KIND[field.kind])[: field.length_max]


def code_of(declared: DocumentType, seed: str = "seal", size: int | None = None) -> bytes:
    seal = b"\xd2" + some_bytes(size or SEAL_BYTES[declared.seal.carrier], seed)[1:]
    return carrier.write(seal, declared.seal.carrier, ADDRESS.upper())


def mrz_of(declared: DocumentType) -> tuple[str, str] | None:
    if declared.seal.mrz is None:
        return None
    width = MRZ_WIDTH[declared.seal.mrz]
    return "V<MLIKONE<<FATOUMATA<NEBA".ljust(width, "<"), "VPA26000A4MLI9103147F2705316".ljust(width, "<")


@pytest.fixture
def paper() -> Callable[..., Paper]:
    """`paper("birth_extract", copy=1)`: a sample paper of that type, or of a declaration, with changes."""

    def make(declared: str | DocumentType, **changes: object) -> Paper:
        kind = document_type(declared) if isinstance(declared, str) else declared
        of_act = kind.act_kind is not None
        standing = {
            "type": kind,
            "number": "VPA26000A",
            "values": {field.name: sample(field) for field in kind.fields},
            "office_name": "Ambassade du Mali en France",
            "office_city": "Paris",
            "office_country": "FRA",
            "officer_name": "Ousmane Diallo",
            "officer_title": "Le Consul",
            "issued_on": date(2026, 11, 22),
            "valid_from": None,
            "valid_until": None if of_act else date(2027, 5, 31),
            "act_number": "PAR-2026-N-000012" if of_act else None,
            "act_version": 2 if of_act else None,
            "mentions": ("Mariée à Bamako le 7 février 2015 avec Sékou Traoré.",) if of_act else (),
            "code_payload": code_of(kind),
            "look_up_code": "ABCDEFGHIJKLMNOP",
            "mrz": mrz_of(kind),
            "address": ADDRESS,
            "copy": 0,
            "mark": None,
            "attachments": (
                Attachment("evenement.cose", some_bytes(1500, "event"), "Événement signé", "application/cose"),
                Attachment("sceau.bin", some_bytes(300), "Sceau", "application/octet-stream"),
            ),
        }
        return Paper(**{**standing, **changes})  # type: ignore[arg-type]

    return make


def pages_of(pdf: bytes) -> list[pypdfium2.PdfPage]:
    document = pypdfium2.PdfDocument(io.BytesIO(pdf))
    return [document[i] for i in range(len(document))]


def squeezed(text: str) -> str:
    """Text without line breaks, spaces or where a word was cut (pdfium writes U+FFFE for a hyphen that ends a line)."""
    return re.sub("[\\s\u200b]", "", text.replace("\ufffe", "-").replace("\x02", "-"))


@pytest.fixture
def text_of() -> Callable[[bytes], str]:
    """The text layer of a PDF, as one line."""
    return lambda pdf: " ".join(" ".join(page.get_textpage().get_text_range().split()) for page in pages_of(pdf))


@pytest.fixture
def says() -> Callable[[bytes, str], bool]:
    """Does the text layer say this, however it is broken into lines?"""
    return lambda pdf, words: (
        squeezed(words) in squeezed("".join(page.get_textpage().get_text_range() for page in pages_of(pdf)))
    )


@pytest.fixture
def page_sizes_mm() -> Callable[[bytes], list[tuple[float, float]]]:
    """Width and height of each page."""
    return lambda pdf: [tuple(round(side * 25.4 / 72, 1) for side in page.get_size()) for page in pages_of(pdf)]


@pytest.fixture
def scanned() -> Callable[..., list[bytes]]:
    """What a scanner reads from the rendered pixels of every page."""

    def scan(pdf: bytes, dpi: int = 200) -> list[bytes]:
        images = [page.render(scale=dpi / 72).to_pil() for page in pages_of(pdf)]
        return [found.bytes for image in images for found in zxingcpp.read_barcodes(image)]

    return scan


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


@pytest.fixture
def ocr_b(missing: Callable[[str], None]) -> None:
    """The font of machine-readable zones is installed."""
    if not printing.ocr_b_available():
        missing("no OCR-B font on this machine (Debian: fonts-ocr-b)")
