"""What `sceau pack inspect` shows of a pack: what stands in it, whoever wrote it there."""

from collections import Counter
from collections.abc import Sequence
from hashlib import sha256
from typing import Any

from sceau.cli_options import Call
from sceau.cli_output import facts, table
from sceau.domain.errors import ListInvalid, NoteInvalid
from sceau.domain.state_words import state_in_french
from sceau.keys.signed_list import SignedList, peek
from sceau.seals import pack
from sceau.seals.pack import Beside
from sceau.seals.pack_index import Named
from sceau.seals.pack_status import Entries
from sceau.seals.pack_trust import Renewal
from sceau.tlog import checkpoint, note

_DAY_S = 86_400


def told(content: bytes, now: int) -> dict[str, Any]:
    """One pack as JSON, at `now` in Unix seconds; ListInvalid for what is none."""
    file = pack.read_file(content)
    listed = peek(file.listed)
    continues, body = _body(listed)
    return {
        "name": Named(listed.version, continues).file,
        "authority": listed.authority,
        "version": listed.version,
        "from": continues,
        "as_of": listed.as_of,
        "issued_at": listed.issued_at,
        "next_update": listed.next_update,
        "age_days": (now - listed.issued_at) // _DAY_S,
        "size": len(content),
        "sha256": sha256(content).hexdigest(),
        "trusted_keys": None if isinstance(file.trust, Renewal) else len(peek(file.trust).body["keys"]),
        **body,
    }


def _body(listed: SignedList) -> tuple[int | None, dict[str, Any]]:
    """The version that it continues, and what it says."""
    if listed.kind == pack.FULL:
        known = pack.read_full(listed.body)
        shown = {"issued": len(known), "false_positives": known.base.odds}
        return None, {**shown, **_entries(known.entries), "lifted": 0, **_beside(known.beside)}
    if listed.kind != pack.DELTA:
        raise ListInvalid(f"a list of kind '{listed.kind}', not a pack")
    delta = pack.read_delta(listed.body)
    shown = {"issued": len(delta.issued), "false_positives": 0.0}
    return delta.continues.version, {
        **shown,
        **_entries(delta.entries),
        "lifted": len(delta.lifted),
        **_beside(delta.beside),
    }


def _entries(entries: Entries) -> dict[str, Any]:
    states, reasons = (Counter(getattr(one, name) for one in entries.values()) for name in ("state", "reason"))
    return {"states": dict(sorted(states.items())), "reasons": dict(sorted(reasons.items()))}


def _beside(beside: Beside) -> dict[str, Any]:
    return {"blanks": [one._asdict() for one in beside.blanks], "checkpoint": _checkpoint(beside.checkpoint)}


def _checkpoint(data: bytes) -> dict[str, Any] | None:
    """The head and the names under it; None where there is none, or nothing that can be read."""
    try:
        signed = note.parse(data)
        head = checkpoint.parse(signed.text)
    except NoteInvalid:
        return None
    names = sorted({one.name for one in signed.signatures} - {head.origin})
    return {"origin": head.origin, "size": head.size, "root": head.root.hex(), "witnesses": names}


def show(call: Call, found: Sequence[dict[str, Any]]) -> None:
    """All of them in a table, and more of the newest."""
    columns = [
        *("", "version"),
        *(call.say(*pair) for pair in (("événements", "events"), ("âge (jours)", "age (days)"), ("octets", "bytes"))),
        *(call.say(*pair) for pair in (("délivrés", "issued"), ("contre", "against"), ("levés", "lifted"))),
    ]
    rows = [
        (
            *(one["name"], one["version"], one["as_of"], one["age_days"], one["size"], one["issued"]),
            *(sum(one["states"].values()), one["lifted"]),
        )
        for one in found
    ]
    table("", columns, rows)
    odds, newest = max(one["false_positives"] for one in found), found[-1]
    head = newest["checkpoint"] or {}
    facts(
        {
            call.say("autorité", "authority"): newest["authority"],
            call.say("clés de confiance", "trusted keys"): [
                one["trusted_keys"] for one in found if one["trusted_keys"]
            ][-1:],
            call.say("pris à tort pour délivrés", "wrongly taken for issued"): (
                call.say(f"1 sur {round(1 / odds)}", f"1 in {round(1 / odds)}") if odds else ""
            ),
            call.say("états", "states"): _counts(
                {call.say(state_in_french(s), s): n for s, n in newest["states"].items()}
            ),
            call.say("motifs", "reasons"): _counts(newest["reasons"]),
            call.say("supports rappelés", "recalled blanks"): [
                f"{one['series']} {one['first']}-{one['last']} ({one['since']})" for one in newest["blanks"]
            ],
            call.say("tête du journal", "head of the log"): f"{head['origin']} {head['size']}" if head else "",
            call.say("témoins", "witnesses"): head.get("witnesses"),
        }
    )


def _counts(counts: dict[str, int]) -> list[str]:
    return [f"{name} {count}" for name, count in counts.items()]
