"""Whose seals are believed: `trust accept` takes in a key of another authority, `trust list` shows every key.

A key is accepted in two steps: what was checked is shown, and only a repetition with --confirm records it. The next
`sceau publish` puts it into the trust list; `trust end` takes it out of use.
"""

from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sceau.cli_help import group
from sceau.cli_options import Call, as_day, command
from sceau.language import say

if TYPE_CHECKING:
    from sceau.cli_session import Session
    from sceau.domain.signing_key import KeyEnrolled
    from sceau.keys.acceptance import Accepted

_FILE_MAX = 1 << 20
_CONFIRM = "--confirm"


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    trusted = group("Les clés dont les sceaux font foi.", "The keys whose seals are believed.")
    command(
        trusted,
        "accept",
        "Accepte la clé d'une autre autorité, une fois sa chaîne vérifiée.",
        "Accepts a key of another authority, once its chain was checked.",
        writing=True,
    )(accept_one)
    command(trusted, "list", "Montre les clés.", "Shows the keys.")(list_all)
    command(trusted, "end", "Met fin à une clé.", "Ends a key.", writing=True)(end_one)
    app.add_typer(trusted, name="trust")


def _text(fr: str, en: str, metavar: str = "TEXT") -> Any:
    return typer.Option(help=say(fr, en), metavar=metavar)


_Path = Path | None
_FORMATS = "vds|idb|vdsnc|2ddoc|hcert|shc|claim169"


def accept_one(
    call: Call,
    seal_format: Annotated[str, typer.Option("--format", metavar=_FORMATS, help=say("Format.", "Format."))],
    authority: Annotated[str, _text("Autorité : trois lettres.", "Authority: three letters.", "DEU")],
    certificate: Annotated[
        Path, _text("Certificat, ou clé publique en PEM.", "Certificate, or bare key in PEM.", "FILE")
    ],
    chain: Annotated[_Path, _text("Certificat de l'État (CSCA).", "Country certificate (CSCA).", "FILE")] = None,
    crl: Annotated[_Path, _text("Liste de révocation de l'État.", "The country's revocation list.", "FILE")] = None,
    fingerprint: Annotated[
        str, _text("SHA-256 reçu par une autre voie.", "SHA-256 that came by another way.", "HEX")
    ] = "",
    country: Annotated[str, _text("Pays que portent les sceaux.", "Country that the seals state.", "D")] = "",
    issuer: Annotated[str, _text("Émetteur que portent les sceaux.", "Issuer that the seals name.")] = "",
    reference: Annotated[str, _text("Référence que portent les sceaux.", "Reference that the seals name.")] = "",
    classes: Annotated[str, _text("Sortes de documents.", "Kinds of documents.", "visa,travel")] = "",
    since: Annotated[str, _text("Premier jour de signature.", "First day of signing.", "YYYY-MM-DD")] = "",
    until: Annotated[str, _text("Dernier jour de signature.", "Last day of signing.", "YYYY-MM-DD")] = "",
    confirm: Annotated[bool, typer.Option(_CONFIRM, help=say("Enregistre.", "Records."))] = False,
) -> None:
    """Accept a key."""
    from sceau.cli_session import today
    from sceau.keys import acceptance

    proof = [None if file is None else _content(file) for file in (chain, crl)]
    given = acceptance.Given(_content(certificate), proof[0], proof[1], fingerprint)
    accepted = acceptance.accept(given, today())
    said = {"country": country, "issuer": issuer, "reference": reference, "classes": classes}
    said |= {"valid_from": as_day("--since", since), "valid_until": as_day("--until", until)}
    key = _enrolment(seal_format, authority, accepted, said)
    _record(call, key, _shown(key, accepted), confirm)


def _content(file: Path) -> bytes:
    from sceau.cli_input import read_bytes

    return read_bytes(str(file), _FILE_MAX)


def _enrolment(seal_format: str, authority: str, accepted: "Accepted", said: dict[str, str]) -> "KeyEnrolled":
    """The key as the ledger records it; FieldInvalid where a trust list could not spell it."""
    from sceau.domain.errors import FieldInvalid
    from sceau.domain.signing_key import KeyEnrolled
    from sceau.keys import acceptance
    from sceau.keys.keyring import kid_of
    from sceau.keys.trust_list import require_foreign

    if seal_format not in acceptance.CLASSES:
        raise FieldInvalid("--format", f"one of {_FORMATS}", f"un de {_FORMATS}")
    issuer, reference = acceptance.named(seal_format, accepted, authority, said["country"])
    key = KeyEnrolled(
        kid_of(accepted.public),
        "seal",
        accepted.algorithm.value,
        accepted.public,
        authority,
        authority,
        said["valid_from"] or str(accepted.first or ""),
        said["valid_until"] or str(accepted.last or ""),
        seal_format,
        said["issuer"] or issuer,
        said["reference"] or reference,
        said["country"],
        _classes(said["classes"], accepted.classes) or acceptance.CLASSES[seal_format],
        accepted.certificate,
    )
    require_foreign(asdict(key))
    return key


def _classes(said: str, allowed: tuple[str, ...]) -> tuple[str, ...]:
    """What the operator or the certificate restricts the key to, if anything; FieldInvalid for more than the latter."""
    from sceau.domain.errors import FieldInvalid

    classes = tuple(sorted(set(filter(None, said.split(",")))))
    if allowed and not set(classes) <= set(allowed):
        most = ", ".join(allowed)
        raise FieldInvalid("--classes", f"the certificate allows {most} only", f"le certificat ne permet que {most}")
    return classes or allowed


def _shown(key: "KeyEnrolled", accepted: "Accepted") -> dict[str, Any]:
    return {
        "kid": key.kid.hex(),
        "format": key.format,
        "authority": key.authority,
        "issuer": key.issuer,
        "reference": key.reference,
        "country": key.country,
        "algorithm": key.algorithm,
        "classes": list(key.classes),
        "valid_from": key.valid_from,
        "valid_until": key.valid_until,
        "subject": accepted.subject,
        "issued_by": accepted.issuer,
        "sha256": accepted.fingerprint,
    }


def _record(call: Call, key: "KeyEnrolled", told: dict[str, Any], confirm: bool) -> None:
    from sceau.cli_labels import in_words, named
    from sceau.cli_output import emit, warn
    from sceau.cli_session import opened
    from sceau.domain.errors import ConfirmationRequired, KeyRefused
    from sceau.install import OPERATOR
    from sceau.ledger.commands import EnrolKey

    if not confirm:
        for name, value in () if call.json else named(call, told).items():
            warn(call, call.say(f"{name} : ", f"{name}: ") + (", ".join(value) if isinstance(value, list) else value))
        proof = f"{told['subject']} SHA-256 {told['sha256']}".lstrip()
        raise ConfirmationRequired(
            f"every seal of {key.issuer} {key.reference} would be believed ({proof})",
            f"tout sceau de {key.issuer} {key.reference} ferait foi ({proof})",
            _CONFIRM,
        )
    with opened(call) as session:
        state = session.config.state
        if key.authority == state.authority:
            raise KeyRefused(
                "a key of this authority is made here, never accepted",
                why_fr="une clé de cette autorité est faite ici, jamais acceptée",
            )
        _require_new_name(session, key)
        session.execute(EnrolKey(command_id=call.command_id, office=state.ministry, officer=OPERATOR, key=key))
    emit(call, told, lambda: in_words(call, told))


def _require_new_name(session: "Session", key: "KeyEnrolled") -> None:
    """KeyRefused if another key bears this name in seals: no trust list could hold both, so none could be published."""
    from sceau.domain.errors import KeyRefused

    name = key.format, key.issuer, key.reference
    with session.views.status().look() as look:
        others = [row["kid"] for row in look.enrolled() if (row["format"], row["issuer"], row["reference"]) == name]
    if any(kid != key.kid for kid in others):
        raise KeyRefused(
            f"{' '.join(name)} already names key {others[0].hex()}",
            why_fr=f"{' '.join(name)} désigne déjà la clé {others[0].hex()}",
        )


def list_all(call: Call) -> None:
    """Show every key of the ledger."""
    from sceau.cli_output import emit, table
    from sceau.cli_session import opened

    with opened(call) as session, session.views.status().look() as look:
        keys = [_row(row) for row in look.enrolled()]
    emit(call, keys, lambda: table("", [call.say(*column) for column in _COLUMNS], [_cells(call, key) for key in keys]))


_COLUMNS = (
    ("clé", "key"),
    ("usage", "purpose"),
    ("autorité", "authority"),
    ("nom dans les sceaux", "name in seals"),
    ("jusqu'au", "until"),
    ("état", "status"),
)
_STATUS = {"active": ("active", "active"), "retired": ("retirée", "retired"), "revoked": ("révoquée", "revoked")}


def _cells(call: Call, key: dict[str, Any]) -> list[str]:
    """A key in a line: its id, which `trust end` asks for, what it signs and under which name."""
    used, name = (
        " ".join(filter(None, map(key.get, names))) for names in (("purpose", "format"), ("issuer", "reference"))
    )
    return [key["kid"], used, key["authority"], name, key["valid_until"], call.say(*_STATUS[key["status"]])]


def _row(row: Any) -> dict[str, Any]:
    ended = row["retired_on"]
    names = ("purpose", "format", "authority", "office", "issuer", "reference", "country", "algorithm", "valid_from")
    status = "active" if ended is None else "revoked" if row["compromised"] else "retired"
    found = {"kid": row["kid"].hex(), **{name: row[name] for name in names}, "valid_until": row["valid_until"]}
    return {**found, "classes": row["classes"].split(), "status": status, "ended_on": ended}


def end_one(
    call: Call,
    kid: Annotated[str, typer.Argument(metavar="KID", help=say("Identifiant de la clé.", "The key's id."))],
    reason: Annotated[str, _text("Motif ; en clair, sans nom.", "Reason; in clear, no names.")],
    compromised: Annotated[
        bool, typer.Option("--compromised", help=say("Volée : révoquée.", "Stolen: revoked."))
    ] = False,
) -> None:
    """End a key of another authority."""
    from sceau.cli_labels import in_words
    from sceau.cli_output import emit
    from sceau.cli_session import opened
    from sceau.domain.errors import FieldInvalid
    from sceau.install import OPERATOR
    from sceau.ledger.commands import RetireKey

    try:
        name = bytes.fromhex(kid)
    except ValueError:
        raise FieldInvalid("KID", "16 hex digits", "16 chiffres hexadécimaux") from None
    with opened(call) as session:
        by: dict[str, Any] = {"command_id": call.command_id, "office": session.config.state.ministry}
        session.execute(RetireKey(**by, officer=OPERATOR, kid=name, reason=reason, compromised=compromised))
    told = {"kid": kid, "ended": True, "compromised": compromised}
    emit(call, told, lambda: in_words(call, told))
