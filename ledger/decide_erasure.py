"""What the ministry decides about erasure: which data keys an order names, and that it may name them."""

from sceau.domain import erasure, numbering, office
from sceau.domain.document import Document
from sceau.domain.document_type import OfficeKind
from sceau.domain.erasure import ErasureOrdered
from sceau.domain.errors import DataRetained, NotEntitled
from sceau.ledger.commands import Command, EraseDocument
from sceau.ledger.decide_ministry import Decision, Tools
from sceau.ledger.unit import Unit


def order(unit: Unit, command: EraseDocument) -> ErasureOrdered:
    """The order that a command asks for, not yet written: also what is shown before it is confirmed."""
    here = unit.office(command.office)
    if here.kind is not OfficeKind.MINISTRY:
        raise NotEntitled(here.code, "only the ministry orders an erasure", "seul le ministère ordonne un effacement")
    office.require(here, command.officer, office.SUPERVISE, unit.day)
    numbering.split(command.number)
    if unit.get(f"act:{command.number}").version:
        raise DataRetained(command.number)
    document = unit.document(command.number)
    return erasure.order(
        unit.erasure(command.number),
        document,
        _retained(unit, document),
        command.subjects,
        command.reference,
        (command.office, command.officer, unit.day),
    )


def _retained(unit: Unit, document: Document) -> frozenset[bytes]:
    """The data keys of the act that a document is about, some of them its own: the law keeps what the act says."""
    about = document.issued.act if document.issued else None
    return frozenset() if about is None else frozenset(unit.act(about).subject_keys.values())


def _erase_document(unit: Unit, command: EraseDocument, _: Tools) -> None:
    unit.append(f"erasure:{command.number}", order(unit, command))


DECISIONS: dict[type[Command], Decision] = {EraseDocument: _erase_document}
