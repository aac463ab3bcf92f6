"""What the ledger records of itself: publications, other logs, its end."""

import pytest
from small_ledger import BIRTH, Small

from sceau.domain.errors import NotEntitled, WrongState
from sceau.domain.log_record import ChildLogNoted, ListsPublished, ViewDigested
from sceau.ledger import commands as c


def publication(house: Small, version: int, as_of: int, office: str = "MAE") -> c.RecordPublication:
    lists = ListsPublished(version, as_of, ("index.json",), (bytes(32),))
    return c.RecordPublication(lists=lists, view=ViewDigested("status_v1", as_of, bytes(32)), **house.by(office))


def noted(
    house: Small, size: int, extends: int | None = None, office: str = "MAE", root: bytes = bytes(32)
) -> c.NoteChildLog:
    head = ChildLogNoted("sceau.example/abj", size, root, "a note")
    before = None if extends is None else (extends, bytes(32))
    return c.NoteChildLog(noted=head, extends=before, **house.by(office))


def test_a_publication_never_goes_back(house: Small) -> None:
    house.do(publication(house, 1, 10))
    house.do(publication(house, 2, 10))  # nothing happened between the two
    for version, as_of in ((2, 11), (1, 11), (3, 9)):
        with pytest.raises(WrongState):
            house.do(publication(house, version, as_of))
    assert house.topics()[-2:] == ["lists.published.v1", "view.digested.v1"]


def test_another_log_never_shrinks(house: Small) -> None:
    house.do(noted(house, 5))
    house.do(noted(house, 5, 5))
    with pytest.raises(WrongState, match="already at 5"):
        house.do(noted(house, 4, 5))


@pytest.mark.parametrize("size", [5, 6])
def test_of_two_forks_one_is_noted(house: Small, size: int) -> None:
    """Each was proved to extend what was noted before, when it was looked at; in one process, and in two."""
    house.do(noted(house, 3))
    with house.opened() as other:
        assert other.issuance.states.get("log:child:sceau.example/abj").version == 1
        house.do(noted(house, 5, 3))
        for issuance in (house.ledger.issuance, other.issuance):
            with pytest.raises(WrongState, match="already at 5"):
                issuance.execute(noted(house, size, 3, root=b"f" * 32))
    assert house.topics().count("child_log.noted.v1") == 2


def test_of_one_size_another_log_has_one_root(house: Small) -> None:
    house.do(noted(house, 5))
    with pytest.raises(WrongState, match="already at 5"):
        house.do(noted(house, 5, 5, root=b"f" * 32))


def test_a_note_that_is_repeated_is_the_same_note(house: Small) -> None:
    first, again = noted(house, 3), noted(house, 5, 3)
    for command in (first, again, first, again):
        house.ledger.issuance.execute(command)
    assert house.topics().count("child_log.noted.v1") == 2


def test_a_frozen_log_takes_nothing_more(house: Small) -> None:
    house.do(c.FreezeLog(reason="the key was copied", successor="sceau.example/2", **house.by("MAE")))
    size = house.ledger.store.size()
    for refused in (lambda: house.birth(), lambda: house.visa(), lambda: house.do(publication(house, 1, 1))):
        with pytest.raises(WrongState, match="frozen"):
            refused()
    with pytest.raises(WrongState, match="frozen"):
        house.do(c.FreezeLog(reason="again", **house.by("MAE")))
    house.reopen()
    with pytest.raises(WrongState, match="frozen"):
        house.birth()
    assert house.ledger.store.size() == size


def test_a_process_that_has_not_heard_of_the_freeze_writes_nothing(house: Small) -> None:
    with house.opened() as other:
        other.issuance.execute(c.EstablishAct(kind="birth", values=BIRTH, **house.by()))
        house.do(c.FreezeLog(reason="the key was copied", **house.by("MAE")))
        size = house.ledger.store.size()
        with pytest.raises(WrongState, match="frozen"):
            other.issuance.execute(c.EstablishAct(kind="birth", values=BIRTH, **house.by()))
    assert house.ledger.store.size() == size


def test_only_the_ministry_speaks_for_the_log(house: Small) -> None:
    for command in (
        publication(house, 1, 1, "PAR"),
        noted(house, 1, office="PAR"),
        c.FreezeLog(reason="mine", **house.by("PAR")),
    ):
        with pytest.raises(NotEntitled):
            house.do(command)
