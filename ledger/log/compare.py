"""A head that our log signed, against the signer's state: what the signer no longer knows was signed by a later one.

The state is on disk before its signature is given out. So a larger head, or another root at its size, wherever it is
shown, says that the signer's state was restored from a backup or that its key was copied: ALARM before the next append.
A smaller head of another root is found by the follower, which holds the tiles to prove it (log/follow.py).
"""

from collections.abc import Callable

from sceau.ledger.head import Head
from sceau.ledger.log import alarm
from sceau.ledger.log.signer import Kept
from sceau.ledger.log.witnessing import Witnesses
from sceau.tlog.checkpoint import Checkpoint


def contradiction(shown: Checkpoint, kept: Checkpoint) -> str | None:
    """Why these cannot both be of one log and its signer; None where this alone does not tell."""
    if shown.size > kept.size:
        return f"{shown.size} leaves were signed, the signer knows {kept.size}: its state is older"
    if shown.size == kept.size and shown.root != kept.root:
        return f"another root at {shown.size} leaves"
    return None


def require_none(
    head: Head, kept: Kept, shown: Checkpoint, data: bytes, who: str, url: str, now: Callable[[], int]
) -> None:
    """Sound the alarm if `data`, the signed note of `shown`, contradicts the signer. `now` gives Unix seconds."""
    why = contradiction(shown, kept.checkpoint)
    if why is not None:
        evidence = alarm.Evidence(who, url, why, kept.note.decode(), data.decode("utf-8", "replace"), now())
        raise alarm.sound(head.alarms, evidence)


def with_witnesses(head: Head, witnesses: Witnesses, now: Callable[[], int]) -> dict[str, tuple[Checkpoint, bytes]]:
    """What the witnesses show (Witnesses.held), none of it later than the signer; WitnessAlarm otherwise."""
    held = witnesses.held(head.signer.verifier.name)
    kept = head.read()  # after they were asked: a head signed meanwhile is in it
    for name, (shown, data) in held.items():
        require_none(head, kept, shown, data, name, witnesses.policy.witnesses[name].url, now)
    return held
