"""GET /: the scanner's page; where none is published, what this is and how to check."""

from fastapi import FastAPI, Request
from starlette.responses import Response

from sceau.verify_api.site import FIVE_MINUTES, Site

_PAGE = """\
<!doctype html>
<html lang="fr">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>sceau</title>
<p>Ici répond le vérificateur public : il dit si un document scellé a été délivré et s'il est encore en vigueur ; ouvrir
cette page ne prouve encore rien.
<p>Pour vérifier, scannez le code du papier avec le vérificateur « sceau », ou demandez
<code>/v1/documents/NUMÉRO/status?code=LETTRES</code> avec le numéro du document et les 16 lettres imprimées près du
code.
<p><a href="/check?lang=fr">Envoyer une photo, un PDF, ou le numéro et les lettres</a>
<div lang="en">
<p>This is the public checker: it tells whether a sealed document was issued and is still in force; opening this page
proves nothing yet.
<p>To check, scan the paper's code with the checker "sceau", or ask
<code>/v1/documents/NUMBER/status?code=LETTERS</code> with the document's number and the 16 letters printed beside
the code.
<p><a href="/check?lang=en">Send a photo, a PDF, or number and letters</a>
</div>
</html>
"""


def add_to(app: FastAPI, site: Site) -> None:
    """Declare the route."""

    async def page(request: Request) -> Response:
        published = await site.file(request, "index.html")
        return published or Response(_PAGE, headers={"Cache-Control": FIVE_MINUTES}, media_type="text/html")

    app.add_route("/", page, ["GET"], include_in_schema=False)
