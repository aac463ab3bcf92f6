"""Witnesses at an address: whoever does not answer, never ends or never comes holds nobody up."""

import threading
from typing import Any

import pytest
from log_house import LogHouse, grow, loopback, outcomes

from sceau.ledger.log import post, witnessing


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
