"""What Python and the page said of the same bytes, in one form."""

from collections.abc import Sequence
from typing import Any

LEAF_VALUES: Sequence[Any] = (
    None,
    True,
    0,
    1,
    -1,
    1 << 24,
    1 << 53,
    1 << 60,
    "",
    "MLI",
    "é",
    b"",
    b"\0",
    bytes(8),
    bytes(16),
    [],
    {},
    ["a"],
    [[]],
)


def code_of(answer: Any) -> Any:
    """The published code of a refusal; what was read, otherwise."""
    return answer["refused"]["code"] if isinstance(answer, dict) and "refused" in answer else answer
