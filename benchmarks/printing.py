"""Printing: a birth extract from the ledger to PDF/A-3a with its code and attachments, each another document.

The rate is per core: by the processor seconds of this process, as Typst uses several cores and neighbours use them too.
"""

import time
from collections.abc import Iterator
from itertools import cycle

from ground import Bench
from measure import Figure, interleaved
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

        def printed() -> float:
            start, done = time.process_time(), 0
            while (spent := time.process_time() - start) < bench.effort.seconds:
                print_pdf(paper_of(counter, next(numbers), 0))
                done += 1
            return done / spent

        print_pdf(paper_of(counter, next(numbers), 0))  # fonts and templates are loaded once
        rounds = interleaved({"print": printed}, bench.effort.rounds, lambda text: bench.say(f"printing: {text}"))
        rate = rounds.rate("print")
        yield Figure("print an extract with QR, per core", rate, None, rate, LIMIT_PER_CORE_S, "/s")
