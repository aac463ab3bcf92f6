"""From a paper to a PDF: values as data, a Typst template, one code drawn as a path.

    Paper -> paper.json --+
    base, guilloche ------+-> Typst -> PDF/A-3a + PDF/UA-1, the same bytes every time
    the type's template --+

The values enter as a JSON file in Typst's memory, so that no text can become code; nothing else is read: no other file,
no font of the system but OCR-B, no clock (the PDF is dated from the day of issue). As only that file changes between
two prints, Typst keeps what it evaluated of the templates.
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

from sceau.desk.paper import Paper
from sceau.desk.sheet import sheet_of
from sceau.domain.document_type import DocumentType
from sceau.domain.errors import FieldInvalid, UnknownType

_OWN = "sceau.desk.templates"
_SHARED = ("base.typ", "guilloche.typ")
_TEMPLATE = re.compile(r"(?:([A-Za-z_][A-Za-z0-9_.]*):)?([a-z][a-z0-9_]*)")
_FONT_FOLDERS = (Path("/usr/share/fonts"), Path("/usr/local/share/fonts"))
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

    Raises UnknownType for a template that does not exist, FieldInvalid for a code too dense to be scanned, for a script
    that no font of ours has, and for values that do not fit at the smallest size: nothing is cut, nothing left out.
    """
    files = dict(template_files(paper.type.template))
    files["paper.json"] = json.dumps(sheet_of(paper, ocr_b_available()), ensure_ascii=False).encode()
    noon = datetime.combine(paper.issued_on, time(12), UTC)  # noon: the same day in every reader's time zone
    with _one_at_a_time:
        return _typeset(files, noon)


def _typeset(files: Mapping[str, bytes], timestamp: datetime) -> bytes:
    try:
        # The stub forgets what the manual says: an input may be files by name, and a PDF is one run of bytes.
        pdf: bytes = _compiler().compile(files, format="pdf", pdf_standards=_STANDARDS, timestamp=timestamp)  # type: ignore[type-var, assignment]
    except typst.TypstError as error:
        why = error.message
        raise FieldInvalid("paper", f"cannot be typeset: {why}", f"composition impossible : {why}") from None
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
    """The sources of a template: `name` among ours, or `package:name` of a state's own; what they share is ours."""
    found = _TEMPLATE.fullmatch(name)
    package, own = (found[1] or _OWN, found[2]) if found else (_OWN, "")
    try:
        main = resources.files(package).joinpath(f"{own}.typ").read_bytes()
    except (OSError, ImportError, TypeError):  # no such file, no such package, a module that is not a package
        raise UnknownType(f"template {name}"[:80], ", ".join(templates())) from None
    shared = {file: resources.files(_OWN).joinpath(file).read_bytes() for file in _SHARED}
    return {"main.typ": main, **shared}


def templates() -> list[str]:
    """The names of our own templates."""
    names = (entry.name for entry in resources.files(_OWN).iterdir())
    return sorted(name[:-4] for name in names if name.endswith(".typ") and name not in _SHARED)


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
