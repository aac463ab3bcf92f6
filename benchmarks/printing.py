"""Printing: a birth extract from the ledger to PDF/A-3a with its code and attachments, each another document.

The rate is per core: by the processor seconds of this process, as Typst uses several cores and neighbours use them too.
"""

import time
from collections.abc import Iterator
from itertools import cycle

from ground import Bench
from measure import Figure, interleaved, repeated
from papers import papers

from sceau.desk.counter import Counter, paper_of
from sceau.desk.printing import print_pdf

LIMIT_PER_CORE_S = 15.0


def figures(bench: Bench) -> Iterator[Figure]:
    """Extracts a second per core."""
    with papers(bench) as made:
        state = made.ledger.config.state
        counter = Counter(made.ledger.issuance, state.authority, state.country, state.address)
        numbers = cycle(made.numbers["birth_extract"])

        def one() -> int:
            print_pdf(paper_of(counter, next(numbers), 0))
            return 1

        def printed() -> float:
            return repeated(bench.effort.seconds, one, time.process_time)

        one()  # fonts and templates are loaded once
        rounds = interleaved({"print": printed}, bench.effort.rounds, lambda text: bench.say(f"printing: {text}"))
        rate = rounds.rate("print")
        yield Figure("print an extract with QR, per core", rate, None, rate, LIMIT_PER_CORE_S, "/s")
