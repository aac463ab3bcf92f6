"""What changed of the documents that somebody holds: asked again and again, from the published lists alone.

    {"documents": [{"number": "VPA26000A", "code": "..."}, {"key": "ea00...", "mark": "issued"}, ...]}

The holder keeps the mark that he was told of each document and sends it with the next question; whatever has another
mark now is in the answer. So the checker keeps nothing about who holds what, and no history: a holder that was away for
a year is told the same as one that asks every hour. Each document is looked for by the same work, found or not.
"""

from collections.abc import Iterator
from datetime import date
from typing import Annotated, Any

from pydantic import BaseModel, ConfigDict, Field

from sceau.seals.published import KEY_SIZE, LookUp
from sceau.verify_api.directory import Published
from sceau.verify_api.lists import IssuedList, StatusList
from sceau.verify_api.look_up import list_of, mark_of, standing, typed

DOCUMENTS_MAX = 1000
BODY_MAX = 512 << 10
_NOBODY = bytes(KEY_SIZE)  # the key of no document: what is not found is looked for all the same


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)


class _Seen(_Strict):
    mark: Annotated[str, Field(max_length=300, description="The mark that you were last told, if any.")] = ""


class ByNumber(_Seen):
    """A document by what is printed on it."""

    number: Annotated[str, Field(max_length=40)]
    code: Annotated[str, Field(max_length=40, description="The 16 letters printed beside the code.")]


class ByKey(_Seen):
    """A document by its seal."""

    key: Annotated[str, Field(pattern="^[0-9a-f]{32}$", description="The first 32 digits of its seal_id.")]


class Question(_Strict):
    """The documents that you hold."""

    documents: Annotated[list[ByNumber | ByKey], Field(min_length=1, max_length=DOCUMENTS_MAX)]


def changes(question: Question, known: Published, today: date) -> dict[str, Any] | None:
    """The published answer (docs/operate/api.md), or None while the lists are not all there."""
    if known.status is None or known.issued is None or known.look_up is None:
        return None
    found = _changed(question, known.status, known.issued, known.look_up)
    return {"list": list_of(known.status, today), "changes": list(found)}


def _changed(question: Question, status: StatusList, issued: IssuedList, look_up: LookUp) -> Iterator[dict[str, Any]]:
    for at, held in enumerate(question.documents):
        listed = _found(held, issued, look_up)
        entry = status.entries.get(listed or _NOBODY)
        state = "not_found" if listed is None else entry.state if entry else "issued"
        if held.mark != mark_of(state, entry):
            yield {"at": at, **standing(state, entry)}


def _found(held: ByNumber | ByKey, issued: IssuedList, look_up: LookUp) -> bytes | None:
    if isinstance(held, ByNumber):
        return look_up.find(typed(held.number), typed(held.code))
    key = bytes.fromhex(held.key)
    return key if key in issued.members else None
