"""One command at work: what it relied on, and what it wants to write.

Everything read through a `Unit` goes into its read-set; every event appended is signed at once, before any lock is
taken. A refused command leaves nothing behind: only `accept` hands its changes to the batch.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import Any

from sceau.domain import numbering
from sceau.domain.civil_act import CivilAct
from sceau.domain.document import Document
from sceau.domain.erasure import Erasure
from sceau.domain.errors import KeyRefused, NotFound, WrongState
from sceau.domain.events import Event
from sceau.domain.log_record import FREEZE
from sceau.domain.office import Office
from sceau.domain.signing_key import SigningKey
from sceau.keys.signer import Random, Signer
from sceau.keys.vault import Vault
from sceau.ledger import envelope
from sceau.ledger.commands import Command
from sceau.ledger.states import Batch
from sceau.ledger.stores.port import EventRow
from sceau.ledger.streams import Stream, empty, evolve_of
from sceau.tlog.leaf import event_leaf

SALT_SIZE = 32
_EPOCH = date(1970, 1, 1).toordinal()
_DAY_MS = 86_400_000


@dataclass(frozen=True, slots=True)
class Pen:
    """What it takes to write: the ledger's name, who signs for an office, data keys and randomness."""

    origin: str
    signer: Callable[[str], Signer]
    vault: Vault
    random: Random


class Unit:
    """The view and the pending events of one command."""

    def __init__(self, batch: Batch, pen: Pen, command: Command, mac: bytes, time: int) -> None:
        self.command = command
        self.mac = mac
        self.time = time
        self.today, self.day = _day(time // _DAY_MS)  # UTC; YYYY-MM-DD
        self.rows: list[EventRow] = []
        self._batch = batch
        self._pen = pen
        self._streams: dict[str, Stream] = {}  # as this unit sees them
        self._serials: dict[str, int] = {}
        self._relied: dict[str, None] = {}
        self._data_keys: dict[bytes, bytes] = {}

    def get(self, stream: str) -> Stream:
        """A stream, without relying on it."""
        found = self._streams.get(stream)
        if found is None:
            found = self._streams[stream] = self._batch.get(stream)
        return found

    def rely(self, stream: str) -> Any:
        """The state of a stream, put into the read-set."""
        self._relied[stream] = None
        return self.get(stream).state

    def require_open_log(self) -> None:
        """WrongState once the log is frozen."""
        if self.get(FREEZE).version:
            raise WrongState(f"log {self._pen.origin}", "frozen", "write")

    def fresh_key(self, subject: str) -> bytes:
        """The name of a data key never used before, for a subject of the event being decided."""
        taken = self._pen.vault.take()
        self._data_keys[taken.id] = taken.key
        return taken.id

    def _data_key(self, id: bytes) -> bytes:
        return self._data_keys.get(id) or self._pen.vault.key(id)

    def office(self, code: str) -> Office:
        """An office that the decision relies on."""
        state: Office = self.rely(f"office:{code}")
        return state

    def key(self, kid: bytes) -> SigningKey:
        """A key that the decision relies on."""
        state: SigningKey = self.rely(f"key:{kid.hex()}")
        return state

    def act(self, number: str) -> CivilAct:
        """An act that the decision relies on; NotFound if there is none."""
        return self._existing(f"act:{number}", number)  # type: ignore[no-any-return]

    def document(self, number: str) -> Document:
        """A document that the decision relies on; NotFound if there is none."""
        return self._existing(f"document:{number}", number)  # type: ignore[no-any-return]

    def erasure(self, number: str) -> Erasure:
        """What was ordered erased of a document; the decision relies on there being no more."""
        state: Erasure = self.rely(f"erasure:{number}")
        return state

    def _existing(self, stream: str, number: str) -> Any:
        numbering.split(number)
        if self.get(stream).version == 0:
            raise NotFound(number)
        return self.rely(stream)

    def take_number(self, prefix: str, register: str, office: str) -> tuple[str, int]:
        """The next number of a register and its serial; the register is opened by its first number."""
        stream = f"register:{register}"
        if self.get(stream).version == 0:
            self.append(stream, numbering.RegisterOpened(register, office, self.today.year))
        self.rely(stream).accepts()
        last = self._serials.get(register)
        serial = (self._batch.serial(prefix, register) if last is None else last) + 1
        number = numbering.nth(register, serial)
        self._serials[register] = serial
        self._streams[prefix + number] = empty(prefix + number)  # if another writer began it, the store will say so
        return number, serial

    def append(self, stream: str, event: Event) -> None:
        """Sign an event for the end of a stream."""
        before = self.get(stream)
        signer = self._signer(stream)
        version = before.version + 1
        meta = envelope.Meta(
            self._pen.origin,
            stream,
            version,
            before.tail,
            self.time,
            self.command.office,
            self.command.officer,
            self.command.authentication,
            self.command.command_id,
            self.mac,
            tuple([(relied, self._streams[relied].version) for relied in self._relied if relied != stream]),
        )
        message = envelope.seal(meta, event, signer, self._data_key, self._pen.random)
        self._streams[stream] = Stream(evolve_of(stream)(before.state, event), version, envelope.digest(message))
        salt = self._pen.random(SALT_SIZE)
        self.rows.append(EventRow(stream, version, event.topic, message, salt, event_leaf(salt, message, event.topic)))

    def _signer(self, stream: str) -> Signer:
        """The office's event key, which must be alive today; the very first key vouches for itself."""
        signer = self._pen.signer(self.command.office)
        own = f"key:{signer.kid.hex()}"
        if own != stream and not self.key(signer.kid).active(self.day):
            raise KeyRefused(
                f"the event key {signer.kid.hex()} of {self.command.office} does not sign on {self.day}",
                why_fr=f"la clé d'événements {signer.kid.hex()} de {self.command.office} ne signe pas le {self.day}",
            )
        return signer

    def accept(self) -> None:
        """Hand the changes to the batch, and what they rely on."""
        self._batch.streams.update([(row.stream, self._streams[row.stream]) for row in self.rows])
        self._batch.serials.update(self._serials)
        self._batch.relied.update(self._relied)


@lru_cache(maxsize=4)
def _day(since_epoch: int) -> tuple[date, str]:
    day = date.fromordinal(_EPOCH + since_epoch)
    return day, day.isoformat()
