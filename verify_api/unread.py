"""Why a code is not read as a seal, in words: one table by the codes that the readers give (SealUnread.why).

Each is the end of a sentence, after a colon: "This code is not a readable seal: ...".
"""

from collections.abc import Mapping
from types import MappingProxyType

from sceau.domain.document_type import Label
from sceau.domain.flaw import Flaw
from sceau.seals.stranger import Stranger

_MALFORMED = {
    Flaw.UNKNOWN: Label("il n'est d'aucune sorte connue ici", "it is of no kind that is known here"),
    Flaw.SIZE: Label("il est plus long qu'aucun code imprimé", "it is longer than any printed code"),
    Flaw.ALPHABET: Label("un caractère n'y a pas sa place", "a character has no place in it"),
    Flaw.CUT: Label("il est incomplet", "it is incomplete"),
    Flaw.HEADER: Label("son en-tête est faux", "its header is wrong"),
    Flaw.STRUCTURE: Label("il n'est pas composé comme le veut sa norme", "it is not composed as its standard demands"),
    Flaw.SPELLING: Label(
        "son contenu n'est pas écrit de la seule façon permise", "its content is not written in the one way allowed"
    ),
    Flaw.COMPRESSION: Label(
        "son contenu compressé est abîmé ou trop long", "its compressed content is damaged or too long"
    ),
    Flaw.NAME: Label("le nom de l'émetteur ou de sa clé est mal écrit", "the issuer's or its key's name is misspelt"),
    Flaw.DATE: Label("une date y manque ou n'existe pas", "a date is missing or does not exist"),
    Flaw.TWICE: Label("une donnée y est mal nommée ou figure deux fois", "a value is misnamed or stands in it twice"),
    Flaw.VALUE: Label("une donnée n'a pas la forme voulue", "a value has not the form that it must have"),
    Flaw.ZONE: Label(
        "sa zone de lecture (MRZ) n'a pas la forme voulue", "its machine-readable zone (MRZ) has not the right form"
    ),
    Flaw.DIGIT: Label(
        "un chiffre de contrôle de sa zone de lecture (MRZ) est faux",
        "a check digit of its machine-readable zone (MRZ) is wrong",
    ),
    Flaw.SIGNATURE: Label(
        "sa signature manque, n'est pas à sa place ou n'a pas la bonne longueur",
        "its signature is missing, out of place or of the wrong length",
    ),
}
_UNSUPPORTED = {
    Flaw.OTENTIK: Label(
        "un sceau ISO 22376 (Otentik), que seule lit l'application de son opérateur",
        "an ISO 22376 seal (Otentik), which only its operator's application reads",
    ),
    Flaw.ENCRYPTED: Label(
        "un jeton chiffré (COSE_Encrypt0), que seul lit son destinataire",
        "an encrypted token (COSE_Encrypt0), which only its recipient reads",
    ),
    Flaw.BINARY: Label("un 2D-Doc sous forme binaire", "a 2D-Doc in its binary form"),
    Flaw.UNSIGNED: Label(
        "un code OACI que personne n'a signé ; il ne prouve rien",
        "an ICAO barcode that nobody signed; it proves nothing",
    ),
    Flaw.NO_IDENTITY: Label(
        "un jeton CBOR sans l'identité « claim 169 »", "a CBOR web token without an identity (claim 169)"
    ),
    Flaw.NO_CERTIFICATE: Label(
        "un certificat de santé sans contenu (claim -260)", "a health certificate without its content (claim -260)"
    ),
    Flaw.PART: Label(
        "une partie d'une SMART Health Card ; demandez la carte en un seul code",
        "a part of a SMART Health Card; ask for the card in a single code",
    ),
    Flaw.ALGORITHM: Label(
        "sa version ou son algorithme de signature n'est pas de ceux que l'on lit",
        "its version or signature algorithm is not among those that are read",
    ),
}
_STRANGERS = {
    Stranger.WEB: Label(
        "c'est une adresse web ; elle n'ouvre que ce que son auteur veut montrer",
        "it is a web address, which opens whatever its author wants to show",
    ),
    Stranger.WIFI: Label("c'est un accès Wi-Fi", "it is a Wi-Fi access"),
    Stranger.CONTACT: Label("c'est une carte de visite", "it is a contact card"),
    Stranger.EVENT: Label("c'est un rendez-vous d'agenda", "it is a calendar event"),
    Stranger.MESSAGE: Label(
        "c'est un numéro ou une adresse à appeler", "it is a number or address to call or write to"
    ),
    Stranger.PLACE: Label("c'est un lieu sur une carte", "it is a place on a map"),
    Stranger.PAYMENT: Label("c'est une demande de paiement", "it is a request for payment"),
    Stranger.LOGIN: Label("c'est un secret de connexion", "it is a secret for logging in"),
    Stranger.BOARDING: Label("c'est une carte d'embarquement", "it is a boarding pass"),
    Stranger.DRIVING_LICENCE: Label(
        "ce sont les données non signées d'un permis de conduire nord-américain",
        "it is the unsigned data of a North American driving licence",
    ),
    Stranger.WALLET: Label(
        "c'est une offre de portefeuille numérique, qui se lit en ligne",
        "it is an offer of a digital wallet, which is read online",
    ),
    Stranger.NUMBER: Label("c'est un simple numéro", "it is a plain number"),
}
UNREAD: Mapping[str, Label] = MappingProxyType(
    {why.value: label for part in (_MALFORMED, _UNSUPPORTED, _STRANGERS) for why, label in part.items()}
)
