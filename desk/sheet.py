"""What a template reads as `paper.json`: every value already in the words in which it is printed.

    type, office, officer, act   names and numbers          fields   [{name, subject, fr, en, value, short}, ...]
    dates                        {issued, from, until}      code     {svg, side_mm, letters}
    mentions, mrz, attachments   lists                      mark     "SPECIMEN" where OCR-B is missing under an MRZ

`value` is for pages (« 14 mars 1991 », « Mali »), `short` for cards and stickers (14/03/1991, MLI).
"""

from typing import Any

from sceau.desk import qr
from sceau.desk.paper import Attachment, Paper
from sceau.desk.wording import long_date, read, read_short, short_date
from sceau.domain.document_type import Label


def sheet_of(paper: Paper, ocr_b: bool) -> dict[str, Any]:
    """Everything that a template may read; `ocr_b` says whether the font of the machine-readable zone is there.

    Raises FieldInvalid for a code too dense to be scanned.
    """
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
        "ocr_b": ocr_b,
        "address": paper.address,
        "copy": paper.copy,
        "mark": paper.mark or (None if ocr_b or not paper.mrz else "SPECIMEN"),
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


def _in_fours(letters: str) -> str:
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))


def _attached(attachment: Attachment) -> dict[str, Any]:
    return {
        "name": attachment.name,
        "data": list(attachment.data),
        "description": attachment.description,
        "mime": attachment.mime,
    }
