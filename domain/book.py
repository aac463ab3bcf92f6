"""A mapping that is never changed, whose next version costs one entry: what is folded thousands of times is not copied.

    book    = name -> (page, value)*                     pages ascend
    version = a book read up to one page: of each name the last value that stands no later

All versions of one history share a book. The newest writes its successor on the next page; whoever goes on from an
older one, or from the empty one, gets a book of its own. Threads may read together; one at a time may write.
"""

from bisect import bisect_right
from collections.abc import Iterator, Mapping
from operator import itemgetter
from typing import Generic, TypeVar

V = TypeVar("V")
_PAGE = itemgetter(0)


class _Pages(Generic[V]):
    __slots__ = ("entries", "last")

    def __init__(self) -> None:
        self.entries: dict[str, list[tuple[int, V]]] = {}
        self.last = 0


class Book(Mapping[str, V]):
    """One version; empty at first."""

    __slots__ = ("_page", "_pages")

    def __init__(self) -> None:
        self._pages: _Pages[V] = _Pages()
        self._page = 0

    def written(self, name: str, value: V) -> "Book[V]":
        """The next version, in which `name` has this value."""
        found: Book[V] = Book()
        if self._page and self._page == self._pages.last:
            found._pages, found._page = self._pages, self._page
        else:
            for known, before in self.items():
                found._write(known, before)
        found._write(name, value)
        return found

    def _write(self, name: str, value: V) -> None:
        self._page = self._pages.last = self._pages.last + 1
        self._pages.entries.setdefault(name, []).append((self._page, value))

    def __getitem__(self, name: str) -> V:
        entries = self._pages.entries[name]
        at = bisect_right(entries, self._page, key=_PAGE)
        if not at:
            raise KeyError(name)
        return entries[at - 1][1]

    def __iter__(self) -> Iterator[str]:
        return (name for name, entries in self._pages.entries.items() if entries[0][0] <= self._page)

    def __len__(self) -> int:
        return sum(1 for _ in self)
