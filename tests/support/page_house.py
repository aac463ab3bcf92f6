"""A state with papers of every fate, published with its page: what the tests of the page hold before the camera."""

import shutil
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from small_ledger import VISA, Small

from sceau.desk.counter import Counter, paper_of
from sceau.desk.printing import print_pdf
from sceau.domain.document_type import document_type
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger import commands as c
from sceau.publication import publish_verified
from sceau.seals import c40, carrier, make, vds
from sceau.seals.make import SealKey

DAY_MS = 86_400_000
NOW = datetime(2026, 12, 20, 9, tzinfo=UTC)
NEVER, FORGED = date(2026, 11, 25), b"\x05" * 32


@dataclass
class PageHouse:
    """`codes` and `numbers` by fate; `public` is the published directory, `earlier` the one of a day before."""

    house: Small
    public: Path
    earlier: Path
    codes: dict[str, bytes] = field(default_factory=dict)
    numbers: dict[str, str] = field(default_factory=dict)

    @property
    def counter(self) -> Counter:
        """Who prints."""
        return Counter(self.house.ledger.issuance, "MLI", "ML", self.house.config.state.address)

    def publish(self, folder: Path, *, full: bool = False) -> None:
        """Publish what the ledger holds now."""
        publish_verified(self.house.ledger, folder, self.house.clock() // 1000, full=full)

    def pdf(self, fate: str) -> bytes:
        """The paper, as the counter prints it."""
        return print_pdf(paper_of(self.counter, self.numbers[fate], 0))

    def revoke(self, fate: str) -> None:
        """One more that no longer counts."""
        self.house.do(c.RevokeDocument(number=self.numbers[fate], reason="stolen", **self.house.by()))


def page_house(house: Small, folder: Path) -> PageHouse:
    """Papers issued on 22 November 2026, published on 19 and, with one more revoked, on 20 December."""
    made = PageHouse(house, folder / "public", folder / "earlier")
    act = house.birth()
    issued = {
        "valid": house.visa(),
        "extract": house.extract(act),
        "revoked": house.visa(passport_number="12AB34568"),
        "suspended": house.visa(passport_number="12AB34569", entries="0"),
        "expired": house.visa(passport_number="12AB34570", valid_from="2026-11-22", valid_until="2026-12-10"),
    }
    made.numbers.update(issued)
    for fate, number in issued.items():
        state = house.ledger.issuance.states.get(f"document:{number}").state
        declared = document_type(state.issued.type)
        made.codes[fate] = carrier.write(state.seal, declared.seal.carrier, made.counter.code_address)
    made.codes["never"] = _drafted(house, None)
    made.codes["forged"] = _drafted(house, FORGED)
    made.codes["foreign"] = _foreign()
    house.do(c.SuspendDocument(number=issued["suspended"], reason="other", **house.by()))
    house.clock.now = int(NOW.timestamp() * 1000) - DAY_MS
    house.do(c.ConfirmClock(today=f"{NOW - timedelta(days=1):%Y-%m-%d}", **house.by("MAE")))
    made.publish(made.public)
    shutil.copytree(made.public, made.earlier)
    made.revoke("revoked")
    house.clock.now += DAY_MS
    made.publish(made.public)
    return made


def _drafted(house: Small, seed: bytes | None) -> bytes:
    """A visa that no command made, sealed with the state's own key or with another."""
    signer = house.ledger.keystore.signer("seal:central")
    if seed is not None:
        signer = SoftwareSigner.from_seed(seed, Algorithm.ES256)
    instant = int(datetime(NEVER.year, NEVER.month, NEVER.day, tzinfo=UTC).timestamp())
    declared, until = document_type("visa_short"), date(2027, 2, 28)
    address = "https://verif.example/s/VPA26"
    draft = make.Draft(declared, "VPA26ZZZZ", VISA, "PAR", NEVER, instant, until, None, 1, address)
    unsigned = make.prepare(draft, SealKey("MLI", "MLV1", "01"))
    return unsigned.sealed(signer.sign(unsigned.to_sign))


def _foreign() -> bytes:
    """A visa of a state whose keys nobody here holds."""
    zone = (
        2,
        c40.encode(
            "V<UTOERIKSSON<<ANNA<MARIA<<<<<<<<<<<".replace("<", " ") + "L898902C<3UTO6908061F9406236".replace("<", " ")
        ),
    )
    return vds.assemble(vds.unsigned("5D01", "UTO", "UTTS", "01", NEVER, NEVER, [zone]), bytes(range(1, 65)))
