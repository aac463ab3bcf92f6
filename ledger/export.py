"""Writing the auditor's export (exported.py says what it holds): streamed, in chunks, each whole or not there.

    1. every chunk file is written beside its place, made durable, renamed; then a line of `journal` says so
    2. the manifest, last, takes in the journal, which is removed

Killed anywhere, the next run goes on after the last line. With more events, it adds chunks and replaces the partial
one; a whole one whose files are no longer those that were written is written again, and one whose box reveals what was
ordered erased since: that is revealed to nobody. What was asked for and to whom names are revealed never change in a
directory: files of the one would stay beside the other. Rows are read as they are, holes and all: a damaged ledger is
what an auditor must see.
"""

import hashlib
import json
import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, NamedTuple

from sceau.domain.errors import FieldInvalid, InputUnreadable, LedgerBehind, LogBroken, SceauError
from sceau.keys.signer import Random
from sceau.ledger import envelope, erasures, reveal
from sceau.ledger.exported import (
    CHUNK,
    EVENTS,
    MANIFEST,
    RECEIPTS,
    REVEALED,
    Chunk,
    Manifest,
    Row,
    Selection,
    name_of,
    write_list,
)
from sceau.ledger.selection import choose
from sceau.ledger.stores.port import LogRow, Store
from sceau.whole_file import replace_file

JOURNAL = "journal"
DataKeys = Callable[[Sequence[bytes]], dict[bytes, bytes]]
Progress = Callable[[int, int], None]


class Reveal(NamedTuple):
    """To whom the data keys are sealed, who opens them, and randomness for the boxes."""

    public: bytes
    keys: DataKeys  # those of the ids given that there are
    random: Random


class Exported(NamedTuple):
    """What came of it: the manifest, and how many chunks were written anew."""

    manifest: Manifest
    written: int


class Export:
    """One directory; `size` is that of the checkpoint in its log, LedgerBehind if the ledger has fewer leaves."""

    def __init__(
        self,
        store: Store,
        directory: Path,
        origin: str,
        size: int,
        selection: Selection = Selection(),  # noqa: B008 (immutable)
        revealed: Reveal | None = None,
    ) -> None:
        self._store, self._directory, self._revealed = store, directory, revealed
        self._streams = choose(store, selection, size)
        self._erased = {} if revealed is None else erasures.ordered(store)
        public = "" if revealed is None else revealed.public.hex()
        self._fresh = Manifest(origin, size, self._leaf(size), selection, self._kept(size), public, {}, ())

    def write(self, views: Mapping[str, tuple[int, str]], progress: Progress = lambda done, total: None) -> Exported:
        """Write what is not there yet; `views` are the digests of the key-free views, to be recomputed by the auditor.

        LogBroken if the directory holds an export of another history, FieldInvalid if one of another selection or for
        somebody else; InputUnreadable if it cannot be written.
        """
        size = self._fresh.size
        require_same(self._directory, self._fresh.selection, self._fresh.revealed_to)
        try:
            for folder in (EVENTS, RECEIPTS, *([REVEALED] if self._revealed else [])):
                (self._directory / folder).mkdir(parents=True, exist_ok=True)
            done = self._done()
            written = 0
            for n in range(-(-size // CHUNK)):
                if n not in done:
                    done[n] = self._chunk(n)
                    self._note(done[n])
                    written += 1
                progress(min(size, (n + 1) * CHUNK), size)
            manifest = self._fresh._replace(views=dict(views), chunks=tuple(done[n] for n in sorted(done)))
            replace_file(self._directory / MANIFEST, manifest.encode())
            (self._directory / JOURNAL).unlink(missing_ok=True)
        except OSError as error:
            raise InputUnreadable.of(error.filename or self._directory, error) from None
        return Exported(manifest, written)

    def _kept(self, before: int) -> str:
        """A digest of the streams kept that began before that index; empty where everything is kept."""
        if self._streams is None:
            return ""
        names = sorted(stream for stream, idx in self._streams.items() if idx < before)
        return hashlib.sha256("\n".join(names).encode()).hexdigest()

    def _done(self) -> dict[int, Chunk]:
        """The whole chunks that an earlier run of the same export left, by number; the journal is begun anew if not."""
        path = self._directory / MANIFEST
        earlier = Manifest.parse(path.read_bytes()) if path.exists() else None
        head, *lines = _journal(self._directory)
        done: dict[int, Chunk] = {}
        if earlier is not None:
            done = self._of_manifest(earlier)
        if head == self._head():
            done.update((chunk.n, chunk) for chunk in lines)
        else:
            replace_file(self._directory / JOURNAL, json.dumps(self._head()).encode() + b"\n")
        return {n: chunk for n, chunk in done.items() if self._there(chunk)}

    def _of_manifest(self, earlier: Manifest) -> dict[int, Chunk]:
        size = earlier.size
        if earlier.origin != self._fresh.origin or size > self._fresh.size or self._leaf(size) != earlier.tail:
            raise LogBroken(f"{self._directory} holds an export of another history; export to another directory")
        if earlier.kept != self._kept(size):
            return {}
        erased = self._erased_since(size) if self._revealed is not None else frozenset()
        whole = (chunk for chunk in earlier.chunks if (chunk.n + 1) * CHUNK <= size)
        return {chunk.n: chunk for chunk in whole if chunk.n not in erased}

    def _erased_since(self, size: int) -> frozenset[int]:
        """The chunks whose boxes may reveal what was ordered erased since an export of that size."""
        orders = [row.stream for row in self._store.streams(erasures.PREFIX) if row.idx >= size]
        documents = {erasures.document_of(stream) for stream in orders}  # notes stand under their holders' keys, too
        return frozenset(row.idx // CHUNK for document in documents for row in self._store.stream(document))

    def _leaf(self, size: int) -> str:
        """The last of so many leaves; LedgerBehind where the ledger has fewer."""
        last = self._store.leaves(size - 1, 1) if size else []
        if size and not last:
            raise LedgerBehind(f"{self._store.size()} < {size}")
        return last[0].hex() if last else ""

    def _head(self) -> dict[str, Any]:
        """What a journal must begin with to be gone on with."""
        fresh = self._fresh
        return {
            "origin": fresh.origin,
            "size": fresh.size,
            "tail": fresh.tail,
            "selection": list(fresh.selection),
            "kept": fresh.kept,
            "revealed_to": fresh.revealed_to,
            "erased": len(self._erased),  # its boxes may reveal what was ordered erased since
        }

    def _note(self, chunk: Chunk) -> None:
        with (self._directory / JOURNAL).open("ab") as file:
            file.write(json.dumps(chunk._asdict()).encode() + b"\n")
            file.flush()
            os.fsync(file.fileno())

    def _there(self, chunk: Chunk) -> bool:
        """Whether its files are those that were written: what an auditor would refuse is written again."""
        return all(self._digest(name_of(folder, chunk.n)) == digest for folder, digest in chunk.digests.items())

    def _digest(self, name: str) -> str:
        path = self._directory / name
        if not path.is_file():
            return ""
        with path.open("rb") as file:
            return hashlib.file_digest(file, "sha256").hexdigest()

    def _chunk(self, n: int) -> Chunk:
        start, end = n * CHUNK, min(self._fresh.size, (n + 1) * CHUNK)
        rows = self._store.rows(start, end)
        kept = rows if self._streams is None else [row for row in rows if row.stream in self._streams]
        parsed = [_parsed(row) for row in kept]
        receipts = self._receipts(start, parsed)
        files = {
            EVENTS: write_list([Row(r.idx, r.stream, r.version, r.topic, r.salt, r.state) for r in kept]),
            RECEIPTS: write_list(receipts),
        }
        if self._revealed is not None:
            files[REVEALED] = self._box(self._revealed, n, parsed)
        for folder, data in files.items():
            replace_file(self._directory / name_of(folder, n), data)
        return Chunk(
            n, len(kept), len(receipts), {name: hashlib.sha256(data).hexdigest() for name, data in files.items()}
        )

    def _receipts(self, start: int, parsed: Sequence[envelope.Envelope | None]) -> list[list[bytes]]:
        """Of the commands whose first event stands here: the events of a command follow one another."""
        before = next(map(_parsed, self._store.rows(start - 1, start)), None) if start else None
        last = before.meta.command_id if before is not None else None
        begun: dict[bytes, None] = {}
        for found in parsed:
            if found is not None and found.meta.command_id != last:
                last = found.meta.command_id
                begun[last] = None
        held = self._store.find_receipts(list(begun))
        return [list(held[command_id]) for command_id in begun if command_id in held]

    def _box(self, revealed: Reveal, n: int, parsed: Sequence[envelope.Envelope | None]) -> bytes:
        parts = [(part, found.meta.stream) for found in parsed if found is not None for part in found.sealed]
        ids = {part.key_id for part, stream in parts if not erasures.excused(part, stream, self._erased)}
        return reveal.seal(revealed.keys(sorted(ids)), self._fresh.origin, n, revealed.public, revealed.random)


def require_same(directory: Path, selection: Selection, revealed_to: str) -> None:
    """FieldInvalid if the directory holds an export, whole or begun, of another selection or for another auditor."""
    path = directory / MANIFEST
    held = [Manifest.parse(path.read_bytes())] if path.exists() else []
    there = [[list(one.selection), one.revealed_to] for one in held]
    head, *_ = _journal(directory)
    if type(head) is dict and {"selection", "revealed_to"} <= head.keys():
        there.append([head["selection"], head["revealed_to"]])
    if any(one != [list(selection), revealed_to] for one in there):
        why = f"{directory} holds an export of other days, of another mission or for another auditor"
        why_fr = f"{directory} contient un export d'autres jours, d'une autre mission ou pour un autre auditeur"
        fr, en = f"{why_fr} ; exportez dans un autre dossier", f"{why}; export to another directory"
        raise FieldInvalid("DIR", en, fr)


def _journal(directory: Path) -> list[Any]:
    """Its head and chunks; None as head where there is none, or a torn one."""
    path = directory / JOURNAL
    if not path.exists():
        return [None]
    head, *lines = path.read_bytes().split(b"\n")
    try:
        return [json.loads(head), *(Chunk(**json.loads(line)) for line in lines[:-1])]
    except (ValueError, TypeError):
        return [None]


def _parsed(row: LogRow) -> envelope.Envelope | None:
    try:
        return envelope.parse(row.state)
    except SceauError:
        return None  # the auditor names it
