"""What is wrong with a code that cannot be read as a seal: one short, stable code for each kind of fault.

The error's own detail tells more to those who write readers; who holds the paper is told the kind, in his language
(verify_api/unread.py).
"""

from enum import StrEnum


class Flaw(StrEnum):
    """The kinds of fault; the values stand in the page's modules too and never change."""

    # it breaks the grammar of its format
    UNKNOWN = "unknown"
    SIZE = "size"
    ALPHABET = "alphabet"
    CUT = "cut"
    HEADER = "header"
    STRUCTURE = "structure"
    SPELLING = "spelling"
    COMPRESSION = "compression"
    NAME = "name"
    DATE = "date"
    TWICE = "twice"
    VALUE = "value"
    ZONE = "zone"
    DIGIT = "digit"
    SIGNATURE = "signature"
    # it is known, but not read here
    OTENTIK = "otentik"
    ENCRYPTED = "encrypted"
    BINARY = "binary"
    UNSIGNED = "unsigned"
    NO_IDENTITY = "no_identity"
    NO_CERTIFICATE = "no_certificate"
    PART = "part"
    ALGORITHM = "algorithm"
