"""How the public API is described: the shapes of its answers and examples, for people and for generated clients.

The endpoints write these shapes themselves; nothing is validated on the way out. The tests hold the two together.
"""

from collections.abc import Sequence
from http import HTTPStatus
from typing import Any, Literal

from pydantic import BaseModel, ConfigDict, Field
from pydantic.json_schema import JsonSchemaMode, models_json_schema

from sceau.verify_api.changes import Question
from sceau.verify_api.meaning import Code, Colour
from sceau.verify_api.problem import MEDIA_TYPE, PROBLEMS
from sceau.verify_api.reports import Report

BODY_MAX = 8192  # no code holds more
DESCRIPTION = """Checks the signed code on documents. The answer never depends on who asks; nothing is stored.

VALID means: the seal is authentic and the document in force. It does not mean that the person in front of you is its
holder: compare every value of `fields` with the paper and with the face."""


class _Body(BaseModel):
    model_config = ConfigDict(extra="forbid")


class TextBody(_Body):
    """One text in French and English."""

    fr: str
    en: str


class NoteBody(TextBody):
    """What limits the verdict."""

    code: str


class IssuerBody(_Body):
    """Who the seal says signed it; `authority` and `office` only when the trust list knows the key."""

    name: str
    key: str
    authority: str | None
    office: str | None


class ListBody(_Body):
    """A list that was used, and its age on the verifier's day."""

    authority: str
    version: int
    issued_on: str
    age_days: int


class ListsBody(_Body):
    """The lists that were used."""

    trust: ListBody
    status: ListBody | None
    issued: ListBody | None
    as_of: int | None


class LoggedBody(TextBody):
    """What a proof of inclusion says; never asked over HTTP, where a code comes without its paper."""

    state: Literal["logged", "provisional", "false", "unjudged", "absent"]
    why: str | None
    origin: str | None
    index: int | None
    size: int | None
    time: int | None
    witnesses: dict[str, int]


class VerdictBody(_Body):
    """One verdict; `fields` are empty unless a key trusted for this seal signed it."""

    code: Code
    colour: Colour
    reason: TextBody
    todo: TextBody
    notes: list[NoteBody]
    fields: dict[str, str]
    standard: str | None
    issuer: IssuerBody | None
    trust_root: str
    seal_id: str | None
    issued_on: str | None
    valid_until: str | None
    lists: ListsBody
    logged: LoggedBody | None


class ScanBody(VerdictBody):
    """The answer to one code: a verdict, and a receipt for it where one was asked for."""

    receipt: str = Field(default="", description="Base64 of a signed receipt (docs/format/receipt.md).")


class ReceiptKeyBody(_Body):
    """The public key that signs receipts, in hex; pin it once."""

    algorithm: Literal["Ed25519"]
    public: str


class ReportedBody(_Body):
    """The report is kept, under this id."""

    id: str


class StateListBody(ListBody):
    """The status list that was used; `as_of` is the number of ledger events that it covers."""

    as_of: int


class StateBody(_Body):
    """What the lists say of a document."""

    number: str
    key: str = Field(description="The document in POST /v1/changes: the first 32 digits of its seal_id.")
    state: Literal["issued", "revoked", "suspended", "superseded", "unknown"]
    meaning: TextBody
    todo: TextBody
    reason: str | None
    since: str | None
    mark: str = Field(description="Send it to POST /v1/changes to be told when it is another one.")
    list: StateListBody


class ChangeBody(_Body):
    """What is otherwise than you saw it; `at` is the document's place in what you sent, from 0."""

    at: int
    state: Literal["issued", "revoked", "suspended", "superseded", "not_found"]
    meaning: TextBody
    todo: TextBody
    reason: str | None
    since: str | None
    mark: str


class ChangesBody(_Body):
    """Every document of which your mark is not the present one, in your order; and the list that says so."""

    list: StateListBody
    changes: Sequence[ChangeBody]


class ProblemBody(_Body):
    """RFC 9457 problem details."""

    type: str
    title: str
    status: int
    code: str
    detail: str


class AliveBody(_Body):
    """The process answers."""

    alive: bool


class ReadyBody(_Body):
    """The lists in use; `problem` says why a newer set on disk was refused."""

    ready: bool
    lists: dict[str, int]
    age_days: int | None
    problem: str


COMPONENTS: tuple[type[BaseModel], ...] = (ProblemBody, Question, Report)
_REFERENCE = "#/components/schemas/{model}"
_NDJSON = "application/x-ndjson"
_CODE_TEXT = "NCFOXN%TS3DH3ZSUZK+.V0ETD%65NL-AH-R6IOOK.IR9B+9D..."
SCAN_BODY: dict[str, Any] = {
    "parameters": [
        {
            "name": "receipt",
            "in": "query",
            "required": False,
            "description": "1: add a signed receipt to each answer.",
            "schema": {"type": "string", "enum": ["1"]},
        }
    ],
    "requestBody": {
        "required": True,
        "description": "The content of one code, as the scanner read it: at most 8192 bytes; or of many, as NDJSON: "
        'at most 10,000 lines {"id": text, "text": code} or {"id": text, "data": base64}, answered line by line.',
        "content": {
            "application/octet-stream": {"schema": {"type": "string", "format": "binary", "maxLength": BODY_MAX}},
            "text/plain": {"schema": {"type": "string", "maxLength": BODY_MAX}, "example": _CODE_TEXT},
            _NDJSON: {"schema": {"type": "string"}, "example": f'{{"id": "1", "text": "{_CODE_TEXT}"}}\n'},
        },
    },
}


BATCH_ANSWER: dict[int | str, dict[str, Any]] = {
    200: {
        "description": "The verdict; for NDJSON one line for each line.",
        "content": {_NDJSON: {"schema": {"type": "string"}, "example": '{"line": 1, "id": "1", "verdict": {}}\n'}},
    }
}


def json_body(name: str) -> dict[str, Any]:
    """A request in JSON, which the endpoint reads itself; `name` is one of COMPONENTS."""
    return {"requestBody": {"required": True, "content": {"application/json": {"schema": _reference(name)}}}}


def components() -> dict[str, Any]:
    """The schemas that the endpoints refer to and FastAPI does not see."""
    models: list[tuple[type[BaseModel], JsonSchemaMode]] = [(model, "validation") for model in COMPONENTS]
    _, found = models_json_schema(models, ref_template=_REFERENCE)
    return dict(found["$defs"])


def problems(*statuses: int) -> dict[int | str, dict[str, Any]]:
    """The OpenAPI responses for these statuses."""
    return {status: _problem(status) for status in statuses}


def _problem(status: int) -> dict[str, Any]:
    code, detail = PROBLEMS[status]
    example = {
        "type": "about:blank",
        "title": HTTPStatus(status).phrase,
        "status": status,
        "code": code,
        "detail": detail,
    }
    return {"description": detail, "content": {MEDIA_TYPE: {"schema": _reference("ProblemBody"), "example": example}}}


def _reference(name: str) -> dict[str, str]:
    return {"$ref": _REFERENCE.format(model=name)}
