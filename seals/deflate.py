"""Compressed content in a code (RFC 1950, RFC 1951): one whole stream, nothing after it, never more than a limit."""

import zlib

from sceau.domain.errors import SealMalformed
from sceau.domain.flaw import Flaw

INFLATED_MAX = 16 * 1024
_REFUSED = f"not one whole zlib stream of at most {INFLATED_MAX >> 10} KiB"
ZLIB, RAW = zlib.MAX_WBITS, -zlib.MAX_WBITS


def inflate(data: bytes, form: int = ZLIB) -> bytes:
    """The content, at most 16 KiB; SealMalformed for a stream that is cut, too long or followed by other bytes."""
    stream = zlib.decompressobj(form)
    try:
        content = stream.decompress(data, INFLATED_MAX)
    except zlib.error:
        raise SealMalformed(Flaw.COMPRESSION, _REFUSED) from None
    if not stream.eof or stream.unused_data:
        raise SealMalformed(Flaw.COMPRESSION, _REFUSED)
    return content
