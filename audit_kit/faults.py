"""What an audit can find, in classes that an exit code tells apart, and under ids that stay the same from run to run.

    class    exit
    log      3     the log is not what was signed, or two signed checkpoints contradict each other: a fork
    copy     5     files are missing, or not those of the manifest, or the manifest is not of this checkpoint
    events   2     an event does not hold, is missing, or is there twice
    quorum   4     the checkpoint lacks the signatures that the policy wants
    figures  6     views, counts or what a server shows do not follow from the events

    id = first 16 hex digits of SHA-256(canonical JSON [code, idx, stream, detail without its numbers])

Of two checkpoints that contradict each other, `stream` names the other one.

Of one code, no more than FAULTS_MAX are listed where an export can bring any number; then how many more there are.

Where several classes are found, the exit code is that of the first in this order: with a damaged copy, nothing can be
concluded from an event that is missing.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Iterable
from typing import Any, NamedTuple

from sceau.ledger.findings import Finding

LOG, EVENTS, QUORUM, COPY, FIGURES = "log", "events", "quorum", "copy", "figures"
HOLDS, USAGE = 0, 1
EXIT_CODES = {LOG: 3, COPY: 5, EVENTS: 2, QUORUM: 4, FIGURES: 6}  # the gravest first
FAULTS_MAX = 200
_NUMBERS = re.compile(r"[0-9a-f]{8,}|\d+")


class Fault(NamedTuple):
    """One thing that does not hold; `idx` is None where it concerns no single event."""

    code: str
    idx: int | None
    stream: str
    detail: str
    kind: str

    @property
    def id(self) -> str:
        """The same in every run that finds the same."""
        told = json.dumps([self.code, self.idx, self.stream, _NUMBERS.sub("#", self.detail)], ensure_ascii=True)
        return hashlib.sha256(told.encode()).hexdigest()[:16]

    def told(self) -> dict[str, Any]:
        """As it stands in the report."""
        return {
            "id": self.id,
            "class": self.kind,
            "code": self.code,
            "idx": self.idx,
            "stream": self.stream,
            "detail": self.detail,
        }


def of_finding(finding: Finding) -> Fault:
    """A finding of the ledger's own auditor."""
    return Fault(finding.code, finding.idx, finding.stream, finding.detail, EVENTS)


def limited(faults: Iterable[Fault]) -> list[Fault]:
    """The first FAULTS_MAX of each code and class, and a last one that counts the others."""
    kept, counts = list[Fault](), Counter[tuple[str, str]]()
    for fault in faults:
        counts[fault.code, fault.kind] += 1
        if counts[fault.code, fault.kind] <= FAULTS_MAX:
            kept.append(fault)
    more = ((code, kind, count - FAULTS_MAX) for (code, kind), count in counts.items() if count > FAULTS_MAX)
    return kept + [Fault(code, None, "", f"{count} more of these are not listed", kind) for code, kind, count in more]


def exit_code(faults: list[Fault]) -> int:
    """What the program ends with."""
    kinds = {fault.kind for fault in faults}
    return next((code for kind, code in EXIT_CODES.items() if kind in kinds), HOLDS)
