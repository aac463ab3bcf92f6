"""The process that draws the pages of one PDF: the file on its input, one JSON object on its output, then it ends.

    {"codes": [hex, ...]}    what stood on the pages, in their order
    {"unreadable": text}     why there is none to be had
    {"missing": part}        the libraries are there, but do not load

It limits itself before it reads a byte: where a hostile file asks for more memory or time, the system ends this process
and the checker lives on. A page is rendered at 200 dots per inch, and at 300 where no code was found: then a module of
0.4 mm has 3 to 5 pixels.
"""

import json
import sys
from types import SimpleNamespace
from typing import Any

from sceau.domain.errors import InputUnreadable, MissingPart
from sceau.verify_api.image import PAGES_MAX, PIXELS_MAX, codes_on, load_parts

MEMORY_MAX = 1536 << 20  # bytes of address space; ten pages of 50 million pixels take a quarter of a GiB
CPU_SECONDS_MAX = 20
_DPI = (200, 300)
_POINTS_PER_INCH = 72


def main() -> None:
    """Read a PDF, write what was found."""
    limit()
    answer: dict[str, Any]
    try:
        answer = {"codes": [code.hex() for code in codes_in_pdf(sys.stdin.buffer.read())]}
    except InputUnreadable as error:
        answer = {"unreadable": error.detail, "unreadable_fr": error.values["why_fr"]}
    except MissingPart as error:
        answer = {"missing": error.detail}
    except MemoryError:
        answer = {
            "unreadable": "the PDF takes too much to draw",
            "unreadable_fr": "le PDF demande trop pour être dessiné",
        }
    sys.stdout.write(json.dumps(answer))


def limit() -> None:
    """Give up, for good, what no honest PDF needs: memory, time, files written, core dumps."""
    if sys.platform == "win32":  # it has no such limits: the caller's clock alone
        return
    import resource  # noqa: PLC0415 - not there on Windows

    limits = {
        resource.RLIMIT_AS: MEMORY_MAX,
        resource.RLIMIT_CPU: CPU_SECONDS_MAX,
        resource.RLIMIT_FSIZE: 0,
        resource.RLIMIT_CORE: 0,
    }
    for kind, most in limits.items():
        _, hard = resource.getrlimit(kind)
        most = most if hard == resource.RLIM_INFINITY else min(most, hard)
        resource.setrlimit(kind, (most, most))


def codes_in_pdf(data: bytes) -> list[bytes]:
    """The bytes of every code, page by page; InputUnreadable for what cannot be drawn or has too many pages, pixels."""
    parts = load_parts()
    try:
        document = parts.pdf.PdfDocument(data)
    except parts.pdf.PdfiumError as error:
        raise InputUnreadable(f"not a PDF that can be opened ({error})", why_fr="pas un PDF qui s'ouvre") from None
    try:
        if len(document) > PAGES_MAX:
            raise InputUnreadable(f"more than {PAGES_MAX} pages", why_fr=f"plus de {PAGES_MAX} pages")
        return [code for number in range(len(document)) for code in _codes_on_page(document, number, parts)]
    except parts.pdf.PdfiumError as error:
        raise InputUnreadable(
            f"a page of the PDF cannot be drawn ({error})", why_fr="une page du PDF ne peut pas être dessinée"
        ) from None
    finally:
        document.close()


def _codes_on_page(document: Any, number: int, parts: SimpleNamespace) -> list[bytes]:
    page = document[number]
    width, height = page.get_size()
    for dpi in _DPI:
        scale = dpi / _POINTS_PER_INCH
        if width * height * scale * scale > PIXELS_MAX:
            raise InputUnreadable(
                f"page {number + 1} has more than {PIXELS_MAX} pixels at {dpi} dots per inch",
                why_fr=f"la page {number + 1} a plus de {PIXELS_MAX} pixels à {dpi} points par pouce",
            )
        if codes := codes_on(page.render(scale=scale, grayscale=True).to_pil(), parts):
            return codes
    return []


if __name__ == "__main__":
    main()
