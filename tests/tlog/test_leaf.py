"""The leaf of an event commits to it, tells its kind and hides the rest."""

import pytest

from sceau.domain import canonical
from sceau.domain.events import topics
from sceau.ledger import decide
from sceau.tlog.leaf import KINDS, entry, event_leaf
from sceau.tlog.merkle import leaf_hash

assert decide  # imports every aggregate, so that every topic is registered

KINDS_BY_TOPIC = {
    "act.established.v1": "event",
    "document.issued.v1": "event",
    "key.enrolled.v1": "key",
    "key.retired.v1": "key",
    "erasure.ordered.v1": "erasure",
    "lists.published.v1": "status-list",
    "view.digested.v1": "projection",
    "child_log.noted.v1": "child-log",
    "log.frozen.v1": "freeze",
}


@pytest.mark.parametrize("topic", KINDS_BY_TOPIC)
def test_an_entry_is_canonical_and_hides_the_event(topic: str) -> None:
    public = entry(b"s" * 32, b"the event", topic)
    assert canonical.decode(public)[:2] == ["sceau.leaf/1", KINDS_BY_TOPIC[topic]]
    assert b"the event" not in public
    assert leaf_hash(public) == event_leaf(b"s" * 32, b"the event", topic)
    assert entry(b"t" * 32, b"the event", topic) != public


def test_every_kind_is_of_a_topic_that_exists() -> None:
    assert KINDS.keys() <= set(topics())
