"""What can be asked of the ledger: frozen records, each with its own id.

The id makes a command safe to repeat: whoever got an error, or no answer, gives the same command again and reaches the
same outcome. Its keyed MAC in the receipt tells a repetition from another command under the same id, without
storing what was asked.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from operator import attrgetter
from typing import Any

from sceau.domain.canonical import ordered
from sceau.domain.civil_act import CourtDecision
from sceau.domain.log_record import ChildLogNoted, ListsPublished, ViewDigested
from sceau.domain.signing_key import KeyEnrolled


def fresh_id(now_ms: int, random: Callable[[int], bytes]) -> bytes:
    """The id of a new command: 6 bytes of time, then 10 of chance.

    Receipts are stored by it. With the time in front those of a batch lie together; else each one dirties a page.
    """
    return now_ms.to_bytes(6, "big") + random(10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Command:
    """Who asks, where; `authentication` says how the officer proved to be that officer ("none": not at all)."""

    command_id: bytes
    office: str
    officer: str
    authentication: str = "none"


@dataclass(frozen=True, slots=True, kw_only=True)
class EnrolKey(Command):
    """Let a key sign."""

    key: KeyEnrolled


@dataclass(frozen=True, slots=True, kw_only=True)
class RetireKey(Command):
    """End a key."""

    kid: bytes
    reason: str
    compromised: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenOffice(Command):
    """Open a mission."""

    code: str
    short: str
    kind: str
    country: str
    city: str
    name_fr: str
    name_en: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseOffice(Command):
    """Close a mission."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class GrantMandate(Command):
    """Give an officer powers in an office."""

    code: str
    holder: str
    powers: tuple[str, ...]
    valid_from: str
    valid_until: str
    name: str
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class EndMandate(Command):
    """Take an officer's powers back."""

    code: str
    holder: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class CloseRegister(Command):
    """Close a register at the end of its year."""

    register: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeclareAct(Command):
    """Enter a declaration; it awaits the officer's signature."""

    kind: str
    values: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class EstablishAct(Command):
    """Sign an act: one declared before (`number`), or a new one from `values`."""

    kind: str = ""
    values: Mapping[str, str] = field(default_factory=dict)
    number: str | None = None
    origin: str = "declaration"
    reference: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class MentionAct(Command):
    """Enter a mention in the margin."""

    number: str
    mention: str
    text: str
    reference: str


@dataclass(frozen=True, slots=True, kw_only=True)
class RectifyAct(Command):
    """Carry out a court's rectification."""

    number: str
    values: Mapping[str, str]
    decision: CourtDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class AnnulAct(Command):
    """Carry out a court's annulment."""

    number: str
    decision: CourtDecision


@dataclass(frozen=True, slots=True, kw_only=True)
class IssueDocument(Command):
    """Issue a document; `supersedes` names the one it replaces, `waiver` why no fee is due."""

    type: str
    values: Mapping[str, str] = field(default_factory=dict)
    act: str | None = None
    supersedes: str | None = None
    waiver: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PrintDocument(Command):
    """Record that a copy is printed."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DeliverDocument(Command):
    """Record the delivery."""

    number: str


@dataclass(frozen=True, slots=True, kw_only=True)
class SuspendDocument(Command):
    """Suspend a document, for a reason of the list (domain/reasons.py); `note` is stored encrypted."""

    number: str
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class ResumeDocument(Command):
    """End a suspension, for a reason of the list (domain/reasons.py); `note` is stored encrypted."""

    number: str
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RevokeDocument(Command):
    """Revoke a document for good, for a reason of the list (domain/reasons.py); `note` is stored encrypted."""

    number: str
    reason: str
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class EraseDocument(Command):
    """Order that personal data of a document become unreadable: of these subjects, or of all; `reference` orders it."""

    number: str
    reference: str
    subjects: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class RecordPublication(Command):
    """Record what was published: the digests of its files, and of the view they were made from."""

    lists: ListsPublished
    view: ViewDigested


@dataclass(frozen=True, slots=True, kw_only=True)
class NoteChildLog(Command):
    """Record the checkpoint of another log of ours, its signature verified.

    `extends` is the size and root of the one noted before, which it was proved to extend.
    """

    noted: ChildLogNoted
    extends: tuple[int, bytes] | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class ConfirmClock(Command):
    """Write although the clock stands far after the last event; `today` is the date (UTC) as read elsewhere."""

    today: str


@dataclass(frozen=True, slots=True, kw_only=True)
class FreezeLog(Command):
    """Let nothing more be written; `successor` is the origin of the log that goes on, or empty."""

    reason: str
    successor: str = ""


def asked(command: Command) -> list[Any]:
    """The command as a canonical value, its id left out: what the MAC is made over."""
    return [type(command).__name__, *_values(command)]


def _values(record: Any) -> list[Any]:
    return [_canonical(value) for value in _READ[type(record)](record)]


def _canonical(value: Any) -> Any:
    if value is None or type(value) is str:
        return value
    if type(value) in _READ:
        return _values(value)
    return ordered(value) if isinstance(value, Mapping) else value


_READ = {
    kind: attrgetter(*[f.name for f in fields(kind) if f.name not in ("command_id", "personal")])
    for kind in (*Command.__subclasses__(), KeyEnrolled, CourtDecision, ListsPublished, ViewDigested, ChildLogNoted)
}
