"""On the busiest machine a figure exists: where all the time is gone before the first call, one is made."""

import asyncio
import importlib
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

BENCHMARKS = Path(__file__).resolve().parents[2] / "benchmarks"


@pytest.fixture
def measure(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    monkeypatch.syspath_prepend(str(BENCHMARKS))
    before = {*sys.modules}
    yield importlib.import_module("measure")
    for name in {*sys.modules} - before:
        if str(getattr(sys.modules[name], "__file__", "")).startswith(str(BENCHMARKS)):
            del sys.modules[name]


def test_each_case_is_done_at_least_once(measure: ModuleType) -> None:
    done: list[int] = []
    assert measure.hammered(3, 0.0, lambda: done.append(1)) > 0 and len(done) == 3
    assert measure.repeated(0.0, lambda: 7) > 0


def test_a_connection_gets_at_least_one_answer(measure: ModuleType) -> None:
    api = importlib.import_module("api")

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while await reader.readline():
            writer.write(b"HTTP/1.1 200 OK\r\ncontent-length: 2\r\n\r\n{}")
        writer.close()

    async def load() -> float:
        async with await asyncio.start_server(answer, "127.0.0.1") as server:
            rate: float = await api._load(server.sockets[0].getsockname()[1], iter([b"GET\n"] * 99), 0.0)
            return rate

    assert asyncio.run(load()) > 0


def test_time_that_is_left_is_used(measure: ModuleType) -> None:
    ticks = iter(range(100))
    assert len(list(measure.lasting(5, 0, lambda: next(ticks)))) == 6
