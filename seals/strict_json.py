"""JSON that strangers wrote, read in one way only, and the one form of it that is signed (RFC 8785).

    value = object | array | string | integer | true | false | null        RFC 8259, UTF-8
    integers from -(2 ** 53 - 1) to 2 ** 53 - 1, the ones that every reader reads alike

Each name stands once in its object; no fractions, no lone surrogates, 16 levels. Fractions are what makes canonical
JSON hard; no seal has them under a signature over that form: so it is a few lines here and no dependency.
"""

import json
from typing import Any, NoReturn

from sceau.domain.errors import SealMalformed
from sceau.domain.flaw import Flaw

DEPTH_MAX = 16
INTEGER_MAX = 2**53 - 1


def read(data: bytes, fractions: bool = False) -> Any:
    """Read a value; SealMalformed for any other bytes. `fractions` lets 1.5 pass, as the text "1.5"."""
    try:
        text = data.decode()
        value = json.loads(
            text,
            object_pairs_hook=_object,
            parse_int=_integer,
            parse_float=str if fractions else _refused,
            parse_constant=_refused,
        )
        _check(value, 0)
    except (ValueError, RecursionError):
        raise SealMalformed(
            Flaw.SPELLING, "JSON: not a value, or one that two readers would read in two ways"
        ) from None
    return value


def canonical(value: Any) -> bytes:
    """RFC 8785 of a value that `read` gave: names in order of their UTF-16 code units, nothing escaped without need."""
    return _written(value).encode()


def _written(value: Any) -> str:
    if isinstance(value, dict):
        names = sorted(value, key=lambda name: name.encode("utf-16-be"))
        return "{" + ",".join(f"{_text(name)}:{_written(value[name])}" for name in names) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_written, value)) + "]"
    return _text(value)


def _text(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False)  # escapes what RFC 8785 section 3.2.2.2 escapes, and in its way


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise ValueError("a name stands twice")
    return found


def _integer(digits: str) -> int:
    value = int(digits) if len(digits) <= 17 else INTEGER_MAX + 1
    if abs(value) > INTEGER_MAX:
        raise ValueError("an integer that not every reader reads alike")
    return value


def _refused(text: str) -> NoReturn:
    raise ValueError(text)


def _check(value: Any, depth: int) -> None:
    """Depth, and text that is UTF-8."""
    if depth > DEPTH_MAX:
        raise ValueError("nested too deeply")
    if isinstance(value, str):
        value.encode()
    elif isinstance(value, dict):
        for name, inner in value.items():
            name.encode()
            _check(inner, depth + 1)
    elif isinstance(value, list):
        for inner in value:
            _check(inner, depth + 1)
