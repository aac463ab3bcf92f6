"""What the page without JavaScript says in Bambara, by the French text of check_words.py; to be reviewed too."""

from collections.abc import Mapping

WORDS: Mapping[str, str] = {
    "Vérifier un document": "Sɛbɛn dɔ sɛgɛsɛgɛ",
    "Envoyez le document, ou tapez ce qui y est imprimé. Une seule des trois voies suffit.": (
        "Sɛbɛn ci, walima min sɛbɛnnen b'a kan, o sɛbɛn. Sira saba la, kelen bɛ se."
    ),
    "Photo ou PDF du document (20 Mo au plus)": "Sɛbɛn ja walima PDF (20 Mo, a tɛ tɛmɛn o kan)",
    "Texte du code, tel qu'un lecteur le donne": "Kode kɔnɔko, i n'a fɔ kalanbaga b'a di cogo min na",
    "Numéro du document": "Sɛbɛn nimɔrɔ",
    "Les 16 lettres imprimées près du code": "Sɛbɛnden 16 minnu bɛ kode kɛrɛ fɛ",
    "Vérifier": "A sɛgɛsɛgɛ",
    "Ce que vous envoyez est jugé puis oublié : seul un signalement que vous faites est gardé.": (
        "I bɛ min ci, o bɛ sɛgɛsɛgɛ ka ɲinɛ: kofɔli dɔrɔn, n'i ye o kɛ, o bɛ mara."
    ),
    "Authentique : comparez": "Tiɲɛ don: a suma",
    "Non tranché": "A ma latigɛ",
    "Ne pas accepter": "Kana sɔn a ma",
    "À comparer avec le papier et la personne": "A suma ni papiye ye, ani ni mɔgɔ ye",
    "Norme": "Sariya",
    "Émetteur": "Bolonɔbilala",
    "Listes": "Lisiw",
    "Identifiant du sceau": "Taamasiyɛn nimɔrɔ",
    "jour": "tile",
    "jours": "tile",
    "mois": "kalo",
    "an": "san",
    "ans": "san",
    "Rien n'a été vérifié": "Foyi ma sɛgɛsɛgɛ",
    "Choisissez un fichier, collez un texte, ou donnez le numéro et les 16 lettres.": (
        "Fisiye dɔ sugandi, walima sɛbɛnni bila yen, walima nimɔrɔ ni sɛbɛnden 16 di."
    ),
    "Aucun code n'a été trouvé. Photographiez-le de près, à plat et bien éclairé ; sinon, tapez numéro et lettres.": (
        "Kode si ma ye. A ja ta kɛrɛfɛ, a dalen, yeelen ɲuman na; n'o tɛ, nimɔrɔ ni sɛbɛndenw sɛbɛn."
    ),
    "Ce fichier n'est ni un PDF, ni une photo PNG ou JPEG que l'on puisse lire.": (
        "Nin fisiye tɛ se ka kalan: PDF tɛ, PNG walima JPEG ja tɛ."
    ),
    "Ce formulaire n'est pas celui de cette page.": "Nin sɛbɛn falen in tɛ nin ɲɛ in ta ye.",
    "C'est trop grand : 20 Mo au plus.": "A ka bon kojugu: 20 Mo, a tɛ tɛmɛn o kan.",
    "L'envoi a pris trop de temps.": "Cili mɛnna kojugu.",
    "Trop d'envois : attendez une minute.": "Cili ka ca kojugu: miniti kelen makɔnɔ.",
    "Beaucoup vérifient en ce moment : réessayez.": "Mɔgɔ caman bɛ ka sɛgɛsɛgɛli kɛ sisan: a lasegin.",
    "Les listes ne sont pas chargées : réessayez plus tard.": "Lisiw ma na fɔlɔ: a lasegin kɔfɛ.",
    "Ce serveur ne lit pas d'images : collez le texte du code, ou tapez numéro et lettres.": (
        "Nin sɛriwɛri in tɛ jaw kalan: kode kɔnɔko bila yen, walima nimɔrɔ ni sɛbɛndenw sɛbɛn."
    ),
    "Rien n'est publié sous ce numéro et ces lettres : vérifiez-les.": (
        "Foyi ma bɔ nin nimɔrɔ ni nin sɛbɛndenw na: u sɛgɛsɛgɛ."
    ),
    "Signaler une fraude présumée": "Nanbara sigasigalen kofɔ",
    "Une donnée diffère ? Signalez-le": "Kunnafoni dɔ tɛ kelen ye wa? A kofɔ",
    "Le signalement ne contient ni photo ni donnée de la personne : le verdict, la norme, l'émetteur et"
    " l'identifiant du sceau, et ce que vous écrivez ici.": (
        "Ja walima mɔgɔ kunnafoni tɛ kofɔli kɔnɔ: jaabi, sariya, bolonɔbilala ni taamasiyɛn nimɔrɔ, ani i bɛ min sɛbɛn"
        " yan."
    ),
    "Lieu (facultatif)": "Yɔrɔ (i sago)",
    "Remarque (facultatif ; n'écrivez pas de nom)": "Kuma (i sago; kana tɔgɔ sɛbɛn)",
    "Envoyer le signalement": "Kofɔli ci",
    "Signalement gardé": "Kofɔli maralen don",
    "Merci. Il est gardé sous ce numéro :": "I ni ce. A maralen don ni nin nimɔrɔ in ye:",
    "Le signalement n'a pas pu être gardé : réessayez plus tard, ou appelez le poste émetteur.": (
        "Kofɔli ma se ka mara: a lasegin kɔfɛ, walima sɛbɛn dibaga wele."
    ),
    "Un signalement a au plus 200 caractères de lieu et 2000 de remarque.": (
        "Yɔrɔ sɛbɛnden 200, kuma sɛbɛnden 2000: kofɔli tɛ tɛmɛn o kan."
    ),
}
