"""What a command tells of its result, fact by fact, with names in the reader's language; `--json` keeps its own."""

from collections.abc import Mapping
from typing import Any

from sceau.cli_options import Call
from sceau.cli_output import facts
from sceau.domain.document_type import Label

_LABELS = {
    "algorithm": Label("Algorithme", "Algorithm"),
    "as_of": Label("Événements", "Events"),
    "authority": Label("Autorité", "Authority"),
    "chunks": Label("Morceaux", "Chunks"),
    "classes": Label("Classes", "Classes"),
    "closed": Label("Fermé", "Closed"),
    "compromised": Label("Volée", "Stolen"),
    "copy": Label("Exemplaire", "Copy"),
    "country": Label("Pays", "Country"),
    "database": Label("Base de données", "Database"),
    "directory": Label("Dossier", "Directory"),
    "earlier": Label("Déjà établis", "Established before"),
    "ended": Label("Terminé", "Ended"),
    "events": Label("Événements écrits", "Events written"),
    "format": Label("Format", "Format"),
    "from": Label("Du", "From"),
    "frozen": Label("Clos", "Frozen"),
    "home": Label("Installation", "Installation"),
    "issued": Label("Documents délivrés", "Documents issued"),
    "issued_by": Label("Délivré par", "Issued by"),
    "issuer": Label("Émetteur", "Issuer"),
    "kid": Label("Clé", "Key"),
    "log": Label("Journal", "Log"),
    "mission": Label("Mission", "Mission"),
    "not_valid": Label("Non valables", "Not valid"),
    "noted": Label("Noté", "Noted"),
    "number": Label("Numéro", "Number"),
    "office": Label("Poste", "Office"),
    "officer": Label("Agent", "Officer"),
    "origin": Label("Origine", "Origin"),
    "overlap": Label("Témoins communs à deux quorums", "Witnesses common to two quorums"),
    "pack": Label("Paquet", "Pack"),
    "pack_bytes": Label("Taille du paquet, en octets", "Size of the pack, in bytes"),
    "pdf": Label("Papier", "Paper"),
    "policy": Label("Politique", "Policy"),
    "powers": Label("Pouvoirs", "Powers"),
    "preview": Label("Projet", "Preview"),
    "proof": Label("Preuve", "Proof"),
    "quorum": Label("Quorum", "Quorum"),
    "reference": Label("Référence", "Reference"),
    "refused": Label("Refusés", "Refused"),
    "report": Label("Lignes refusées", "Refused lines"),
    "revealed_to": Label("Lisible par la clé", "Readable with the key"),
    "root": Label("Racine", "Root"),
    "root_file": Label("Fichier de la clé racine", "File of the root key"),
    "sha256": Label("SHA-256", "SHA-256"),
    "since": Label("Depuis le", "Since"),
    "size": Label("Taille", "Size"),
    "subject": Label("Titulaire du certificat", "Subject of the certificate"),
    "successor": Label("Successeur", "Successor"),
    "to": Label("Au", "To"),
    "until": Label("Jusqu'au", "Until"),
    "valid_from": Label("Signe du", "Signs from"),
    "valid_until": Label("Signe jusqu'au", "Signs until"),
    "version": Label("Version", "Version"),
    "witnesses": Label("Témoins", "Witnesses"),
    "written": Label("Écrits", "Written"),
}
_PROOFS = {
    "none": ("aucune", "none"),
    "provisional": ("provisoire : peu de témoins", "provisional: few witnesses"),
    "witnessed": ("attestée par les témoins", "witnessed"),
}
_YES, _NO = Label("oui", "yes"), Label("non", "no")


def named(call: Call, told: Mapping[str, Any]) -> dict[str, Any]:
    """The facts by label; a name that has none is one that people give themselves, as those of the views."""
    shown = {**told, "proof": _proof(call, told["proof"])} if "proof" in told else told
    return {_LABELS[name].say(call.language) if name in _LABELS else name: _said(call, shown[name]) for name in shown}


def in_words(call: Call, told: Mapping[str, Any]) -> None:
    """Show them."""
    facts(named(call, told))


def _proof(call: Call, state: str) -> str:
    return call.say(*_PROOFS[state])


def _said(call: Call, value: Any) -> Any:
    return (_YES if value else _NO).say(call.language) if isinstance(value, bool) else value
