"""The list of logs that a witness follows: enrolled once, taken off and put back without beginning anew."""

from pathlib import Path

import pytest
import small_log
from small_log import SmallLog
from witness_on_disk import cosign, files, refuses

from sceau.domain.errors import FieldInvalid, IntegrityError
from sceau.keys import private_file
from sceau.tlog.add_checkpoint import log_id
from sceau.tlog.note import COSIGNATURE, Verifier
from sceau.witness import logs
from sceau.witness.logs import Logs
from sceau.witness.service import Witness


def test_a_log_is_enrolled_once_under_one_key(folder: Path, log: SmallLog, witness: Witness) -> None:
    state, path = small_log.state_in(folder), folder / "logs"
    assert cosign(witness, log.request(0, 3)) == 200
    listed = path.read_bytes()
    logs.enrol(path, state, log.verifier)
    assert path.read_bytes() == listed and cosign(witness, log.request(3, 4)) == 200
    cosigner = Verifier("log.example/9", COSIGNATURE, small_log.key(2).public)
    long = SmallLog(origin="x" * 151).verifier
    for refused in (SmallLog(signer=small_log.key(2)).verifier, cosigner, long):
        with pytest.raises(FieldInvalid):
            logs.enrol(path, state, refused)
    assert path.read_bytes() == listed


def test_a_log_taken_off_the_list_keeps_its_record(folder: Path, log: SmallLog, witness: Witness) -> None:
    path = folder / "logs"
    assert cosign(witness, log.request(0, 3)) == 200
    private_file.replace(path, b"# none now\n\n")
    assert cosign(witness, log.request(3, 4)) == 404
    logs.enrol(path, small_log.state_in(folder), log.verifier)
    assert path.read_bytes().startswith(b"# none now\n\nlog ")
    assert cosign(witness, log.request(0, 4)) == 409 and cosign(witness, log.request(3, 4)) == 200


@pytest.mark.parametrize("lost", range(2))
def test_a_log_put_back_on_the_list_does_not_begin_anew(
    folder: Path, log: SmallLog, witness: Witness, lost: int
) -> None:
    assert cosign(witness, log.request(0, 3)) == 200
    private_file.replace(folder / "logs", b"")
    files(folder)[lost].unlink()
    logs.enrol(folder / "logs", small_log.state_in(folder), log.verifier)
    refuses(witness, log, folder)


LISTED = SmallLog().verifier.vkey


UNREADABLE = {
    "cut": f"log {LISTED}",
    "cut in the word": f"log {LISTED}\nlo",
    "cut in the key": f"log {LISTED[:-3]}\n",
    "twice": f"log {LISTED}\nlog {LISTED}\n",
    "a word too many": f"log {LISTED} https://log.example/\n",
    "CRLF": f"log {LISTED}\r\n",
    "another word": f"witness {LISTED}\n",
    "a cosigner's key": f"log {small_log.cosigner().verifier.vkey}\n",
}


@pytest.mark.parametrize("case", UNREADABLE)
def test_a_list_that_cannot_be_read_serves_nobody(folder: Path, log: SmallLog, witness: Witness, case: str) -> None:
    (folder / "logs").write_text(UNREADABLE[case], newline="")
    with pytest.raises(IntegrityError):
        Logs(folder / "logs").current()
    assert cosign(witness, log.request(0, 3)) == 503


def test_no_list_is_no_empty_list(folder: Path, log: SmallLog, witness: Witness) -> None:
    (folder / "logs").unlink()
    assert cosign(witness, log.request(0, 3)) == 503 and witness.latest(log_id(log.origin)).status == 503
