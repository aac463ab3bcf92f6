"""What the counter reads from the ledger for a paper."""

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest
from small_ledger import ALL_POWERS, Small, small

from sceau.desk.counter import Counter, paper_of, print_document
from sceau.domain.errors import DataErased
from sceau.ledger import commands as c


@pytest.fixture
def house(tmp_path: Path) -> Iterator[Small]:
    with small(tmp_path / "home") as opened:
        yield opened


def counter(house: Small) -> Counter:
    return Counter(house.ledger.issuance, "MLI", "ML", "https://verif.example/")


def test_an_extract_knows_the_centre_the_day_and_the_officer_of_its_act(house: Small) -> None:
    paper = paper_of(counter(house), house.extract(house.birth()), 0)
    assert paper.act_office == "Ambassade du Mali à Paris"
    assert paper.act_established_on == date(2026, 11, 22)
    assert paper.act_officer == "Officier PAR, Consul"


def test_the_officer_of_an_act_keeps_the_name_of_that_day(house: Small) -> None:
    act = house.birth()
    renamed = c.GrantMandate(
        code="PAR",
        holder="PAR-1",
        powers=tuple(ALL_POWERS),
        valid_from="2026-01-01",
        valid_until="2027-12-31",
        name="Autre NOM",
        title="Le Consul général",
        **house.by("MAE"),
    )
    house.do(renamed)
    paper = paper_of(counter(house), house.extract(act), 0)
    assert (paper.officer_name, paper.act_officer) == ("Autre NOM", "Officier PAR, Consul")


def test_a_visa_has_no_act_behind_it(house: Small) -> None:
    paper = paper_of(counter(house), house.visa(), 0)
    assert (paper.act_office, paper.act_established_on, paper.act_officer) == (None, None, None)


def test_what_was_erased_is_not_printed_nor_waited_for(house: Small) -> None:
    """A visa waits for the witnesses; of an erased one that is not what is said, and nothing is recorded."""
    number = house.visa()
    house.do(c.EraseDocument(number=number, reference="APDP 1", **house.by("MAE")))
    house.ledger.erase()
    size = house.ledger.store.size()
    waiting = Counter(house.ledger.issuance, "MLI", "ML", "https://verif.example/", witnessed=True)
    for printed in (lambda: paper_of(counter(house), number, 0), lambda: print_document(waiting, number, house.by())):
        with pytest.raises(DataErased):
            printed()
    assert house.ledger.store.size() == size
