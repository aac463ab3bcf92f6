"""A small published state: documents issued on SQLite, what their codes carry, and the directory of a checker."""

import os
import time
from collections.abc import Iterator
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import ground
from ground import Bench

from sceau.compose import Ledger
from sceau.domain.document import Document
from sceau.domain.document_type import document_type
from sceau.projections.pack import Packing
from sceau.projections.projector import Projector
from sceau.projections.publish import Publisher, publish
from sceau.projections.query import StatusQuery
from sceau.projections.status import StatusView
from sceau.seals import carrier
from sceau.verify_api.directory import Published, Versions, open_directory


@dataclass(frozen=True, slots=True)
class Papers:
    """One open ledger with documents of three types, and what was published of them."""

    ledger: Ledger
    numbers: dict[str, list[str]]  # by type
    directory: Path
    root_public: bytes

    def codes(self, type: str) -> list[bytes]:
        """What the codes of these documents carry."""
        return [self._code(number) for number in self.numbers[type]]

    def _code(self, number: str) -> bytes:
        state: Document = self.ledger.issuance.states.get(f"document:{number}").state
        if state.issued is None or state.seal is None:
            raise LookupError(number)
        address = self.ledger.config.state.address.upper()
        return carrier.write(state.seal, document_type(state.issued.type).seal.carrier, address)

    def published(self) -> Published:
        """The lists, opened as a checker opens them."""
        return open_directory(self.directory, self.root_public, Versions())


@contextmanager
def papers(bench: Bench) -> Iterator[Papers]:
    """Issue documents of each type and publish."""
    count, folder = bench.effort.papers, bench.new_folder()
    bench.say(f"issuing {3 * count} documents")
    with ExitStack() as stack:
        ledger = stack.enter_context(bench.place("sqlite").open())
        acts = ground.done(ledger, [ground.act() for _ in range(count)])
        numbers = {
            "birth_extract": ground.done(ledger, [ground.extract(number) for number in acts]),
            "life_certificate": ground.done(ledger, [ground.life() for _ in range(count)]),
            "visa_short": ground.done(ledger, [ground.visa() for _ in range(count)]),
        }
        yield Papers(ledger, numbers, _published(ledger, folder), ledger.keystore.signer("root").public)


def _published(ledger: Ledger, folder: Path) -> Path:
    state = ledger.config.state
    signer = ledger.keystore.signer
    csca = ((ledger.config.home / "csca.der").read_bytes(),)
    by = Publisher(state.authority, state.address, signer("root"), signer("lists"), csca)
    view = folder / "status_v1.db"
    with closing(Projector(StatusView(), view)) as projector:
        projector.catch_up(ledger.reader)
        publish(folder / "public", StatusQuery(view), by, int(time.time()), Packing(os.urandom(16), {}))
    return folder / "public"
