"""From a paper to a PDF: values as data, a Typst template, one code drawn as a path.

    Paper -> paper.json --+
    templates/base.typ ---+-> Typst -> PDF/A-3a + PDF/UA-1, the same bytes every time
    templates/<name>.typ -+

The values enter as a JSON file in Typst's memory, so that no text can become code; nothing else is read: no other file, no
font of the system but OCR-B, no clock (the PDF is dated from the day of issue). As only that file changes between two
prints, Typst keeps what it evaluated of the templates.
"""

import hashlib
import json
import re
import threading
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, time
from functools import cache
from importlib import resources
from importlib.metadata import version
from pathlib import Path
from typing import Any

import typst

from sceau.desk import qr
from sceau.desk.paper import Attachment, Paper
from sceau.desk.wording import long_date, read, read_short, short_date
from sceau.domain.document_type import DocumentType, Label
from sceau.domain.errors import IntegrityError, UnknownType

_OWN = "sceau.desk.templates"
_TEMPLATE = re.compile(r"(?:([A-Za-z_][A-Za-z0-9_.]*):)?([a-z][a-z0-9_]*)")
_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"), Path.home() / ".fonts")
_OCR_B = "OCR B"
_STANDARDS: list[Any] = ["a-3a", "ua-1"]
_one_at_a_time = threading.Lock()  # a Typst compiler serves one caller


@dataclass(frozen=True, slots=True)
class Engine:
    """What drew a paper: SHA-256 of the template files and of the font set, and the engine's name and version."""

    template: bytes
    engine: str
    fonts: bytes


def print_pdf(paper: Paper) -> bytes:
    """Draw `paper`: PDF/A-3a and PDF/UA-1, equal bytes for equal papers.

    Raises UnknownType for a template that does not exist, FieldInvalid for a code too dense to be scanned.
    """
    files = dict(template_files(paper.type.template))
    files["paper.json"] = json.dumps(_sheet(paper), ensure_ascii=False).encode()
    noon = datetime.combine(paper.issued_on, time(12), UTC)  # noon: the same day in every reader's time zone
    with _one_at_a_time:
        pdf = _compiler().compile(
            input=files,  # type: ignore[type-var]  # the stub forgets what the manual says: files by name
            format="pdf",
            pdf_standards=_STANDARDS,
            timestamp=noon,
        )
    if not isinstance(pdf, bytes):
        raise IntegrityError("the typesetter gave no file")
    return pdf


def engine_of(declared: DocumentType) -> Engine:
    """What draws papers of this type on this machine, to be recorded with each print."""
    return _engine(declared.template)


@cache
def _engine(name_of_template: str) -> Engine:
    template = hashlib.sha256()
    for name, text in sorted(template_files(name_of_template).items()):
        template.update(f"{name}\0{len(text)}\0".encode() + text)
    fonts = hashlib.sha256()
    for font in sorted(_fonts().fonts(), key=lambda f: (f.family, f.style, f.weight)):
        fonts.update(f"{font.family}\0{font.style}\0{font.weight}\0".encode())
        fonts.update(Path(font.path).read_bytes() if font.path else b"in the engine")
    return Engine(template.digest(), f"typst {version('typst')}", fonts.digest())


def ocr_b_available() -> bool:
    """Is OCR-B (ISO 1073-2) installed? Without it a machine-readable zone is only a specimen."""
    return _OCR_B in _fonts().families()


@cache
def template_files(name: str) -> Mapping[str, bytes]:
    """The sources of a template: `name` among ours, or `package:name` from a state's own package; base.typ is ours."""
    found = _TEMPLATE.fullmatch(name)
    package, own = (found[1] or _OWN, found[2]) if found else (_OWN, "")
    try:
        main = resources.files(package).joinpath(f"{own}.typ").read_bytes()
    except (OSError, ModuleNotFoundError):
        raise UnknownType(f"template {name}"[:80], ", ".join(templates())) from None
    return {"main.typ": main, "base.typ": resources.files(_OWN).joinpath("base.typ").read_bytes()}


def templates() -> list[str]:
    """The names of our own templates."""
    names = (entry.name for entry in resources.files(_OWN).iterdir())
    return sorted(name[:-4] for name in names if name.endswith(".typ") and name != "base.typ")


@cache
def _ocr_b() -> Path | None:
    """The folder of OCR-B (Debian: fonts-ocr-b); a folder with anything else would let other fonts in."""
    folders = sorted(path.parent for root in _FONT_FOLDERS for path in root.rglob("OCRB.[ot]tf"))
    return next((folder for folder in folders if all(f.name.startswith("OCR") for f in folder.iterdir())), None)


@cache
def _fonts() -> typst.Fonts:
    """The fonts inside the engine, and OCR-B where present; never the system's others, which differ by machine."""
    folder = _ocr_b()
    return typst.Fonts(include_system_fonts=False, font_paths=[folder] if folder else [])


@cache
def _compiler() -> typst.Compiler:
    return typst.Compiler(font_paths=_fonts())


def _sheet(paper: Paper) -> dict[str, Any]:
    """Everything a template may read; see base.typ for what it makes of it."""
    code = qr.draw(paper.code_payload, paper.type.seal.carrier)
    return {
        "type": {"code": paper.type.code, **_labels(paper.type.title)},
        "number": paper.number,
        "fields": _fields(paper),
        "office": {"name": paper.office_name, "city": paper.office_city, "country": paper.office_country},
        "officer": {"name": paper.officer_name, "title": paper.officer_title},
        "dates": _dates(paper),
        "act": {"number": paper.act_number, "version": paper.act_version},
        "mentions": paper.mentions,
        "code": {"svg": code.svg, "side_mm": code.side_mm, "letters": _in_fours(paper.look_up_code)},
        "mrz": paper.mrz,
        "ocr_b": ocr_b_available(),
        "address": paper.address,
        "copy": paper.copy,
        "mark": _mark(paper),
        "attachments": [_attached(attachment) for attachment in paper.attachments],
    }


def _fields(paper: Paper) -> list[dict[str, str]]:
    """The fields that have a value, in the order of their declaration."""
    return [
        {
            "name": field.name,
            "subject": field.subject,
            **_labels(field.label),
            "value": read(field, paper.values[field.name]),
            "short": read_short(field, paper.values[field.name]),
        }
        for field in paper.type.fields
        if paper.values.get(field.name)
    ]


def _labels(label: Label) -> dict[str, str]:
    """Declarations are typed with straight apostrophes; print has its own."""
    return {"fr": label.fr.replace("'", "’"), "en": label.en.replace("'", "’")}


def _dates(paper: Paper) -> dict[str, dict[str, str] | None]:
    days = {"issued": paper.issued_on, "from": paper.valid_from, "until": paper.valid_until}
    return {name: {"long": long_date(day), "short": short_date(day)} if day else None for name, day in days.items()}


def _mark(paper: Paper) -> str | None:
    """A machine-readable zone in another font than OCR-B would be refused at the border: the paper says so itself."""
    if paper.mrz and not ocr_b_available():
        return paper.mark or "SPECIMEN"
    return paper.mark


def _in_fours(letters: str) -> str:
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _attached(attachment: Attachment) -> dict[str, Any]:
    return {
        "name": attachment.name,
        "data": list(attachment.data),
        "description": attachment.description,
        "mime": attachment.mime,
    }
