"""The alarm of a witness: written with its evidence, it stops issuing and publishing until somebody takes it away.

alarm file = {"witness", "url", "why", "ours": <checkpoint>, "theirs": <checkpoint> | null, "at": unix seconds}
"""

import json
from pathlib import Path
from typing import NamedTuple

from sceau.domain.errors import WitnessAlarm
from sceau.keys import private_file


class Evidence(NamedTuple):
    """Two checkpoints that cannot both be of one log, or as much as the witness gave."""

    witness: str
    url: str
    why: str
    ours: str
    theirs: str | None
    at: int


def sound(path: Path, evidence: Evidence) -> WitnessAlarm:
    """Keep the evidence, the first one if there are several; returns the error to raise."""
    with private_file.locked(path.parent):
        if not path.exists():
            private_file.replace(path, json.dumps(evidence._asdict(), ensure_ascii=False, indent=1).encode())
    return WitnessAlarm(f"{evidence.witness}: {evidence.why}; {path}")


def require_none(path: Path) -> None:
    """WitnessAlarm while the file is there: investigate, then remove it."""
    why = standing(path)
    if why is not None:
        raise WitnessAlarm(f"{why}; {path}")


def standing(path: Path) -> str | None:
    """Who alarms and why; None if nobody does."""
    if not path.exists():
        return None
    try:
        kept = json.loads(path.read_bytes())
        return f"{kept['witness']}: {kept['why']}"
    except (OSError, ValueError, KeyError, TypeError):
        return "its file cannot be read"
