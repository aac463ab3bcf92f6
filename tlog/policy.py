"""Witness policies (c2sp.org/tlog-policy): whose word makes a checkpoint believed.

    log <vkey> [url]
    witness <name> <vkey> [url]
    group <name> all|any|<k> <name>...       names defined above; each name is a member once at most
    quorum <name>|none                       exactly one

Lines end with LF, words are separated by spaces and tabs, lines that begin with # are comments. Logs sign with type
01, witnesses with 04 or 06. At most 1 MiB, and 256 each of logs, witnesses and groups.

Two quorums always share at least `overlap` witnesses: so many must lie before two conflicting checkpoints can both be
witnessed. It is 0 where a split needs no liar at all.
"""

import re
from collections.abc import Collection, Mapping
from typing import NamedTuple

from sceau.domain.errors import NoteInvalid, PolicyInvalid
from sceau.tlog import note as notes
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.checkpoint import parse as parse_checkpoint
from sceau.tlog.cosignature import verify_cosignature
from sceau.tlog.line import decimal
from sceau.tlog.note import COSIGNATURE, ED25519, MLDSA44, NOTE_SIZE_MAX, Note, Verifier, parse_vkey

LINES_MAX = 256  # of each kind
NONE = "none"
_FORBIDDEN = re.compile(r"[\x00-\x08\x0b-\x1f\x7f]")


class Log(NamedTuple):
    """A log whose checkpoints count."""

    verifier: Verifier
    url: str = ""


class Witness(NamedTuple):
    """Whose cosignatures count."""

    verifier: Verifier
    url: str = ""


class Group(NamedTuple):
    """Witnesses or when `threshold` of its members do."""

    threshold: int
    members: tuple[str, ...]


class Quorum(NamedTuple):
    """What a policy says of a checkpoint that one of its logs signed."""

    met: bool
    witnesses: Mapping[str, int]  # the policy's name of each that cosigned, and the earliest time, Unix seconds
    checkpoint: Checkpoint


class Policy(NamedTuple):
    """The logs, the witnesses and the rule."""

    logs: tuple[Log, ...]
    witnesses: Mapping[str, Witness]
    groups: Mapping[str, Group]
    quorum: str

    @property
    def log(self) -> Verifier:
        """The key of the one log; PolicyInvalid if there are none or several."""
        return self._one_log().verifier

    @property
    def log_url(self) -> str:
        """The address of the one log, or nothing."""
        return self._one_log().url

    def _one_log(self) -> Log:
        if len(self.logs) != 1:
            raise PolicyInvalid(f"{len(self.logs)} logs where there must be one")
        return self.logs[0]

    @property
    def overlap(self) -> int:
        """How many witnesses any two quorums share at least."""
        return _overlap(self, self.quorum)

    def met_by(self, note: Note) -> Quorum:
        """Judge a checkpoint; NoteInvalid unless a log of the policy signed it, and for any bad line of a known key."""
        # 1. One of our logs, by the name that is its origin, signed the text.
        checkpoint = parse_checkpoint(note.text)
        named = [log.verifier for log in self.logs if log.verifier.name == checkpoint.origin]
        signers = [verifier for verifier in named if note.by(verifier)]
        if not signers:
            raise NoteInvalid(f"no log of the policy signed this checkpoint of {checkpoint.origin}")
        for verifier in signers:
            notes.require_signed(note, verifier)
        # 2. Every line of a witness that we know holds.
        witnesses = {name: time for name, witness in self.witnesses.items() if (time := _cosigned(note, witness))}
        # 3. They are enough.
        return Quorum(_met(self, self.quorum, witnesses), witnesses, checkpoint)


def _cosigned(note: Note, witness: Witness) -> int:
    """The earliest time at which it cosigned; 0 if it did not, or (type 06) says nothing of the time."""
    times = [verify_cosignature(note.text, line, witness.verifier) for line in note.by(witness.verifier)]
    return min(filter(None, times), default=0)


def _met(policy: Policy, name: str, witnesses: Collection[str]) -> bool:
    group = policy.groups.get(name)
    if group is None:
        return name == NONE or name in witnesses
    return sum(_met(policy, member, witnesses) for member in group.members) >= group.threshold


def _overlap(policy: Policy, name: str) -> int:
    """Two sets of k among n members share 2k - n; at worst the members that are themselves easiest to split."""
    group = policy.groups.get(name)
    if group is None:
        return int(name != NONE)
    shared = sorted(_overlap(policy, member) for member in group.members)
    return sum(shared[: max(0, 2 * group.threshold - len(group.members))])


def parse(text: str) -> Policy:
    """Read a policy; PolicyInvalid, with the line's number, for what breaks its grammar."""
    if len(text) > NOTE_SIZE_MAX or _FORBIDDEN.search(text) or not text.endswith("\n"):
        raise PolicyInvalid("at most 1 MiB, no control characters but tab and LF, and LF at the end")
    draft = _Draft()
    for number, line in enumerate(text[:-1].split("\n"), start=1):
        words = [word for word in re.split("[ \t]+", line) if word]
        if not words or words[0].startswith("#"):
            continue
        try:
            draft.read(words)
        except (ValueError, NoteInvalid) as error:
            raise PolicyInvalid(f"line {number}: {error}") from None
    if draft.quorum is None:
        raise PolicyInvalid("no quorum line")
    return Policy(tuple(draft.logs), draft.witnesses, draft.groups, draft.quorum)


class _Draft:
    """A policy, line by line; ValueError or NoteInvalid says what is wrong with one."""

    def __init__(self) -> None:
        self.logs: list[Log] = []
        self.witnesses: dict[str, Witness] = {}
        self.groups: dict[str, Group] = {}
        self.members: set[str] = set()
        self.quorum: str | None = None

    def read(self, words: list[str]) -> None:
        match words:
            case ["log", vkey, *url] if len(url) < 2:
                self._log(Log(parse_vkey(vkey), *url))
            case ["witness", name, vkey, *url] if len(url) < 2:
                self._witness(name, Witness(parse_vkey(vkey), *url))
            case ["group", name, threshold, *members] if members:
                self._group(name, threshold, members)
            case ["quorum", name]:
                self._quorum(name)
            case _:
                raise ValueError(f"not a line of a policy, or with too few or too many words: {words[0]}")

    def _log(self, log: Log) -> None:
        if log.verifier.type != ED25519:
            raise ValueError("a log signs with a key of type 01")
        if any(log.verifier.public == other.verifier.public for other in self.logs):
            raise ValueError("this log's key stands twice")
        self.logs.append(log)
        _require_few(self.logs)

    def _witness(self, name: str, witness: Witness) -> None:
        if witness.verifier.type not in (COSIGNATURE, MLDSA44):
            raise ValueError("a witness cosigns with a key of type 04 or 06")
        if any(witness.verifier.public == other.verifier.public for other in self.witnesses.values()):
            raise ValueError("this witness's key stands twice")
        self._require_new(name)
        self.witnesses[name] = witness
        _require_few(self.witnesses)

    def _group(self, name: str, threshold: str, members: list[str]) -> None:
        self._require_new(name)
        for member in members:
            if member not in self.witnesses and member not in self.groups:
                raise ValueError(f"{member} is not defined above")
            if member in self.members:
                raise ValueError(f"{member} is a member twice")
            self.members.add(member)
        k = {"all": len(members), "any": 1}.get(threshold) or decimal(threshold)
        if not 1 <= k <= len(members):
            raise ValueError(f"{k} of {len(members)} members")
        self.groups[name] = Group(k, tuple(members))
        _require_few(self.groups)

    def _quorum(self, name: str) -> None:
        if self.quorum is not None:
            raise ValueError("a second quorum line")
        if name not in (NONE, *self.witnesses, *self.groups):
            raise ValueError(f"{name} is not defined above")
        self.quorum = name

    def _require_new(self, name: str) -> None:
        if name == NONE or name in self.witnesses or name in self.groups:
            raise ValueError(f"{name} is already defined")


def _require_few(things: Collection[object]) -> None:
    if len(things) > LINES_MAX:
        raise ValueError(f"more than {LINES_MAX} lines of a kind")
