"""What people hand in: JSON files, cleaned before they are judged.

    act       {"kind": "birth", "values": {...}}
    document  {"type": "visa_short", "act": "PAR-2026-N-000012", "values": {...}}     `act` where the type is about one

A value left empty is left unsaid. In a date field "@today" and "@today+89" stand for a day of the calendar. At most
1 MiB; a name given twice is refused, as only one of the two could count.
"""

import json
import re
import sys
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from sceau.domain.document_type import Kind, Schema
from sceau.domain.errors import FieldInvalid, InputUnreadable
from sceau.domain.text import clean

SIZE_MAX = 1 << 20
FAULTS_MAX = 20  # told at once
_DAY = re.compile(r"@today(?:\+([0-9]{1,4}))?")


def read_bytes(source: str, size_max: int) -> bytes:
    """The content of a file, or of stdin for "-"; InputUnreadable if it cannot be read or is larger."""
    try:
        if source == "-":
            content = sys.stdin.buffer.read(size_max + 1)
        else:
            with Path(source).open("rb") as file:
                content = file.read(size_max + 1)
    except OSError as error:
        raise InputUnreadable.of(source, error) from None
    if len(content) > size_max:
        raise InputUnreadable(
            f"{source}: larger than {size_max >> 20} MiB", why_fr=f"{source} : plus de {size_max >> 20} Mio"
        )
    return content


def public_key(given: str, asked: str, asked_fr: str) -> bytes:
    """The 32 bytes of a public key in hex, or in the file that is named; InputUnreadable that says what was `asked`."""
    named = given and (len(given) != 64 or Path(given).exists())
    text = read_bytes(given, 4096).decode("ascii", "replace").strip() if named else given
    try:
        public = bytes.fromhex(text)
    except ValueError:
        public = b""
    if len(public) != 32 or public.hex() != text:
        raise InputUnreadable(
            f"{asked} 64 lower-case hex digits or a file with them",
            why_fr=f"{asked_fr} 64 chiffres hexadécimaux minuscules ou un fichier qui les contient",
        )
    return public


def read_object(source: str, known: tuple[str, ...]) -> dict[str, Any]:
    """A JSON object with no names but `known`."""
    try:
        found = json.loads(read_bytes(source, SIZE_MAX).decode(), object_pairs_hook=_once)
    except UnicodeDecodeError:
        raise InputUnreadable(f"{source}: not UTF-8", why_fr=f"{source} : pas en UTF-8") from None
    except (ValueError, RecursionError) as error:
        raise InputUnreadable(f"{source}: not JSON ({error})", why_fr=f"{source} : pas du JSON") from None
    if type(found) is not dict or found.keys() - set(known):
        raise InputUnreadable(
            f"{source}: must be an object with {', '.join(known)}",
            why_fr=f"{source} : il faut un objet avec {', '.join(known)}",
        )
    return found


def values_in(found: Mapping[str, Any], schema: Schema | None, today: date) -> dict[str, str]:
    """The "values" of an input, cleaned; FieldInvalid that names every faulty field where the `schema` is known."""
    given = found.get("values", {})
    if type(given) is not dict:
        raise FieldInvalid("values", "must be an object", "doit être un objet")
    if schema is None:
        return cleaned(given)
    faults: list[FieldInvalid] = []
    values: dict[str, str] = {}
    for name, value in given.items():
        try:
            values |= cleaned({name: value}, dates_of(schema), today)
        except FieldInvalid as fault:
            faults.append(fault)
    _refuse([*faults, *_faults(schema, values, {fault.field for fault in faults})])
    return values


def _faults(schema: Schema, values: Mapping[str, str], told: Collection[str]) -> Iterator[FieldInvalid]:
    """Everything that Schema.check would say of the entered fields, not its first alone; `told` were refused before."""
    entered = {field.name: field for field in schema.fields if field.from_act is None}
    for name in values:
        if name not in schema.by_name:
            yield FieldInvalid(str(name)[:60], "not a field of this type", "n'est pas un champ de ce type")
    for name, field in entered.items():
        if field.required and name not in values and name not in told:
            yield FieldInvalid(name, f"missing ({field.label.en})", f"manquant ({field.label.fr})")
    for name, field in entered.items():
        try:
            if name in values:
                field.check(values[name])
        except FieldInvalid as fault:
            yield fault


def _refuse(faults: Sequence[FieldInvalid]) -> None:
    """All of them in one error, in both languages."""
    if not faults:
        return
    first, *others = faults[:FAULTS_MAX]
    why = "".join(f"; field '{one.field}': {one.values['why']}" for one in others)
    why_fr = "".join(f" ; champ « {one.field} » : {one.values['why_fr']}" for one in others)
    raise FieldInvalid(first.field, f"{first.values['why']}{why}", f"{first.values['why_fr']}{why_fr}")


def cleaned(given: Mapping[str, Any], dates: Collection[str] = (), today: date | None = None) -> dict[str, str]:
    """Values in their kept spelling, without those left empty; "@today" is read in the fields named by `dates`."""
    values = {}
    for name, value in given.items():
        if type(value) is not str:
            raise FieldInvalid(str(name)[:60], 'must be text, in "..."', 'doit être du texte, entre "..."')
        text = clean(value)
        if text:
            values[name] = _day(name, text, today) if today and name in dates else text
    return values


def dates_of(schema: Schema) -> frozenset[str]:
    """The names of the date fields."""
    return frozenset(field.name for field in schema.fields if field.kind is Kind.DATE)


def text_in(found: Mapping[str, Any], name: str) -> str | None:
    """A text of an input, or None where it is missing or empty."""
    value = found.get(name)
    if value is None or value == "":
        return None
    if type(value) is not str:
        raise FieldInvalid(name, "must be text", "doit être du texte")
    return value


def same(name: str, given: str | None, found: str | None) -> str:
    """What the command line and the file agree upon."""
    if given and found and given != found:
        raise FieldInvalid(
            name, f"'{given}' here, '{found}' in the file", f"« {given} » ici, « {found} » dans le fichier"
        )
    if not given and not found:
        raise FieldInvalid(name, "missing", "manque")
    return given or found or ""


def _day(name: str, text: str, today: date) -> str:
    asked = _DAY.fullmatch(text)
    if asked is None:
        return text
    try:
        return (today + timedelta(int(asked[1] or 0))).isoformat()
    except OverflowError:
        raise FieldInvalid(name, "no such date", "cette date n'existe pas") from None


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        names = [name for name, _ in pairs]
        twice = next(name for name in names if names.count(name) > 1)
        raise InputUnreadable(f'"{twice[:60]}" is given twice', why_fr=f"« {twice[:60]} » est donné deux fois")
    return found
