"""Python and the page, on seals that nobody thought of; `make fuzz` gives it minutes and other seeds each time."""

import random
from collections.abc import Callable
from datetime import date, timedelta
from typing import Any

import foreign_seals
import pytest
from mutations import mutants
from patience import rounds
from surgery import claim169_seals, vds_seals

from sceau.domain.document_type import Carrier
from sceau.domain.errors import SealError
from sceau.seals.recognise import parse
from sceau.seals.vds_profiles import PROFILES

TODAY = date(2026, 11, 22)
CLASSES = frozenset({"civil_status", "administrative", "identity", "travel", "visa", "unclassified"})


@pytest.mark.parametrize("kind", ["mutants", "tokens", "visas", "foreign"])
def test_both_say_the_same(
    made: Any, state: Any, both: Callable[..., Any], sealed_types: list[bytes], kind: str
) -> None:
    state.keys = (*state.keys, *foreign_seals.KEYS)
    state.replaced(made.VISA_KEY, classes=CLASSES)
    state.replaced(made.CIVIL_KEY, classes=CLASSES)
    for seed in rounds():
        chance = random.Random(seed)
        state.issued = [
            code for code in seals(kind, made, sealed_types, chance) if is_read(code) and chance.random() < 0.7
        ]
        codes = [*state.issued, *seals(kind, made, sealed_types, chance)]
        today = TODAY + timedelta(days=chance.choice((-400, -2, 0, 0, 0, 3, 30, 400)))
        found = both().differences(codes, today, chance.choice((None, "verif.example")))
        assert (found, seed) == ([], seed)


def seals(kind: str, made: Any, sealed_types: list[bytes], chance: random.Random) -> list[bytes]:
    if kind == "tokens":
        return list(claim169_seals(made.CIVIL, made.ISSUER, made.NOON - chance.randrange(9) * made.DAY, chance, 100))
    if kind == "visas":
        return list(vds_seals(made.VISAS, [*PROFILES, "5D99"], chance, 100))
    if kind == "foreign":
        found = list(foreign_seals.codes(chance, 60))
        return [*found, *(mutant for code in found for mutant in mutants(code, chance, 3))]
    genuine = [*sealed_types, made.visa(), *(made.extract(by_carrier=carrier) for carrier in Carrier)]
    return [*genuine, *(mutant for code in genuine for mutant in mutants(code, chance, 10))]


def is_read(code: bytes) -> bool:
    try:
        return parse(code) is not None
    except SealError:
        return False
