"""The order to make a document's personal data unreadable, in a stream of its own beside the document.

    erasure:<number> = erasure.ordered*        each names subjects of the document, and the data keys to be destroyed

The order is the fact; that the vault has destroyed the keys follows from it and can be repeated. Nothing else of the
document changes: it keeps its number, its state and its seal's id. What a civil-status act says is kept by law, so a
key that an act uses is never named, and no act is ever ordered erased.
"""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from sceau.domain.document import Document
from sceau.domain.document_type import Field, Kind, Label
from sceau.domain.errors import DataErased, DataRetained, FieldInvalid
from sceau.domain.events import Event, topic

REFERENCE = Field("order", Label("Ordre", "Order"), Kind.TEXT, length_max=120)


@topic("erasure.ordered.v1")
@dataclass(frozen=True, slots=True)
class ErasureOrdered(Event):
    """`keys` are the ids of the data keys of `subjects`, in one order; `reference` names the decision, and nobody."""

    number: str
    reference: str
    subjects: tuple[str, ...]
    keys: tuple[bytes, ...]
    office: str
    officer: str
    on: str


@dataclass(frozen=True, slots=True)
class Erasure:
    """What was ordered so far about one document."""

    orders: tuple[ErasureOrdered, ...] = ()
    subjects: frozenset[str] = frozenset()

    def require_none(self) -> None:
        """DataErased if a subject of the document was erased: what it said cannot be told any more."""
        if self.orders:
            last = self.orders[-1]
            raise DataErased(last.number, last.reference, last.on)


def evolve(state: Erasure, event: Event) -> Erasure:
    """Apply one order."""
    if not isinstance(event, ErasureOrdered):
        return state
    return Erasure((*state.orders, event), state.subjects.union(event.subjects))


def may_follow(state: Erasure, kind: type[Event], clear: Mapping[str, Any]) -> bool:
    """Whether such an order may come: of somebody, each once, in order, each with a key, none ordered before."""
    if kind is not ErasureOrdered:
        return False
    subjects, keys = clear["subjects"], clear["keys"]
    once = bool(subjects) and list(subjects) == sorted(set(subjects))
    return once and len(set(keys)) == len(keys) == len(subjects) and state.subjects.isdisjoint(subjects)


def keys_of(document: Document) -> dict[str, bytes]:
    """The data key of each subject of a document."""
    parts = document.issued.personal if document.issued else ()
    return {part.subject: part.key_id for part in parts if part.key_id is not None}


def order(
    state: Erasure,
    document: Document,
    retained: Collection[bytes],
    subjects: tuple[str, ...],
    reference: str,
    by: tuple[str, str, str],
) -> ErasureOrdered:
    """Decide the order; without `subjects`, of everybody not erased yet. `by` is office, officer and day.

    DataErased for who was erased before, DataRetained for whose data key is one of the `retained`, an act's.
    """
    REFERENCE.check(reference)
    keys, number = keys_of(document), document.issued.number if document.issued else "?"
    asked = tuple(sorted(set(subjects) or keys.keys() - state.subjects))
    if not asked or not state.subjects.isdisjoint(asked):
        state.require_none()
    for subject in asked:
        if subject not in keys:
            known = ", ".join(sorted(keys))
            raise FieldInvalid("subject", f"'{subject[:40]}' is none of {known}", f"« {subject[:40]} » : un de {known}")
        if keys[subject] in retained:
            raise DataRetained(f"{number} ({subject})")
    return ErasureOrdered(number, reference, asked, tuple(keys[one] for one in asked), *by)
