"""How long to look for what nobody thought of: a moment in `make test`, always the same; minutes in `make fuzz`, never.

SCEAU_FUZZ_S     seconds for each test that asks here
"""

import os
import random
import time
from collections.abc import Callable, Iterator, Sequence

from hypothesis import given, settings
from hypothesis import strategies as st
from mutations import mutants

SECONDS = float(os.environ.get("SCEAU_FUZZ_S", "0"))


def rounds() -> Iterator[int]:
    """Seeds of rounds: one, or as many as the time allows; a failing test shows its seed as `seed`."""
    yield 1
    end = time.monotonic() + SECONDS
    while time.monotonic() < end:
        yield random.SystemRandom().getrandbits(32)


def hold(claim: Callable[[bytes], None], samples: Sequence[bytes], examples: int = 100) -> None:
    """Hypothesis tries to break `claim` with noise and with mutants of `samples`."""
    mutant = st.tuples(st.sampled_from(samples), st.integers(0, 1 << 32)).map(_mutated)
    long = SECONDS > 0
    for seed in rounds():
        count = 20 * examples if long else examples
        tried = settings(max_examples=count, derandomize=seed == 1, deadline=None, database=None)
        tried(given(st.binary(max_size=400) | mutant | mutant)(claim))()


def _mutated(chosen: tuple[bytes, int]) -> bytes:
    return next(mutants(chosen[0], random.Random(chosen[1]), 1))
