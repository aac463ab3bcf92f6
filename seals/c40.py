"""C40, the text of an ICAO VDS (ISO/IEC 16022 section 5.2.5, as ICAO 9303-13 narrows it).

text = (A-Z | 0-9 | space)*        `<` is written as a space, so a reader sees a space

three characters a, b, c    1600a + 40b + c + 1, two bytes, the high one first
two left                    the same with c = 0
one left                    FE, then its ASCII code + 1
values                      space 3, digits 4 to 13, letters 14 to 39

"XK CD" = EB04 66A9         "XKCD" = EB11 FE45
"""

import struct

from sceau.domain.errors import FieldInvalid, SealMalformed
from sceau.domain.flaw import Flaw

_ALPHABET = " 0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_VALUE = {char: 3 + i for i, char in enumerate(_ALPHABET)} | {"<": 3}
_FIRST = {char: 1600 * value + 1 for char, value in _VALUE.items()}
_SECOND = {char: 40 * value for char, value in _VALUE.items()}
_CHAR = {value: char for char, value in _VALUE.items() if char != "<"}
_PAIR = {40 * i + j: a + b for i, a in _CHAR.items() for j, b in _CHAR.items()}
_UNLATCH = 0xFE


class _Triples(dict[int, str]):
    """The three characters of a word, made when it is first met: at most 37 ** 3 of them; KeyError for no such word."""

    def __missing__(self, word: int) -> str:
        pair, third = divmod(word - 1, 40)
        self[word] = found = _PAIR[pair] + _CHAR[third]
        return found


_TRIPLES = _Triples()
_LAST = {_UNLATCH << 8 | ord(char) + 1: char for char in _ALPHABET}
_LAST_WORD = {char: word for word, char in _LAST.items()} | {"<": _UNLATCH << 8 | ord(" ") + 1}


def encode(text: str) -> bytes:
    """Write `text`; FieldInvalid for a character other than A-Z, 0-9, space and `<`."""
    try:
        words = [
            _FIRST[a] + _SECOND[b] + _VALUE[c] for a, b, c in zip(text[0::3], text[1::3], text[2::3], strict=False)
        ]
        left = text[len(words) * 3 :]
        if len(left) == 2:
            words.append(_FIRST[left[0]] + _SECOND[left[1]])
        elif left:
            words.append(_LAST_WORD[left])
    except KeyError as error:
        why = f"{error.args[0]!r} has no place in a seal of capitals and digits"
        raise FieldInvalid(
            "text", why, f"{error.args[0]!r} ne peut figurer dans un sceau de capitales et chiffres"
        ) from None
    return struct.pack(f">{len(words)}H", *words)


def decode(data: bytes) -> str:
    """Read text; SealMalformed unless `data` is exactly how `encode` writes it."""
    if len(data) % 2:
        raise SealMalformed(Flaw.ALPHABET, "C40: an odd number of bytes")
    try:
        *words, last = struct.unpack(f">{len(data) // 2}H", data)
        return "".join([_TRIPLES[word] for word in words]) + _tail(last)
    except ValueError:
        return ""  # no bytes, no text
    except KeyError:
        raise SealMalformed(Flaw.ALPHABET, "C40: not a value of the alphabet") from None


def _tail(word: int) -> str:
    if word in _LAST:
        return _LAST[word]
    pair, third = divmod(word - 1, 40)
    return _PAIR[pair] + (_CHAR[third] if third else "")
