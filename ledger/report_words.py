"""What a report of an audit (`sceau.report/1`) says to people: one sentence a code of finding, French and English.

The page and the auditor's program both read it. The finding's own `detail` stays beside it, as the technical line.
"""

FORMAT = "sceau.report/1"
_SENTENCES = {
    "log.checkpoint": (
        "La signature de la tête du journal, ou celle d'un témoin, ne tient pas.",
        "The signature of the log's head, or of a witness, does not hold.",
    ),
    "log.fork": (
        "Deux histoires ont été signées : ce journal ne commence pas comme celui qui fut vu auparavant.",
        "Two histories were signed: this log does not begin as the one seen before.",
    ),
    "log.behind": (
        "Ce journal est plus court qu'un autre déjà vu : il est plus ancien, ou coupé.",
        "This log is shorter than one already seen: it is older, or was cut.",
    ),
    "log.root": (
        "Les entrées du journal ne donnent pas la racine signée.",
        "The entries of the log do not give the signed root.",
    ),
    "log.entries": (
        "Une entrée du journal manque, ou n'est pas celle de sa feuille.",
        "An entry of the log is missing, or is not that of its leaf.",
    ),
    "log.tile": ("Une tuile du journal manque ou est fausse.", "A tile of the log is missing or wrong."),
    "quorum.not_met": (
        "Trop peu de témoins ont cosigné la tête du journal.",
        "Too few witnesses cosigned the log's head.",
    ),
    "export.part": (
        "L'export n'est qu'une partie, et une partie n'avait pas été annoncée comme demandée.",
        "The export is only a part, and a part was not said to be asked for.",
    ),
    "export.origin": (
        "L'export et la tête signée parlent de deux journaux différents.",
        "The export and the signed head speak of two different logs.",
    ),
    "export.size": (
        "L'export et la tête signée ne couvrent pas le même nombre d'événements.",
        "The export and the signed head do not cover the same number of events.",
    ),
    "export.digest": (
        "Un fichier reçu n'est pas celui que le manifeste nomme.",
        "A file received is not the one that the manifest names.",
    ),
    "export.unreadable": ("Un fichier reçu ne peut pas être lu.", "A file received cannot be read."),
    "export.count": (
        "Un fichier reçu n'a pas le nombre d'événements annoncé.",
        "A file received does not hold the number of events stated.",
    ),
    "export.row": ("Une ligne de l'export n'est pas bien faite.", "A row of the export is not well formed."),
    "export.double": ("Le même événement est là deux fois.", "The same event is there twice."),
    "integrity.audit_stopped": (
        "Trop de constats : la suite n'a pas été examinée.",
        "Too many findings: what follows was not examined.",
    ),
    "integrity.unreadable": ("Cet événement ne peut pas être examiné.", "This event cannot be audited."),
    "integrity.hole": (
        "Des événements inscrits au journal manquent.",
        "Events that stand in the log are missing.",
    ),
    "integrity.log": (
        "Les événements et les feuilles du journal ne se correspondent pas.",
        "Events and leaves of the log do not match.",
    ),
    "integrity": (
        "L'événement n'est pas celui de sa feuille, ou sa clé ne pouvait pas le signer.",
        "The event is not that of its leaf, or its key could not sign it.",
    ),
    "integrity.envelope": (
        "L'événement n'est pas ce que sa clé a signé, ou n'est pas à sa place.",
        "The event is not what its key signed, or not in its place.",
    ),
    "integrity.not_canonical": (
        "L'événement n'est pas écrit de la seule manière permise.",
        "The event is not in the one spelling that is allowed.",
    ),
    "integrity.genesis": (
        "La clé donnée pour l'index 0 n'est pas celle vue la première fois.",
        "The key given for index 0 is not the one seen there first.",
    ),
    "integrity.number_gap": ("Un numéro a été sauté dans son registre.", "A number of its register was passed over."),
    "integrity.publication_gap": (
        "Des listes ont pu être publiées sans que le journal le dise.",
        "Lists may have been published of which the log does not tell.",
    ),
    "integrity.receipts": (
        "Le reçu d'une commande manque, est de trop ou dit autre chose que les événements.",
        "The receipt of a command is missing, too many, or tells otherwise than the events.",
    ),
    "integrity.entitlement": (
        "La règle ne permettait pas cet événement : mandat, poste ou état.",
        "The rules did not allow this event: mandate, office or state.",
    ),
    "integrity.read_set": (
        "L'événement s'appuie sur ce qui n'était pas en vigueur alors.",
        "The event relied on what did not stand then.",
    ),
    "integrity.seal_twice": (
        "Deux documents portent un même sceau : les listes ne parlent que du premier.",
        "Two documents bear one seal: lists speak of the first alone.",
    ),
    "integrity.time": ("L'événement est antidaté.", "The event is dated before an earlier one."),
    "integrity.time_ahead": (
        "L'événement est daté de plusieurs jours après le précédent, et personne n'a dit que l'horloge était juste.",
        "The event is dated days after the one before it, and nobody said that the clock was right.",
    ),
    "integrity.vault_behind": (
        "Le coffre n'a pas la clé des données de cet événement.",
        "The vault lacks the data key of this event.",
    ),
    "integrity.erasure": (
        "Un ordre d'effacer autre chose nomme la clé des données de cet événement.",
        "An order to erase something else names the data key of this event.",
    ),
    "figures.count": (
        "Un registre n'a pas autant d'inscriptions que de numéros.",
        "A register does not have as many entries as numbers.",
    ),
    "figures.gap": ("Des numéros manquent dans un registre.", "Numbers are missing from a register."),
    "figures.number": (
        "Un numéro a été pris deux fois, ou hors de son tour.",
        "A number was taken twice, or out of turn.",
    ),
    "figures.stated": (
        "Le document dit un autre agent ou un autre jour que sa signature.",
        "The document states another officer or day than its signature.",
    ),
    "pack.unlogged": (
        "Ce paquet hors ligne n'est pas de ceux que le journal nomme.",
        "This offline pack is none of those that the log names.",
    ),
    "pack.issued": (
        "L'ensemble des documents délivrés d'un paquet ne suit pas des événements.",
        "The set of issued documents of a pack does not follow from the events.",
    ),
    "pack.status": (
        "Les révocations et suspensions d'un paquet ne suivent pas des événements.",
        "Revocations and suspensions of a pack do not follow from the events.",
    ),
    "pack.body": (
        "Un paquet dit autre chose que les événements.",
        "A pack says something else than the events.",
    ),
    "pack.unexamined": (
        "Ce paquet n'a pas pu être examiné : l'export ne couvre pas tout ce dont il parle.",
        "This pack could not be examined: the export does not cover all that it speaks of.",
    ),
    "served.unlogged": (
        "Un serveur montre ce que le journal ne connaît pas comme publié.",
        "A server shows what the log does not know as published.",
    ),
    "served.older": (
        "Un serveur montre une publication qui n'est pas la dernière du journal.",
        "A server shows a publication that is not the last one in the log.",
    ),
    "served.file": (
        "Un fichier servi manque, ou n'est pas celui qui fut publié.",
        "A file served is missing, or is not the one that was published.",
    ),
    "served.unexamined": (
        "Ce qu'un serveur montre n'a pas pu être comparé : illisible, ou plus récent que l'export.",
        "What a server shows could not be compared: unreadable, or newer than the export.",
    ),
    "figures.view": (
        "Une vue publiée ne suit pas des événements.",
        "A published view does not follow from the events.",
    ),
}


def sentence(code: str, language: str) -> str:
    """What the code means; for one without a sentence (an error of the event itself), that the event does not hold."""
    fr, en = _SENTENCES.get(code, ("L'événement ne tient pas.", "The event does not hold."))
    return fr if language == "fr" else en
