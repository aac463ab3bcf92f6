"""A verdict: one answer, why, what to do, how old the knowledge behind it is, and the data to compare.

It shows the data of a seal only when that may be believed: when a key that is trusted for such a seal signed it. Texts
are looked up when they are asked for, so a verdict costs a scan next to nothing.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from typing import TYPE_CHECKING, Any, NamedTuple

from sceau.domain.document_type import Label
from sceau.keys.keyring import TrustedKey, TrustList
from sceau.seals.published import StatusEntry
from sceau.seals.recognise import Standard
from sceau.seals.seal import ParsedSeal
from sceau.verify_api.languages import say
from sceau.verify_api.lists import IssuedList, StatusList, age_days, day_of
from sceau.verify_api.meaning import BY_CLOCK, TABLE, Code, Colour, Misfit, Note, long_date, why
from sceau.verify_api.unread import UNREAD

if TYPE_CHECKING:
    from sceau.verify_api.logged import Logged

__all__ = ["Code", "Colour", "Knowledge", "Misfit", "Note", "Verdict"]

NAMES = {  # of formats
    "vds": "ICAO VDS",
    "claim169": "MOSIP Claim",
    "idb": "ICAO IDB",
    "vdsnc": "ICAO VDS-NC",
    "2ddoc": "2D-Doc",
    "hcert": "HCERT",
    "shc": "SMART Health Card",
    "mrz": "MRZ",
}
_ODD = re.compile("[^ -~]")  # no trusted key's name has such characters
_QUOTED_MAX = 60
_A_DAY = timedelta(days=1)


class Knowledge(NamedTuple):
    """The lists that a scan used, and the day on which it used them."""

    trust: TrustList
    status: StatusList | None
    issued: IssuedList | None
    today: date

    @property
    def listed_on(self) -> date:
        """The UTC day on which the youngest of the lists was signed."""
        return day_of(max(listed.issued_at for listed in self[:3] if listed))


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer. `seal` is what was parsed; its content counts only when `believed`. Texts are made when asked for."""

    code: Code
    knowledge: Knowledge
    seal: ParsedSeal | None = None
    key: TrustedKey | None = None
    seal_id: bytes | None = None
    entry: StatusEntry | None = None
    misfit: Misfit | None = None
    notes: tuple[Note, ...] = ()
    unread: str = ""  # the code of why no seal could be read (unread.py)
    recognised: Standard | None = None  # what the code seems to be, where it could not be read
    logged: "Logged | None" = None  # what the proof that came with it says; None where nobody asked

    @property
    def believed(self) -> bool:
        """Whether a key that is trusted for this seal signed it."""
        return self.seal_id is not None

    @property
    def colour(self) -> Colour:
        """The table's colour; amber for a VALID seal about which something is to be noted."""
        return Colour.AMBER if self.code is Code.VALID and self.notes else TABLE[self.code].colour

    @property
    def fields(self) -> Mapping[str, str]:
        """What to compare with paper and face; empty unless it may be believed."""
        return self.seal.fields if self.seal and self.believed else {}

    @property
    def standard(self) -> str | None:
        """The standard and profile that the seal follows, or seems to follow where it could not be read."""
        if self.seal is None:
            return self.recognised.value if self.recognised else None
        return f"{NAMES[self.seal.format]} {self.seal.profile}".rstrip()

    @property
    def trust_root(self) -> str:
        """Whose keys judged, and in which version of its list."""
        return f"{self.knowledge.trust.authority} trust list {self.knowledge.trust.version}"

    def reason(self, language: str) -> str:
        """Why, in "fr", "en" or "bm"."""
        template = say(TABLE[self.code].reason, language)
        return template.format_map(self._facts(language)).rstrip() if "{" in template else template

    def todo(self, language: str) -> str:
        """What the officer must do, in "fr", "en" or "bm"."""
        return say(TABLE[self.code].todo, language)

    def _facts(self, language: str) -> dict[str, object]:
        seal = self.seal
        return {
            "why": self._why(language),
            "issuer": _quoted(seal.issuer) if seal else "",
            "reference": _quoted(seal.reference) if seal else "",
            "since": long_date(self.entry.since if self.entry else None, language),
            "valid_from": long_date((seal.valid_from or seal.issued_on) if seal else None, language),
            "valid_until": long_date(seal.valid_until if seal else None, language),
            "clock": self._clock(language),
        }

    def _clock(self, language: str) -> str:
        """That this device's clock alone says that the seal has expired: a clock may be ahead; empty where lists do."""
        today, listed = self.knowledge.today, self.knowledge.listed_on
        if self.code is not Code.EXPIRED or today - listed <= _A_DAY or self._ended_by(listed):
            return ""
        shown = {"today": long_date(today, language), "listed": long_date(listed, language)}
        return say(BY_CLOCK, language).format_map(shown)

    def _ended_by(self, day: date) -> bool:
        return self.seal is not None and self.seal.valid_until is not None and self.seal.valid_until < day

    def _why(self, language: str) -> str:
        if self.unread:
            return say(UNREAD[self.unread], language)
        if self.misfit is not None:
            return say(self.misfit.value, language)
        return say(why(self.entry.reason), language) if self.entry else ""

    def to_json(self) -> dict[str, Any]:
        """The published form (docs/format/verdict.md), keys in a fixed order."""
        seal = self.seal if self.believed else None
        return {
            "code": self.code.value,
            "colour": self.colour.value,
            "reason": {"fr": self.reason("fr"), "en": self.reason("en")},
            "todo": _both(TABLE[self.code].todo),
            "notes": [{"code": note.name, **_both(note.value)} for note in self.notes],
            "fields": dict(self.fields),
            "standard": self.standard,
            "issuer": self._issuer(),
            "trust_root": self.trust_root,
            "seal_id": self.seal_id.hex() if self.seal_id else None,
            "issued_on": seal.issued_on.isoformat() if seal and seal.issued_on else None,
            "valid_until": seal.valid_until.isoformat() if seal and seal.valid_until else None,
            "lists": self._lists(),
            "logged": self.logged.to_json() if self.logged else None,
        }

    def _issuer(self) -> dict[str, Any] | None:
        if self.seal is None:
            return None
        key = self.key
        return {
            "name": self.seal.issuer,
            "key": self.seal.reference,
            "authority": key.authority if key else None,
            "office": key.office if key else None,
        }

    def _lists(self) -> dict[str, Any]:
        known = self.knowledge
        named = {"trust": known.trust, "status": known.status, "issued": known.issued}
        ages = {name: _age(listed, known.today) if listed else None for name, listed in named.items()}
        return {**ages, "as_of": known.status.as_of if known.status else None}


def _quoted(text: str) -> str:
    """What a stranger wrote, inside a sentence of ours: short, and nothing that hides or turns the words around it."""
    plain = _ODD.sub("?", text)
    return plain if len(plain) <= _QUOTED_MAX else f"{plain[: _QUOTED_MAX - 1]}…"


def _age(listed: TrustList | StatusList | IssuedList, today: date) -> dict[str, Any]:
    issued_on, days = _dated(listed.issued_at, today)
    return {"authority": listed.authority, "version": listed.version, "issued_on": issued_on, "age_days": days}


@lru_cache(maxsize=64)
def _dated(issued_at: int, today: date) -> tuple[str, int]:
    return day_of(issued_at).isoformat(), age_days(issued_at, today)


def _both(label: Label) -> dict[str, str]:
    return {"fr": label.fr, "en": label.en}
