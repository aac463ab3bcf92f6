"""What an audit says: how much was checked, and everything that does not hold."""

from dataclasses import dataclass, field
from typing import NamedTuple


class Finding(NamedTuple):
    """One thing that does not hold; `idx` is None where it concerns no single event."""

    code: str
    idx: int | None
    stream: str
    detail: str


@dataclass
class Report:
    """What was checked and what was found."""

    events: int = 0
    signatures: int = 0
    receipts: int = 0
    data_keys: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether everything holds."""
        return not self.findings

    def add(self, other: "Report") -> None:
        """Take over what another range found."""
        self.events += other.events
        self.signatures += other.signatures
        self.receipts += other.receipts
        self.data_keys += other.data_keys
        self.findings += other.findings
