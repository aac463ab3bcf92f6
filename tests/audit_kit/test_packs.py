"""Offline packs under audit: what devices carry follows from the events, or it is named."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from auditor_desk import NOW, Desk, signed
from insider import Insider
from small_ledger import Small

from sceau.audit_kit import packs as auditing
from sceau.domain.errors import InputUnreadable
from sceau.keys.signed_list import peek, sign_list
from sceau.ledger import commands as c
from sceau.ledger.exported import Selection
from sceau.projections import pack as packs
from sceau.publication import publish_verified
from sceau.seals import pack
from sceau.seals.pack import Beside, Blank
from sceau.seals.published import StatusEntry
from sceau.tlog.checkpoint import Checkpoint

DAY_MS = 86_400_000
FULL, DELTA = "full-1.pack", "delta-1-2.pack"


class Office:
    """Publishes packs, and hands over an export that covers them."""

    def __init__(self, house: Small, folder: Path) -> None:
        self.house, self.folder = house, folder / "public"
        self.desk = Desk(folder, house)

    def publish(self, **options: Any) -> Path:
        self.house.clock.now += DAY_MS
        done = publish_verified(self.house.ledger, self.folder, self.house.clock() // 1000, **options)
        return self.folder / "pack" / done.pack.named.file

    def work(self) -> None:
        """A revocation, a suspension lifted, two documents more."""
        act = self.house.birth(surname="SANOGO")
        self.house.extract(act), self.house.visa(surname="BERNARD")
        self.house.do(c.RevokeDocument(number="VPA260001", reason="lost", **self.house.by()))
        self.house.do(c.ResumeDocument(number="VPA260002", reason="found", **self.house.by()))

    def found(self, *paths: Path, **options: Any) -> set[tuple[str, str]]:
        """What an audit of these packs finds: codes, and which pack."""
        self.desk.write(**options)
        examined = self.desk.examine(packs=paths)
        assert [one.name for one in examined.packs] == [f"pack/{path.name}" for path in paths]
        return {(one.code, one.stream) for one in examined.faults}


@pytest.fixture
def office(house: Small, tmp_path: Path) -> Office:
    house.do(c.SuspendDocument(number="VPA260002", reason="lost", **house.by()))
    return Office(house, tmp_path)


@pytest.fixture
def wrong(monkeypatch: pytest.MonkeyPatch, office: Office) -> Callable[..., Path]:
    """`wrong(name=function)`: a publisher whose program writes what the function makes of an argument of a body."""

    def publish(what: str, change: Callable[..., Any]) -> Path:
        with monkeypatch.context() as patched:
            made = getattr(pack, what)
            patched.setattr(pack, what, lambda *given: change(made, *given))
            patched.setattr(packs, "after", _unread)
            return office.publish()

    return publish


def _unread(chain: Any, named: Any, listed: Any, content: bytes, said: Any) -> Any:
    return packs._linked(None if named.kind == pack.FULL else chain, named, content, listed)


def test_packs_speak_of_no_twin_and_follow_from_the_events_all_the_same(office: Office) -> None:
    first, insider = office.publish(), Insider(office.house)
    known = insider.state("document:VPA260001").issued
    twin = replace(known, number="VPA260004", issued_on="2026-11-23", personal=())
    insider.write("document:VPA260004", twin, ("register:VPA26",))
    office.house.reopen()
    office.house.do(c.RevokeDocument(number="VPA260004", reason="lost", **office.house.by()))
    second = office.publish()
    assert office.found(first, second) == {("integrity.seal_twice", "document:VPA260004")}


def test_full_pack_and_deltas_follow_from_the_events(office: Office) -> None:
    first = office.publish()
    office.work()
    second = office.publish()
    third = office.publish()
    assert [first.name, second.name, third.name] == [FULL, DELTA, "delta-2-3.pack"]
    assert office.found(first, second, third) == set()
    assert office.found() == set()
    last = office.publish(full=True)
    assert office.found(last, first) == set()
    assert not {fault.code for fault in office.desk.examine(packs=(first, second, last), workers=2).faults}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda make, issued, *more: make(issued | {bytes(16)}, *more), "pack.issued"),
        (lambda make, issued, *more: make(frozenset(sorted(issued)[1:]), *more), "pack.issued"),
        (lambda make, issued, *more: make(frozenset(sorted(issued)[1:]) | {bytes(16)}, *more), "pack.issued"),
        (lambda make, issued, status, *more: make(issued, _without_one(status), *more), "pack.status"),
        (lambda make, issued, status, *more: make(issued, _other_day(status), *more), "pack.status"),
        (lambda make, issued, status, *more: make(issued, _one_more(issued, status), *more), "pack.status"),
        (
            lambda make, issued, status, seed, beside: make(
                issued, status, seed, Beside(b"", (Blank("A", "1", "2", "2026-11-22"),))
            ),
            "pack.body",
        ),
    ],
    ids=["one too many", "one missing", "one exchanged", "a status lifted", "a day", "a status more", "blanks"],
)
def test_a_full_pack_that_was_tampered_with(office: Office, wrong: Any, change: Any, code: str) -> None:
    assert office.found(wrong("full_body", change)) == {(code, f"pack/{FULL}")}


@pytest.mark.parametrize(
    ("change", "code"),
    [
        (lambda make, version, before, status, issued, *more: make(version, before, status, set(), *more), "issued"),
        (
            lambda make, version, before, status, issued, *more: make(
                version, before, status, issued | {bytes(16)}, *more
            ),
            "issued",
        ),
        (lambda make, version, before, status, *more: make(version, before, _without_one(status), *more), "status"),
        (lambda make, *given: {**make(*given), "lifted": b""}, "status"),
    ],
    ids=["missing", "one too many", "a status lifted", "one not lifted"],
)
def test_a_delta_that_was_tampered_with(office: Office, wrong: Any, change: Any, code: str) -> None:
    first = office.publish()
    office.work()
    second = wrong("delta_body", change)
    assert office.found(first, second) == {(f"pack.{code}", f"pack/{DELTA}")}


def _without_one(status: Any) -> Any:
    return {key: status[key] for key in sorted(status)[1:]}


def _other_day(status: Any) -> Any:
    return {key: StatusEntry(one.state, one.reason, one.since.replace(day=1)) for key, one in status.items()}


def _one_more(issued: Any, status: Any) -> Any:
    good = next(key for key in sorted(issued) if key not in status)
    return {**status, good: next(iter(status.values()))}


def resigned(office: Office, path: Path, **changed: Any) -> Path:
    """The same pack with other values, signed by whoever holds the LISTS key; put in its place."""
    trust, message = pack.read_file(path.read_bytes())
    found = peek(message)
    said = {"version": found.version, "as_of": found.as_of, "body": found.body, **changed}
    signer = office.house.ledger.keystore.signer("lists")
    times = (found.issued_at, found.next_update)
    again = sign_list(found.kind, found.authority, said["version"], *times, said["as_of"], said["body"], signer)
    path.write_bytes(pack.write_file(trust, again))
    return path


def test_a_pack_that_was_never_logged(office: Office) -> None:
    """The keys are stolen, or the operator serves some devices another pack than all others."""
    first = office.publish()
    office.work()
    second = office.publish()
    body = peek(pack.read_file(first.read_bytes()).listed).body
    issued = frozenset(one.list_key for one in _listed(office))
    other = pack.full_body(issued, {}, b"\5" * 16, Beside(body["checkpoint"]))
    resigned(office, first, body=other)
    assert {code for code, name in office.found(first)} == {"pack.unlogged", "pack.issued", "pack.status"}
    resigned(office, second, as_of=peek(pack.read_file(second.read_bytes()).listed).as_of + 1)
    assert ("pack.unlogged", f"pack/{DELTA}") in office.found(second)


def _listed(office: Office) -> Any:
    from sceau.projections.query import StatusQuery

    with StatusQuery(office.house.config.home / "publication.db").look() as look:
        return list(look.documents())


def test_a_delta_of_a_chain_that_the_log_does_not_know(office: Office) -> None:
    office.publish()
    second = office.publish()
    body = {**peek(pack.read_file(second.read_bytes()).listed).body, "from": [9, bytes(32)]}
    moved = resigned(office, second, body=body).rename(second.with_name("delta-9-2.pack"))
    assert office.found(moved) == {("pack.unlogged", "pack/delta-9-2.pack")}


def test_a_delta_that_continues_another_file_than_was_logged(office: Office) -> None:
    office.publish()
    second = office.publish()
    found = peek(pack.read_file(second.read_bytes()).listed).body
    other = resigned(office, second, body={**found, "from": [found["from"][0], bytes(32)]})
    office.desk.write()
    (unlogged, origin) = office.desk.examine(packs=(other,)).faults
    assert {unlogged.code, origin.code} == {"pack.unlogged"}
    assert "continues a file of version 1" in unlogged.detail + origin.detail


def test_a_pack_newer_than_the_export_or_beside_a_part_is_not_examined(office: Office, tmp_path: Path) -> None:
    office.desk.write()
    first = office.publish()
    found = office.desk.examine(packs=(first,)).faults
    assert {one.code for one in found} == {"pack.unexamined"}
    office.desk = Desk(tmp_path / "part", office.house)
    assert office.found(first, selection=Selection(mission="PAR")) == {("pack.unexamined", f"pack/{FULL}")}


def test_the_checkpoint_in_a_pack_is_held_against_the_log(office: Office) -> None:
    """A fork that only devices were shown."""
    desk = office.desk
    desk.write()
    good = (desk.export / "log/checkpoint").read_bytes()
    first = office.publish(checkpoint=good)
    assert office.found(first) == set()
    fork = signed(Checkpoint(desk.origin, 9, b"\7" * 32), desk.signer)
    second = office.publish(checkpoint=fork)
    assert office.found(second) == {("log.fork", f"pack/{DELTA}")}
    stranger = signed(Checkpoint("other.example/1", 9, b"\7" * 32), office.house.ledger.keystore.signer("lists"))
    third = office.publish(checkpoint=stranger)
    assert office.found(third) == {("pack.body", "pack/delta-2-3.pack")}


def test_what_is_no_pack_cannot_be_read(office: Office, tmp_path: Path) -> None:
    first = office.publish()
    half = tmp_path / "half"
    half.write_bytes(first.read_bytes()[:-9])
    for path in (half, tmp_path / "nowhere", office.folder / "trust.cose"):
        with pytest.raises(InputUnreadable):
            auditing.read(path)


def test_a_finding_keeps_its_id(office: Office, wrong: Any) -> None:
    bad = wrong("full_body", lambda make, issued, *more: make(issued | {bytes(16)}, *more))
    office.desk.write()
    ids = [[one.id for one in office.desk.examine(packs=(bad,)).faults] for _ in range(2)]
    assert ids[0] == ids[1] and len(ids[0]) == 1


def test_the_program_takes_packs_and_reports_them(
    office: Office, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    import json

    from auditor_desk import policy_text

    from sceau.audit_kit.cli import main
    from sceau.tlog.note import ED25519, Verifier

    first = office.publish()
    office.desk.write()
    policy = tmp_path / "policy"
    policy.write_text(policy_text(Verifier(office.desk.origin, ED25519, office.desk.signer.public)))
    words = [office.desk.export, "--policy", policy, "--state", tmp_path / "kept", "--report", tmp_path / "report"]
    given = [str(one) for one in (*words, "--evidence", tmp_path / "evidence", "--lang", "en", "--pack", first)]
    assert main(given, lambda: NOW) == 0
    told = json.loads((tmp_path / "report").read_text())
    assert told["packs"][0]["same"] and told["packs"][0]["name"] == f"pack/{FULL}" and told["checked"]["packs"] == 1
    assert f"pack/{FULL}@{told['packs'][0]['events']} =" in capsys.readouterr().out
    resigned(office, first)
    path = first.read_bytes()
    first.write_bytes(path[:-1] + bytes((path[-1] ^ 1,)))  # not even signed: the log does not name it
    assert main(given, lambda: NOW) == 6
    assert "none of those that the log names" in capsys.readouterr().out
