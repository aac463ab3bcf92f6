"""Values as the paper says them, under the names that people read: what a clerk or an officer compares with the paper.

    declared fields first, in their declared order     surname    -> Nom : KƐITA
    a value that pages and stickers spell otherwise    1991-03-14 -> 14 mars 1991 (14/03/1991)
    what no declaration names                          under its own name, or as _OTHERS says

Papers are in French, so are the values; `--json` keeps names and spellings as they are sealed.
"""

from collections import Counter
from collections.abc import Mapping, Sequence
from datetime import date

from sceau.desk.wording import agreed, long_date, read, read_short, short_date
from sceau.domain.document_type import Field, Label, act_kinds, document_types
from sceau.domain.errors import FieldInvalid
from sceau.verify_api.labels import LABELS

_OTHERS = {
    **LABELS,
    "type": Label("Type", "Type"),
    "kind": Label("Acte", "Act"),
    "version": Label("Version", "Version"),
    "reason": Label("Motif", "Reason"),
    "note": Label("Précision", "Note"),
    "act": Label("Acte", "Act"),
    "act_version": Label("Version de l'acte", "Version of the act"),
    "act_state": Label("État de l'acte", "State of the act"),
    "officer": Label("Agent", "Officer"),
    "origin": Label("Origine", "Origin"),
    "reference": Label("Référence", "Reference"),
    "established_on": Label("Établi le", "Established on"),
    "valid_from": Label("Valable du", "Valid from"),
    "copies": Label("Exemplaires", "Copies"),
    "fee": Label("Droits", "Fee"),
    "currency": Label("Monnaie", "Currency"),
    "waiver": Label("Sans droits", "Fee waived"),
    "look_up_code": Label("Code de consultation", "Look-up code"),
    "seal": Label("Sceau", "Seal"),
    "seal_id": Label("Identifiant du sceau", "Seal identifier"),
}


def label_of(name: str, language: str) -> str:
    """How a name that no declaration has is shown."""
    return _OTHERS[name].say(language) if name in _OTHERS else name


def worded(fields: Sequence[Field], values: Mapping[str, str], language: str) -> dict[str, str]:
    """`values` by label, those of `fields` first and in their order; two of one label also bear their names."""
    known, sex = {field.name: field for field in fields}, values.get("sex")
    order = [name for name in known if values.get(name)] + [name for name in values if name not in known]
    labels = {n: agreed(known[n].label.say(language), sex) if n in known else label_of(n, language) for n in order}
    often = Counter(labels.values())
    return {
        label if often[label] == 1 else f"{label} ({name})": (
            as_printed(known[name], values[name], language, sex) if name in known else values[name]
        )
        for name, label in labels.items()
    }


def sealed(code: str | None, values: Mapping[str, str], language: str) -> dict[str, str]:
    """What a seal carries, in the words of its type; a stranger's seal in those of all types together.

    The holder's name in one piece is left out where it only repeats the two pieces that stand on the paper.
    """
    known = document_types().get(code or "")
    fields = known.fields if known else tuple({f.name: f for t in document_types().values() for f in t.fields}.values())
    whole = f"{values.get('given_names', '')} {values.get('surname', '')}"
    shown = {name: value for name, value in values.items() if name != "full_name" or value != whole}
    return worded(fields, shown, language)


def declared_fields(code: str) -> tuple[Field, ...]:
    """The fields of an act kind or document type; none where it is not declared here."""
    known = act_kinds().get(code) or document_types().get(code)
    return known.fields if known else ()


def titled(code: str, language: str) -> str:
    """« Extrait d'acte de naissance (birth_extract) »."""
    known = act_kinds().get(code) or document_types().get(code)
    return f"{known.title.say(language)} ({code})" if known else code


def as_printed(field: Field, value: str, language: str, sex: str | None = None) -> str:
    """The value as pages print it, and as stickers do where that differs; as it is if it obeys no declaration."""
    try:
        field.check(value)
    except FieldInvalid:  # a stranger's seal may hold anything
        return value
    page, sticker = read(field, value), read_short(field, value)
    if value in field.choices:
        page = agreed(page, sex)
        sticker = page if language == "fr" else field.choices[value].say(language)
    return sticker if sticker.startswith(page) else f"{page} ({sticker})"


def day(text: str | None) -> str | None:
    """A date of ours as it is printed."""
    if not text:
        return None
    found = date.fromisoformat(text)
    return f"{long_date(found)} ({short_date(found)})"


def in_fours(letters: str) -> str:
    """A look-up code as it is printed beside the code."""
    return "-".join(letters[at : at + 4] for at in range(0, len(letters), 4))
