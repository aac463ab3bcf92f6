"""What the routes share: what the operator told us, the lists in use, and who may ask how much."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from sceau.keys.keyring import Signer
from sceau.verify_api.budget import Budget, Open
from sceau.verify_api.directory import Directory, Published, Versions
from sceau.verify_api.lists import day_of
from sceau.verify_api.receipt import Receipts
from sceau.verify_api.scan import scan
from sceau.verify_api.verdict import Verdict

REPORTS = "60/hour"  # per client: a device that was away sends all that it kept
UPLOADS = "20/minute"  # per client
BATCHES_MAX = 8  # per client at the same time: each may hold 16 MiB that were not judged yet


@dataclass(frozen=True, slots=True)
class Settings:
    """Everything that the service is told; it reads no environment."""

    directory: Path
    root_public: bytes  # the pinned root key: 32 bytes, Ed25519
    now: Callable[[], float]  # Unix seconds
    memory: Path | None = None  # where the versions seen are kept; None: only for the life of the process
    host: str | None = None  # the official checker's, which the codes should bear
    rate: str = "120/minute"  # requests, per client
    scans: str = "6000/minute"  # lines of batches, per client
    log: Path | None = None  # the published log, served under /log/
    reports: Path | None = None  # where reports of suspected fraud are kept
    receipt_signer: Signer | None = None  # signs receipts for who asks

    def today(self) -> date:
        """The verifier's date: UTC, which is Mali's time."""
        return day_of(int(self.now()))


class Service:
    """One running checker."""

    def __init__(self, settings: Settings) -> None:
        self.settings = settings
        self.reports = Budget(REPORTS, settings.now)
        self.uploads = Budget(UPLOADS, settings.now)
        self.scans = Budget(settings.scans, settings.now)
        self.batches = Open(BATCHES_MAX)
        self.receipts = Receipts(settings.receipt_signer, settings.now) if settings.receipt_signer else None
        self.directory = Directory(settings.directory, settings.root_public, Versions(settings.memory))

    @property
    def known(self) -> Published | None:
        """The lists in use, None while there are none."""
        return self.directory.current

    def judge(self, code: bytes, known: Published) -> Verdict:
        """The verdict on the content of one code."""
        told = self.settings
        return scan(code, known.trust, known.status, known.issued, told.today(), told.host)
