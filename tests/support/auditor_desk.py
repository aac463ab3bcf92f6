"""For tests of the auditor's kit: a log written from rows, witnesses, an export, and an auditor who examines it."""

import hashlib
import json
import shutil
import threading
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

from small_ledger import Small

from sceau.audit_kit.cli import main
from sceau.audit_kit.examine import Examined, Inputs, examine, log_of
from sceau.audit_kit.kept import State
from sceau.domain import canonical
from sceau.domain.events import Event
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import Signer, SoftwareSigner
from sceau.ledger import commands as c
from sceau.ledger import envelope
from sceau.ledger.export import Export, Exported
from sceau.ledger.exported import (
    CHUNK,
    EVENTS,
    MANIFEST,
    RECEIPTS,
    Chunk,
    Manifest,
    Row,
    Selection,
    name_of,
    write_list,
)
from sceau.ledger.stores.port import EventRow, Receipt
from sceau.tlog import note as notes
from sceau.tlog import policy as policies
from sceau.tlog.checkpoint import Checkpoint
from sceau.tlog.cosignature import cosign
from sceau.tlog.edge import Edge
from sceau.tlog.leaf import entry, event_leaf
from sceau.tlog.merkle import leaf_hash
from sceau.tlog.note import COSIGNATURE, ED25519, Verifier
from sceau.tlog.tile import ENTRIES, TILE_WIDTH, bundle, tiles_for

NOW = 1_795_338_000  # 2026-11-22 09:00:00 UTC
WITNESSES = {name: SoftwareSigner.from_seed(name.encode().ljust(32, b"."), Algorithm.ED25519) for name in "abc"}


def use(house: Small) -> None:
    """Two acts, a mention, two extracts, three visas, one of them revoked."""
    first, second = house.birth(), house.birth(surname="DIARRA")
    house.extract(first)
    house.do(c.MentionAct(number=first, mention="other", text="Rectifiée", reference="n° 1", **house.by()))
    house.extract(second)
    house.visa(surname="MARTIN"), house.visa(surname="DURAND")
    house.do(c.RevokeDocument(number=house.visa(surname="PETIT"), reason="erreur", **house.by()))
    house.reopen()


def policy_text(log: Verifier, quorum: int = 2, names: Iterable[str] = WITNESSES) -> str:
    """A policy of that log and those witnesses."""
    lines = [f"log {log.vkey}"]
    for name in names:
        verifier = Verifier(f"witness.example/{name}", COSIGNATURE, WITNESSES[name].public)
        lines.append(f"witness {name} {verifier.vkey}")
    return "\n".join([*lines, f"group trusted {quorum} {' '.join(names)}", "quorum trusted", ""])


def write_log(folder: Path, entries: Sequence[bytes], origin: str, signer: Signer, by: str = "abc") -> Checkpoint:
    """A whole tlog-tiles directory over these entries, and a checkpoint cosigned by some witnesses."""
    shutil.rmtree(folder, ignore_errors=True)
    edge, written = Edge().grow(b"".join(map(leaf_hash, entries)))
    for tile, data in written.items():
        _put(folder / tile.path, data)
    for tile in tiles_for(len(entries)):
        if tile.level == 0:
            start = tile.n * TILE_WIDTH
            _put(folder / tile._replace(level=ENTRIES).path, bundle(entries[start : start + tile.width]))
    checkpoint = Checkpoint(origin, len(entries), edge.root())
    _put(folder / "checkpoint", signed(checkpoint, signer, by))
    return checkpoint


def signed(checkpoint: Checkpoint, signer: Signer, by: str = "abc", time: int = NOW) -> bytes:
    """The note, cosigned by those witnesses."""
    note = checkpoint.sign(signer)
    lines = [cosign(note.text, f"witness.example/{name}", WITNESSES[name], time) for name in by]
    return notes.Note(note.text, (*note.signatures, *lines)).encode()


def _put(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(data)


class Desk:
    """Exports a small ledger, and audits what it exported; state and policy are the auditor's own."""

    def __init__(self, folder: Path, house: Small) -> None:
        self.house, self.folder = house, folder
        self.origin = house.config.state.origin
        self.signer = house.ledger.keystore.signer("head")
        self.policy = policies.parse(policy_text(Verifier(self.origin, ED25519, self.signer.public)))
        self.state = State(folder / "state", self.policy.log)
        self.export = folder / "export"

    def entries(self) -> list[bytes]:
        store = self.house.ledger.store
        return [entry(row.salt, row.state, row.topic) for row in store.rows(0, store.size())]

    def write(self, selection: Selection = Selection(), by: str = "abc", **options: Any) -> Exported:  # noqa: B008
        """Publish the log and export."""
        write_log(self.export / "log", self.entries(), self.origin, self.signer, by)
        store = self.house.ledger.store
        views = options.pop("views", {})
        return Export(store, self.export, self.origin, store.size(), selection, **options).write(views)

    def forge(
        self, stream: str, event: Event, read: Sequence[str], *, officer: str = "PAR-1", broken: bool = False
    ) -> int:
        """What no command would write, with the good key of Paris, chain, leaf and receipt; returns its index."""
        house, states = self.house, self.house.ledger.issuance.states
        key = house.ledger.keystore.signer("event:PAR")
        relied = [(name, states.get(name).version) for name in (*read, "office:PAR", f"key:{key.kid.hex()}")]
        before, command = states.get(stream), house.random(16)
        place = (self.origin, stream, before.version + 1, before.tail, house.clock())
        read_set: Any = tuple(relied) if not broken else (*relied, (["no", "stream"], {"no": "version"}))
        meta = envelope.Meta(*place, "PAR", officer, "none", command, b"m" * 16, read_set)
        message = envelope.seal(meta, event, key, lambda key_id: bytes(32), house.random)
        salt = house.random(32)
        row = EventRow(stream, meta.version, event.topic, message, salt, event_leaf(salt, message, event.topic))
        receipt = Receipt(command, b"m" * 16, canonical.encode([[stream, meta.version]]))
        states.forget()
        return house.ledger.store.append([row], [receipt], {})

    def examine(self, export: Path | None = None, **options: Any) -> Examined:
        """Audit it."""
        directory = export or self.export
        given = {"part": True, "policy": self.policy, "state": self.state, "log": log_of(directory, None), **options}
        return examine(Inputs(directory, **given))

    def codes(self, export: Path | None = None, **options: Any) -> set[tuple[str, int | None]]:
        """What the audit finds: codes with indexes."""
        return {(fault.code, fault.idx) for fault in self.examine(export, **options).faults}


class Copy:
    """An export in somebody else's hands: rows and receipts that can be changed, and written back consistently."""

    def __init__(self, export: Path) -> None:
        self.export = export
        self.manifest = Manifest.parse((export / MANIFEST).read_bytes())
        self.rows = [
            Row(*row)
            for chunk in self.manifest.chunks
            for row in canonical.read((export / name_of(EVENTS, chunk.n)).read_bytes())
        ]
        self.receipts = [
            Receipt(*row)
            for chunk in self.manifest.chunks
            for row in canonical.read((export / name_of(RECEIPTS, chunk.n)).read_bytes())
        ]

    def row(self, stream: str, version: int = 1) -> Row:
        return next(row for row in self.rows if (row.stream, row.version) == (stream, version))

    def replace(self, old: Row, new: Row) -> None:
        self.rows[self.rows.index(old)] = new

    def save(self, **changed: Any) -> None:
        """Chunks of 4096 and a manifest that fits them; `changed` is what the manifest says otherwise."""
        size = changed.get("size", max((row.idx for row in self.rows), default=-1) + 1)
        chunks = []
        for n in range(-(-size // CHUNK)):
            rows = [row for row in self.rows if row.idx // CHUNK == n]
            files = {EVENTS: write_list(rows), RECEIPTS: write_list(self.receipts if n == 0 else [])}
            for folder, data in files.items():
                (self.export / name_of(folder, n)).write_bytes(data)
            digests = {folder: hashlib.sha256(data).hexdigest() for folder, data in files.items()}
            chunks.append(Chunk(n, len(rows), len(self.receipts) if n == 0 else 0, digests))
        manifest = self.manifest._replace(**{"size": size, "chunks": tuple(chunks), **changed})
        (self.export / MANIFEST).write_bytes(manifest.encode())

    def relog(self, desk: Desk, by: str = "") -> Checkpoint:
        """Whoever holds the log's key signs a log of what now stands here."""
        entries = [entry(row.salt, row.state, row.topic) for row in self.rows]
        return write_log(self.export / "log", entries, desk.origin, desk.signer, by)


class Program:
    """The program with its files."""

    def __init__(self, desk: Desk, folder: Path) -> None:
        self.desk, self.folder = desk, folder
        self.policy, self.report = folder / "policy", folder / "report.json"
        self.policy.write_text(policy_text(Verifier(desk.origin, ED25519, desk.signer.public)))

    def run(self, *options: object, export: Path | None = None) -> int:
        words = (export or self.desk.export, "--policy", self.policy, "--state", self.folder / "kept")
        outs = ("--report", self.report, "--evidence", self.folder / "evidence", "--lang", "en")
        return main([str(one) for one in (*words, *outs, *options)], lambda: NOW)

    def ended(self, *options: object, seconds: int = 30) -> int:
        """`run`; a program that hangs fails its test, and no other."""
        codes: list[int] = []
        thread = threading.Thread(target=lambda: codes.append(self.run(*options)), daemon=True)
        thread.start()
        thread.join(seconds)
        assert codes, "it hangs, or ended in a traceback"
        return codes[0]

    @property
    def told(self) -> Any:
        return json.loads(self.report.read_text())

    def evidence(self, name: str) -> bytes:
        return (self.folder / "evidence" / name).read_bytes()


def codes(program: Program) -> set[str]:
    """What its last report finds."""
    return {finding["code"] for finding in program.told["findings"]}
