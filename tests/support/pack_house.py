"""A ledger that publishes packs, and what it recorded of them."""

from sceau.domain.signing_key import KeyEnrolled
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.projections.pack import Packing
from sceau.projections.publish import Publisher, publish
from sceau.projections.query import StatusQuery
from sceau.seals.pack_index import read_index
from sceau.seals.seal import list_key
from sceau.verify_api.directory import Versions, open_directory
from sceau.verify_api.pack import open_pack, read_chain

NOW = 1_795_338_000  # 2026-11-22


ROOT, LISTS, NEXT = (SoftwareSigner.from_seed(bytes((n,)) * 32, Algorithm.ED25519) for n in (11, 12, 13))


BY = Publisher("MLI", "https://verif.example/", ROOT, LISTS)


ACT = "PAR-2026-N-000012"


class House:
    """A ledger, its published directory, and what its ledger recorded of it."""

    def __init__(self, scribe, status, directory) -> None:
        self.scribe, self.status, self.directory = scribe, status, directory
        self.logged: dict[str, bytes] = {}
        self.seeds = iter(range(1, 200))
        self.enrol(LISTS)
        scribe.birth(ACT)

    def enrol(self, signer: SoftwareSigner) -> None:
        named = (signer.kid, "lists", "Ed25519", signer.public, "MLI", "MAE", "2026-01-01", "2027-12-31")
        self.scribe.write((f"key:{signer.kid.hex()}", KeyEnrolled(*named)))

    def issue(self, *numbers: str) -> None:
        for number in numbers:
            self.scribe.issue(number, act=ACT)

    def against(self, number: str, event: type, *reason: str) -> None:
        self.scribe.write((f"document:{number}", event(*reason, "PAR", "PAR-1", "2026-11-23")))

    def go(self, now: int = NOW, by: Publisher = BY, record: bool = True, **packing):
        self.status.catch_up(self.scribe.reader(personal=False))
        given = Packing(bytes((next(self.seeds),)) * 16, self.logged, **packing)
        done = publish(self.directory, StatusQuery(self.status.path), by, now, given)
        if record:
            self.logged.update(done.digests)
        return done

    def names(self) -> list[str]:
        return [one.named.file for one in read_index((self.directory / "pack" / "index.json").read_bytes())]

    def stored(self) -> set[str]:
        return {path.name for path in (self.directory / "pack").iterdir()} - {"index.json"}

    def opened(self, memory: Versions | None = None):
        full, deltas = read_chain(self.directory)
        return open_pack(full, deltas, ROOT.public, memory or Versions())

    def check(self) -> None:
        """The pack says what the exact lists say."""
        pack, lists = self.opened(), open_directory(self.directory, ROOT.public, Versions())
        assert (pack.status.version, pack.status.as_of) == (lists.status.version, lists.status.as_of)
        assert (pack.status.issued_at, len(pack.issued.members)) == (lists.status.issued_at, len(lists.issued.members))
        assert pack.trust == lists.trust
        for serial in range(1, 30):
            key = list_key(self.scribe.seal_id(f"NPA26{serial:04d}"))
            assert (key in pack.issued.members) is (key in lists.issued.members)
            assert pack.status.entries.get(key) == lists.status.entries.get(key)
        assert len(pack.status.entries) == len(lists.status.entries)
