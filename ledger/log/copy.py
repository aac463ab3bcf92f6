"""A published log copied to another directory: what its checkpoint speaks of, and no more; whole tiles only once.

The checkpoint is read first and written last, so the copy holds while the log grows.
"""

import shutil
from pathlib import Path

from sceau.domain.errors import LogBroken
from sceau.ledger.log.directory import CHECKPOINT, POLICY, VKEY, LogDirectory
from sceau.tlog.checkpoint import open_checkpoint
from sceau.tlog.line import HASH_SIZE
from sceau.tlog.note import Verifier
from sceau.tlog.tile import ENTRIES, TILE_WIDTH, Tile, bundle, new_bundles, tiles_for, unbundle

_BATCH = 256


def copy_log(source: LogDirectory, target: LogDirectory, log: Verifier) -> int:
    """Copy; returns the size of the checkpoint. FileNotFoundError where none is published.

    NoteInvalid for the checkpoint of another log. LogBroken if the target holds another one, or the source lacks
    a tile that its checkpoint speaks of.
    """
    note = source.read(CHECKPOINT)
    size = open_checkpoint(note, log)[0].size
    wanted = [*tiles_for(size), *new_bundles(0, size)]
    with target.locked():
        missing = [one for one in wanted if one.width < TILE_WIDTH or target.find(one.path) is None]
        for at in range(0, len(missing), _BATCH):
            target.add({one.path: _read(source, one) for one in missing[at : at + _BATCH]})
        about = {name: source.find(name) for name in (POLICY, VKEY)}
        target.replace({name: found for name, found in about.items() if found is not None})
        target.replace({CHECKPOINT: note})
    return size


def tidy(folder: Path) -> None:
    """Remove what only a log's writer needs, so that a copy can be handed over: every name that begins with a dot."""
    for path in folder.glob(".*"):
        shutil.rmtree(path) if path.is_dir() else path.unlink()


def _read(source: LogDirectory, one: Tile) -> bytes:
    """A tile or bundle; a partial one that gave way to the full one is cut out of it."""
    try:
        return source.read(one.path)
    except FileNotFoundError:
        full = source.find(one._replace(width=TILE_WIDTH).path)
        if full is None:
            raise LogBroken(f"{source.path / one.path} is missing") from None
        return bundle(unbundle(full)[: one.width]) if one.level == ENTRIES else full[: one.width * HASH_SIZE]
