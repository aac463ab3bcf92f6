"""From issuance to a witnessed proof: three witnesses and a follower, each a process of its own, on loopback.

    issue (the clock starts before) -> commit -> follower: integrate, sign, ask the witnesses, publish -> prove, verify

Documents are issued here, at a pace that has nothing to do with the follower's; the quorum is all three witnesses.
"""

import os
import socket
import time
from collections import deque
from collections.abc import Iterator
from contextlib import ExitStack, closing
from pathlib import Path
from statistics import median
from typing import NamedTuple
from urllib.error import URLError
from urllib.request import urlopen

import programs
from ground import PASSPHRASE, Bench, Place, done, life
from measure import Figure

from sceau.cli_log_open import log_key
from sceau.compose import Ledger
from sceau.keys import private_file
from sceau.keys.keystore import CHEAP
from sceau.ledger.log.directory import CHECKPOINT, LogDirectory
from sceau.ledger.log.follow import published
from sceau.ledger.log.prove import PublishedLog, prove
from sceau.ledger.log.rule import read_policy
from sceau.ledger.stores.port import LogRow
from sceau.tlog.note import Verifier
from sceau.witness import home, logs

LIMIT_S = 2.0
EVERY_S = 0.2  # the follower's pause between two passes
_PACE_S = 0.0913  # between two issuances
_NAMES = ("a", "b", "c")


class _Waiting(NamedTuple):
    """An event that is issued and not proven, and when its issuance began."""

    row: LogRow
    since: float


def figures(bench: Bench) -> Iterator[Figure]:
    """The 99th percentile over all documents, in seconds."""
    count = bench.effort.papers // 2
    with ExitStack() as stack:
        place = bench.place("sqlite")
        log = _published(bench, stack, place)
        with place.open() as ledger:
            took = sorted(_took(ledger, log, count, bench))
    late = took[-(-99 * len(took) // 100) - 1]
    note = f"{count} documents, median {median(took):.2f} s, all 3 of 3 witnesses, follow --every {EVERY_S}"
    yield Figure("issuance to witnessed proof, p99", late, None, late, LIMIT_S, "s", at_most=True, note=note)


def _published(bench: Bench, stack: ExitStack, place: Place) -> PublishedLog:
    """The witnesses and the follower, running; the log that they make."""
    bench.say("witnessing: three witnesses and a follower")
    key = log_key(place.config)
    lines = [_witness(stack, bench.new_folder(), name, key) for name in _NAMES]
    rule = "\n".join([f"log {key.vkey}", *lines, f"group all {len(_NAMES)} {' '.join(_NAMES)}", "quorum all", ""])
    with private_file.locked(place.config.home):
        private_file.replace(place.config.log_policy, rule.encode())
    folder = bench.new_folder()
    directory = LogDirectory(folder / "log")
    command = ["log", "follow", str(directory.path), "--every", str(EVERY_S), *programs.of(place)]
    stack.enter_context(programs.running(command, folder / "said", lambda: directory.find(CHECKPOINT) is not None))
    return PublishedLog(directory, read_policy(rule.encode(), key))


def _witness(stack: ExitStack, folder: Path, name: str, log: Verifier) -> str:
    """Found a witness of this log and serve it; its line in the policy."""
    at, port = folder / "witness", _free_port()
    verifier = home.found(at, f"witness.example/{name}", PASSPHRASE, os.urandom, cost=CHEAP)[0]
    logs.enrol(at / "logs", home.state_of(at)[1], log)
    command = ["witness", "serve", str(at), "--port", str(port)]
    stack.enter_context(programs.running(command, folder / "said", lambda: _alive(port)))
    return f"witness {name} {verifier.vkey} http://127.0.0.1:{port}/"


def _free_port() -> int:
    with closing(socket.socket()) as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
        return port


def _alive(port: int) -> bool:
    try:
        with urlopen(f"http://127.0.0.1:{port}/healthz", timeout=1) as answer:
            return bool(answer.status == 200)
    except (URLError, OSError):
        return False


def _took(ledger: Ledger, log: PublishedLog, count: int, bench: Bench) -> Iterator[float]:
    """Seconds of each document, as its witnessed proof is there."""
    waiting: deque[_Waiting] = deque()
    issued, due = 0, time.perf_counter()
    while issued < count or waiting:
        if issued < count and time.perf_counter() >= due:
            bench.say(f"witnessing: {issued}/{count} documents")
            waiting.append(_issue(ledger))
            issued, due = issued + 1, due + _PACE_S
        size = published(log.directory, CHECKPOINT, log.policy.log).checkpoint.size
        while waiting and waiting[0].row.idx < size:
            first = waiting.popleft()
            if not prove(first.row, log).verified.witnessed:
                raise RuntimeError("a published head without its quorum")
            yield time.perf_counter() - first.since
        if waiting and time.perf_counter() - waiting[0].since > programs.PATIENCE_S:
            raise TimeoutError(f"index {waiting[0].row.idx} is not witnessed")
        time.sleep(0.002)


def _issue(ledger: Ledger) -> _Waiting:
    start = time.perf_counter()
    number = done(ledger, [life()])[0]
    return _Waiting(ledger.store.stream(f"document:{number}")[0], start)
