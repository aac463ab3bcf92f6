"""Numbers: who is first is decided by the register, and a number is the name of a stream.

    act number      = office "-" year "-" register letter "-" serial      PAR-2026-N-000012     serial: 6 decimal digits
    document number = type letter, office (2), year (2), serial           VPA26000A             serial: 4 digits in
    base 32

Nine characters fit the machine-readable zones of ICAO 9303. Base 32 is Crockford's, without I, L, O and U; its order
is the order of text, so the last number of a register is the last stream under its prefix. Serials begin at 1 and
have no gap: the number is taken in the transaction that writes the stream, and a stream is begun only once.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from sceau.domain.errors import NotFound, RegisterFull, WrongState
from sceau.domain.events import Event, topic

_BASE32 = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_PAIRS = tuple(high + low for high in _BASE32 for low in _BASE32)  # two digits at a time
_PLACE = {pair: place for place, pair in enumerate(_PAIRS)}
_DIGITS = 4
_ACT_SERIAL_MAX = 999_999


@topic("register.opened.v1")
@dataclass(frozen=True, slots=True)
class RegisterOpened(Event):
    """The office opened a register for one year; serials begin at 1."""

    register: str
    office: str
    year: int


@topic("register.closed.v1")
@dataclass(frozen=True, slots=True)
class RegisterClosed(Event):
    """The register takes no more entries."""

    register: str
    on: str


@dataclass(frozen=True, slots=True)
class Register:
    """One register: the acts of one kind, or the documents of one type, of one office and year."""

    register: str = ""
    closed_on: str | None = None

    def accepts(self) -> None:
        """Raise WrongState once it is closed."""
        if self.closed_on is not None:
            raise WrongState(f"register {self.register}", "closed", "enter")


def evolve(state: Register, event: Event) -> Register:
    """Apply one event."""
    match event:
        case RegisterOpened():
            return Register(event.register)
        case RegisterClosed():
            return replace(state, closed_on=event.on)
        case _:
            return state


def act_register(office: str, year: int, letter: str) -> str:
    """The prefix of act numbers: PAR-2026-N-"""
    return f"{office}-{year}-{letter}-"


def document_register(letter: str, short: str, year: int) -> str:
    """The prefix of document numbers: VPA26"""
    return f"{letter}{short}{year % 100:02d}"


def kept_by(register: str, office: str, short: str) -> bool:
    """Whether a register is the one of an office with this code and these two letters."""
    return register.startswith(f"{office}-") if register.endswith("-") else register[1:3] == short


def nth(register: str, serial: int) -> str:
    """The number with this serial; RegisterFull past the last."""
    if register.endswith("-"):
        if serial > _ACT_SERIAL_MAX:
            raise RegisterFull(register)
        return f"{register}{serial:06d}"
    if serial >= 32**_DIGITS:
        raise RegisterFull(register)
    return register + _PAIRS[serial >> 10] + _PAIRS[serial & 1023]


def split(number: str) -> tuple[str, int]:
    """Register and serial of a number; NotFound unless it is spelled as `nth` spells it."""
    try:
        if "-" in number:
            register, serial = number[:-6], int(number[-6:])
            spelled = register[-1:] == "-" and number[-6:] == f"{serial:06d}"
        else:
            register, serial = number[:-_DIGITS], _PLACE[number[-4:-2]] << 10 | _PLACE[number[-2:]]
            spelled = register != ""
        if spelled and serial > 0:
            return register, serial
    except (ValueError, KeyError):
        pass
    raise NotFound(number[:40])


def may_follow(state: Register, kind: type[Event], clear: Mapping[str, Any]) -> bool:
    """Whether such an event may come after this state."""
    if kind is RegisterOpened:
        return not state.register
    return bool(state.register) and state.closed_on is None
