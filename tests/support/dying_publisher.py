"""Publishes a copy of a log again and again, dying at the n-th call to the system, for every n.

As a program: `dying_publisher.py HOME URL-PATH DIR WORK HOW`: HOME and DIR are copied into WORK for each n. Prints one
JSON line per n: [n, the call that it died at, findings after the death, findings and size after the next publish].
"""

import itertools
import json
import os
import resource
import shutil
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from small_ledger import PASSPHRASE

from sceau.compose import head_of, open_store
from sceau.config import Config
from sceau.domain.errors import SceauError
from sceau.keys.keystore import Keystore
from sceau.ledger.log import post
from sceau.ledger.log.directory import LogDirectory
from sceau.ledger.log.follow import Follower
from sceau.ledger.log.fsck import check
from sceau.ledger.log.rule import alone, read_policy
from sceau.ledger.log.witnessing import Witnesses

CALLS = ("open", "write", "fsync", "replace", "rename", "mkdir", "unlink", "rmdir")
NOW = 1_795_338_000


class Place:
    """One copy of everything."""

    def __init__(self, base: Path, work: Path, keystore: Keystore) -> None:
        for name in ("home", "public"):
            shutil.rmtree(work / name, ignore_errors=True)
            shutil.copytree(base / name, work / name)
        home = work / "home"
        self.config = Config.load(f"sqlite:///{home / 'ledger.db'}", home)
        self.directory = LogDirectory(work / "public")
        self.head = head_of(self.config, keystore)
        self.log = self.head.signer.verifier
        text = self.config.log_policy.read_bytes() if self.config.log_policy.exists() else alone(self.log).encode()
        self.text, self.policy = text, read_policy(text, self.log)

    def publish(self, started: Callable[[], None] = lambda: None) -> int:
        """One pass; `started` once the database is open."""
        store = open_store(self.config.database, False)
        store.size()
        started()
        asking = Witnesses(self.policy, post.call, timeout=2)
        with self.directory.locked():
            follower = Follower(store, self.head, self.directory, self.text, self.policy, asking, lambda: NOW)
            follower.start()
            size = follower.step().size
        store.close()
        return size

    def findings(self, whole: bool) -> list[Any]:
        """What fsck says, with every event; and whether the signer's state is as it was written."""
        self.head.read()
        store = open_store(self.config.database, False)
        try:
            found = check(self.directory, read_policy(alone(self.log).encode(), self.log), store if whole else None)
        finally:
            store.close()
        return [list(one) for one in found.findings]


def dies_at(n: int, how: str) -> Callable[[], None]:
    """Arm this process: to die before its n-th call, a write being half done, or after it."""
    count = itertools.count(1)

    def mortal(name: str, real: Callable[..., Any]) -> Callable[..., Any]:
        def call(*given: Any, **options: Any) -> Any:
            if next(count) != n:
                return real(*given, **options)
            try:
                if how == "before" and name == "write":
                    real(given[0], bytes(given[1])[: len(given[1]) // 2])
                elif how == "after":
                    real(*given, **options)
            finally:
                os.write(1, name.encode())
                os.kill(os.getpid(), signal.SIGKILL)

        return call

    def arm() -> None:
        for name in CALLS:
            setattr(os, name, mortal(name, getattr(os, name)))

    return arm


def dying(place: Place, arm: Callable[[], None]) -> tuple[bool, str]:
    """Publish in a process of its own; whether it lived, and what it said last."""
    reading, writing = os.pipe()
    child = os.fork()
    if not child:
        os.dup2(writing, 1)
        try:
            place.publish(arm)
        except SceauError as error:
            os.write(1, error.code.encode())
            os._exit(3)
        os._exit(0)
    os.close(writing)
    with os.fdopen(reading, "rb") as pipe:
        said = pipe.read().decode()
    status = os.waitpid(child, 0)[1]
    return status == 0, said


def full_at(limit: int) -> Callable[[], None]:
    """No file may grow past the limit."""

    def arm() -> None:
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    return arm


def main(base: Path, work: Path, how: str) -> None:
    keystore = Keystore.open(base / "home/keystore", PASSPHRASE)
    arms = map(full_at, (0, 50, 200, 400, 1000, 3000, 5000, 8000, 12_000, 1 << 20)) if how == "full" else None
    for n in itertools.count(1):
        arm = next(arms, None) if arms else dies_at(n, how)
        if arm is None:
            break
        place = Place(base, work, keystore)
        lived, said = dying(place, arm)
        after = place.findings(whole=not lived)
        size = place.publish()
        print(json.dumps([n, lived, said, after, place.findings(whole=True), size]), flush=True)
        if lived:
            break


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3])
