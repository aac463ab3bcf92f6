"""Logs and requests that others made: what they sign, this witness cosigns; what they only show, it reads."""

from pathlib import Path

import pytest
import small_log
from small_log import NOW, SmallLog

from sceau.tlog.add_checkpoint import Request, log_id, parse_cosignatures, parse_size
from sceau.tlog.add_checkpoint import parse as parse_request
from sceau.tlog.checkpoint import Checkpoint, open_checkpoint
from sceau.tlog.cosignature import verify_cosignature
from sceau.tlog.merkle import EMPTY_ROOT, consistency_proof, node_hash
from sceau.tlog.note import Verifier, parse_vkey
from sceau.witness import logs
from sceau.witness.service import Witness


class TesseraLog:
    """A log that Tessera wrote: 15 entries, a checkpoint and a level-0 tile at each size."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.verifier: Verifier = parse_vkey((folder / "log.vkey").read_text().strip())
        tile = (folder / "tile" / "0" / "000.p" / "15").read_bytes()
        self.leaves = [tile[at : at + 32] for at in range(0, len(tile), 32)]

    def node(self, level: int, n: int) -> bytes:
        if not level:
            return self.leaves[n]
        return node_hash(self.node(level - 1, 2 * n), self.node(level - 1, 2 * n + 1))

    def signed(self, size: int) -> bytes:
        return (self.folder / f"checkpoint.{size}").read_bytes()

    def request(self, old: int, size: int) -> bytes:
        return Request(old, tuple(consistency_proof(old, size, self.node)), self.signed(size)).encode()


@pytest.fixture
def tessera(vectors: Path, folder: Path) -> TesseraLog:
    log = TesseraLog(vectors / "tlog" / "tessera-log")
    logs.enrol(folder / "logs", small_log.state_in(folder), log.verifier)
    return log


def test_every_checkpoint_of_an_independent_log_is_cosigned(witness: Witness, tessera: TesseraLog) -> None:
    for size in range(16):
        answer = witness.add_checkpoint(tessera.request(max(0, size - 1), size), NOW + size)
        assert answer.status == 200
        checkpoint, _ = open_checkpoint(tessera.signed(size), tessera.verifier)
        (line,) = parse_cosignatures(answer.body)
        assert verify_cosignature(checkpoint.body(), line, small_log.cosigner().verifier) == NOW + size
    assert witness.latest(log_id(tessera.verifier.name)).body == tessera.signed(15) + answer.body


def test_from_any_size_to_any_other(witness: Witness, tessera: TesseraLog, folder: Path) -> None:
    record = folder / "cosigned" / log_id(tessera.verifier.name) / "checkpoint"
    mark = folder / "marks" / log_id(tessera.verifier.name) / "mark"
    for old in range(16):
        for size in range(old, 16):
            record.unlink(missing_ok=True)
            mark.write_text(Checkpoint(tessera.verifier.name, 0, EMPTY_ROOT).body())
            assert witness.add_checkpoint(tessera.request(0, old), NOW).status == 200
            assert witness.add_checkpoint(tessera.request(old, size), NOW).status == 200


def test_a_checkpoint_of_theirs_does_not_go_back(witness: Witness, tessera: TesseraLog) -> None:
    assert witness.add_checkpoint(tessera.request(0, 9), NOW).status == 200
    for size in range(16):
        answer = witness.add_checkpoint(tessera.request(0, size), NOW)
        assert answer.status == 409 and parse_size(answer.body) == 9


def test_the_request_of_the_specification_is_read(witness: Witness, vectors: Path) -> None:
    data = (vectors / "tlog" / "note-c2sp" / "add-checkpoint-request.parse-only").read_bytes()
    assert parse_request(data).encode() == data
    assert witness.add_checkpoint(data, NOW).status == 404  # well formed, but of a log that is not configured


def test_the_request_of_the_specification_needs_its_own_key(witness: Witness, vectors: Path, folder: Path) -> None:
    data = (vectors / "tlog" / "note-c2sp" / "add-checkpoint-request.parse-only").read_bytes()
    named = SmallLog(origin="example.com/behind-the-sofa").verifier
    logs.enrol(folder / "logs", small_log.state_in(folder), named)
    assert witness.add_checkpoint(data, NOW).status == 403
