"""Witnesses that are slow, down, lying, rolled back or ahead of us; the quorum alone decides what is published."""

import threading
from typing import Any

import pytest
from log_house import LogHouse, down, grow, outcomes
from witness_forks import MALLORY, signed_by

from sceau.ledger.log import witnessing
from sceau.ledger.log.follow import REFRESH_SECONDS
from sceau.tlog import checkpoint, note
from sceau.tlog.cosignature import cosign
from sceau.tlog.note import parse


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
