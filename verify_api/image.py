"""From a PDF or a photograph to the bytes of the codes on it; an optional part of the installation ("image").

A page is rendered at 200 dots per inch, and at 300 where no code was found: then a module of 0.4 mm has 3 to 5 pixels.
What comes out is as untrusted as what went in: it goes to `scan`, byte for byte.
"""

import importlib
import io
import warnings
from types import SimpleNamespace
from typing import Any, Literal

from sceau.domain.errors import InputUnreadable, MissingPart

SIZE_MAX = 20 << 20
PAGES_MAX = 10
PIXELS_MAX = 50_000_000
CODES_MAX = 50
_DPI = (200, 300)
_POINTS_PER_INCH = 72

Kind = Literal["pdf", "image"]


def kind_of(data: bytes) -> Kind:
    """What a file is by its first bytes; InputUnreadable for anything but PDF, PNG and JPEG."""
    if data[:5] == b"%PDF-":
        return "pdf"
    if data[:8] == b"\x89PNG\r\n\x1a\n" or data[:3] == b"\xff\xd8\xff":
        return "image"
    raise InputUnreadable("neither PDF, PNG nor JPEG")


def codes_in(data: bytes, kind: Kind) -> list[bytes]:
    """The bytes of every QR, Data Matrix and Aztec code, each once; an empty list where there is none.

    Raises InputUnreadable for what is no such file, or beyond 20 MB, 10 pages or 50 million pixels, and MissingPart
    where the libraries are not installed.
    """
    if len(data) > SIZE_MAX:
        raise InputUnreadable(f"larger than {SIZE_MAX >> 20} MB")
    parts = _parts()
    found = _codes_in_pdf(data, parts) if kind == "pdf" else _codes_on(_photograph(data, parts), parts)
    return list(dict.fromkeys(found))[:CODES_MAX]


def _parts() -> SimpleNamespace:
    """The libraries of the optional part, loaded when they are needed."""
    try:
        names = ("PIL.Image", "pypdfium2", "zxingcpp")
        image, pdf, codes = (importlib.import_module(name) for name in names)
    except ImportError:
        raise MissingPart("image") from None
    return SimpleNamespace(image=image, pdf=pdf, codes=codes)


def _codes_in_pdf(data: bytes, parts: SimpleNamespace) -> list[bytes]:
    try:
        document = parts.pdf.PdfDocument(data)
    except parts.pdf.PdfiumError as error:
        raise InputUnreadable(f"not a PDF that can be opened ({error})") from None
    try:
        if len(document) > PAGES_MAX:
            raise InputUnreadable(f"more than {PAGES_MAX} pages")
        return [code for number in range(len(document)) for code in _codes_on_page(document, number, parts)]
    except parts.pdf.PdfiumError as error:
        raise InputUnreadable(f"a page of the PDF cannot be drawn ({error})") from None
    finally:
        document.close()


def _codes_on_page(document: Any, number: int, parts: SimpleNamespace) -> list[bytes]:
    page = document[number]
    width, height = page.get_size()
    for dpi in _DPI:
        scale = dpi / _POINTS_PER_INCH
        if width * height * scale * scale > PIXELS_MAX:
            raise InputUnreadable(f"page {number + 1} has more than {PIXELS_MAX} pixels at {dpi} dots per inch")
        if codes := _codes_on(page.render(scale=scale, grayscale=True).to_pil(), parts):
            return codes
    return []


def _photograph(data: bytes, parts: SimpleNamespace) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error", parts.image.DecompressionBombWarning)
        try:
            with parts.image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
                if image.width * image.height > PIXELS_MAX:
                    raise InputUnreadable(f"more than {PIXELS_MAX} pixels")
                return image.convert("L")
        except (parts.image.DecompressionBombError, parts.image.DecompressionBombWarning):
            raise InputUnreadable(f"more than {PIXELS_MAX} pixels") from None
        except (OSError, SyntaxError, ValueError) as error:  # what Pillow raises on hostile files
            raise InputUnreadable(f"not a PNG or JPEG that can be opened ({type(error).__name__})") from None


def _codes_on(image: Any, parts: SimpleNamespace) -> list[bytes]:
    kinds = parts.codes.BarcodeFormat
    formats = parts.codes.BarcodeFormats([kinds.QRCode, kinds.DataMatrix, kinds.Aztec])
    return [found.bytes for found in parts.codes.read_barcodes(image, formats=formats)]
