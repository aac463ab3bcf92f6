"""What the operating system says of a file that it refuses, in French; in English it says so itself (`strerror`)."""

import errno
from collections.abc import Mapping

_FRENCH: Mapping[int | None, str] = {
    errno.ENOENT: "introuvable",
    errno.EACCES: "accès refusé",
    errno.EPERM: "opération non permise",
    errno.EISDIR: "c'est un dossier",
    errno.ENOTDIR: "ce n'est pas un dossier",
    errno.EEXIST: "existe déjà",
    errno.ENOTEMPTY: "le dossier n'est pas vide",
    errno.ENOSPC: "plus de place sur le disque",
    errno.EROFS: "le disque est en lecture seule",
    errno.ENAMETOOLONG: "nom trop long",
    errno.ELOOP: "trop de liens",
    errno.EMFILE: "trop de fichiers ouverts",
    errno.EIO: "erreur du disque",
    errno.ECONNREFUSED: "connexion refusée",
}


def french(error: OSError) -> str:
    """« introuvable », « accès refusé »; the number of an error that is not named here."""
    return _FRENCH.get(error.errno, f"erreur {error.errno} du système")
