"""The process that takes the proofs out of one PDF: the file on its input, one JSON object on its output.

{"proofs": [hex, ...]}   every attachment named *.tlog-proof, empty where it cannot be one
{"unreadable": text}     why there is none to be had
"""

import json
import sys
from typing import Any

import pypdfium2  # type: ignore[import-untyped]

from sceau.tlog.proof import PROOF_SIZE_MAX
from sceau.verify_api.image_worker import limit

ATTACHMENTS_MAX = 100
PROOFS_MAX = 8
SUFFIX = ".tlog-proof"


def main() -> None:
    """Read a PDF, write what is attached."""
    limit()
    answer: dict[str, Any]
    try:
        answer = {"proofs": [proof.hex() for proof in proofs_attached(sys.stdin.buffer.read())]}
    except (pypdfium2.PdfiumError, MemoryError, ValueError) as error:
        why = f"the PDF's attachments cannot be read ({type(error).__name__})"
        answer = {"unreadable": why, "unreadable_fr": "les pièces jointes du PDF ne peuvent pas être lues"}
    sys.stdout.write(json.dumps(answer))


def proofs_attached(pdf: bytes) -> list[bytes]:
    """The proofs, in the order of the file; ValueError for more attachments than an honest file has."""
    document = pypdfium2.PdfDocument(pdf)
    try:
        count = document.count_attachments()
        if count > ATTACHMENTS_MAX:
            raise ValueError("too many attachments")
        attached = [document.get_attachment(number) for number in range(count)]
        found = [_data(one) for one in attached if one.get_name().endswith(SUFFIX)]
    finally:
        document.close()
    if len(found) > PROOFS_MAX:
        raise ValueError("too many proofs")
    return found


def _data(attachment: pypdfium2.PdfAttachment) -> bytes:
    try:
        data = bytes(attachment.get_data())
    except pypdfium2.PdfiumError:  # also of an empty file
        return b""
    return data if len(data) <= PROOF_SIZE_MAX else b""


if __name__ == "__main__":
    main()
