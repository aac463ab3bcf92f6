"""The page as it is published: complete, its parts held against their digests, its rules those of Python."""

import base64
import hashlib
import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

import sceau
from sceau.domain.document_type import document_types
from sceau.domain.errors import IntegrityError
from sceau.seals import vds
from sceau.verify_api import page_files as made_by
from sceau.verify_api import words_bm
from sceau.verify_api.languages import said
from sceau.verify_api.meaning import TABLE, Misfit, Note
from sceau.verify_api.page_files import integrity, page_files
from sceau.verify_api.rules import rules

ROOT = bytes(range(32))
INDEX = b"""<link rel="stylesheet" href="page/app.css"><!-- modules -->
<link rel="icon" href="page/icon.svg"><script type="module" src="page/app.js"></script>"""
SOURCES = {
    "index.html": INDEX,
    "sw.js": b"const FILES = /*files*/{};",
    "app.css": b"main {}",
    "icon.svg": b"<svg/>",
    "app.js": b"import { a } from './lib/a.js';\nimport {\n  b,\n} from './lib/b.js';\nimport('./lib/late.js');\n",
    "lib/a.js": b"export { b } from '../lib/b.js';\n",
    "lib/b.js": b"export const b = 1;\n",
    "lib/late.js": b"",
    "vendor/COLLECTED": b"{}",
}


def exported(module: bytes) -> Any:
    return json.loads(module.decode().removeprefix("export default ").removesuffix(";\n"))


@pytest.fixture
def page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Mapping[str, bytes]:
    """The files of a small page."""
    for name, content in SOURCES.items():
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(content)
    monkeypatch.setattr(made_by, "PAGE", tmp_path)
    return page_files(ROOT, "verif.example")


def test_the_entry_stands_at_the_root_and_everything_else_below_page(page: Mapping[str, bytes]) -> None:
    assert {name for name in page if "/" not in name} == {"index.html", "sw.js"}
    assert {"page/app.css", "page/lib/a.js", "page/rules.js", "page/config.js"} < page.keys()
    assert not any("COLLECTED" in name for name in page)


def test_what_the_entry_loads_is_held_against_its_digest(page: Mapping[str, bytes]) -> None:
    marked = dict(re.findall(r'(?:src|href)="([^"]+)" integrity="([^"]+)"', page["index.html"].decode()))
    assert marked.keys() == {"page/app.css", "page/app.js", "page/lib/a.js", "page/lib/b.js"}
    assert marked == {name: integrity(page[name]) for name in marked}


def test_the_worker_names_every_file_but_itself(page: Mapping[str, bytes]) -> None:
    named = json.loads(page["sw.js"].decode().removeprefix("const FILES = ").removesuffix(";"))
    assert named == {name: integrity(content) for name, content in page.items() if name != "sw.js"}


def test_an_integrity_is_base64_of_sha_256() -> None:
    assert integrity(b"x") == "sha256-" + base64.b64encode(hashlib.sha256(b"x").digest()).decode()


def test_the_configuration_names_root_host_and_version(page: Mapping[str, bytes]) -> None:
    assert exported(page["page/config.js"]) == {
        "root": ROOT.hex(),
        "host": "verif.example",
        "version": sceau.__version__,
    }


def test_a_page_without_what_others_wrote_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(made_by, "PAGE", tmp_path)
    with pytest.raises(IntegrityError, match="was not collected"):
        page_files(ROOT, None)


def test_the_vendored_files_and_their_licences_are_published() -> None:
    files = page_files(ROOT, None)
    assert {"page/vendor/LICENSES.txt", "page/vendor/zxing/reader/zxing_reader.wasm"} < files.keys()
    imports = re.compile(rb"""^(?:import|export|\})[^"'\n]*?\bfrom\s*["']([^"'.][^"']*)["']""", re.MULTILINE)
    assert not [name for name, content in files.items() if name.endswith(".js") and imports.search(content)]


def test_the_rules_are_pythons_tables() -> None:
    found = exported(page_files(ROOT, None)["page/rules.js"])
    assert found == json.loads(json.dumps(rules()))
    assert [row["code"] for row in found["table"]] == [code.value for code in TABLE]
    assert found["misfits"].keys() == {misfit.name for misfit in Misfit}
    assert found["notes"].keys() == {note.name for note in Note}
    assert found["profiles"].keys() == vds.PROFILES.keys()
    assert found["types"].keys() == document_types().keys()


def test_a_text_without_bambara_is_french(monkeypatch: pytest.MonkeyPatch) -> None:
    label = Note.LISTS_MISSING.value
    monkeypatch.setattr("sceau.verify_api.languages._BAMBARA", {})
    assert said(label)["bm"] == label.fr
    monkeypatch.setattr("sceau.verify_api.languages._BAMBARA", {label.fr: "Listiw tɛ yen."})
    assert said(label) == {"fr": label.fr, "en": label.en, "bm": "Listiw tɛ yen."}


def test_every_bambara_text_stands_beside_a_french_one() -> None:
    def texts(value: Any) -> set[str]:
        if isinstance(value, dict):
            return {value["fr"]} if value.keys() == {"fr", "en", "bm"} else set().union(*map(texts, value.values()))
        return set().union(*map(texts, value)) if isinstance(value, list | tuple) else set()

    assert not words_bm.WORDS.keys() - texts(rules())
