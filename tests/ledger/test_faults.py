"""An error is not a "no": whatever breaks while committing, the caller learns what is stored, and repeating is safe."""

import itertools
import json
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from cutting_proxy import CuttingProxy
from small_ledger import BIRTH, Small, small

from sceau.domain.errors import StoreUnavailable
from sceau.ledger import commands as c
from sceau.ledger.audit import audit
from sceau.ledger.log.signer import StateFile
from sceau.ledger.stores.port import Conflict
from sceau.ledger.stores.sqlite_append import Appender


def test_postgres_commits_and_the_reply_is_cut(fresh_postgres: str, tmp_path: Path) -> None:
    """The read-back under the lock finds the receipt: the caller gets the outcome, not an error."""
    proxy = CuttingProxy(fresh_postgres, tmp_path)
    with small(tmp_path / "home", proxy.url) as house:
        for n in range(1, 6):
            command = c.EstablishAct(kind="birth", values=BIRTH, **house.by())
            proxy.cut(command.command_id)
            done = house.ledger.issuance.execute(command)
            assert (done.number, done.repeated) == (f"PAR-2026-N-{n:06d}", True)
            assert house.ledger.issuance.execute(command).number == done.number
        assert house.topics().count("act.established.v1") == 5
    proxy.close()


def test_sqlite_commits_and_the_reply_is_lost(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with small(tmp_path / "home") as house:
        writing = Appender.writing

        @contextmanager
        def once(self: Appender) -> Iterator[object]:
            monkeypatch.setattr(Appender, "writing", writing)
            with writing(self) as cursor:
                yield cursor
            raise StoreUnavailable("the reply was lost")

        monkeypatch.setattr(Appender, "writing", once)
        command = c.EstablishAct(kind="birth", values=BIRTH, **house.by())
        assert house.ledger.issuance.execute(command).number == "PAR-2026-N-000001"
        assert house.birth() == "PAR-2026-N-000002"


def test_a_failed_commit_is_said_and_the_retry_succeeds(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sceau.ledger.stores.sqlite_append.LOCK_TIMEOUT_SECONDS", 1)
    with small(tmp_path / "home") as house:
        holder = sqlite3.connect(house.config.database.removeprefix("sqlite:///"), isolation_level=None)
        holder.execute("BEGIN IMMEDIATE")
        command = c.EstablishAct(kind="birth", values=BIRTH, **house.by())
        with pytest.raises(StoreUnavailable):
            house.ledger.issuance.execute(command)
        holder.execute("ROLLBACK")
        holder.close()
        done = house.ledger.issuance.execute(command)
        assert (done.number, done.repeated) == ("PAR-2026-N-000001", False)


@pytest.mark.parametrize("how", ["conflict", "lost", "lost after commit"])
def test_batches_decided_on_one_that_failed_are_decided_again(
    url: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, how: str
) -> None:
    """While a batch is being committed the next is decided on top of it; every fifth commit fails."""
    with small(tmp_path / "home", url) as house:
        store, calls = house.ledger.store, itertools.count(1)
        append = store.append

        def failing(*batch: Any) -> int:
            fails = next(calls) % 5 == 0
            if fails and how == "conflict":
                raise Conflict("made up")
            if fails and how == "lost":
                raise StoreUnavailable("never reached the server")
            first = append(*batch)
            if fails:
                raise StoreUnavailable("the reply was lost")
            return first

        monkeypatch.setattr(house.ledger.store, "append", failing)
        commands = [c.EstablishAct(kind="birth", values=BIRTH, **house.by()) for _ in range(120)]

        def until_known(command: c.Command) -> str:
            while True:
                try:
                    return house.ledger.issuance.execute(command).number
                except StoreUnavailable:
                    continue

        with ThreadPoolExecutor(16) as pool:
            numbers = list(pool.map(until_known, commands))
        assert sorted(numbers) == [f"PAR-2026-N-{n:06d}" for n in range(1, 121)]
        assert stored(house) == {
            command.command_id.hex(): number for command, number in zip(commands, numbers, strict=True)
        }
        kid = house.ledger.keystore.signer("event:MAE").kid
        assert audit(store, house.config.state.origin, kid).holds


_WRITER = """
import json, sys
sys.path[:0] = [{support!r}]
from pathlib import Path
import resource, signal
from small_ledger import *
from sceau.config import Config
from sceau.domain.errors import SceauError
from sceau.ledger import commands as c
config = Config(Path({home!r}), {url!r})
import os
ledger = open_ledger(config, PASSPHRASE, clock=Clock(), random=os.urandom, engine=test_engine)
limit = {limit}
if limit:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))
for n in range(100000):
    command_id = n.to_bytes(4, "big") + {which!r}
    by = dict(command_id=command_id, office="PAR", officer="PAR-1")
    try:
        done = ledger.issuance.execute(c.EstablishAct(kind="birth", values=BIRTH, **by))
    except SceauError as error:
        print(json.dumps(["error", command_id.hex(), error.code]), flush=True)
        break
    print(json.dumps(["ok", command_id.hex(), done.number]), flush=True)
"""


def writer(house: Small, which: bytes, limit: int = 0) -> subprocess.Popen[str]:
    """A process that issues as fast as it can and says what was acknowledged."""
    support = str(Path(__file__).resolve().parents[1] / "support")
    code = _WRITER.format(
        support=support, home=str(house.config.home), url=house.config.database, which=which, limit=limit
    )
    return subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE, text=True)


def acknowledged(output: str) -> dict[str, str]:
    """Command id -> number, for every complete line that said ok."""
    lines = [json.loads(line) for line in output.splitlines() if line.endswith("]")]
    return {command_id: number for what, command_id, number in lines if what == "ok"}


def stored(house: Small) -> dict[str, str]:
    """Command id -> number, from the events."""
    acts = [one for one in house.ledger.reader.all() if one.topic == "act.established.v1"]
    found = {one.meta.command_id.hex(): one.meta.stream.removeprefix("act:") for one in acts}
    assert len(found) == len(acts), "a command was carried out twice"
    return found


def test_killed_writers_lose_and_double_nothing(url: str, tmp_path: Path) -> None:
    """Three processes race for the same numbers and are killed, again and again (SIGKILL, mid-commit or not)."""
    with small(tmp_path / "home", url) as house:
        said: dict[str, str] = {}
        for round_ in range(2):
            writers = [writer(house, bytes([round_, n]) + bytes(10)) for n in range(3)]
            for one in writers:
                assert one.stdout is not None
                lines = [one.stdout.readline() for _ in range(8)]
                one.kill()
                said.update(acknowledged("".join(lines) + one.stdout.read()))
                one.wait()
                one.stdout.close()
        kept = stored(house)
        assert len(said) >= 48
        assert said.items() <= kept.items()
        assert sorted(kept.values()) == [f"PAR-2026-N-{n:06d}" for n in range(1, len(kept) + 1)]


def test_a_full_disk_loses_nothing(tmp_path: Path) -> None:
    """Files may not grow past a limit: a clean error, and everything acknowledged is there."""
    with small(tmp_path / "home") as house:
        size = Path(house.config.database.removeprefix("sqlite:///")).stat().st_size
        full = writer(house, bytes(12), limit=max(size, 400_000) + 300_000)
        output, _ = full.communicate(timeout=60)
        assert full.returncode == 0
        assert json.loads(output.splitlines()[-1])[0] == "error"
        said, kept = acknowledged(output), stored(house)
        assert said
        assert said.items() <= kept.items()
        assert house.birth() not in said.values()


def test_a_head_that_cannot_be_signed_is_signed_after_the_next_commit(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """The keeper outlives a full disk; issuing goes on, and the head catches up."""
    monkeypatch.setattr("sceau.compose.HEAD_EVERY_SECONDS", 0.01)
    with small(tmp_path / "home") as house:
        house.reopen()
        write, full = StateFile._write, [True]

        def once(self: StateFile, *parts: Any) -> Any:
            if full.pop() if full else False:
                raise OSError(28, "No space left on device")
            return write(self, *parts)

        monkeypatch.setattr(StateFile, "_write", once)
        house.birth()
        while "could not be signed" not in caplog.text:
            pass
        house.birth()
        while house.ledger.head.read()[0].size < house.ledger.store.size():
            pass


def test_a_head_beside_a_busy_writer_is_signed_and_done(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever signed until nothing was new would sign for as long as somebody writes."""
    with small(tmp_path / "home") as house:
        house.ledger.keeper.stop()
        head, signed = house.ledger.head, [0]
        sign = head.signer.sign

        def busy(request: Any) -> Any:
            signed[0] += 1
            house.birth()
            return sign(request)

        monkeypatch.setattr(head, "signer", SimpleNamespace(latest=head.signer.latest, sign=busy))
        house.birth()
        before = house.ledger.store.size()
        assert head.advance(house.ledger.store).size == before
        assert signed == [1]
