"""A form that a browser sends: multipart/form-data (RFC 7578, RFC 2046 section 5.1.1), in the one shape browsers write.

    body = "--" boundary (CRLF header CRLF CRLF content CRLF "--" boundary)* "--" CRLF?

No nesting, no transfer encoding, no preamble; each name once; a few parts with short headers. A library would stream
files to disk, which a checker that keeps nothing does not want.
"""

import re
from collections.abc import Mapping

PARTS_MAX = 8
HEADER_MAX = 1024
_BOUNDARY = re.compile(rb"multipart/form-data; *boundary=(\"?)([0-9A-Za-z'()+_,./:=? -]{1,70})\1 *", re.IGNORECASE)
_NAME = re.compile(rb"content-disposition: *form-data; *name=\"([a-z]{1,20})\"(?:;[^\r\n]*)?", re.IGNORECASE)


class FormInvalid(Exception):
    """Not a form that a browser sends."""


def read_form(content_type: bytes, body: bytes) -> Mapping[str, bytes]:
    """The contents by the names of their parts; raise FormInvalid."""
    said = _BOUNDARY.fullmatch(content_type)
    if said is None:
        raise FormInvalid("no boundary")
    delimiter = b"\r\n--" + said[2]
    first, *parts = (b"\r\n" + body).split(delimiter, PARTS_MAX + 1)
    if first or not parts or parts.pop() not in (b"--", b"--\r\n"):
        raise FormInvalid("does not begin or end as it must, or has too many parts")
    found = dict(map(_part, parts))
    if len(found) != len(parts):
        raise FormInvalid("a name twice")
    return found


def _part(part: bytes) -> tuple[str, bytes]:
    end = part.find(b"\r\n\r\n", 0, HEADER_MAX)
    if end < 0 or not part.startswith(b"\r\n"):
        raise FormInvalid("a part without headers, or with long ones")
    for line in part[2:end].split(b"\r\n"):
        if named := _NAME.fullmatch(line):
            return named[1].decode(), part[end + 4 :]
    raise FormInvalid("a part without a name")
