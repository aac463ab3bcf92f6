"""The proofs attached to a PDF, taken out of it by a process of its own (attached_worker.py), under limits.

Apart from the codes, so that no attachment can keep a page from being read.
"""

import importlib.util
import sys

from sceau.domain.errors import InputUnreadable, MissingPart
from sceau.verify_api.image import SIZE_MAX, ask

_WORKER = (sys.executable, "-P", "-m", "sceau.verify_api.attached_worker")
UNREADABLE = b""  # stands for a proof that is there and could not be taken out: no proof reads like that


def proofs_in(pdf: bytes) -> list[bytes]:
    """The files of the PDF named *.tlog-proof, unread; UNREADABLE for one that is too large, or if all of them fail.

    MissingPart where the library is not installed.
    """
    if len(pdf) > SIZE_MAX:
        raise InputUnreadable(f"larger than {SIZE_MAX >> 20} MB", why_fr=f"plus de {SIZE_MAX >> 20} Mo")
    if not importlib.util.find_spec("pypdfium2"):
        raise MissingPart("image")
    try:
        return [bytes.fromhex(proof) for proof in ask(_WORKER, pdf)["proofs"]]
    except InputUnreadable:
        return [UNREADABLE]
