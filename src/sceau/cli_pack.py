"""`sceau pack ...`: the offline pack, made, looked into, verified (docs/format/pack.md).

build    publishes, as `sceau publish` does; --full wants a full pack where a delta would do
inspect  shows what files say, whoever signed them
verify   opens them as a device does; --lists compares them with the exact lists: exit code 5 where they differ
"""

import time
from pathlib import Path
from typing import Annotated, Any

import typer

from sceau import cli_errors
from sceau.cli_help import group
from sceau.cli_options import Call, command
from sceau.cli_prove import LogFolder
from sceau.language import say

EXAMPLES_MAX = 5
_Files = Annotated[
    list[Path], typer.Argument(metavar="DIR|FILE...", help=say("Dossier publié, ou fichiers.", "Directory, or files."))
]
_Root = Annotated[
    str | None,
    typer.Option(
        "--root", envvar="SCEAU_ROOT", metavar="HEX|FILE", help=say("Clé racine publique.", "The root's public key.")
    ),
]


def add_to(app: typer.Typer) -> None:
    """Declare the commands."""
    packs = group("Le paquet hors ligne.", "The offline pack.")
    command(packs, "build", "Publie les listes et leur paquet.", "Publishes the lists and their pack.")(build)
    command(packs, "inspect", "Montre ce que dit un paquet, sans rien vérifier.", "Shows a pack, verifies nothing.")(
        inspect
    )
    command(packs, "verify", "Vérifie un paquet et ses différences.", "Verifies a pack and its deltas.")(verify)
    app.add_typer(packs, name="pack")


def build(
    call: Call,
    directory: Annotated[Path, typer.Argument(metavar="DIR", help=say("Où publier.", "Where to."))],
    full: Annotated[
        bool, typer.Option("--full", help=say("Un paquet complet en tout cas.", "A full pack in any case."))
    ] = False,
    log: LogFolder = None,
) -> None:
    """Publish, and say which pack was made."""
    from sceau.cli_upkeep import published

    published(call, directory, log, full)


def inspect(call: Call, files: _Files) -> None:
    """What is written in them."""
    from sceau.cli_output import emit, warn
    from sceau.cli_pack_view import show, told

    found = [told(content, int(time.time())) for content in contents_of(files)]
    warn(
        call,
        call.say("rien n'est vérifié ici : « sceau pack verify »", "nothing is verified here: 'sceau pack verify'"),
    )
    emit(call, found, lambda: show(call, found))


def verify(
    call: Call,
    files: _Files,
    root: _Root = None,
    lists: Annotated[
        Path | None,
        typer.Option("--lists", metavar="DIR", help=say("Listes exactes à comparer.", "Exact lists to compare with.")),
    ] = None,
) -> int:
    """Open the chain as a device that sees it for the first time; compare it with the exact lists if they are given."""
    from sceau.cli_checker import root_public
    from sceau.cli_output import emit, facts, progress
    from sceau.verify_api.directory import Versions, open_directory
    from sceau.verify_api.pack import open_pack
    from sceau.verify_api.pack_compare import compare

    public = root_public(call, root, None)
    full, *deltas = contents_of(files)
    pack = open_pack(full, deltas, public, Versions())
    told: dict[str, Any] = {
        "holds": True,
        "version": pack.status.version,
        "as_of": pack.status.as_of,
        "issued": len(pack.issued.members),
        "not_valid": len(pack.status.entries),
        "deltas": len(deltas),
    }
    if lists is not None:
        with progress(call, call.say("comparaison", "comparing")) as advance:
            found = compare(pack, open_directory(lists, public, Versions()), advance)
        told |= {"holds": not any(found), "missing": len(found.missing), "status_differs": len(found.status)}
        told["examples"] = [key.hex() for key in (*found.missing, *found.status)[:EXAMPLES_MAX]]
    shown = {**told, "holds": call.say(*_HOLDS[told["holds"]])}
    emit(call, told, lambda: facts({call.say(*_WORDS[name]): value for name, value in shown.items()}))
    return cli_errors.DONE if told["holds"] else cli_errors.INTEGRITY


_HOLDS = {True: ("oui", "yes"), False: ("NON", "NO")}
_WORDS = {
    "holds": ("tient", "holds"),
    "version": ("version", "version"),
    "as_of": ("événements", "events"),
    "issued": ("délivrés", "issued"),
    "not_valid": ("contre", "against"),
    "deltas": ("différences", "deltas"),
    "missing": ("délivrés qui y manquent", "issued but missing"),
    "status_differs": ("statuts autres", "other statuses"),
    "examples": ("exemples", "examples"),
}


def contents_of(paths: list[Path]) -> list[bytes]:
    """A full pack and its deltas: of a directory as its index names them, of files in the order of their versions."""
    from sceau.keys.signed_list import peek
    from sceau.seals.pack import read_file
    from sceau.verify_api.pack import read_chain

    if len(paths) == 1:
        full, deltas = read_chain(paths[0])
        return [full, *deltas]
    files = [read_chain(path)[0] for path in paths]
    return sorted(files, key=lambda content: peek(read_file(content).listed).version)
