"""A ledger that publishes, and the server that shows it: a directory, an address, or a source that lies."""

from collections.abc import Iterator
from contextlib import contextmanager
from functools import partial
from http.server import SimpleHTTPRequestHandler
from pathlib import Path
from typing import Any

from loopback_server import serving
from small_ledger import Small

from sceau.audit_kit.faults import Fault
from sceau.audit_kit.served import Shown, look
from sceau.audit_kit.source import Source
from sceau.ledger.publications import logged
from sceau.publication import publish_verified

DAY_MS = 86_400_000


class Site:
    """A ledger that publishes, and what its server's directory shows."""

    def __init__(self, house: Small, folder: Path) -> None:
        self.house, self.folder = house, folder

    def publish(self, **options: Any) -> None:
        self.house.clock.now += DAY_MS
        publish_verified(self.house.ledger, self.folder, self.house.clock() // 1000, **options)

    def look(self, place: str | None = None) -> Shown:
        return look(Source(place or str(self.folder)), lambda: logged(self.house.ledger.store))

    def found(self) -> set[tuple[str, str]]:
        return told(self.look().faults)


def told(faults: tuple[Fault, ...] | list[Fault]) -> set[tuple[str, str]]:
    return {(one.code, one.stream) for one in faults}


@contextmanager
def server(folder: Path) -> Iterator[str]:
    """The folder on a loopback port."""

    class Quiet(SimpleHTTPRequestHandler):
        def log_message(self, *given: Any) -> None:
            """Say nothing."""

    with serving(partial(Quiet, directory=str(folder))) as (address, _):
        yield f"{address}/"


def edited(path: Path) -> None:
    content = path.read_bytes()
    path.write_bytes(content[:-1] + bytes((content[-1] ^ 1,)))


class NamedSource:
    """A source that stands for an address and reads a folder."""

    remote = True

    def __init__(self, folder: Path) -> None:
        self.place = str(folder)

    def fetch(self, name: str, size_max: int = 0) -> bytes:
        return Source(self.place).fetch(name or "index.html", size_max)
