"""What people read, in French and English."""

import os
from collections.abc import Mapping

LANGUAGES = ("fr", "en")


def language_of(asked: str | None, environment: Mapping[str, str] = os.environ) -> str:
    """ "fr" or "en": what was asked for, else what the system says; French where nothing says otherwise."""
    names = (asked, *(environment.get(name) for name in ("LC_ALL", "LC_MESSAGES", "LANG")))
    return "en" if next((name for name in names if name), "")[:2].lower() == "en" else "fr"


EXIT_CODES = (
    (0, "tout tient", "everything holds"),
    (1, "commande mal écrite, fichiers illisibles", "misuse, or files that cannot be read"),
    (2, "des événements ne tiennent pas, manquent ou sont en double", "events do not hold, are missing or doubled"),
    (3, "le journal n'est pas celui qui fut signé, ou deux histoires", "the log is not what was signed, or a fork"),
    (4, "le quorum de témoins manque", "the quorum of witnesses is missing"),
    (5, "la copie reçue est abîmée : redemandez-la", "the copy received is damaged: ask for it again"),
    (
        6,
        "vues, comptes ou fichiers servis ne suivent pas",
        "views, counts or files served do not follow from the events",
    ),
)
HELP = {
    "what": (
        "Vérifie un export du registre sans faire confiance à personne : journal, témoins, événements, comptes.",
        "Verifies an export of the ledger and trusts nobody: log, witnesses, events, figures.",
    ),
    "export": ("dossier de l'export", "directory of the export"),
    "policy": ("politique de témoins, reçue par ailleurs (c2sp.org/tlog-policy)", "witness policy, had from elsewhere"),
    "log": ("autre dossier ou adresse du journal", "another directory or address of the log"),
    "state": ("où garder les têtes vues", "where to keep the checkpoints seen"),
    "genesis": ("identifiant de la clé d'index 0, en hexadécimal", "id of the key at index 0, in hex"),
    "witnesses": ("demander aux témoins la tête qu'ils montrent", "ask the witnesses for the head that they show"),
    "part": ("une partie seulement fut demandée (mission, jours)", "only a part was asked for (a mission, some days)"),
    "pack": ("paquet hors ligne à recalculer (répétable)", "an offline pack to be made again (may be repeated)"),
    "served": (
        "comparer ce qu'un serveur montre (page, listes, paquets) à ce qui fut publié",
        "compare what a server shows (page, lists, packs) with what was published",
    ),
    "report": ("écrire le rapport JSON", "write the report as JSON"),
    "since": ("comparer à un rapport antérieur", "compare with an earlier report"),
    "show": ("montrer l'événement d'un index, sans rien vérifier", "show the event at an index, and verify nothing"),
    "key": ("avec --show : clé secrète de l'auditeur (hex)", "with --show: the auditor's secret key (hex)"),
    "evidence": ("où écrire les preuves d'un échec", "where to write the evidence of a failure"),
    "workers": ("processus", "processes"),
    "lang": ("langue", "language"),
    "quiet": ("sans avancement", "no progress"),
    "help": ("cette aide", "this help"),
    "version": ("la version", "the version"),
    "codes": ("Codes de sortie :", "Exit codes:"),
}
STEPS = {
    "log": ("journal", "log"),
    "index": ("lecture", "reading"),
    "events": ("événements", "events"),
}
EVIDENCE = """\
FRANÇAIS

Ce dossier prouve, sans notre programme, ce que l'audit a trouvé. report.json dit quoi ; policy dit à quelles clés on
se fie : vérifiez qu'elle est bien la vôtre.

checkpoint                la tête signée du journal examiné (c2sp.org/tlog-checkpoint). Vérifiez la signature de la
                          ligne « log » de policy, et celles des témoins.
fork-*/old.checkpoint     une autre tête, signée par la même clé. Même taille et autre racine : deux histoires, rien de
                          plus n'est à prouver. Plus petite : consistency.request est la demande que
                          c2sp.org/tlog-witness fait à un témoin ; vérifiez la preuve de cohérence (RFC 9162, section
                          2.1.4.2) de la racine d'old.checkpoint à celle de checkpoint : elle doit ÉCHOUER, et réussir
                          avec root-in-new-log au lieu de la racine ancienne. Plus grande : cette copie est plus
                          ancienne, ou le journal a été raccourci ; demandez l'export le plus récent.
event-*/                  inclusion.tlog-proof (c2sp.org/tlog-proof) prouve que entry est au journal à cet index.
                          SHA-256("sceau.leaf/1" 00 salt stored-event) devrait être les 32 derniers octets d'entry ;
                          stored-event est un COSE_Sign1 signé par la clé qu'il nomme. Le rapport dit ce qui manque.

ENGLISH

This directory proves, without our program, what the audit found. report.json says what; policy says which keys are
trusted: check that it is your own.

checkpoint                the signed head of the log that was examined (c2sp.org/tlog-checkpoint). Verify the signature
                          of the key in the "log" line of policy, and those of the witnesses.
fork-*/old.checkpoint     another head, signed by the same key. Same size and another root: two histories, nothing more
                          is to be proven. Smaller: consistency.request is the request that c2sp.org/tlog-witness makes
                          of a witness; verify the consistency proof (RFC 9162 section 2.1.4.2) from the root of
                          old.checkpoint to that of checkpoint: it must FAIL, and succeed with root-in-new-log in place
                          of the old root. Larger: this copy is older, or the log was cut; ask for the newest export.
event-*/                  inclusion.tlog-proof (c2sp.org/tlog-proof) proves that entry stands in the log at that index.
                          SHA-256("sceau.leaf/1" 00 salt stored-event) should be the last 32 bytes of entry;
                          stored-event is a COSE_Sign1 signed by the key that it names. The report says what fails.
"""


def say(pair: tuple[str, str], language: str) -> str:
    """One of two texts."""
    return pair[0] if language == "fr" else pair[1]
