"""Every file of the scanner's page, by the name under which the published directory holds it.

    index.html sw.js manifest.webmanifest      the entry, with scope "/"
    page/...                                   everything else of verify_api/page, vendor/ included
    page/rules.js                              the rules (rules.py)
    page/config.js                             {root, host, version}: the root's public key in hex, the official host

What a browser loads is held against its SHA-256 (subresource integrity), filled in here:

    index.html   scripts, styles, modulepreload links; `<!-- modules -->` becomes a modulepreload link for each module
                 that the page's scripts import, however deep: a module takes its integrity from there
    sw.js        `/*files*/{}` becomes {name: "sha256-...", ...} of every file but itself, so it changes with each
"""

import base64
import hashlib
import json
import posixpath
import re
from collections.abc import Iterator, Mapping
from pathlib import Path

import sceau
from sceau.domain.errors import IntegrityError
from sceau.verify_api.rules import rules_module

PAGE = Path(__file__).parent / "page"
ENTRY, WORKER = "index.html", "sw.js"
_AT_ROOT = (ENTRY, WORKER, "manifest.webmanifest")
_COLLECTED = "vendor/COLLECTED"  # what the build notes there (packaging/page/assets.py)
_MODULES = "<!-- modules -->"
_FILES = "/*files*/{}"
_IMPORT = re.compile(r"""^(?:(?:import|export|\})[^'"\n]*?\bfrom|import)\s*["'](\.[^"']+)["']""", re.MULTILINE)
_MODULE_SCRIPT = re.compile(r"""<script type="module" src="([^"]+)""")
_LOADED = re.compile(r"""<(?:script|link rel="(?:stylesheet|modulepreload)")[^>]*? (?:src|href)="([^"]+)"(?=[^>]*>)""")


def page_files(root_public: bytes, official_host: str | None) -> Mapping[str, bytes]:
    """The files by published name; IntegrityError where the build did not collect what others wrote."""
    if not (PAGE / _COLLECTED).is_file():
        raise IntegrityError(f"{PAGE / 'vendor'} was not collected: install the package, or run 'make'")
    found = dict(_sources())
    found["page/rules.js"] = rules_module()
    found["page/config.js"] = _config(root_public, official_host)
    if ENTRY in found:
        found[ENTRY] = _with_integrity(found[ENTRY].decode(), found).encode()
    if WORKER in found:
        found[WORKER] = _with_digests(found[WORKER].decode(), found).encode()
    return found


def integrity(content: bytes) -> str:
    """How HTML names the content that it expects (W3C Subresource Integrity)."""
    return f"sha256-{base64.b64encode(hashlib.sha256(content).digest()).decode()}"


def _sources() -> Iterator[tuple[str, bytes]]:
    for path in sorted(PAGE.rglob("*")):
        name = path.relative_to(PAGE).as_posix()
        if path.is_file() and name != _COLLECTED:
            yield name if name in _AT_ROOT else f"page/{name}", path.read_bytes()


def _config(root_public: bytes, official_host: str | None) -> bytes:
    about = {"root": root_public.hex(), "host": official_host, "version": sceau.__version__}
    return f"export default {json.dumps(about)};\n".encode()


def _with_integrity(page: str, files: Mapping[str, bytes]) -> str:
    scripts = _MODULE_SCRIPT.findall(page)
    links = (f'<link rel="modulepreload" href="{name}">' for name in _imported(scripts, files) if name not in scripts)
    page = page.replace(_MODULES, "\n".join(links))
    return _LOADED.sub(lambda found: _marked(found, files), page)


def _marked(found: re.Match[str], files: Mapping[str, bytes]) -> str:
    content = files.get(found[1])
    return found[0] if content is None else f'{found[0]} integrity="{integrity(content)}"'


def _imported(scripts: list[str], files: Mapping[str, bytes]) -> list[str]:
    """The modules that scripts import statically, themselves included, each after the one that names it."""
    seen = dict.fromkeys(scripts)
    wanted = list(scripts)
    while wanted:
        name = wanted.pop(0)
        for specifier in _IMPORT.findall(files[name].decode() if name in files else ""):
            imported = posixpath.normpath(posixpath.join(posixpath.dirname(name), specifier))
            if imported not in seen:
                seen[imported] = None
                wanted.append(imported)
    return list(seen)


def _with_digests(worker: str, files: Mapping[str, bytes]) -> str:
    digests = {name: integrity(content) for name, content in sorted(files.items()) if name != WORKER}
    return worker.replace(_FILES, json.dumps(digests, indent=1))
