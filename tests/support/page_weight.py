"""What a first visit to the page fetches, compressed as a web server compresses it."""

import gzip
import re
from collections.abc import Mapping

LIMIT_KB = 600
_LATER = re.compile(rb"const LATER = /(.*)/;")  # sw.js says what is fetched only when it is asked for


def first_visit_kb(files: Mapping[str, bytes]) -> float:
    """Kilobytes of the published files of the page, lists apart."""
    stated = _LATER.search(files["sw.js"])
    if stated is None:
        raise ValueError("sw.js does not say what is fetched later")
    later = re.compile(stated[1].decode())
    return sum(len(gzip.compress(body, 9)) for name, body in files.items() if not later.match(name)) / 1000
