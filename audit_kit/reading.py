"""One event of an export in words: what it says in clear, and its personal parts where they were revealed.

Only whoever holds the secret half of the key that the export was made for (`sceau export --reveal-to`) opens them. What
is shown is what stands in the file; whether it holds is the audit's business.
"""

from pathlib import Path
from typing import Any

from sceau.audit_kit.index import read_file
from sceau.domain.errors import InputUnreadable, NotCanonical
from sceau.domain.events import Personal
from sceau.ledger import envelope, reveal
from sceau.ledger.exported import CHUNK, EVENTS, REVEALED, Row, name_of, read_list

SECRET_SIZE = 32


def read_secret(path: Path) -> bytes:
    """The auditor's secret X25519 key: 64 hex digits in a file."""
    try:
        secret = bytes.fromhex(path.read_text("ascii").strip())
    except OSError as error:
        raise InputUnreadable.of(path, error) from None
    except ValueError:
        secret = b""
    if len(secret) != SECRET_SIZE:
        raise InputUnreadable(f"{path}: not 64 hex digits", why_fr=f"{path} : pas 64 chiffres hexadécimaux")
    return secret


def event(directory: Path, idx: int, secret: bytes | None) -> dict[str, Any]:
    """The event at an index; InputUnreadable if there is none, EnvelopeInvalid for one that cannot be cut or opened."""
    row = _row(directory, idx)
    found = envelope.parse(row.state)
    keys: dict[bytes, bytes] = {}
    if secret is not None:
        n = idx // CHUNK
        keys = reveal.open_box(read_file(directory / name_of(REVEALED, n)), found.meta.origin, n, secret)
    happened = envelope.event(found, lambda ids: {one: keys[one] for one in ids if one in keys})
    meta = {name: plain(value) for name, value in found.meta._asdict().items()}
    personal = [_part(part) for part in happened.personal]
    told = {"idx": idx, "topic": found.topic, **meta, "kid": found.kid.hex(), "clear": plain(found.clear)}
    return {**told, "personal": personal}


def _row(directory: Path, idx: int) -> Row:
    name = name_of(EVENTS, idx // CHUNK)
    try:
        rows = read_list(read_file(directory / name), len(Row._fields))
    except NotCanonical as error:
        raise InputUnreadable(f"{name}: {error}", why_fr=f"{name} : pas ce que l'export annonce") from None
    found = next((Row(*row) for row in rows if row[0] == idx), None)
    if found is None or type(found.state) is not bytes:
        raise InputUnreadable(f"{name}: no event at index {idx}", why_fr=f"{name} : pas d'événement à l'index {idx}")
    return found


def _part(part: Personal) -> dict[str, Any]:
    values = None if part.values is None else plain(part.values)
    return {"subject": part.subject, "group": part.group, "values": values}


def plain(value: Any) -> Any:
    """A value as JSON can say it: bytes in hex."""
    match value:
        case bytes():
            return value.hex()
        case dict():
            return {str(key): plain(one) for key, one in value.items()}
        case list() | tuple():
            return [plain(one) for one in value]
        case _:
            return value
