"""Witnesses that are slow, down, lying, rolled back or ahead of us; the quorum alone decides what is published."""

import json
import threading
from typing import Any

import pytest
from log_house import LogHouse, down, grow, loopback

from sceau.domain.errors import WitnessAlarm
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger.log import post, witnessing
from sceau.ledger.log.follow import REFRESH_SECONDS, Step
from sceau.tlog import checkpoint, note
from sceau.tlog.cosignature import cosign
from sceau.tlog.note import parse

MALLORY = SoftwareSigner.from_seed(b"\x66" * 32, Algorithm.ED25519)


def outcomes(step: Step) -> dict[str, str]:
    return {answer.name: answer.outcome for answer in step.answers}


def signed_by(log: LogHouse) -> set[str]:
    return set(log.policy.met_by(parse(log.directory.read("checkpoint"))).witnesses)


def test_all_sign(witnessed: LogHouse) -> None:
    step = witnessed.publish()
    assert outcomes(step) == dict.fromkeys("abc", "signed")
    assert signed_by(witnessed) == {"a", "b", "c"}
    grow(witnessed.house.ledger.store, 300)
    assert witnessed.publish().published
    assert {one.size(witnessed.log) for one in witnessed.bystanders.values()} == {witnessed.size()}
    assert all(len(one.requests) == 2 for one in witnessed.bystanders.values())  # nobody was asked twice


def test_a_quorum_without_one_that_is_down_and_its_return(witnessed: LogHouse) -> None:
    """Once back it says 409 with its own size, and is given the proof from there."""
    witnessed.publish()
    gone = witnessed.bystanders["c"]
    gone.answer = down
    for _ in range(3):
        grow(witnessed.house.ledger.store, 100)
        step = witnessed.publish()
        assert step.published
        assert outcomes(step) == {"a": "signed", "b": "signed", "c": "down"}
    assert signed_by(witnessed) == {"a", "b"}
    gone.answer = gone.honest
    grow(witnessed.house.ledger.store, 100)
    assert outcomes(witnessed.publish()) == dict.fromkeys("abc", "signed")
    assert gone.requests[-2].startswith(b"old 0\n")
    assert gone.requests[-1].startswith(b"old 14\n")
    assert gone.size(witnessed.log) == witnessed.size()


def test_without_a_quorum_the_former_head_stays(witnessed: LogHouse) -> None:
    """The new head waits, is not made again, and is published as soon as enough sign."""
    size = witnessed.publish().size
    before = witnessed.directory.read("checkpoint")
    for name in "ab":
        witnessed.bystanders[name].answer = down
    for _ in range(3):
        grow(witnessed.house.ledger.store, 400)
        step = witnessed.publish()
        assert (step.published, step.added) == (False, 400)
        assert witnessed.directory.read("checkpoint") == before
    assert witnessed.publish().added == 0
    witnessed.bystanders["a"].answer = witnessed.bystanders["a"].honest
    step = witnessed.publish()
    assert (step.published, step.added, step.size) == (True, 0, size + 1200)
    assert signed_by(witnessed) == {"a", "c"}


def test_a_slow_witness_holds_nobody_up(witnessed: LogHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """And is not asked again before it has answered."""
    monkeypatch.setattr(witnessing, "GRACE_SECONDS", 0.05)
    slow, release, asked = witnessed.bystanders["b"], threading.Event(), []

    def late(*call: Any) -> tuple[int, bytes]:
        asked.append(call[0])
        release.wait(30)
        return slow.honest(*call)

    slow.answer = late
    with witnessed.directory.locked():
        assert outcomes(witnessed.follower().step()) == {"a": "signed", "b": "slow", "c": "signed"}
        grow(witnessed.house.ledger.store, 10)
        assert outcomes(witnessed.follower().step()) == {"a": "signed", "b": "slow", "c": "signed"}
    assert asked == ["POST"]
    release.set()
    witnessed.asking._threads["b"].join()
    slow.answer = slow.honest
    grow(witnessed.house.ledger.store, 10)
    witnessed.publish()
    witnessed.verify()


def lying(witnessed: LogHouse, how: str) -> Any:
    """What a witness might say instead of its cosignature."""
    honest = witnessed.bystanders["b"].honest

    def answer(method: str, path: str, body: bytes, timeout: float) -> tuple[int, bytes]:
        status, said = honest(method, path, body, timeout)
        if method != "POST" or status != 200:
            return status, said
        text = parse(body.partition(b"\n\n")[2]).text
        wrong = {
            "another key": lambda: cosign(text, "b", MALLORY, 1).line().encode(),
            "its name on another text": lambda: _replayed(witnessed, text),
            "a flipped bit": lambda: (
                note.parse_signatures(said.decode())[0]._replace(signature=bytes(72)).line().encode()
            ),
            "nothing": lambda: b"",
            "noise": lambda: b"\xff\xfe\x00",
            "another witness's line": lambda: witnessed.bystanders["a"].honest(method, path, body, timeout)[1],
            "a novel": lambda: b"x" * 100_000 + b"\n",
        }
        return 200, wrong[how]()

    return answer


def _replayed(witnessed: LogHouse, text: str) -> bytes:
    """A good signature of the witness, over a smaller tree."""
    smaller = checkpoint.parse(text)._replace(size=1).body()
    return witnessed.bystanders["b"].cosigner.sign(smaller, 1).line().encode()


@pytest.mark.parametrize(
    "how",
    [
        "another key",
        "its name on another text",
        "a flipped bit",
        "nothing",
        "noise",
        "another witness's line",
        "a novel",
    ],
)
def test_a_lying_witness_is_not_kept_and_named(witnessed: LogHouse, how: str) -> None:
    witnessed.bystanders["b"].answer = lying(witnessed, how)
    step = witnessed.publish()
    assert outcomes(step) == {"a": "signed", "b": "lying", "c": "signed"}
    assert signed_by(witnessed) == {"a", "c"}
    witnessed.bystanders["c"].answer = down
    grow(witnessed.house.ledger.store, 5)
    assert not witnessed.publish().published


def test_a_witness_restored_from_a_backup_is_not_believed(witnessed: LogHouse) -> None:
    """It knows less than it has cosigned: named, not counted."""
    witnessed.publish()
    grow(witnessed.house.ledger.store, 100)
    witnessed.publish()
    witnessed.bystanders["a"].answer = lambda method, *rest: (409, b"14\n") if method == "POST" else (404, b"")
    grow(witnessed.house.ledger.store, 100)
    assert outcomes(witnessed.publish())["a"] == "rolled back"


@pytest.mark.parametrize("status", [400, 403, 404, 500, 503])
def test_a_witness_that_refuses_is_down(witnessed: LogHouse, status: int) -> None:
    witnessed.bystanders["a"].answer = lambda *call: (status, b"no\n")
    step = witnessed.publish()
    assert [one.detail for one in step.answers if one.name == "a"] == [f"HTTP {status}"]
    assert step.published


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


@pytest.mark.parametrize("later", [REFRESH_SECONDS, 10 * REFRESH_SECONDS, -REFRESH_SECONDS, -1_000_000])
def test_a_head_that_does_not_grow_is_cosigned_again(witnessed: LogHouse, later: int) -> None:
    """Its age says that the log lives; also when our clock was set back or forward."""
    witnessed.publish()
    assert witnessed.publish().answers == ()
    witnessed.seconds += later
    step = witnessed.publish()
    if later > 0:
        assert outcomes(step) == dict.fromkeys("abc", "signed")
        assert witnessed.publish().answers == ()
    else:  # witnesses do not go back in time either: they say so, and the former cosignatures stand
        assert outcomes(step) == dict.fromkeys("abc", "down")
        assert signed_by(witnessed) == {"a", "b", "c"}
    witnessed.verify()


def test_over_http(witnessed: LogHouse) -> None:
    with loopback(witnessed, "a") as a, loopback(witnessed, "b") as b:
        addresses = {"a": a, "b": b, "c": "http://127.0.0.1:9"}
        known = {name: one._replace(url=addresses[name]) for name, one in witnessed.policy.witnesses.items()}
        witnessed.policy = witnessed.policy._replace(witnesses=known)
        witnessed.asking = witnessing.Witnesses(witnessed.policy, post.call, timeout=5)
        assert outcomes(witnessed.publish()) == {"a": "signed", "b": "signed", "c": "down"}
        grow(witnessed.house.ledger.store, 10)
        assert witnessed.publish().published


@pytest.mark.parametrize("url", ["ftp://a.test", "http://", "file:///etc/passwd", "http://[::1", "http://127.0.0.1:9"])
def test_an_address_that_nobody_answers(url: str) -> None:
    with pytest.raises(post.NotAnswered) as caught:
        post.call("GET", url, b"", 1)
    assert not caught.value.slow


def test_an_answer_that_never_ends(witnessed: LogHouse) -> None:
    """No more than 64 KiB is read."""
    witnessed.bystanders["a"].answer = lambda *call: (200, bytes(1 << 20))
    with loopback(witnessed, "a") as url, pytest.raises(post.NotAnswered, match="more than 65536"):
        post.call("GET", url, b"", 5)


def test_an_answer_that_does_not_come(witnessed: LogHouse) -> None:
    release = threading.Event()

    def late(*call: Any) -> tuple[int, bytes]:
        release.wait(20)
        return 200, b""

    witnessed.bystanders["a"].answer = late
    with loopback(witnessed, "a") as url:
        try:
            with pytest.raises(post.NotAnswered) as caught:
                post.call("GET", url, b"", 0.2)
            assert caught.value.slow
        finally:
            release.set()
