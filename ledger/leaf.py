"""The leaf of an event, as the ledger names it; its format stands where checkers reach it too: tlog/leaf.py."""

from sceau.tlog.leaf import KINDS, entry, event_leaf

__all__ = ["KINDS", "entry", "event_leaf"]
