"""The walk of one proof: issued, printed, logged, witnessed, put into the paper, and judged without a network."""

import io
import re
import threading
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pikepdf
import pytest
from log_house import LogHouse, down
from small_ledger import Small, small

from sceau.cli_checker import Checker
from sceau.desk.counter import Counter, Printed, print_document
from sceau.desk.proof_attachment import NAME, attach, event_in
from sceau.domain import canonical
from sceau.domain.errors import LogBroken, LogUnavailable, ProofInvalid, SignerRefused, WitnessesAwaited
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger.log.prove import Proven, PublishedLog, prove, receipt_of
from sceau.ledger.log.signer import StateFile
from sceau.ledger.log.signer_process import RemoteSigner, listening
from sceau.projections.pack import Packing
from sceau.projections.projector import Projector
from sceau.projections.publish import Publisher, publish
from sceau.projections.query import StatusQuery
from sceau.projections.status import StatusView
from sceau.tlog import opening, receipt
from sceau.tlog import proof as proofs
from sceau.tlog.leaf import entry
from sceau.verify_api.directory import Versions, open_directory
from sceau.verify_api.verdict import Verdict

PAGE = (Path(__file__).resolve().parents[2] / "docs/format/log.md").read_text("utf-8")


class Walk:
    """A counter that prints, a log with three witnesses, a checker with the published lists and the policy."""

    def __init__(self, house: Small, folder: Path) -> None:
        self.house, self.folder = house, folder
        self.log = LogHouse(house, folder, "abc")
        self.log.publish()

    @property
    def published(self) -> PublishedLog:
        return PublishedLog(self.log.directory, self.log.policy)

    @property
    def counter(self) -> Counter:
        return Counter(self.house.ledger.issuance, "MLI", "ML", self.house.config.state.address, log=self.published)

    def print(self, number: str) -> Printed:
        return print_document(self.counter, number, self.house.by())

    def prove(self, number: str) -> Proven:
        return prove(self.house.ledger.store.stream(f"document:{number}")[0], self.published)

    def scan(self, pdf: bytes, *apart: bytes, known: bool = True) -> Verdict:
        house, keystore = self.house, self.house.ledger.keystore
        path = house.config.views / "status.db"
        projector = Projector(StatusView(), path)
        projector.catch_up(house.ledger.reader)
        projector.close()
        csca = (house.config.home / "csca.der").read_bytes()
        by = Publisher("MLI", house.config.state.address, keystore.signer("root"), keystore.signer("lists"), (csca,))
        publish(self.folder / "lists", StatusQuery(path), by, house.clock() // 1000, Packing(bytes(16), {}))
        lists = open_directory(self.folder / "lists", keystore.signer("root").public, Versions())
        checker = Checker(lists, self.today, policy=self.log.policy if known else None)
        (verdict,) = checker.judge(pdf, *apart)
        return verdict

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.house.clock() / 1000, UTC).date()

    def state(self, pdf: bytes, *apart: bytes) -> tuple[str, str, str | None]:
        verdict = self.scan(pdf, *apart)
        return verdict.code.value, verdict.colour.value, verdict.logged and verdict.logged.state.value


@pytest.fixture
def walk(tmp_path: Path) -> Iterator[Walk]:
    with small(tmp_path / "home") as house:
        yield Walk(house, tmp_path)


def proof_in(pdf: bytes) -> bytes | None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = opened.attachments.get(NAME)
        return found and found.get_file().read_bytes()


def silence(walk: Walk, *names: str) -> None:
    for name in names:
        walk.log.bystanders[name].answer = down


def test_printed_witnessed_scanned(walk: Walk) -> None:
    number = walk.house.visa(valid_from="2026-11-22")
    walk.log.publish()
    printed = walk.print(number)
    assert printed.proof is not None
    assert printed.proof.witnessed
    verdict = walk.scan(printed.pdf)
    assert (verdict.code.value, verdict.colour.value, verdict.notes) == ("VALID", "green", ())
    assert verdict.logged is not None
    assert verdict.logged.say("en") == (
        "Issued and logged in sceau.example/mli/1 by 22 November 2026 at 09:00 UTC, witnessed by "
        + ", ".join(f"{name} (22 November 2026 at 09:00 UTC)" for name in "abc")
        + "."
    )
    assert walk.scan(printed.pdf, known=False).logged is None


def test_a_paper_printed_before_its_proof_gets_it_later_without_being_printed_again(walk: Walk) -> None:
    number = walk.house.extract(walk.house.birth())
    printed = walk.print(number)
    assert (printed.proof, proof_in(printed.pdf)) == (None, None)
    assert walk.state(printed.pdf) == ("VALID", "green", "absent")
    with pytest.raises(LogUnavailable, match="not published yet"):
        walk.prove(number)
    silence(walk, "b", "c")
    walk.log.publish()
    provisional = walk.print(number)
    assert provisional.proof is not None
    assert (provisional.proof.witnessed, dict(provisional.proof.witnesses)) == (False, {"a": walk.log.now()})
    assert walk.state(provisional.pdf) == ("VALID", "green", "provisional")
    for one in walk.log.bystanders.values():
        one.answer = one.honest
    walk.log.publish()
    events = walk.house.ledger.store.size()
    proven = walk.prove(number)
    for pdf in (printed.pdf, provisional.pdf):
        assert walk.state(attach(pdf, proven.proof.encode(), proven.at)) == ("VALID", "green", "logged")
    assert walk.house.ledger.store.size() == events


def test_a_visa_waits_for_its_witnesses(walk: Walk) -> None:
    """And nothing is recorded of a print that did not happen."""
    number = walk.house.visa()
    silence(walk, "a", "b")
    for _ in range(2):
        with pytest.raises(WitnessesAwaited, match=number):
            walk.print(number)
        assert not walk.log.publish().published
    assert "document.printed.v1" not in walk.house.topics()
    walk.log.bystanders["a"].answer = walk.log.bystanders["a"].honest
    walk.log.publish()
    assert walk.print(number).copy == 0


def test_a_visa_is_not_printed_where_the_log_is_not_at_hand(walk: Walk) -> None:
    """Witnesses were agreed upon: leaving the log out is no way round them. An extract need not wait."""
    counter = replace(walk.counter, log=None, witnessed=True)
    visa, extract = walk.house.visa(), walk.house.extract(walk.house.birth())
    with pytest.raises(WitnessesAwaited, match=visa):
        print_document(counter, visa, walk.house.by())
    assert "document.printed.v1" not in walk.house.topics()
    assert print_document(counter, extract, walk.house.by()).proof is None
    assert print_document(replace(counter, witnessed=False), visa, walk.house.by()).copy == 0


def test_every_later_head_proves_it_too(walk: Walk) -> None:
    number = walk.house.extract(walk.house.birth())
    for _ in range(3):
        walk.log.seconds += 60
        walk.log.publish()
        proven = walk.prove(number)
        assert proven.at == walk.log.now()
        assert proven.verified.size == walk.log.size()
        assert proven.verified.witnessed
        walk.house.birth()


def test_the_proof_of_another_paper(walk: Walk) -> None:
    act = walk.house.birth()
    mine, yours = walk.house.extract(act), walk.house.extract(walk.house.birth(surname="DIARRA"))
    walk.log.publish()
    pdf, theirs = walk.print(mine).pdf, walk.prove(yours).proof.encode()
    swapped = attach(pdf, theirs, 0)
    verdict = walk.scan(swapped)
    assert (verdict.code.value, verdict.colour.value) == ("VALID", "amber")
    assert [note.name for note in verdict.notes] == ["PROOF_FALSE"]
    assert verdict.logged is not None
    assert "another document's" in verdict.logged.say("en")
    assert walk.state(pdf, theirs) == ("VALID", "amber", "false")


def test_a_true_proof_makes_no_forgery_good(walk: Walk, tmp_path: Path) -> None:
    """Another state's ledger, its own log and all: the seal is not ours, and its proof is not even looked at."""
    with small(tmp_path / "other" / "home", seed=b"other") as house:
        other = Walk(house, tmp_path / "other")
        number = house.extract(house.birth())
        other.log.publish()
        theirs = other.print(number).pdf
        assert other.state(theirs) == ("VALID", "green", "logged")
    assert walk.state(theirs) == ("UNKNOWN_ISSUER", "red", None)
    assert walk.state(theirs, *filter(None, [proof_in(theirs)])) == ("UNKNOWN_ISSUER", "red", None)


def test_a_revoked_paper_stays_revoked_however_well_it_was_logged(walk: Walk) -> None:
    from sceau.ledger import commands as c

    number = walk.house.visa(valid_from="2026-11-22")
    walk.log.publish()
    pdf = walk.print(number).pdf
    walk.house.do(c.RevokeDocument(number=number, reason="lost", **walk.house.by()))
    assert walk.state(pdf) == ("REVOKED", "red", "logged")


def test_an_edited_row_is_not_proven(walk: Walk) -> None:
    number = walk.house.extract(walk.house.birth())
    walk.log.publish()
    row = walk.house.ledger.store.stream(f"document:{number}")[0]
    with pytest.raises(LogUnavailable):
        prove(row._replace(idx=walk.log.size()), walk.published)
    for changed in (row._replace(salt=bytes(32)), row._replace(idx=row.idx - 1)):
        with pytest.raises(ProofInvalid):
            prove(changed, walk.published)
    for path in walk.log.directory.path.rglob("tile/0/000*"):
        for file in [path] if path.is_file() else list(path.iterdir()):
            file.write_bytes(bytes(len(file.read_bytes())))
    with pytest.raises(LogBroken):
        prove(row, walk.published)


def test_a_signer_of_its_own_gives_the_same_receipt(walk: Walk, tmp_path: Path) -> None:
    number = walk.house.extract(walk.house.birth())
    walk.log.publish()
    proven, signer = walk.prove(number), walk.log.head().signer
    with listening(tmp_path / "signer", signer) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.01,))
        thread.start()
        try:
            remote = RemoteSigner(tmp_path / "signer", signer.verifier)
            assert receipt_of(proven, remote) == receipt_of(proven, signer)
            with pytest.raises(SignerRefused, match="no receipt"):
                remote.receipt(b"no note", 0, [bytes(32)])
        finally:
            server.shutdown()
            thread.join()


def test_the_receipt_comes_from_whoever_signed_the_head(walk: Walk, tmp_path: Path) -> None:
    number = walk.house.extract(walk.house.birth())
    walk.log.publish()
    proven, signer = walk.prove(number), walk.log.head().signer
    made = receipt_of(proven, signer)
    assert receipt.parse(made).origin == proven.verified.origin
    assert receipt.verify(made, proven.leaf, signer.verifier.public)
    with pytest.raises(ProofInvalid):
        receipt.verify(made, bytes(32), signer.verifier.public)
    stranger = SoftwareSigner.from_seed(b"\7" * 32, Algorithm.ED25519)
    other = StateFile(tmp_path / "other.json", proven.verified.origin, stranger)
    with pytest.raises(SignerRefused, match="no receipt"):
        receipt_of(proven, other)
    with pytest.raises(SignerRefused, match="no receipt"):
        signer.receipt(b"no note", 0, [bytes(32)])
    lying = SimpleNamespace(verifier=signer.verifier, receipt=lambda note, index, hashes: made[:-1] + b"\0")
    with pytest.raises(ProofInvalid):
        receipt_of(proven, lying)


def test_the_verifier_of_the_page_accepts_it(walk: Walk) -> None:
    """docs/format/log.md: without a line of ours, from the proof and the policy to index and witnesses."""
    number = walk.house.extract(walk.house.birth())
    walk.log.publish()
    pdf = walk.print(number).pdf
    names: dict[str, Any] = {}
    exec(re.findall(r"```python\n(.*?)```", PAGE, re.DOTALL)[0], names)
    data = proof_in(pdf)
    assert data is not None
    proof = proofs.parse(data)
    salt, event = opening.parse(proof.extra or b"")
    assert event == event_in(pdf)
    assert proof.extra == canonical.encode(["sceau.opening/1", salt, event])
    plain = proofs.Proof(proof.index, proof.hashes, proof.checkpoint).encode().decode()
    said = entry(salt, event, "document.issued.v1")
    index, witnesses = names["verify"](plain, said, walk.log.text.decode())
    assert index == walk.house.ledger.store.stream(f"document:{number}")[0].idx
    assert set(witnesses) == {one.verifier.name for one in walk.log.bystanders.values()}
    with pytest.raises(ValueError, match="does not lead"):
        names["verify"](plain, said + b"\0", walk.log.text.decode())
