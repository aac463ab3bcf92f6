"""What the page without JavaScript says, in French and English; its Bambara stands in words_bm.py."""

from collections.abc import Mapping

from sceau.domain.document_type import Label

WORDS: Mapping[str, Label] = {
    "title": Label("Vérifier un document", "Check a document"),
    "lead": Label(
        "Envoyez le document, ou tapez ce qui y est imprimé. Une seule des trois voies suffit.",
        "Send the document, or type what is printed on it. One of the three ways is enough.",
    ),
    "file": Label("Photo ou PDF du document (20 Mo au plus)", "Photo or PDF of the document (at most 20 MB)"),
    "text": Label("Texte du code, tel qu'un lecteur le donne", "Text of the code, as a reader gives it"),
    "number": Label("Numéro du document", "Document number"),
    "letters": Label("Les 16 lettres imprimées près du code", "The 16 letters printed beside the code"),
    "send": Label("Vérifier", "Check"),
    "kept": Label(
        "Ce que vous envoyez est jugé puis oublié : seul un signalement que vous faites est gardé.",
        "What you send is judged and forgotten: only a report that you make is kept.",
    ),
    "green": Label("Authentique : comparez", "Authentic: now compare"),
    "amber": Label("Non tranché", "Not settled"),
    "red": Label("Ne pas accepter", "Do not accept"),
    "compare": Label("À comparer avec le papier et la personne", "To compare with paper and person"),
    "standard": Label("Norme", "Standard"),
    "issuer": Label("Émetteur", "Issuer"),
    "lists": Label("Listes", "Lists"),
    "seal": Label("Identifiant du sceau", "Seal identifier"),
    "error": Label("Rien n'a été vérifié", "Nothing was checked"),
    "report": Label("Signaler une fraude présumée", "Report a suspected fraud"),
    "differs": Label("Une donnée diffère ? Signalez-le", "Does a value differ? Report it"),
    "report_lead": Label(
        "Le signalement ne contient ni photo ni donnée de la personne : le verdict, la norme, l'émetteur et"
        " l'identifiant du sceau, et ce que vous écrivez ici.",
        "The report holds no picture and nothing of the person: the verdict, the standard, the issuer and the seal's"
        " identifier, and what you write here.",
    ),
    "place": Label("Lieu (facultatif)", "Place (optional)"),
    "note": Label("Remarque (facultatif ; n'écrivez pas de nom)", "Remark (optional; write no name)"),
    "report_send": Label("Envoyer le signalement", "Send the report"),
    "reported": Label("Signalement gardé", "Report kept"),
    "reported_as": Label("Merci. Il est gardé sous ce numéro :", "Thank you. It is kept under this number:"),
}
UNITS = {
    "D": (Label("jour", "day"), Label("jours", "days")),
    "M": (Label("mois", "month"), Label("mois", "months")),
    "Y": (Label("an", "year"), Label("ans", "years")),
}
ERRORS: Mapping[str, Label] = {
    "empty": Label(
        "Choisissez un fichier, collez un texte, ou donnez le numéro et les 16 lettres.",
        "Choose a file, paste a text, or give the number and the 16 letters.",
    ),
    "no_code": Label(
        "Aucun code n'a été trouvé. Photographiez-le de près, à plat et bien éclairé ; sinon, tapez numéro et lettres.",
        "No code was found. Photograph it closely, flat and well lit; failing that, type number and letters.",
    ),
    "unreadable": Label(
        "Ce fichier n'est ni un PDF, ni une photo PNG ou JPEG que l'on puisse lire.",
        "This file is no PDF, and no PNG or JPEG photo that can be read.",
    ),
    "form": Label("Ce formulaire n'est pas celui de cette page.", "This is not the form of this page."),
    "too_large": Label("C'est trop grand : 20 Mo au plus.", "This is too large: at most 20 MB."),
    "too_slow": Label("L'envoi a pris trop de temps.", "Sending took too long."),
    "too_many": Label("Trop d'envois : attendez une minute.", "Too many: wait a minute."),
    "busy": Label("Beaucoup vérifient en ce moment : réessayez.", "Many are checking right now: try again."),
    "no_lists": Label("Les listes ne sont pas chargées : réessayez plus tard.", "The lists are not loaded: try later."),
    "no_images": Label(
        "Ce serveur ne lit pas d'images : collez le texte du code, ou tapez numéro et lettres.",
        "This server reads no images: paste the code's text, or type number and letters.",
    ),
    "report_form": Label(
        "Un signalement a au plus 200 caractères de lieu et 2000 de remarque.",
        "A report has at most 200 characters of place and 2000 of remark.",
    ),
    "unkept": Label(
        "Le signalement n'a pas pu être gardé : réessayez plus tard, ou appelez le poste émetteur.",
        "The report could not be kept: try again later, or call the issuing office.",
    ),
    "not_found": Label(
        "Rien n'est publié sous ce numéro et ces lettres : vérifiez-les.",
        "Nothing is published under this number and these letters: check them.",
    ),
}
