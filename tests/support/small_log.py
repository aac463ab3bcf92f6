"""A log in memory that any witness may be asked about: leaves, checkpoints, proofs, and forks of itself.

As a program: `small_log.py DIR BRANCH SIZE STEP` asks the witness in DIR to follow one branch, and prints `size root`
for each checkpoint that it cosigned.
"""

import sys
from collections.abc import Callable
from pathlib import Path

from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.tlog import merkle
from sceau.tlog.add_checkpoint import Request, parse_size
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.note import ED25519, Verifier
from sceau.witness.home import ed25519_cosigner
from sceau.witness.logs import Logs
from sceau.witness.service import Cosigner, Witness
from sceau.witness.state import State

ORIGIN, NAME = "log.example/1", "witness.example/w1"
NOW = 1_795_338_000  # 2026-11-22 09:00 UTC


def key(number: int) -> SoftwareSigner:
    return SoftwareSigner.from_seed(bytes((number,)) * 32, Algorithm.ED25519)


class SmallLog:
    """`size` leaves; those from `fork_at` on say `branch`, so two branches share what stands before."""

    def __init__(
        self,
        size: int = 40,
        branch: str = "",
        fork_at: int = 0,
        origin: str = ORIGIN,
        signer: SoftwareSigner | None = None,
    ) -> None:
        said = [f"{branch if at >= fork_at else ''}{at}".encode() for at in range(size)]
        self.leaves = [merkle.leaf_hash(one) for one in said]
        self.origin, self.signer = origin, signer or key(1)

    @property
    def verifier(self) -> Verifier:
        return Verifier(self.origin, ED25519, self.signer.public)

    def node(self, level: int, n: int) -> bytes:
        if not level:
            return self.leaves[n]
        return merkle.node_hash(self.node(level - 1, 2 * n), self.node(level - 1, 2 * n + 1))

    def checkpoint(self, size: int) -> Checkpoint:
        return Checkpoint(self.origin, size, merkle.root(size, self.node))

    def signed(self, size: int) -> bytes:
        return self.checkpoint(size).sign(self.signer).encode()

    def proof(self, old: int, size: int) -> tuple[bytes, ...]:
        return tuple(merkle.consistency_proof(old, size, self.node))

    def request(self, old: int, size: int) -> bytes:
        return Request(old, self.proof(old, size), self.signed(size)).encode()


def cosigner() -> Cosigner:
    return ed25519_cosigner(NAME, key(9))


def state_in(folder: Path) -> State:
    return State(folder, cosigner().verifier)


def witness_in(folder: Path) -> Witness:
    return Witness(Logs(folder / "logs"), state_in(folder), [cosigner()])


def follow(witness: Witness, log: SmallLog, size: int, step: int, cosigned: Callable[[Checkpoint], None]) -> None:
    """Ask for every `step`th size, from where the witness says that it stands."""
    old = 0
    for wanted in range(step, size + 1, step):
        answer = witness.add_checkpoint(log.request(min(old, wanted), wanted), NOW)
        if answer.status == 409:
            old = parse_size(answer.body)
            answer = witness.add_checkpoint(log.request(min(old, wanted), wanted), NOW)
        if answer.status == 200:
            old = wanted
            cosigned(log.checkpoint(wanted))


if __name__ == "__main__":
    folder, branch, size, step = sys.argv[1:]
    asked = SmallLog(int(size), branch, fork_at=8)
    sys.stdin.readline()  # until the others are ready too
    follow(witness_in(Path(folder)), asked, int(size), int(step), lambda one: print(one.size, one.root.hex()))
