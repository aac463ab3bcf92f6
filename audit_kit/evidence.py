"""What proves a failure to somebody else: a directory of plain C2SP files, checkable with any C2SP verifier.

README.txt                      what each file is, and how to check it, in French and English
policy                          the policy that was used              report.json    the report
checkpoint                      the head of the log that was examined
fork-<size>-<root>/old.checkpoint          another checkpoint that the log's key signed
                   consistency.request     the request that asks a witness to go from old to new: it must refuse
                   root-in-new-log         base64 of the root that the new log has at the old size
event-<idx>/inclusion.tlog-proof           the entry at that index is in the signed tree
            entry  stored-event  salt      that entry; the event that was handed over in its place, if there is one
"""

import base64
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sceau.audit_kit.examine import Examined, Inputs
from sceau.audit_kit.heads import Compared
from sceau.audit_kit.index import read_file
from sceau.audit_kit.words import EVIDENCE
from sceau.domain.errors import InputUnreadable, LogBroken, NotCanonical, ProofInvalid
from sceau.ledger import exported
from sceau.ledger.exported import CHUNK, Row, name_of, read_list
from sceau.tlog.add_checkpoint import Request
from sceau.tlog.merkle import consistency_proof, inclusion_proof
from sceau.tlog.proof import Proof
from sceau.tlog.tile import TILE_WIDTH, TileReader, entries_path, unbundle

EVENTS_MAX = 20


def write(folder: Path, policy_text: str, inputs: Inputs, found: Examined, report: Mapping[str, Any]) -> None:
    """Write the bundle of a failed audit; InputUnreadable if it cannot be written."""
    files = {
        "README.txt": EVIDENCE.encode(),
        "policy": policy_text.encode(),
        "checkpoint": found.head.note,
        "report.json": encode(report),
    }
    reader = _reader(inputs, found)
    for one in found.compared:
        if one.agrees is False or one.behind:
            files |= _fork(one, found, reader)
    indexes = sorted({fault.idx for fault in found.faults if fault.idx is not None})
    for idx in indexes[:EVENTS_MAX]:
        files |= _event(inputs, found, reader, idx)
    try:
        for name, data in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(data)
    except OSError as error:
        raise InputUnreadable.of(folder, error) from None


def encode(report: Mapping[str, Any]) -> bytes:
    """The report's file."""
    return json.dumps(report, ensure_ascii=False, indent=1).encode() + b"\n"


def _reader(inputs: Inputs, found: Examined) -> TileReader | None:
    """The authenticated tiles; None where they do not give the signed root, and so prove nothing."""
    try:
        return TileReader(found.head.checkpoint.size, found.head.checkpoint.root, inputs.log.fetch)
    except (ProofInvalid, FileNotFoundError, InputUnreadable):
        return None


def _fork(one: Compared, found: Examined, reader: TileReader | None) -> dict[str, bytes]:
    old, size = one.kept.checkpoint, found.head.checkpoint.size
    folder = f"fork-{old.size}-{old.root.hex()[:8]}"
    files = {f"{folder}/old.checkpoint": one.kept.note}
    if reader is not None and old.size < size:
        try:
            proof = consistency_proof(old.size, size, reader.node)
        except (ProofInvalid, FileNotFoundError, InputUnreadable):
            return files
        files[f"{folder}/consistency.request"] = Request(old.size, tuple(proof), found.head.note).encode()
    if old.size in found.roots:
        files[f"{folder}/root-in-new-log"] = base64.b64encode(found.roots[old.size]) + b"\n"
    return files


def _event(inputs: Inputs, found: Examined, reader: TileReader | None, idx: int) -> dict[str, bytes]:
    folder, files = f"event-{idx}", {}
    row = _row(inputs.directory, idx)
    if row is not None:
        files = {f"{folder}/stored-event": row.state, f"{folder}/salt": row.salt}
    try:
        if reader is not None and idx < reader.size:
            proof = Proof(idx, tuple(inclusion_proof(idx, reader.size, reader.node)), found.head.note)
            files[f"{folder}/inclusion.tlog-proof"] = proof.encode()
        n, at = divmod(idx, TILE_WIDTH)
        width = min(TILE_WIDTH, found.head.checkpoint.size - n * TILE_WIDTH)
        files[f"{folder}/entry"] = unbundle(inputs.log.fetch(entries_path(n, width)))[at]
    except (ProofInvalid, FileNotFoundError, InputUnreadable, LogBroken, IndexError):
        return files  # a finding of its own says what is missing
    return files


def _row(directory: Path, idx: int) -> Row | None:
    try:
        rows = read_list(read_file(directory / name_of(exported.EVENTS, idx // CHUNK)), len(Row._fields))
    except NotCanonical:
        return None
    found = next((Row(*row) for row in rows if row[0] == idx), None)
    return found if found is not None and type(found.state) is bytes is type(found.salt) else None
