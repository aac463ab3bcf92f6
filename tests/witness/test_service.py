"""Every row of c2sp.org/tlog-witness v1.0.0, against requests that mean harm."""

import base64
import hashlib
from collections.abc import Callable
from pathlib import Path

import pytest
import small_log
from small_log import NOW, ORIGIN, SmallLog, key

from sceau.keys import private_file
from sceau.tlog import note
from sceau.tlog.add_checkpoint import Request, parse_cosignatures
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.cosignature import MlDsa44Signer, verify_cosignature
from sceau.tlog.note import Note
from sceau.witness import logs
from sceau.witness.home import mldsa44_cosigner
from sceau.witness.logs import Logs
from sceau.witness.service import Answer, Witness

KEPT, NEXT = 5, 12
ID = hashlib.sha256(ORIGIN.encode()).hexdigest()


def b64(data: bytes) -> bytes:
    return base64.b64encode(data)


def texts(answer: Answer) -> tuple[int, str, bytes]:
    return answer.status, answer.media_type, answer.body


def cosigned_at(witness_text: str, body: bytes) -> int:
    (line,) = parse_cosignatures(body)
    return verify_cosignature(witness_text, line, small_log.cosigner().verifier)


def test_first_growth_and_repetition_are_cosigned(witness: Witness, log: SmallLog) -> None:
    for at, (old, size) in enumerate([(0, 0), (0, 3), (3, 3), (3, 4), (4, 31), (31, 31), (31, 32), (32, 40)]):
        answer = witness.add_checkpoint(log.request(old, size), NOW + at)
        assert (answer.status, answer.media_type) == (200, "text/plain; charset=utf-8")
        assert cosigned_at(log.checkpoint(size).body(), answer.body) == NOW + at


def test_within_a_second_the_same_line_without_a_write(witness: Witness, log: SmallLog, folder: Path) -> None:
    first = witness.add_checkpoint(log.request(0, 3), NOW)
    kept = next(folder.glob("cosigned/*/checkpoint"))
    before = kept.stat()
    assert witness.add_checkpoint(log.request(3, 3), NOW) == first
    assert (kept.stat().st_ino, kept.stat().st_mtime_ns) == (before.st_ino, before.st_mtime_ns)
    later = witness.add_checkpoint(log.request(3, 3), NOW + 1)
    assert later.status == 200 and later.body != first.body


def changed(old: bytes, new: bytes, count: int = 1) -> Callable[[bytes], bytes]:
    def change(request: bytes) -> bytes:
        assert old in request
        return request.replace(old, new, count)

    return change


def signed_by(number: int, origin: str = ORIGIN) -> Callable[[bytes], bytes]:
    def change(_: bytes) -> bytes:
        other = SmallLog(origin=origin, signer=key(number))
        return other.request(KEPT, NEXT)

    return change


LOG = SmallLog()
PROOF = LOG.proof(KEPT, NEXT)
ROOT = b64(LOG.checkpoint(NEXT).root)
LINE = LOG.signed(NEXT).split(b"\n\n")[1]
OTHER_LINE = SmallLog(signer=key(2)).signed(NEXT).split(b"\n\n")[1]
BROKEN_LINE = LINE[:-7] + (b"A" if LINE[-7:-6] != b"A" else b"B") + LINE[-6:]


def with_proof(*hashes: bytes) -> Callable[[bytes], bytes]:
    return lambda _: Request(KEPT, hashes, LOG.signed(NEXT)).encode()


def with_line(line: bytes) -> Callable[[bytes], bytes]:
    return lambda _: b"old 5\n" + line + b"\n\n" + LOG.signed(NEXT)


REFUSED: dict[str, tuple[int, Callable[[bytes], bytes]]] = {
    # 400: the grammar
    "nothing": (400, lambda _: b""),
    "one byte": (400, lambda _: b"\n"),
    "no old line": (400, changed(b"old 5\n", b"")),
    "old in capitals": (400, changed(b"old ", b"OLD ")),
    "two spaces": (400, changed(b"old 5", b"old  5")),
    "a leading zero": (400, changed(b"old 5", b"old 05")),
    "zero written twice": (400, changed(b"old 5", b"old 00")),
    "a negative old": (400, changed(b"old 5", b"old -5")),
    "an old with a plus": (400, changed(b"old 5", b"old +5")),
    "an old with an underscore": (400, changed(b"old 5", b"old 1_0")),
    "an old in other digits": (400, changed(b"old 5", "old ٥".encode())),
    "an old of 2**64": (400, changed(b"old 5", b"old 18446744073709551616")),
    "an old of 1 MB of digits": (400, changed(b"old 5", b"old " + b"9" * 1_000_000)),
    "CRLF in the old line": (400, changed(b"old 5\n", b"old 5\r\n")),
    "CRLF everywhere": (400, changed(b"\n", b"\r\n", -1)),
    "CRLF in the checkpoint": (400, changed(b"\n12\n", b"\r\n12\r\n")),
    "64 hashes": (400, with_proof(*[bytes(32)] * 64)),
    "a hash of 31 bytes": (400, with_proof(bytes(31))),
    "a hash of 33 bytes": (400, with_proof(bytes(33))),
    "an empty hash": (400, lambda _: b"old 5\n\n\n" + LOG.signed(NEXT)),
    "base64 with a space": (400, changed(b64(PROOF[0]), b64(PROOF[0])[:-1] + b" ")),
    "base64 without padding": (400, changed(b64(PROOF[0]), b64(PROOF[0])[:-1])),
    "base64 for URLs": (400, with_line(base64.urlsafe_b64encode(b"\xff" * 32))),
    "base64 with unused bits": (400, with_line(b64(bytes(32))[:-2] + b"B=")),
    "no empty line": (400, changed(b"\n\n" + ORIGIN.encode(), b"\n" + ORIGIN.encode())),
    "no checkpoint": (400, lambda request: request[: request.index(b"\n\n") + 2]),
    "no signature": (400, changed(b"\n" + LINE, b"")),
    "a size with a leading zero": (400, changed(b"\n12\n", b"\n012\n")),
    "a root of 31 bytes": (400, changed(ROOT, b64(bytes(31)))),
    "no last LF": (400, lambda request: request[:-1]),
    "not UTF-8": (400, changed(ORIGIN.encode(), b"\xff\xfe")),
    "a control character": (400, changed(ORIGIN.encode(), b"log\x00.example/1")),
    "a hyphen for the dash": (400, changed("— ".encode(), b"- ")),
    "101 signatures": (400, lambda request: request + LINE * 100),
    "2 MB": (400, lambda request: request + OTHER_LINE * (2_000_000 // len(OTHER_LINE))),
    "an extension that is empty": (400, changed(ROOT + b"\n\n", ROOT + b"\n\n\n")),
    "the empty tree with another root": (400, changed(b"\n12\n", b"\n0\n")),
    # 400: old beyond the checkpoint
    "old beyond size": (400, changed(b"old 5", b"old 13")),
    # 404 and 403
    "an unknown origin": (404, signed_by(1, "log.example/2")),
    "an unknown origin that old exceeds": (404, lambda _: SmallLog(origin="log.example/2").request(0, 3)),
    "another origin under our log's signature": (404, changed(ORIGIN.encode(), b"log.example/3")),
    "an unknown key": (403, signed_by(2)),
    "a signature of another size": (403, changed(b"\n12\n", b"\n13\n")),
    "a signature that does not hold": (403, changed(LINE, BROKEN_LINE)),
    "a good and a bad line of the log's key": (403, lambda request: request + BROKEN_LINE),
    "the log's key id with an empty signature": (403, changed(LINE, note.sign("x\n", ORIGIN, key(1)).line().encode())),
    "an extension line put in afterwards": (403, changed(ROOT + b"\n", ROOT + b"\nmore\n")),
    # 409: another size is kept
    "old below what is kept": (409, lambda _: LOG.request(4, NEXT)),
    "old beyond what is kept": (409, lambda _: LOG.request(6, NEXT)),
    "old 0, as who knows nothing": (409, lambda _: LOG.request(0, NEXT)),
    "an older checkpoint": (409, lambda _: LOG.request(3, 4)),
    "an older checkpoint at its own size": (409, lambda _: LOG.request(4, 4)),
    "the same size with another root": (409, lambda _: SmallLog(branch="other").request(KEPT, KEPT)),
    # 422: the proof
    "no proof": (422, with_proof()),
    "a proof cut by one": (422, with_proof(*PROOF[:-1])),
    "a proof with one too many": (422, with_proof(*PROOF, bytes(32))),
    "a proof in another order": (422, with_proof(*reversed(PROOF))),
    "63 hashes": (422, with_proof(*[bytes(32)] * 63)),
    "a proof of other leaves": (422, lambda _: SmallLog(branch="other").request(KEPT, NEXT)),
    "a fork with its own proof": (422, lambda _: SmallLog(branch="x", fork_at=4).request(KEPT, NEXT)),
    "a proof where the size stays": (422, lambda _: Request(KEPT, PROOF[:1], LOG.signed(KEPT)).encode()),
}  # fmt: skip


@pytest.mark.parametrize("case", REFUSED)
def test_refused(witness: Witness, log: SmallLog, folder: Path, case: str) -> None:
    status, change = REFUSED[case]
    assert witness.add_checkpoint(log.request(0, KEPT), NOW).status == 200
    before = next(folder.glob("cosigned/*/checkpoint")).read_bytes()
    answer = witness.add_checkpoint(change(log.request(KEPT, NEXT)), NOW)
    if status == 409:
        assert texts(answer) == (409, "text/x.tlog.size", b"5\n")
    else:
        assert texts(answer)[:2] == (status, "text/plain; charset=utf-8"), answer
    assert next(folder.glob("cosigned/*/checkpoint")).read_bytes() == before
    assert witness.add_checkpoint(log.request(KEPT, NEXT), NOW).status == 200


def test_old_zero_takes_no_proof(witness: Witness, log: SmallLog) -> None:
    request = Request(0, (bytes(32),), log.signed(3)).encode()
    assert witness.add_checkpoint(request, NOW).status == 422
    assert witness.add_checkpoint(log.request(0, 3), NOW).status == 200


def test_a_hash_of_the_wrong_kind_of_proof_is_not_enough(witness: Witness, log: SmallLog) -> None:
    assert witness.add_checkpoint(log.request(0, 8), NOW).status == 200
    for at in range(len(log.proof(8, 13))):
        proof = list(log.proof(8, 13))
        proof[at] = bytes(32)
        assert witness.add_checkpoint(Request(8, tuple(proof), log.signed(13)).encode(), NOW).status == 422


def test_lines_of_strangers_are_ignored_and_not_kept(witness: Witness, log: SmallLog) -> None:
    signed = note.parse(log.signed(3))
    strangers = [note.sign(signed.text, f"other.example/{at}", key(3)) for at in range(15)]
    broken = note.sign("something else\n", "other.example/broken", key(4))
    twice = Note(signed.text, (*strangers, broken, *signed.signatures, *signed.signatures))
    answer = witness.add_checkpoint(Request(0, (), twice.encode()).encode(), NOW)
    assert answer.status == 200
    kept = note.parse(witness.latest(ID).body)
    assert kept.signatures == (*signed.signatures, *parse_cosignatures(answer.body))


def test_extension_lines_are_cosigned_with_the_rest(witness: Witness, log: SmallLog) -> None:
    text = log.checkpoint(3).body() + "an extension\n"
    signed = Note(text, (note.sign(text, ORIGIN, key(1)),)).encode()
    answer = witness.add_checkpoint(Request(0, (), signed).encode(), NOW)
    assert answer.status == 200 and cosigned_at(text, answer.body) == NOW


def test_of_a_split_view_one_side_only_is_cosigned(witness: Witness) -> None:
    one, two = SmallLog(branch="one", fork_at=8), SmallLog(branch="two", fork_at=8)
    assert witness.add_checkpoint(one.request(0, 8), NOW).status == 200
    assert witness.add_checkpoint(one.request(8, 12), NOW).status == 200
    for old in range(14):
        for size in range(max(old, 9), 40):
            assert witness.add_checkpoint(two.request(old, size), NOW).status in (409, 422)
    assert witness.add_checkpoint(one.request(12, 40), NOW).status == 200


def test_a_log_that_signs_two_heads_leaves_the_proof_here(witness: Witness, log: SmallLog, folder: Path) -> None:
    assert witness.add_checkpoint(log.request(0, 5), NOW).status == 200
    other = SmallLog(branch="other")
    for size, shown in ((6, other), (5, other), (5, SmallLog(branch="third"))):
        assert witness.add_checkpoint(shown.request(0, size), NOW).status == 409
    (fork,) = folder.glob("cosigned/*/fork")
    assert fork.read_bytes() == other.signed(5)
    assert witness.add_checkpoint(log.request(5, 6), NOW).status == 200


def test_a_clock_set_back_cosigns_nothing(witness: Witness, log: SmallLog) -> None:
    assert witness.add_checkpoint(log.request(0, 3), NOW).status == 200
    for old, size in ((3, 3), (3, 4)):
        assert witness.add_checkpoint(log.request(old, size), NOW - 1).status == 503
    assert witness.add_checkpoint(log.request(3, 4), NOW).status == 200


def test_latest_is_what_was_cosigned(witness: Witness, log: SmallLog) -> None:
    assert witness.latest(ID).status == witness.latest("0" * 64).status == 404
    answer = witness.add_checkpoint(log.request(0, 3), NOW)
    assert texts(witness.latest(ID)) == (200, "text/plain; charset=utf-8", log.signed(3) + answer.body)
    witness.add_checkpoint(log.request(0, 9), NOW)
    assert witness.latest(ID).body == log.signed(3) + answer.body


def test_two_kinds_of_cosignature(folder: Path, log: SmallLog) -> None:
    cosigners = [small_log.cosigner(), mldsa44_cosigner(small_log.NAME, MlDsa44Signer.from_seed(bytes(32)))]
    witness = Witness(Logs(folder / "logs"), small_log.state_in(folder), cosigners)
    for at, (old, size) in enumerate([(0, 3), (3, 7)]):
        answer = witness.add_checkpoint(log.request(old, size), NOW + at)
        lines = parse_cosignatures(answer.body)
        text = log.checkpoint(size).body()
        pairs = zip(lines, cosigners, strict=True)
        times = [verify_cosignature(text, line, cosigner.verifier) for line, cosigner in pairs]
        assert times == [NOW + at, NOW + at]
        assert witness.add_checkpoint(log.request(size, size), NOW + at) == answer


def test_logs_are_kept_apart(witness: Witness, log: SmallLog, folder: Path) -> None:
    second = SmallLog(branch="second", origin="log.example/2", signer=key(2))
    assert witness.add_checkpoint(second.request(0, 3), NOW).status == 404
    logs.enrol(folder / "logs", small_log.state_in(folder), second.verifier)
    assert witness.add_checkpoint(second.request(0, 3), NOW).status == 200
    assert witness.add_checkpoint(log.request(0, 9), NOW).status == 200
    crossed = Checkpoint(ORIGIN, 10, second.checkpoint(10).root).sign(key(2)).encode()
    assert witness.add_checkpoint(Request(9, (), crossed).encode(), NOW).status == 403
    private_file.replace(folder / "logs", b"")
    assert witness.add_checkpoint(log.request(9, 10), NOW).status == 404
