"""Witnesses that show another history, and those that only claim one: what stops everything, and what stops nobody."""

import json
from typing import Any

import pytest
from log_house import LogHouse, down, grow, outcomes
from witness_forks import MALLORY, signed_by

from sceau.domain.errors import WitnessAlarm
from sceau.tlog import checkpoint
from sceau.tlog.note import parse


def forked(log: LogHouse, size: int) -> bytes:
    """Another history of that size, signed by our own key and cosigned by b: what a copied key makes."""
    grown = checkpoint.Checkpoint(log.log.name, size, b"r" * 32).sign(log.house.ledger.keystore.signer("head"))
    return grown._replace(signatures=(*grown.signatures, log.bystanders["b"].cosigner.sign(grown.text, 5))).encode()


@pytest.mark.parametrize(
    ("answer", "size", "why"),
    [
        pytest.param((409, b"100000\n"), 100_000, "has cosigned 100000 leaves", id="409 ahead of us"),
        pytest.param((422, b"no\n"), 14, "does not extend", id="422"),
        pytest.param((409, b"14\n"), 14, "another root at 14 leaves", id="409 at the size it signed"),
    ],
)
def test_a_witness_of_another_history_stops_everything(
    witnessed: LogHouse, answer: tuple[int, bytes], size: int, why: str
) -> None:
    """Alarm: the evidence is kept, nothing is published or issued, though the two others would have been enough."""
    witnessed.publish()
    honest, shown = witnessed.bystanders["b"].honest, forked(witnessed, size)
    witnessed.bystanders["b"].answer = lambda method, *rest: answer if method == "POST" else (200, shown)
    witnessed.house.birth()
    with witnessed.directory.locked(), pytest.raises(WitnessAlarm, match=why):
        witnessed.follower().step()
    witnessed.verify()
    assert witnessed.size() == 14
    kept = json.loads(witnessed.house.config.log_alarm.read_text())
    assert kept["witness"] == "b"
    assert checkpoint.parse(parse(kept["ours"].encode()).text).size == witnessed.house.ledger.store.size()
    assert kept["theirs"].encode() == shown
    witnessed.bystanders["b"].answer = honest
    with witnessed.directory.locked(), pytest.raises(WitnessAlarm):
        witnessed.follower().step()
    with pytest.raises(WitnessAlarm):
        witnessed.house.opened()
    witnessed.house.config.log_alarm.unlink()
    assert witnessed.publish().published


@pytest.mark.parametrize(
    "answer", [(422, b"no\n"), (409, b"999999\n"), (409, b"14\n")], ids=["422", "409 ahead of us", "409 as it signed"]
)
@pytest.mark.parametrize("shown", ["honestly", "nothing", "unsigned", "not by us", "not by it", "no answer"])
def test_a_witness_that_proves_no_other_history_stops_nobody(
    witnessed: LogHouse, answer: tuple[int, bytes], shown: str
) -> None:
    """A status code is nobody's word: the witness is named and not counted, the others are a quorum."""
    witnessed.publish()
    b = witnessed.bystanders["b"]
    ours = checkpoint.Checkpoint(witnessed.log.name, 999_999, b"r" * 32)
    signed, foreign = ours.sign(witnessed.house.ledger.keystore.signer("head")), ours.sign(MALLORY)

    def lie(method: str, *rest: Any) -> tuple[int, bytes]:
        told = {
            "nothing": (404, b""),
            "unsigned": (200, f"{ours.body()}\n".encode()),
            "not by us": (
                200,
                foreign._replace(signatures=(*foreign.signatures, b.cosigner.sign(foreign.text, 5))).encode(),
            ),
            "not by it": (200, signed.encode()),
        }
        if method == "POST":
            return answer
        if shown == "no answer":
            return down(method, *rest)
        return b.honest(method, *rest) if shown == "honestly" else told[shown]

    b.answer = lie
    witnessed.house.birth()
    step = witnessed.publish()
    assert step.published
    assert outcomes(step) == {"a": "signed", "b": "lying", "c": "signed"}
    assert signed_by(witnessed) == {"a", "c"}
    assert not witnessed.house.config.log_alarm.exists()
    witnessed.house.opened().close()


def test_an_alarm_stops_a_running_issuer(witnessed: LogHouse) -> None:
    house = witnessed.house
    house.birth()
    house.config.log_alarm.write_text('{"witness": "b", "why": "another root"}')
    house.clock.now += 2000
    for _ in range(2):  # not only the command that looks
        with pytest.raises(WitnessAlarm, match="b: another root"):
            house.birth()
    house.config.log_alarm.write_text("not readable")
    with pytest.raises(WitnessAlarm):
        house.ledger.head.check(house.ledger.store)
    house.config.log_alarm.unlink()
    house.clock.now += 2000
    house.birth()


def test_start_compares_with_what_the_witnesses_show(witnessed: LogHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """One has cosigned more than the signer knows: home and database are old. Or less, but of another root."""
    witnessed.publish()
    ahead = witnessed.bystanders["c"].witness.latest
    grown = checkpoint.Checkpoint(witnessed.log.name, 99, b"r" * 32).sign(
        witnessed.house.ledger.keystore.signer("head")
    )
    cosigned = witnessed.bystanders["c"].cosigner.sign(grown.text, 5)
    shown = grown._replace(signatures=(*grown.signatures, cosigned))
    monkeypatch.setattr(
        witnessed.bystanders["c"].witness, "latest", lambda log: ahead(log)._replace(body=shown.encode())
    )
    with (
        witnessed.directory.locked(),
        pytest.raises(WitnessAlarm, match="c: 99 leaves were signed, the signer knows 14"),
    ):
        witnessed.follower().start()
    assert json.loads(witnessed.house.config.log_alarm.read_text())["theirs"] == shown.encode().decode()
    witnessed.house.config.log_alarm.unlink()
    grow(witnessed.house.ledger.store, 99)
    witnessed.head().advance(witnessed.house.ledger.store)
    signed = witnessed.head().read()
    with witnessed.directory.locked():
        follower = witnessed.follower()
        follower.start()
        with pytest.raises(WitnessAlarm, match="another root at 99"):
            follower.step()
    assert witnessed.head().read() == signed
    assert json.loads(witnessed.house.config.log_alarm.read_text())["theirs"] == shown.encode().decode()


def test_what_a_witness_shows_without_its_word_is_ignored(witnessed: LogHouse) -> None:
    """A checkpoint that our log signed but the witness did not, or the other way round, proves nothing."""
    witnessed.publish()
    key = witnessed.house.ledger.keystore.signer("head")
    ours = checkpoint.Checkpoint(witnessed.log.name, 99, b"r" * 32).sign(key)
    theirs = checkpoint.Checkpoint(witnessed.log.name, 99, b"r" * 32).sign(MALLORY)
    for shown in (ours.encode(), theirs.encode(), b"\xff", b""):
        witnessed.bystanders["c"].answer = lambda *call, shown=shown: (200, shown)
        with witnessed.directory.locked():
            witnessed.follower().start()
