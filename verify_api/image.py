"""From a PDF or a photograph to the bytes of the codes on it; an optional part of the installation ("image").

A photograph says how large it is, and is read here. What a page of a PDF costs shows only when it is drawn (a stream
of 1 MB unpacks to gigabytes), so a process of its own draws it, under limits: verify_api/image_worker.py.
What comes out is as untrusted as what went in: it goes to `scan`, byte for byte.
"""

import importlib
import importlib.util
import io
import json
import subprocess
import sys
import warnings
from collections.abc import Sequence
from types import SimpleNamespace
from typing import Any, Literal

from sceau.domain.errors import InputUnreadable, MissingPart

SIZE_MAX = 20 << 20
PAGES_MAX = 10
PIXELS_MAX = 50_000_000
CODES_MAX = 50
SECONDS_MAX = 30  # for all pages of a PDF
_PARTS = ("PIL.Image", "pypdfium2", "zxingcpp")
_WORKER = (sys.executable, "-P", "-m", "sceau.verify_api.image_worker")  # -P: nothing of the current folder is run

Kind = Literal["pdf", "image"]


def kind_of(data: bytes) -> Kind:
    """What a file is by its first bytes; InputUnreadable for anything but PDF, PNG and JPEG."""
    if data[:5] == b"%PDF-":
        return "pdf"
    if data[:8] == b"\x89PNG\r\n\x1a\n" or data[:3] == b"\xff\xd8\xff":
        return "image"
    raise InputUnreadable("neither PDF, PNG nor JPEG", why_fr="ni PDF, ni PNG, ni JPEG")


def codes_in(data: bytes, kind: Kind) -> list[bytes]:
    """The bytes of every QR, Data Matrix and Aztec code, each once; an empty list where there is none.

    Raises InputUnreadable for what is no such file, or beyond 20 MB, 10 pages, 50 million pixels or 30 seconds, and
    MissingPart where the libraries are not installed.
    """
    if len(data) > SIZE_MAX:
        raise InputUnreadable(f"larger than {SIZE_MAX >> 20} MB", why_fr=f"plus de {SIZE_MAX >> 20} Mo")
    found = _codes_in_pdf(data) if kind == "pdf" else _codes_in_photograph(data)
    return list(dict.fromkeys(found))[:CODES_MAX]


def load_parts() -> SimpleNamespace:
    """The libraries of the optional part, loaded when they are needed."""
    try:
        image, pdf, codes = (importlib.import_module(name) for name in _PARTS)
    except ImportError:
        raise MissingPart("image") from None
    return SimpleNamespace(image=image, pdf=pdf, codes=codes)


def codes_on(image: Any, parts: SimpleNamespace) -> list[bytes]:
    """The bytes of every matrix code on a Pillow image."""
    kinds = parts.codes.BarcodeFormat
    formats = parts.codes.BarcodeFormats([kinds.QRCode, kinds.DataMatrix, kinds.Aztec])
    return [found.bytes for found in parts.codes.read_barcodes(image, formats=formats)]


def _codes_in_pdf(data: bytes) -> list[bytes]:
    """What the worker found; it loads the libraries, so that this process need not."""
    if not all(importlib.util.find_spec(name.partition(".")[0]) for name in _PARTS):
        raise MissingPart("image")
    answer = ask(_WORKER, data)
    if "missing" in answer:
        raise MissingPart(answer["missing"])
    return [bytes.fromhex(code) for code in answer["codes"]]


def ask(worker: Sequence[str], pdf: bytes) -> dict[str, Any]:
    """What the process `worker` answers about a PDF; InputUnreadable where it cannot, or takes too much."""
    try:
        done = subprocess.run(  # noqa: S603 - our own module, under our own interpreter
            worker, input=pdf, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, timeout=SECONDS_MAX, check=False
        )
    except subprocess.TimeoutExpired:
        raise InputUnreadable(
            "the PDF takes too much to draw", why_fr="le PDF demande trop pour être dessiné"
        ) from None
    if done.returncode < 0:  # a limit was met, or the PDF broke the library that draws it
        raise InputUnreadable("the PDF takes too much to draw", why_fr="le PDF demande trop pour être dessiné")
    if done.returncode > 0:
        raise InputUnreadable(
            f"the PDF cannot be drawn (status {done.returncode})",
            why_fr=f"le PDF ne peut pas être dessiné (statut {done.returncode})",
        )
    answer: dict[str, Any] = json.loads(done.stdout)
    if "unreadable" in answer:
        raise InputUnreadable(answer["unreadable"], why_fr=answer["unreadable_fr"])
    return answer


def _codes_in_photograph(data: bytes) -> list[bytes]:
    parts = load_parts()
    return codes_on(_photograph(data, parts), parts)


def _photograph(data: bytes, parts: SimpleNamespace) -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("error", parts.image.DecompressionBombWarning)
        try:
            with parts.image.open(io.BytesIO(data), formats=("PNG", "JPEG")) as image:
                if image.width * image.height > PIXELS_MAX:
                    raise InputUnreadable(f"more than {PIXELS_MAX} pixels", why_fr=f"plus de {PIXELS_MAX} pixels")
                return image.convert("L")
        except (parts.image.DecompressionBombError, parts.image.DecompressionBombWarning):
            raise InputUnreadable(f"more than {PIXELS_MAX} pixels", why_fr=f"plus de {PIXELS_MAX} pixels") from None
        except (OSError, SyntaxError, ValueError) as error:  # what Pillow raises on hostile files
            raise InputUnreadable(
                f"not a PNG or JPEG that can be opened ({type(error).__name__})",
                why_fr=f"pas un PNG ou JPEG qui s'ouvre ({type(error).__name__})",
            ) from None
