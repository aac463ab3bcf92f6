"""The kept head beside the issuing path: cheap, never over a hole, and one with the signer of the log."""

import threading

import pytest
from log_house import LogHouse, grow

from sceau.domain.errors import LogBroken
from sceau.ledger import head
from sceau.ledger.log.signer import HeadMoved, Kept, SigningRequest, StateFile


def test_in_chunks_it_is_the_same_head(alone: LogHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """And what is then published is that very note."""
    monkeypatch.setattr(head, "_CHUNK", 64)
    grow(alone.house.ledger.store, 300)
    store = alone.house.ledger.store
    alone.head().advance(store)
    kept = alone.head().read()
    alone.head().audit(store)
    assert alone.publish().size == kept.checkpoint.size == store.size()
    assert alone.directory.read("checkpoint") == kept.note


def test_never_over_a_hole(alone: LogHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    """A leaf deleted before it was signed: without this, all later ones would be signed in the wrong place."""
    store = alone.house.ledger.store
    start = store.size()
    grow(store, 20)
    leaves = store.leaves

    def holed(first: int, limit: int) -> list[bytes]:
        found = list(enumerate(leaves(first, 100), first))
        return [leaf for idx, leaf in found if idx != start + 5][:limit]

    monkeypatch.setattr(store, "leaves", holed)
    with pytest.raises(LogBroken, match="a leaf is missing"):
        alone.head().advance(store)
    assert alone.head().read().checkpoint.size == start


def test_when_another_was_first_it_goes_on_from_there(alone: LogHouse, monkeypatch: pytest.MonkeyPatch) -> None:
    store = alone.house.ledger.store
    grow(store, 10)
    sign, moved = StateFile.sign, []

    def late(self: StateFile, request: SigningRequest) -> Kept:
        if not moved:
            moved.append(sign(self, request))
            grow(store, 10)
            raise HeadMoved
        return sign(self, request)

    monkeypatch.setattr(StateFile, "sign", late)
    assert alone.head().advance(store).size == store.size()
    assert len(moved) == 1
    alone.head().audit(store)


def test_issuing_publishing_and_signing_at_once(alone: LogHouse) -> None:
    """The keeper of the head, a follower and writers share one signer: one history, whole at the end."""
    store, stopped, failed = alone.house.ledger.store, threading.Event(), []

    def keeping() -> None:
        while not stopped.is_set():
            try:
                alone.head().advance(store)
            except Exception as error:
                failed.append(error)
                return

    threads = [threading.Thread(target=keeping) for _ in range(2)]
    for thread in threads:
        thread.start()
    try:
        for _ in range(12):
            grow(store, 37)
            with alone.directory.locked():
                alone.follower().step()
            alone.verify()
    finally:
        stopped.set()
        for thread in threads:
            thread.join()
    assert failed == []
    assert alone.publish().size == store.size()
