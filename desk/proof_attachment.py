"""The proof of logging inside a paper's PDF: attached when it is printed, replaced in place when witnesses have signed.

The file is rewritten, not extended by an incremental update: an update would keep every former proof inside, and PDF/A
checkers read both alike. Every other object keeps its bytes, so the pages are those that were printed. The proof is
an associated file as PDF/A-3 wants it (ISO 19005-3 section 6.8): named in /AF and in the tree of names, with its
relationship, type, size and date. The same paper, proof and date give the same bytes.
"""

import io
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

import pikepdf

from sceau.domain.errors import InputUnreadable

NAME = "preuve.tlog-proof"
EVENT = "evenement.cose"
SIZE_MAX = 20 << 20  # what a scan reads
_DESCRIPTION = "Preuve d'inscription au journal (c2sp.org/tlog-proof@v1)"


def attach(pdf: bytes, proof: bytes, at: int) -> bytes:
    """The PDF with this proof instead of any other; `at` is its date in Unix seconds. InputUnreadable for no PDF."""
    with _opened(pdf) as document:
        for name in [name for name in document.attachments if name.endswith(".tlog-proof")]:
            del document.attachments[name]  # from /AF too, as the next line writes both
        document.attachments[NAME] = _specification(document, proof, at)
        return _saved(document)


def event_in(pdf: bytes) -> bytes | None:
    """The signed event that a paper of ours bears; None where there is none. InputUnreadable for no PDF."""
    with _opened(pdf) as document:
        found = document.attachments.get(EVENT)
        return None if found is None else found.get_file().read_bytes()


@contextmanager
def _opened(pdf: bytes) -> Iterator[pikepdf.Pdf]:
    if len(pdf) > SIZE_MAX:
        raise InputUnreadable(f"larger than {SIZE_MAX >> 20} MB", why_fr=f"plus de {SIZE_MAX >> 20} Mo")
    try:
        with pikepdf.open(io.BytesIO(pdf)) as document:
            yield document
    except (pikepdf.PdfError, pikepdf.PasswordError) as error:
        raise InputUnreadable(
            f"not a PDF that can be opened ({type(error).__name__})",
            why_fr=f"pas un PDF qui s'ouvre ({type(error).__name__})",
        ) from None


def _specification(document: pikepdf.Pdf, proof: bytes, at: int) -> pikepdf.AttachedFileSpec:
    dated = f"D:{datetime.fromtimestamp(at, UTC):%Y%m%d%H%M%S}Z"
    spec = pikepdf.AttachedFileSpec(
        document,
        proof,
        description=_DESCRIPTION,
        filename=NAME,
        mime_type="text/plain",
        creation_date=dated,
        mod_date=dated,
    )
    spec.relationship = pikepdf.Name.Data
    return spec


def _saved(document: pikepdf.Pdf) -> bytes:
    """Written anew, no stream touched; the file's second id is made of its content, not of the time."""
    out = io.BytesIO()
    document.save(
        out,
        deterministic_id=True,
        compress_streams=False,
        stream_decode_level=pikepdf.StreamDecodeLevel.none,
        object_stream_mode=pikepdf.ObjectStreamMode.preserve,
        fix_metadata_version=False,
    )
    return out.getvalue()
