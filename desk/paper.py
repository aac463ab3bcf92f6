"""What is to be printed, said once: a paper is a document at one version of its act, and where to have it checked.

Everything on the paper comes from here, so two prints of the same `Paper` are the same bytes.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from sceau.domain.document_type import DocumentType


@dataclass(frozen=True, slots=True)
class Attachment:
    """A file inside the PDF (ISO 19005-3 section 6.8): the signed event, the seal."""

    name: str
    data: bytes
    description: str
    mime: str


@dataclass(frozen=True, slots=True)
class Paper:
    """One document as its reader sees it.

    `values` holds the fields of `type`; `code_payload` is what the code carries (binary, Base45, or address#BASE32);
    `look_up_code` is the 16 letters that go with the number; `address` is the checker's public address; `copy` is 0 for
    the original and n for the nth reprint; `mark` is drawn across ("SPECIMEN", "PROJET"; a PROJET
    bears an empty frame for its code). `act_office` is the name of the centre whose register holds the act,
    `act_officer` who established it, named and titled, `act_established_on` when; None where nobody can say.
    """

    type: DocumentType
    number: str
    values: Mapping[str, str]
    office_name: str
    office_city: str
    office_country: str
    officer_name: str
    officer_title: str
    issued_on: date
    valid_from: date | None
    valid_until: date | None
    act_number: str | None
    act_version: int | None
    mentions: tuple[str, ...]
    code_payload: bytes
    look_up_code: str
    mrz: tuple[str, str] | None
    address: str
    copy: int
    mark: str | None
    attachments: tuple[Attachment, ...]
    act_office: str | None = None
    act_established_on: date | None = None
    act_officer: str | None = None
