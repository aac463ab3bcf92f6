"""sceau: a signed, append-only ledger of civil-status, identity and visa documents."""

__version__ = "0.1.0"
