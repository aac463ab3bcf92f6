"""Setting up: `init` founds an installation, `mission open | close` and `officer grant | end` say who may issue what.

The ministry's operator acts in all of these; an office's own officers cannot give themselves powers.
"""

from typing import Annotated, Any

import typer

from sceau.cli_help import group
from sceau.cli_options import Call, command
from sceau.language import say


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    command(
        app,
        "init",
        "Fonde une installation : clés, base et premiers événements.",
        "Founds an installation: keys, database and first events.",
    )(init)
    missions = group("Les postes.", "The missions.")
    command(missions, "open", "Ouvre un poste et enrôle ses clés.", "Opens a mission and enrols its keys.")(open_one)
    command(missions, "close", "Ferme un poste.", "Closes a mission.", writing=True)(close_one)
    app.add_typer(missions, name="mission")
    officers = group("Les agents et leurs pouvoirs.", "Officers and their powers.")
    command(officers, "grant", "Donne des pouvoirs à un agent.", "Gives an officer powers.", writing=True)(grant_one)
    command(officers, "end", "Retire ses pouvoirs à un agent.", "Takes an officer's powers back.", writing=True)(
        end_one
    )
    app.add_typer(officers, name="officer")


def _text(fr: str, en: str, metavar: str = "TEXT") -> Any:
    return typer.Option(help=say(fr, en), metavar=metavar)


def init(
    call: Call,
    authority: Annotated[str, _text("Trois lettres de l'État (OACI 9303-3).", "The state's three letters.")] = "MLI",
    country: Annotated[str, _text("Deux lettres de l'État.", "The state's two letters.")] = "ML",
    address: Annotated[
        str, _text("Adresse publique du vérificateur.", "The checker's public address.", "URL")
    ] = "https://verif.example/",
    origin: Annotated[str, _text("Nom du journal.", "The log's name.")] = "sceau.example/mli/1",
    ministry: Annotated[str, _text("Code du ministère.", "The ministry's code.", "MAE")] = "MAE",
    short: Annotated[str, _text("Ses deux lettres.", "Its two letters.", "MA")] = "MA",
    city: Annotated[str, _text("Sa ville.", "Its city.")] = "Bamako",
    name_fr: Annotated[str, _text("Son nom en français.", "Its name in French.")] = "Ministère des Affaires étrangères",
    name_en: Annotated[str, _text("Son nom en anglais.", "Its name in English.")] = "Ministry of Foreign Affairs",
    production: Annotated[
        bool, _text("Refuse ce qui ne s'imprimerait qu'en SPECIMEN.", "Refuse what would only print as a SPECIMEN.", "")
    ] = False,
    signer: Annotated[str, _text("Signataire du journal, à part.", "A separate signer of the log.", "unix:/path")] = "",
) -> None:
    """Found an installation."""
    import os

    from sceau.cli_labels import in_words
    from sceau.cli_output import emit
    from sceau.cli_session import passphrase_of
    from sceau.compose import root_public
    from sceau.config import Config, State, home_of
    from sceau.install import found

    url = call.database
    if not url:
        raise typer.BadParameter(call.say("il faut --database (ou SCEAU_DATABASE)", "--database is needed"))
    state = State(authority, country, _address(address), origin, ministry, production, signer)
    config = Config(home_of(url, call.home), url, state)
    opening = _mission(ministry, short, "ministry", authority, city, name_fr, name_en)
    found(config, opening, passphrase_of(config, call, confirm=True), random=os.urandom).close()
    root = root_public(config)
    told = {"home": str(config.home), "database": url, "root": root.read_text("ascii").strip(), "root_file": str(root)}
    emit(call, told, lambda: in_words(call, told))


def _address(address: str) -> str:
    from sceau.domain.errors import FieldInvalid

    if not (address.isascii() and address.isprintable() and address.startswith("https://") and address.endswith("/")):
        raise FieldInvalid("--address", "must be https://.../", "doit être https://.../")
    return address


def _mission(code: str, short: str, kind: str, country: str, city: str, name_fr: str, name_en: str) -> dict[str, Any]:
    names = {"fr": name_fr, "en": name_en}
    return {"code": code, "short": short, "kind": kind, "country": country, "city": city, "name": names}


def open_one(
    call: Call,
    code: Annotated[str, typer.Argument(metavar="PAR", help=say("Code : trois lettres.", "Code: three letters."))],
    short: Annotated[str, _text("Deux lettres, dans les numéros.", "Two letters, in numbers.", "PA")],
    kind: Annotated[str, _text("embassy | consulate_general | honorary", "embassy | consulate_general | honorary")],
    country: Annotated[str, _text("Pays : trois lettres.", "Country: three letters.", "FRA")],
    city: Annotated[str, _text("Ville.", "City.")],
    name_fr: Annotated[str, _text("Nom en français.", "Name in French.")],
    name_en: Annotated[str, _text("Nom en anglais.", "Name in English.")],
) -> None:
    """Open a mission."""
    from sceau.cli_output import emit, line
    from sceau.cli_session import opened, today
    from sceau.install import open_mission

    with opened(call) as session:
        open_mission(session.ledger, _mission(code, short, kind, country, city, name_fr, name_en), today())
    emit(call, {"office": code}, lambda: line(call.say(f"{code} est ouvert", f"{code} is open")))


def close_one(
    call: Call,
    code: Annotated[str, typer.Argument(metavar="PAR")],
    reason: Annotated[str, _text("Motif ; en clair, sans nom.", "Reason; in clear, no names.")],
) -> None:
    """Close a mission."""
    from sceau.ledger.commands import CloseOffice

    _as_operator(call, CloseOffice, {"office": code, "closed": True}, code=code, reason=reason)


def grant_one(
    call: Call,
    officer: Annotated[str, typer.Argument(metavar="PAR-1", help=say("Pseudonyme.", "Pseudonym."))],
    at: Annotated[str, _text("Poste.", "Office.", "PAR")],
    powers: Annotated[
        str, _text("Pouvoirs, séparés par des virgules.", "Powers, separated by commas.", "acts,civil_status,…")
    ],
    name: Annotated[str, _text("Nom imprimé.", "Name as printed.")],
    title: Annotated[str, _text("Qualité imprimée.", "Title as printed.")],
    since: Annotated[str, _text("Premier jour.", "First day.", "YYYY-MM-DD")],
    until: Annotated[str, _text("Dernier jour.", "Last day.", "YYYY-MM-DD")],
) -> None:
    """Grant a mandate."""
    from sceau.cli_options import as_day
    from sceau.ledger.commands import GrantMandate

    as_day("--since", since)
    as_day("--until", until)
    told = {"officer": officer, "office": at, "powers": powers.split(","), "since": since, "until": until}
    _as_operator(
        call,
        GrantMandate,
        told,
        code=at,
        holder=officer,
        powers=tuple(powers.split(",")),
        valid_from=since,
        valid_until=until,
        name=name,
        title=title,
    )


def end_one(
    call: Call,
    officer: Annotated[str, typer.Argument(metavar="PAR-1")],
    at: Annotated[str, _text("Poste.", "Office.", "PAR")],
    reason: Annotated[str, _text("Motif ; en clair, sans nom.", "Reason; in clear, no names.")],
) -> None:
    """End a mandate."""
    from sceau.ledger.commands import EndMandate

    _as_operator(
        call, EndMandate, {"officer": officer, "office": at, "ended": True}, code=at, holder=officer, reason=reason
    )


def _as_operator(call: Call, kind: Any, told: dict[str, Any], **values: Any) -> None:
    """One command of the ministry's operator."""
    from sceau.cli_labels import in_words
    from sceau.cli_output import emit
    from sceau.cli_session import opened
    from sceau.install import OPERATOR

    with opened(call) as session:
        ministry = session.config.state.ministry
        session.execute(kind(command_id=call.command_id, office=ministry, officer=OPERATOR, **values))
    emit(call, told, lambda: in_words(call, told))
