"""A published log beside a small ledger; after every step the whole directory is verified from its bytes."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from loopback_server import serving
from small_ledger import PASSPHRASE, Small, counting_random

from sceau.compose import head_of
from sceau.keys.keystore import CHEAP, Keystore
from sceau.ledger.head import Head
from sceau.ledger.log.directory import LogDirectory
from sceau.ledger.log.follow import Follower, Step
from sceau.ledger.log.fsck import check
from sceau.ledger.log.post import NotAnswered
from sceau.ledger.log.rule import alone, read_policy
from sceau.ledger.log.witnessing import Witnesses
from sceau.ledger.stores.port import EventRow, Store
from sceau.tlog.leaf import event_leaf
from sceau.tlog.note import Verifier
from sceau.tlog.policy import Policy
from sceau.witness import home, logs
from sceau.witness.service import Witness

Exchange = Callable[[str, str, bytes, float], tuple[int, bytes]]


class Bystander:
    """One real witness, spoken to without a network; `answer` can be replaced to make it misbehave."""

    def __init__(self, name: str, folder: Path, log: Verifier, now: Callable[[], int]) -> None:
        self.name, self.folder, self._now = name, folder, now
        self.verifier = home.found(folder, name, PASSPHRASE, counting_random(name.encode()), cost=CHEAP)[0]
        logs.enrol(folder / "logs", home.state_of(folder)[1], log)
        self.witness: Witness = home.opened(folder, PASSPHRASE)
        self.cosigner = home.ed25519_cosigner(name, Keystore.open(folder / "keystore", PASSPHRASE).signer("ed25519"))
        self.answer: Exchange = self.honest
        self.requests: list[bytes] = []

    def honest(self, method: str, path: str, body: bytes, timeout: float) -> tuple[int, bytes]:
        """As C2SP says."""
        if method == "POST":
            self.requests.append(body)
            answer = self.witness.add_checkpoint(body, self._now())
        else:
            answer = self.witness.latest(path.strip("/").split("/")[0])
        return answer.status, answer.body

    def size(self, log: Verifier) -> int:
        """What it has cosigned last."""
        with home.state_of(self.folder)[1].held(log) as record:
            return record.kept.checkpoint.size


class LogHouse:
    """A small ledger, its directory, and witnesses a, b, c of which two are a quorum (or none at all)."""

    def __init__(self, house: Small, path: Path, witnesses: str = "") -> None:
        self.house = house
        self.seconds = house.clock() // 1000
        self.directory = LogDirectory(path / "public")
        self.log: Verifier = self.head().signer.verifier
        self.bystanders = {name: Bystander(name, path / f"witness-{name}", self.log, self.now) for name in witnesses}
        self.text = self.policy_text()
        self.policy: Policy = read_policy(self.text, self.log)
        self.asking = Witnesses(self.policy, self.exchange, timeout=5)

    def now(self) -> int:
        return self.seconds

    def policy_text(self) -> bytes:
        if not self.bystanders:
            return alone(self.log).encode()
        lines = [f"witness {name} {one.verifier.vkey} http://{name}.test/" for name, one in self.bystanders.items()]
        group = f"group enough {min(2, len(lines))} {' '.join(self.bystanders)}"
        return "\n".join([f"log {self.log.vkey}", *lines, group, "quorum enough", ""]).encode()

    def exchange(self, method: str, url: str, body: bytes, timeout: float) -> tuple[int, bytes]:
        parts = urlsplit(url)
        return self.bystanders[str(parts.hostname).partition(".")[0]].answer(method, parts.path, body, timeout)

    def head(self) -> Head:
        return head_of(self.house.config, self.house.ledger.keystore)

    def follower(self, store: Store | None = None, directory: LogDirectory | None = None) -> Follower:
        return Follower(
            store or self.house.ledger.store,
            self.head(),
            directory or self.directory,
            self.text,
            self.policy,
            self.asking,
            self.now,
        )

    def publish(self) -> Step:
        """One `sceau log publish`, and the whole directory verified."""
        with self.directory.locked():
            follower = self.follower()
            follower.start()
            step = follower.step()
        self.verify()
        return step

    def verify(self, store: bool = True) -> None:
        """fsck, with every event."""
        found = check(self.directory, self.policy, self.house.ledger.store if store else None)
        assert found.findings == []
        assert found.entries == found.size
        assert found.events in (None, found.size)

    def size(self) -> int:
        """What the checkpoint says, 0 without one."""
        data = self.directory.find("checkpoint")
        return int(data.split(b"\n")[1]) if data else 0

    def bytes(self) -> dict[str, bytes]:
        """Every file of the directory."""
        return {
            one.relative_to(self.directory.path).as_posix(): one.read_bytes()
            for one in sorted(self.directory.path.rglob("*"))
            if one.is_file()
        }


def outcomes(step: Step) -> dict[str, str]:
    """What each witness did."""
    return {answer.name: answer.outcome for answer in step.answers}


@contextmanager
def loopback(witnessed: LogHouse, name: str) -> Iterator[str]:
    """One of the witnesses behind a real HTTP server."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            self._answer(*witnessed.bystanders[name].answer("POST", self.path, body, 5))

        def do_GET(self) -> None:
            self._answer(*witnessed.bystanders[name].answer("GET", self.path, b"", 5))

        def _answer(self, status: int, body: bytes) -> None:
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Silent."""

    with serving(Handler) as (address, _):
        yield address


def down(method: str, path: str, body: bytes, timeout: float) -> tuple[int, bytes]:
    raise NotAnswered("connection refused")


def rows(start: int, count: int, seed: bytes = b"") -> list[EventRow]:
    """Rows that a log takes for events: integration does not read what they say."""
    made = []
    for n in range(start, start + count):
        state, salt = b"%b event %d" % (seed, n), n.to_bytes(32, "big")
        made.append(EventRow(f"bulk:{n}", 1, "t", state, salt, event_leaf(salt, state, "t")))
    return made


def grow(store: Store, count: int, seed: bytes = b"") -> None:
    """So many more events."""
    store.append(rows(store.size(), count, seed), [], {})
