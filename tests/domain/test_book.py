"""A book keeps every version of a mapping, and copies none."""

import random
import tracemalloc

import pytest

from sceau.domain.book import Book


@pytest.mark.parametrize("seed", range(20))
def test_every_version_is_what_a_copied_dictionary_would_be(seed: int) -> None:
    """Whatever version is gone on from, and however often."""
    chance = random.Random(seed)
    versions: list[tuple[Book[int], dict[str, int]]] = [(Book(), {})]
    for value in range(60):
        book, known = chance.choice(versions[-3:]) if chance.random() < 0.8 else chance.choice(versions)
        name = f"PAR-{chance.randrange(8)}"
        versions.append((book.written(name, value), {**known, name: value}))
    for book, known in versions:
        assert (dict(book), len(book)) == (known, len(known))
        assert all(book.get(f"PAR-{n}") == known.get(f"PAR-{n}") for n in range(8))


def test_two_that_go_on_from_the_empty_one_share_nothing() -> None:
    empty: Book[int] = Book()
    one, other = empty.written("a", 1), empty.written("b", 2)
    assert (dict(empty), dict(one), dict(other)) == ({}, {"a": 1}, {"b": 2})
    assert one._pages is not empty._pages


def test_books_with_the_same_values_are_equal() -> None:
    assert Book[int]().written("a", 1).written("b", 2) == Book[int]().written("b", 2).written("a", 0).written("a", 1)
    assert Book[int]().written("a", 1) != Book[int]().written("a", 2)


def test_two_thousand_versions_cost_two_thousand_entries() -> None:
    tracemalloc.start()
    try:
        versions: list[Book[int]] = [Book()]
        for value in range(2_000):
            versions.append(versions[-1].written(f"PAR-{value}", value))
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()
    assert [len(versions[at]) for at in (0, 1, 1_000, 2_000)] == [0, 1, 1_000, 2_000]
