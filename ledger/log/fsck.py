"""Verify a whole log directory from its bytes, and against the event store if there is one. Nothing is believed.

1  the checkpoint is signed by the log, and cosigned by the policy's quorum
2  every bundle's entries hash to their tile, every tile to its hash above, the top to the signed root
3  every partial tile still there is the beginning of the tile as it is now
4  every entry is that of its event, hashed anew; the database holds at least as many
5  nothing else lies in the directory; what lies past the checkpoint is counted, not judged
"""

import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import NamedTuple

from sceau.domain.errors import IntegrityError, LogBroken, NoteInvalid, ProofInvalid
from sceau.ledger.log.directory import CHECKPOINT, PUBLIC, LogDirectory
from sceau.ledger.log.integrate import entries_of
from sceau.ledger.stores.port import Store
from sceau.tlog import note as notes
from sceau.tlog import tile
from sceau.tlog.line import HASH_SIZE
from sceau.tlog.merkle import leaf_hash
from sceau.tlog.policy import Policy, Quorum
from sceau.tlog.tile import ENTRIES, TILE_WIDTH, Tile, TileReader, tiles_for

FINDINGS_MAX = 100


class Finding(NamedTuple):
    """One thing that does not hold: the file, and the index of the leaf where one can be named."""

    path: str
    idx: int | None
    detail: str


@dataclass
class Checked:
    """What was verified and what does not hold; `unpublished` files lie past the checkpoint."""

    quorum: Quorum | None = None
    size: int = 0
    tiles: int = 0
    partials: int = 0
    entries: int = 0
    events: int | None = None
    unpublished: int = 0
    findings: list[Finding] = field(default_factory=list)

    @property
    def holds(self) -> bool:
        """Whether everything does."""
        return not self.findings

    def found(self, path: str, idx: int | None, detail: str) -> None:
        """Note one thing; past a hundred, the rest is left out."""
        one = Finding(path, idx, detail)
        if len(self.findings) < FINDINGS_MAX and one not in self.findings:
            self.findings.append(one)


def check(
    directory: LogDirectory,
    policy: Policy,
    store: Store | None = None,
    progress: Callable[[int], None] = lambda done: None,
) -> Checked:
    """Verify the directory; the report names each file that does not hold."""
    checked = Checked()
    quorum = _check_head(directory, policy, checked)
    if quorum is None:
        return checked
    try:
        reader = TileReader(quorum.checkpoint.size, quorum.checkpoint.root, directory.read)
    except (FileNotFoundError, IntegrityError) as error:
        checked.found(CHECKPOINT, None, f"its tiles: {error}")
        return checked
    for one in tiles_for(reader.size):
        _check_tile(directory, reader, one, checked)
        if one.level == 0:
            _check_bundle(directory, one, store, checked)
            progress(one.n * TILE_WIDTH + one.width)
    _check_others(directory, reader.size, checked)
    return checked


def _check_head(directory: LogDirectory, policy: Policy, checked: Checked) -> Quorum | None:
    """1. Signature and quorum."""
    data = directory.find(CHECKPOINT)
    if data is None:
        checked.found(CHECKPOINT, None, "is missing")
        return None
    try:
        quorum = policy.met_by(notes.parse(data))
    except NoteInvalid as error:
        checked.found(CHECKPOINT, None, error.detail)
        return None
    checked.quorum, checked.size = quorum, quorum.checkpoint.size
    if not quorum.met:
        checked.found(CHECKPOINT, None, f"no quorum: cosigned by {', '.join(quorum.witnesses) or 'nobody'}")
    return quorum


def _check_tile(directory: LogDirectory, reader: TileReader, one: Tile, checked: Checked) -> None:
    """2. The tile's bytes are the hashes that the tiles above and the root call for."""
    checked.tiles += 1
    try:
        reader.node(8 * one.level, one.n * TILE_WIDTH)  # reads the whole tile and holds it against the one above
        if one.width < TILE_WIDTH:
            directory.read(one.path)  # the reader makes do with the full tile where there is one
    except FileNotFoundError as error:  # it may be the tile above
        checked.found(str(error), None, "is missing")
    except ProofInvalid as error:
        checked.found(one.path, None, error.detail)


def _check_bundle(directory: LogDirectory, one: Tile, store: Store | None, checked: Checked) -> None:
    """2. and 4. The entries of one level-0 tile."""
    path, first = one._replace(level=ENTRIES).path, one.n * TILE_WIDTH
    try:
        entries, hashes = tile.unbundle(directory.read(path)), directory.read(one.path)
    except FileNotFoundError as error:
        checked.found(path, first, f"{error} is missing")
        return
    except LogBroken as error:
        checked.found(path, first, error.detail)
        return
    if len(entries) != one.width:
        checked.found(path, first, f"holds {len(entries)} entries, not {one.width}")
    for n, entry in enumerate(entries[: one.width]):
        checked.entries += 1
        if leaf_hash(entry) != hashes[n * HASH_SIZE : (n + 1) * HASH_SIZE]:
            checked.found(path, first + n, "the entry does not give its leaf hash")
    if store is not None:
        _check_events(store, entries, path, first, checked)


def _check_events(store: Store, entries: list[bytes], path: str, first: int, checked: Checked) -> None:
    """4. One by one where the batch does not hold, so that each is named."""
    checked.events = checked.events or 0
    for at in range(len(entries)):
        try:
            made = entries_of(store.rows(first + at, first + len(entries)), first + at, first + len(entries))
        except LogBroken:
            made = _one_entry(store, path, first + at, checked)
        for n, (logged, one) in enumerate(zip(entries[at:], made, strict=False)):
            if logged != one:
                checked.found(path, first + at + n, "the entry is not that of the event")
        checked.events += len(made)
        if len(made) == len(entries) - at:
            return


def _one_entry(store: Store, path: str, index: int, checked: Checked) -> list[bytes]:
    try:
        return entries_of(store.rows(index, index + 1), index, index + 1)
    except LogBroken as error:
        checked.found(path, index, error.detail)
        return []


def _check_others(directory: LogDirectory, size: int, checked: Checked) -> None:
    """3. and 5. The files that the checkpoint does not call for."""
    for name in _names(directory.path):
        if name in PUBLIC:
            continue
        try:
            one = tile.parse_path(name)
        except ProofInvalid:
            checked.found(name, None, "does not belong to a log")
            continue
        width = _width(one, size)
        if one.width > width:
            checked.unpublished += 1
        elif one.width < width:
            checked.partials += 1
            _check_partial(directory, one, size, checked)


def _check_partial(directory: LogDirectory, one: Tile, size: int, checked: Checked) -> None:
    """3. An older partial tile, against the tile that took its place."""
    wider = one._replace(width=_width(one, size)).path
    now = directory.find(wider)
    if now is None or _cut(one, now) != directory.read(one.path):
        checked.found(one.path, None, f"is not the beginning of {wider}")


def _cut(one: Tile, wider: bytes) -> bytes:
    """What a tile or bundle held when it was as wide as `one`; nothing of a bundle that is none."""
    if one.level != ENTRIES:
        return wider[: one.width * HASH_SIZE]
    try:
        return tile.bundle(tile.unbundle(wider)[: one.width])
    except LogBroken:
        return b""


def _width(one: Tile, size: int) -> int:
    """How wide this tile is in a log of `size` leaves; 0 or less if there is none."""
    count: int = size // TILE_WIDTH ** max(one.level, 0)
    return min(TILE_WIDTH, count - one.n * TILE_WIDTH)


def _names(path: Path) -> Iterator[str]:
    """Every file, but those whose name begins with a dot: they are the writer's own."""
    for folder, folders, files in os.walk(path):
        folders[:] = sorted(one for one in folders if not one.startswith("."))
        yield from ((Path(folder) / one).relative_to(path).as_posix() for one in sorted(files) if one[0] != ".")
