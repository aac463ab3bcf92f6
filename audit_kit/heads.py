"""Is the checkpoint what it must be: signed, witnessed, and an extension of every other that was ever seen?

    1 a log of the policy signed it, and the witnesses that the policy wants
    2 its tree begins with that of every checkpoint kept, and of every one that a witness shows

One that is larger cannot be compared. If an export brought it, this one is older or was cut; if only a witness showed
it, the log has simply grown since: it is kept, and the next export has to agree with it.
"""

from collections.abc import Callable, Iterable, Mapping
from typing import NamedTuple

from sceau.audit_kit.faults import LOG, QUORUM, Fault
from sceau.audit_kit.kept import Kept
from sceau.domain.errors import InputUnreadable, NoteInvalid
from sceau.tlog import note as notes
from sceau.tlog.add_checkpoint import monitor_path
from sceau.tlog.checkpoint import Checkpoint, parse
from sceau.tlog.cosignature import verify_cosignature
from sceau.tlog.policy import Policy


class Head(NamedTuple):
    """The checkpoint of an export, and what the policy says of it."""

    checkpoint: Checkpoint
    note: bytes
    signed: bool
    met: bool
    witnesses: Mapping[str, int]  # the policy's name of each that cosigned, and the earliest time, Unix seconds


def read(note: bytes, policy: Policy) -> tuple[Head, list[Fault]]:
    """The head, and what is wrong with it; InputUnreadable for bytes that are no checkpoint at all."""
    try:
        opened = notes.parse(note)
        checkpoint = parse(opened.text)
    except NoteInvalid as error:
        raise InputUnreadable(
            f"log/checkpoint: {error}", why_fr="log/checkpoint : pas une tête de ce journal"
        ) from None
    try:
        quorum = policy.met_by(opened)
    except NoteInvalid as error:
        fault = Fault("log.checkpoint", None, "", f"{error}", LOG)
        return Head(checkpoint, note, False, False, {}), [fault]
    head = Head(checkpoint, note, True, quorum.met, quorum.witnesses)
    if quorum.met:
        return head, []
    detail = f"cosigned by {', '.join(quorum.witnesses) or 'nobody'}: the policy's quorum is not met"
    return head, [Fault("quorum.not_met", None, "", detail, QUORUM)]


class Compared(NamedTuple):
    """Another checkpoint of the same log: whether this export's tree begins with it; None: that cannot be told.

    It is larger (`behind`, if an export brought it), or tiles are missing or wrong: then they accuse nobody.
    """

    kept: Kept
    agrees: bool | None
    behind: bool = False


def compare(others: Iterable[Kept], roots: Mapping[int, bytes], head: Head) -> tuple[list[Compared], list[Fault]]:
    """Compare with the roots recomputed at the others' sizes; a head that the log's key did not sign says nothing."""
    compared, faults = [], []
    for kept in others:
        size = kept.checkpoint.size
        agrees = _agrees(kept.checkpoint, roots, head)
        behind = head.signed and size > head.checkpoint.size and not kept.shown
        compared.append(Compared(kept, agrees, behind))
        if behind:
            detail = f"{kept.source} covers {size} events, this export {head.checkpoint.size}: it is older, or cut"
            faults.append(Fault("log.behind", None, kept.source, detail, LOG))
        elif agrees is False:
            detail = f"this log does not begin with the {size} events of {kept.source}: two histories were signed"
            faults.append(Fault("log.fork", None, kept.source, detail, LOG))
    return compared, faults


def _agrees(other: Checkpoint, roots: Mapping[int, bytes], head: Head) -> bool | None:
    if not head.signed:
        return None
    known = {**roots, head.checkpoint.size: head.checkpoint.root}
    return known[other.size] == other.root if other.size in known else None


def of_witnesses(policy: Policy, origin: str, get: Callable[[str], bytes]) -> tuple[list[Kept], list[str]]:
    """What each witness shows as the log's newest checkpoint, signed by both; and what could not be had."""
    found, missing = [], []
    for name, witness in policy.witnesses.items():
        if not witness.url:
            continue
        address = f"{witness.url.rstrip('/')}/{monitor_path(origin)}"
        try:
            data = get(address)
            opened = notes.parse(data)
            checkpoint = policy.met_by(opened).checkpoint
            if not [verify_cosignature(opened.text, line, witness.verifier) for line in opened.by(witness.verifier)]:
                raise NoteInvalid(f"not cosigned by {name}")
            if checkpoint.origin != origin:
                raise NoteInvalid(f"a checkpoint of {checkpoint.origin}")
            found.append(Kept(checkpoint, data, f"witness {name}", shown=True))
        except (FileNotFoundError, InputUnreadable, NoteInvalid) as error:
            missing.append(f"{name}: {error}")
    return found, missing
