"""Events in bulk: records that hold no cycles and are gone with their last reference.

The collector would walk each of them several times to find nothing: an eighth of the time of an audit or of issuing, a
fifth of a rebuild's.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

WALKING, ISSUING = 1_000_000, 20_000  # records made and not yet released: of a walk with an end, of a process without


@contextmanager
def seldom_collected(every: int = WALKING) -> Iterator[None]:
    """Collect garbage seldom, and as usual afterwards."""
    usual = gc.get_threshold()
    gc.set_threshold(every, *usual[1:])
    try:
        yield
    finally:
        gc.set_threshold(*usual)
