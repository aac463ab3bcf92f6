"""Parts of an audit made side by side come in the order of the log, and few of them are in memory at a time."""

import weakref
from concurrent.futures import Future
from pathlib import Path
from typing import Any

import pytest

from sceau.audit_kit import events
from sceau.audit_kit.events import Opener, Trusted, together
from sceau.audit_kit.source import Source
from sceau.ledger.exported import CHUNK

CHUNKS = 40


class Part:
    """Stands for what a range gave."""

    def __init__(self, start: int) -> None:
        self.start = start


class Pool:
    """Does at once what is asked, and remembers which parts are still held by somebody."""

    def __init__(self, *_: object, **__: object) -> None:
        self.parts: weakref.WeakSet[Part] = weakref.WeakSet()
        pools.append(self)

    def __enter__(self) -> "Pool":
        return self

    def __exit__(self, *_: object) -> None:
        pass

    def submit(self, _: object, __: bool, start: int, ___: int) -> "Future[Any]":
        future: Future[Any] = Future()
        future.set_result(Part(start))
        self.parts.add(future.result())
        return future


pools: list[Pool] = []


def test_few_parts_wait(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(events, "ProcessPoolExecutor", Pool)
    opened = Opener(tmp_path, tmp_path / "index", Source(""), CHUNKS * CHUNK, CHUNKS * CHUNK, False)
    starts, held = [], 0
    for part in together(opened, Trusted("log", b""), False, 2):
        starts.append(part.start)  # type: ignore[attr-defined]
        held = max(held, len(pools[-1].parts))
    assert starts == list(range(0, CHUNKS * CHUNK, CHUNK))
    assert held <= 2 * events._AHEAD + 1
