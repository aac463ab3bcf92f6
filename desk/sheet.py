"""What a template reads as `paper.json`: every value already in the words in which it is printed.

    type, office, officer, act   names and numbers          fields   [{name, subject, fr, en, value, short}, ...]
    dates                        {issued, from, until}      code     {svg, side_mm, letters}; no svg in a draft
    mentions, mrz, attachments   lists                      mark     "SPECIMEN" where OCR-B is missing under an MRZ

`value` is for pages (« 14 mars 1991 », « Mali »), `short` for cards and stickers (14/03/1991, « Mali (MLI) »).
"""

from typing import Any

from sceau.desk import qr
from sceau.desk.paper import Attachment, Paper
from sceau.desk.wording import agreed, at_office, long_date, read, read_short, short_date, without_article
from sceau.domain.document_type import Field, Kind, Label

DRAFT = "PROJET"  # the mark of a preview, which bears no code


def sheet_of(paper: Paper, ocr_b: bool) -> dict[str, Any]:
    """Everything that a template may read; `ocr_b` says whether the font of the machine-readable zone is there.

    Raises FieldInvalid for a code too dense to be scanned.
    """
    code = qr.draw(paper.code_payload, paper.type.seal.carrier)
    return {
        "type": {"code": paper.type.code, **_labels(paper.type.title)},
        "number": paper.number,
        "fields": _fields(paper),
        "office": _office(paper),
        "officer": _officer(paper),
        "dates": _dates(paper),
        "act": _act(paper),
        "mentions": paper.mentions,
        "code": {
            "svg": None if paper.mark == DRAFT else code.svg,
            "side_mm": code.side_mm,
            "letters": _in_fours(paper.look_up_code),
        },
        "mrz": paper.mrz,
        "ocr_b": ocr_b,
        "address": paper.address,
        "copy": paper.copy,
        "mark": paper.mark or (None if ocr_b or not paper.mrz else "SPECIMEN"),
        "attachments": [_attached(attachment) for attachment in paper.attachments],
    }


def _fields(paper: Paper) -> list[dict[str, str]]:
    """The fields that have a value, in the order of their declaration, agreeing with the holder's sex."""
    sex = paper.values.get("sex")
    return [
        {
            "name": field.name,
            "subject": field.subject,
            **_labels(Label(agreed(field.label.fr, sex), field.label.en)),
            "value": _agreeing(field, read(field, paper.values[field.name]), sex),
            "short": _agreeing(field, read_short(field, paper.values[field.name]), sex),
        }
        for field in paper.type.fields
        if paper.values.get(field.name)
    ]


def _agreeing(field: Field, words: str, sex: str | None) -> str:
    """Our own words agree; what somebody typed stays as it is."""
    return agreed(words, sex) if field.kind is Kind.CHOICE else words


def _office(paper: Paper) -> dict[str, str]:
    name = paper.office_name
    return {"name": name, "at": at_office(name), "city": paper.office_city, "country": paper.office_country}


def _officer(paper: Paper) -> dict[str, str]:
    return {"name": paper.officer_name, "title": paper.officer_title, "as": without_article(paper.officer_title)}


def _act(paper: Paper) -> dict[str, Any]:
    """The act behind an extract, and who established it, where and when."""
    return {
        "number": paper.act_number,
        "version": paper.act_version,
        "office": paper.act_office,
        "established": long_date(paper.act_established_on) if paper.act_established_on else None,
        "officer": paper.act_officer,
    }


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
