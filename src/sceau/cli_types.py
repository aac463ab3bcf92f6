"""`sceau types`: what can be established and issued, with fields, fee and validity; an empty input for each.

States add types of their own from other distributions (entry points "sceau.documents").
"""

import json
import sys
from functools import cache
from typing import Annotated, Any

import typer

from sceau.cli_options import Call, command
from sceau.language import say


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    command(
        app,
        "types",
        "Les types d'actes et de documents, leurs champs, tarifs et validités.",
        "The kinds of acts and documents, their fields, fees and validities.",
    )(types)


def types(
    call: Call,
    code: Annotated[str | None, typer.Argument(metavar="TYPE", help=say("Un seul.", "One of them."))] = None,
    template: Annotated[
        bool, typer.Option("--template", help=say("Un fichier d'entrée vide.", "An empty input file."))
    ] = False,
) -> None:
    """All of them, one with its fields, or an empty input."""
    from sceau.cli_output import emit
    from sceau.domain.errors import FieldInvalid

    load_outside_types()
    if code is None:
        if template:
            raise FieldInvalid(
                "TYPE", "say which: sceau types TYPE --template", "précisez : sceau types TYPE --template"
            )
        emit(call, {"acts": _acts(), "documents": _documents()}, lambda: _show_all(call))
        return
    declared = _find(code)
    if template:
        sys.stdout.write(json.dumps(empty_input(declared), ensure_ascii=False, indent=1) + "\n")
    else:
        emit(call, _described(declared), lambda: _show(call, declared))


@cache
def load_outside_types() -> None:
    """Declare the types of other distributions; UnknownType if two take one code or letter."""
    from importlib.metadata import entry_points

    from sceau.domain.document_type import register_type

    for point in entry_points(group="sceau.documents"):
        register_type(point.load())


def empty_input(declared: Any) -> dict[str, Any]:
    """What `act establish` or `issue` takes, every value still empty."""
    from sceau.domain.document_type import DocumentType

    if not isinstance(declared, DocumentType):
        return {"kind": declared.code, "values": {field.name: "" for field in declared.fields}}
    about = {"act": ""} if declared.act_kind else {}
    return {"type": declared.code, **about, "values": {field.name: "" for field in declared.entered}}


def _find(code: str) -> Any:
    from sceau.domain.document_type import act_kinds, document_type

    return act_kinds().get(code) or document_type(code)


def _acts() -> list[dict[str, Any]]:
    from sceau.domain.document_type import act_kinds

    return [_described(kind) for kind in act_kinds().values()]


def _documents() -> list[dict[str, Any]]:
    from sceau.domain.document_type import document_types

    return [_described(declared) for declared in document_types().values()]


def _described(declared: Any) -> dict[str, Any]:
    from sceau.domain.document_type import DocumentType

    said = {"code": declared.code, "version": declared.version, "title": _both(declared.title)}
    if isinstance(declared, DocumentType):
        said |= {
            "class": declared.document_class.value,
            "about": declared.act_kind,
            "issued_by": sorted(kind.value for kind in declared.issued_by),
            "fee": {"amount": declared.fee.amount, "currency": declared.fee.currency},
            "validity": validity(declared, "en"),
            "seal": declared.seal.format.value,
        }
    return {**said, "fields": [_field(field) for field in declared.fields]}


def _field(field: Any) -> dict[str, Any]:
    return {
        "name": field.name,
        "label": _both(field.label),
        "kind": field.kind.value,
        "required": field.required,
        "length_max": field.length_max,
        "choices": {code: _both(label) for code, label in field.choices.items()},
        "from_act": field.from_act,
    }


def _both(label: Any) -> dict[str, str]:
    return {"fr": label.fr, "en": label.en}


def validity(declared: Any, language: str) -> str:
    """How long a document is valid, in words."""
    rule = declared.validity
    if rule.stated:
        return say("aux dates dites", "as stated", language)
    months = 12 * rule.years + rule.months
    return say(f"{months} mois", f"{months} months", language) if months else say("sans fin", "no end", language)


def fee(amount: int, currency: str) -> str:
    """An amount in the smallest unit as people write it; the CFA franc has no smaller one."""
    return f"{amount} {currency}" if currency in ("XOF", "XAF") else f"{amount // 100}.{amount % 100:02d} {currency}"


def _show_all(call: Call) -> None:
    from sceau.cli_output import line, table
    from sceau.domain.document_type import act_kinds, document_types

    acts = [(kind.code, kind.title.say(call.language), kind.letter) for kind in act_kinds().values()]
    table(call.say("Actes", "Acts"), ("code", call.say("intitulé", "title"), call.say("registre", "register")), acts)
    documents = [
        (
            declared.code,
            declared.title.say(call.language),
            declared.document_class.value,
            declared.act_kind or "",
            fee(declared.fee.amount, declared.fee.currency),
            validity(declared, call.language),
        )
        for declared in document_types().values()
    ]
    columns = ("code", *_columns(call))
    table("Documents", columns, documents)
    line(call.say("sceau types TYPE : les champs ;", "sceau types TYPE: its fields;") + " sceau types TYPE --template")


def _columns(call: Call) -> tuple[str, ...]:
    french = ("intitulé", "classe", "acte", "tarif", "validité")
    return french if call.language == "fr" else ("title", "class", "act", "fee", "validity")


def _choices(call: Call, field: Any) -> str:
    """What may be entered; where anything may, what some values mean."""
    from sceau.domain.document_type import Kind

    if field.kind is Kind.CHOICE:
        return ", ".join(field.choices)
    return ", ".join(f"{value} = {label.say(call.language)}" for value, label in field.choices.items())


def _show(call: Call, declared: Any) -> None:
    from sceau.cli_output import table

    rows = [
        (
            field.name,
            field.label.say(call.language),
            field.kind.value,
            call.say("oui", "yes") if field.required else "",
            call.say("de l'acte", "from the act") if getattr(field, "from_act", None) else _choices(call, field),
        )
        for field in declared.fields
    ]
    french = ("champ", "libellé", "sorte", "exigé", "choix")
    columns = french if call.language == "fr" else ("field", "label", "kind", "required", "choices")
    table(f"{declared.code} : {declared.title.say(call.language)}", columns, rows)
