"""The report: one JSON value, `sceau.report/1`, and what changed since an earlier one.

docs/operate/audit.md names every member. Findings come in the order of their ids' places: those of the whole first,
then by index. Two reports of the same export differ in nothing but `made_at`.
"""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from sceau import __version__
from sceau.audit_kit.examine import Examined
from sceau.audit_kit.faults import Fault, exit_code
from sceau.audit_kit.figures import Issuance
from sceau.audit_kit.packs import Claim
from sceau.audit_kit.served import Shown
from sceau.domain.errors import InputUnreadable
from sceau.ledger.history import day_of
from sceau.ledger.report_words import FORMAT


def make(found: Examined, now_s: int, since: Mapping[str, Any] | None = None) -> dict[str, Any]:
    """The report of an audit that ended at `now_s` (Unix seconds)."""
    faults = unique(found.faults)
    told = {
        "format": FORMAT,
        "made_at": stamp(now_s),
        "program": f"sceau-audit {__version__}",
        "holds": not faults,
        "exit": exit_code(faults),
        "origin": found.head.checkpoint.origin,
        "checkpoint": _checkpoint(found),
        "kept": [
            {
                "size": one.kept.checkpoint.size,
                "root": one.kept.checkpoint.root.hex(),
                "source": one.kept.source,
                "agrees": one.agrees,
            }
            for one in found.compared
        ],
        "witnesses_unreachable": found.unreachable,
        "genesis": {"kid": found.genesis_kid.hex(), "from": found.genesis_from},
        "export": _export(found),
        "checked": {
            "leaves": found.head.checkpoint.size,
            "events": found.counts.events,
            "signatures": found.counts.signatures,
            "receipts": found.counts.receipts,
            "views": len(found.views),
            "packs": len(found.packs),
        },
        "registers": [{**one._asdict(), "gaps": [list(gap) for gap in one.gaps]} for one in _registers(found)],
        "issuance": _issuance(found),
        "views": [{**one._asdict(), "same": one.stated == one.found} for one in found.views],
        "packs": [_pack(one, faults) for one in found.packs],
        "served": None if found.shown is None else served(found.shown),
        "findings": [fault.told() for fault in faults],
    }
    return {**told, "since": _since(told, since)} if since is not None else told


def unique(faults: Sequence[Fault]) -> list[Fault]:
    """Each finding once, in a stable order."""
    return sorted(set(faults), key=lambda one: (-1 if one.idx is None else one.idx, one.code, one.stream, one.detail))


def read(path: Path) -> dict[str, Any]:
    """An earlier report; InputUnreadable if it is none."""
    try:
        told: dict[str, Any] = json.loads(path.read_bytes())
        if told["format"] != FORMAT or not all(type(one["id"]) is str for one in told["findings"]):
            raise InputUnreadable(
                f"{path}: not a report of the format {FORMAT}", why_fr=f"{path} : pas un rapport du format {FORMAT}"
            )
    except OSError as error:
        raise InputUnreadable.of(path, error) from None
    except (ValueError, TypeError, KeyError, RecursionError) as error:
        raise InputUnreadable(
            f"{path}: not a report ({type(error).__name__})", why_fr=f"{path} : pas un rapport"
        ) from None
    return told


def stamp(seconds: int) -> str:
    """Unix seconds as 2026-11-22T09:00:00Z."""
    return f"{day_of(seconds * 1000)}T{seconds // 3600 % 24:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}Z"


def _checkpoint(found: Examined) -> dict[str, Any]:
    head = found.head
    return {
        "size": head.checkpoint.size,
        "root": head.checkpoint.root.hex(),
        "signed": head.signed,
        "quorum": head.met,
        "witnesses": [{"name": name, "time": stamp(time)} for name, time in sorted(head.witnesses.items())],
    }


def _export(found: Examined) -> dict[str, Any]:
    manifest = found.manifest
    return {
        "size": manifest.size,
        "events": sum(chunk.events for chunk in manifest.chunks),
        "left_out": found.left_out,
        **manifest.selection._asdict(),
        "revealed_to": manifest.revealed_to,
    }


def _pack(claim: Claim, faults: Sequence[Fault]) -> dict[str, Any]:
    said = {"name": claim.name, "events": claim.listed.as_of, "sha256": claim.sha256.hex()}
    return {**said, "same": not any(fault.stream == claim.name for fault in faults)}


def served(shown: Shown) -> dict[str, Any]:
    """What a server showed; `same` if all of it is the log's last publication."""
    said = {name: value for name, value in shown._asdict().items() if name != "faults"}
    return {**said, "same": not shown.faults}


def _registers(found: Examined) -> list[Any]:
    return sorted(found.figures.registers.values())


def _issuance(found: Examined) -> list[dict[str, Any]]:
    figures = found.figures
    revoked = {Issuance(*one[:3], ""): count for one, count in figures.revoked.items()}
    rows = [{**one._asdict(), "issued": figures.issued[one], "revoked": 0} for one in sorted(figures.issued)]
    rows += [{**one._asdict(), "issued": 0, "revoked": count} for one, count in sorted(revoked.items())]
    return sorted(rows, key=lambda row: (row["office"], row["officer"], row["day"], row["type"]))


def _since(told: Mapping[str, Any], earlier: Mapping[str, Any]) -> dict[str, Any]:
    """What is new, gone and the same, by the ids of findings; and whether both speak of one log."""
    now, before = ({one["id"] for one in report["findings"]} for report in (told, earlier))
    return {
        "made_at": earlier.get("made_at"),
        "same_log": earlier.get("origin") == told["origin"],
        "new": sorted(now - before),
        "gone": sorted(before - now),
        "same": sorted(now & before),
    }
