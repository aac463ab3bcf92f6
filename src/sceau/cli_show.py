"""One act or document as people want to see it: its state, what it says, and everything that happened to it."""

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from sceau.cli_options import Call
from sceau.domain.errors import NotFound

if TYPE_CHECKING:
    from sceau.cli_session import Session
    from sceau.ledger.reader import Recorded

_TELLING = ("type", "kind", "mention", "officer", "powers", "reason", "act", "copy", "purpose", "subjects")
_ELSEWHERE = ("number", "state", "stale", "values", "mentions", "history", "erased")
_DAYS = ("established_on", "issued_on", "valid_from", "valid_until")


def show_number(call: Call, number: str) -> None:
    """Show what bears this number; NotFound if nothing does."""
    from sceau.cli_output import emit
    from sceau.cli_session import opened
    from sceau.domain import numbering

    numbering.split(number)
    with opened(call) as session:
        kind = "act" if "-" in number else "document"
        events = session.ledger.reader.stream(f"{kind}:{number}")
        if not events:
            raise NotFound(number)
        told = act_of(session, number) if kind == "act" else document_of(session, number)
        events += session.ledger.reader.stream(f"erasure:{number}")
    told["history"] = [recorded(event) for event in sorted(events, key=lambda event: event.idx)]
    emit(call, told, lambda: _show(call, told))


def act_of(session: "Session", number: str) -> dict[str, Any]:
    """An act as it stands."""
    stream = session.ledger.issuance.states.get(f"act:{number}")
    act = stream.state
    return {
        "number": number,
        "kind": act.kind,
        "state": act.state,
        "version": stream.version,
        "office": act.office,
        "officer": act.officer,
        "origin": act.origin,
        "reference": act.reference,
        "established_on": act.established_on,
        "values": dict(act.values),
        "mentions": [
            {"mention": m.mention, "on": m.on, "reference": m.reference, "text": m.text} for m in act.mentions
        ],
    }


def document_of(session: "Session", number: str) -> dict[str, Any]:
    """A document as it counts (domain/standing.py); `stale` if its act has moved on since."""
    from sceau.domain import document
    from sceau.seals.seal import look_up_code

    states = session.ledger.issuance.states
    state = states.get(f"document:{number}").state
    issued = state.issued
    act = states.at(f"act:{issued.act}", issued.act_version).state if issued.act else None
    now = states.get(f"act:{issued.act}") if issued.act else None
    counts, why = standing_of(session, number)
    return {
        "number": number,
        "type": issued.type,
        "state": counts,
        "reason": why or state.reason,
        "note": state.note,
        "stale": now is not None and now.version > issued.act_version,
        "act": issued.act,
        "act_version": issued.act_version,
        "act_state": now.state.state if now else None,
        "office": issued.office,
        "officer": issued.officer,
        "issued_on": issued.issued_on,
        "valid_from": issued.valid_from,
        "valid_until": issued.valid_until,
        "copies": state.copies,
        "fee": issued.fee,
        "currency": issued.currency,
        "waiver": issued.waiver,
        "look_up_code": look_up_code(issued.seal_id),
        "seal_id": issued.seal_id.hex(),
        "values": document.values_of(state, act),
        "erased": [
            {"order": one.reference, "on": one.on, "subjects": list(one.subjects)}
            for one in states.get(f"erasure:{number}").state.orders
        ],
    }


def standing_of(session: "Session", number: str) -> tuple[str, str | None]:
    """The state that counts, and the reason code if it comes from the act (domain/standing.py)."""
    from sceau.domain.standing import standing_now

    states = session.ledger.issuance.states
    state = states.get(f"document:{number}").state
    about = state.issued.act if state.issued else None
    if about is None:
        return state.state, None
    act = states.get(f"act:{about}")
    return standing_now(state, act.state, act.version)


def state_in_words(call: Call, state: str, reason: str | None) -> str:
    """The state, and what the act has to do with it."""
    from sceau.domain.standing import ACT_ANNULLED, ACT_CHANGED
    from sceau.domain.state_words import state_in_french

    said = call.say(state_in_french(state), state)
    if reason == ACT_CHANGED:
        return said + call.say(" : l'acte a changé", ": the act has changed")
    if reason == ACT_ANNULLED:
        return said + call.say(" : l'acte est annulé", ": the act is annulled")
    return said


def recorded(event: "Recorded") -> dict[str, Any]:
    """One event, without what is personal."""
    from sceau.domain.events import clear_of

    meta = event.meta
    clear = {name: _plain(value) for name, value in clear_of(event.event).items() if value is not None}
    return {
        "idx": event.idx,
        "time": instant(meta.time),
        "topic": event.topic,
        "stream": meta.stream,
        "version": meta.version,
        "office": meta.office,
        "officer": meta.officer,
        "command_id": meta.command_id.hex(),
        "clear": clear,
    }


def instant(milliseconds: int) -> str:
    """UTC, to the second."""
    return datetime.fromtimestamp(milliseconds / 1000, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def history_table(call: Call, events: Sequence[Mapping[str, Any]]) -> None:
    """The table of events that `show` and `history` share."""
    from sceau.cli_output import table

    french = ("n°", "instant (UTC)", "événement", "objet", "agent", "détail")
    english = ("idx", "time (UTC)", "event", "stream", "officer", "detail")
    rows = [(e["idx"], e["time"], e["topic"], e["stream"].partition(":")[2][:20], _who(e), detail(e)) for e in events]
    nothing = call.say("aucun événement", "no events")
    table(call.say("Événements", "Events"), french if call.language == "fr" else english, rows, nothing=nothing)


def _who(event: Mapping[str, Any]) -> str:
    """An officer's pseudonym mostly begins with the office; where it does not, the office is told too."""
    office, officer = event["office"], event["officer"]
    return officer if officer.startswith(f"{office}-") else f"{office}/{officer}"


def detail(event: Mapping[str, Any]) -> str:
    """The few words that tell one event from another of its kind."""
    clear = event["clear"]
    told = [clear[name] for name in _TELLING if name in clear and clear[name] != event["officer"]]
    return " ".join(", ".join(value) if type(value) is list else str(value) for value in told)


def _plain(value: Any) -> Any:
    if isinstance(value, bytes):
        return value.hex()
    return list(value) if isinstance(value, tuple) else value


def _show(call: Call, told: Mapping[str, Any]) -> None:
    from sceau.cli_output import facts, line
    from sceau.cli_words import day, declared_fields, worded

    state = state_in_words(call, told["state"], told.get("reason"))
    line(call.say(f"{told['number']} : {state}", f"{told['number']}: {state}"), "bold")
    if told.get("stale") and told["act_state"] != "annulled":
        line(
            call.say(
                "! l'acte a changé depuis la délivrance : délivrez un nouvel extrait",
                "! the act has changed since the issuance: issue a new extract",
            ),
            "yellow",
        )
    for one in told.get("erased", ()):
        who, on, order = ", ".join(one["subjects"]), day(one["on"]), one["order"]
        line(
            call.say(
                f"! données personnelles effacées le {on} par l'ordre « {order} » : {who}",
                f"! personal data erased on {on} by the order '{order}': {who}",
            ),
            "yellow",
        )
    facts(_facts(call, told))
    line("")
    facts(worded(declared_fields(told.get("type") or told["kind"]), told["values"], call.language))
    for mention in told.get("mentions", ()):
        line(f"* {mention['mention']} {mention['on']} ({mention['reference']}) {mention['text']}")
    history_table(call, told["history"])


def _facts(call: Call, told: Mapping[str, Any]) -> dict[str, Any]:
    """What stands around the values, as on paper."""
    from sceau.cli_types import fee
    from sceau.cli_words import day, in_fours, label_of, titled

    said = {name: value for name, value in told.items() if name not in _ELSEWHERE}
    said |= {name: titled(said[name], call.language) for name in ("type", "kind") if name in said}
    said |= {name: day(said[name]) for name in _DAYS if name in said}
    if "look_up_code" in said:
        said["look_up_code"] = in_fours(said["look_up_code"])
    if said.get("act_state"):
        said["act_state"] = state_in_words(call, said["act_state"], None)
    if said.get("fee") is not None:
        said["fee"] = fee(said["fee"], said.pop("currency"))
    return {label_of(name, call.language): value for name, value in said.items()}
