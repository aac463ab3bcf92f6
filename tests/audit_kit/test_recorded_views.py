"""The digests that the ledger recorded at each publication are recomputed at their own moment."""

from pathlib import Path

import pytest
from auditor_desk import Desk
from small_ledger import Small

from sceau.domain.log_record import ListsPublished, ViewDigested
from sceau.ledger import commands as c
from sceau.publication import publish_verified


def published_between_events(house: Small, folder: Path) -> None:
    for _ in range(2):
        house.birth(surname="KEITA")
        house.visa(surname="TRAORE")
        publish_verified(house.ledger, folder / "public", house.clock() // 1000)
    house.visa(surname="CISSE")


@pytest.mark.parametrize("workers", [1, 2])
def test_an_honest_operator(house: Small, tmp_path: Path, workers: int) -> None:
    published_between_events(house, tmp_path)
    desk = Desk(tmp_path, house)
    desk.write()
    found = desk.examine(workers=workers)
    assert not found.faults
    assert [one.stated for one in found.views] == [one.found for one in found.views]
    assert len({(one.events, one.found) for one in found.views}) == 2


@pytest.mark.parametrize("workers", [1, 2])
def test_lists_made_from_another_view(house: Small, tmp_path: Path, workers: int) -> None:
    """The ministry's own key signed it: only recomputing tells."""
    published_between_events(house, tmp_path)
    size = house.ledger.store.size()
    lists, view = ListsPublished(3, size, ("index.json",), (bytes(32),)), ViewDigested("status_v1", size, bytes(32))
    house.do(c.RecordPublication(lists=lists, view=view, **house.by("MAE")))
    house.visa(surname="KONE")
    desk = Desk(tmp_path, house)
    desk.write()
    assert desk.codes(workers=workers) == {("figures.view", None)}


@pytest.mark.parametrize("workers", [1, 2])
def test_publications_of_which_the_log_does_not_tell(house: Small, tmp_path: Path, workers: int) -> None:
    published_between_events(house, tmp_path)
    for version in (4, 9):
        size = house.ledger.store.size()
        lists, view = ListsPublished(version, size, ("index.json",), (bytes(32),)), ViewDigested("other", size, b"")
        house.do(c.RecordPublication(lists=lists, view=view, **house.by("MAE")))
    passed = [row.idx for row in house.ledger.store.stream("log:lists")][-2:]
    desk = Desk(tmp_path, house)
    desk.write()
    assert desk.codes(workers=workers) == {("integrity.publication_gap", idx) for idx in passed}
    details = {fault.detail for fault in desk.examine().faults}
    expected = ("publication 4 follows 2: nothing tells of 3", "publication 9 follows 4: nothing tells of 5 to 8")
    assert details == set(expected)
