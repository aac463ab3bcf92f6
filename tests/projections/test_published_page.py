"""The scanner's page is published like the lists: whole, recorded, and nothing of an earlier release left."""

import hashlib
import json
from collections.abc import Callable, Mapping
from dataclasses import replace
from pathlib import Path

import pytest

from sceau.domain.signing_key import KeyEnrolled
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.projections import published_directory
from sceau.projections.pack import Packing
from sceau.projections.publish import Publication, Publisher, publish
from sceau.projections.query import StatusQuery

ROOT, LISTS = (SoftwareSigner.from_seed(bytes((n,)) * 32, Algorithm.ED25519) for n in (11, 12))
BY = Publisher("MLI", "https://verif.example/", ROOT, LISTS)
PAGE = {"index.html": b"1", "sw.js": b"1", "page/app.js": b"1", "page/vendor/deep/down/old.js": b"1"}


@pytest.fixture
def show(scribe, status, tmp_path: Path) -> Callable[[Mapping[str, bytes]], Publication]:
    """Publishes with this page."""
    named = (LISTS.kid, "lists", "Ed25519", LISTS.public, "MLI", "MAE", "2026-01-01", "2027-12-31")
    scribe.write((f"key:{LISTS.kid.hex()}", KeyEnrolled(*named)))
    status.catch_up(scribe.reader(personal=False))

    def run(page: Mapping[str, bytes]) -> Publication:
        by = replace(BY, page=page)
        return publish(tmp_path, StatusQuery(status.path), by, 1_795_338_000, Packing(bytes(16), {}))

    return run


def test_the_index_names_every_file_of_the_page_and_the_record_its_entry_and_worker(show, tmp_path: Path) -> None:
    done = show(PAGE)
    listed = {one["name"]: one["sha256"] for one in json.loads((tmp_path / "index.json").read_bytes())["files"]}
    assert {name: listed[name] for name in PAGE} == {
        name: hashlib.sha256(one).hexdigest() for name, one in PAGE.items()
    }
    recorded = dict(done.digests)
    assert recorded["sw.js"] == recorded["index.html"] == hashlib.sha256(b"1").digest()
    assert recorded["index.json"] == hashlib.sha256((tmp_path / "index.json").read_bytes()).digest()
    assert not any(name.startswith("page/") for name in recorded)  # an event for sixty files would say nothing more


def test_what_differs_is_replaced_and_what_an_earlier_release_had_goes(show, tmp_path: Path) -> None:
    show(PAGE)
    (tmp_path / "seen.json").write_bytes(b"of the operator")
    same = (tmp_path / "index.html").stat().st_ino
    new = {"index.html": b"1", "sw.js": b"2", "page/app.js": b"2", "page/lib/new.js": b"2"}
    show(new)
    assert {name: (tmp_path / name).read_bytes() for name in new} == new
    assert (tmp_path / "index.html").stat().st_ino == same
    assert not list(tmp_path.rglob("old.js")) and (tmp_path / "seen.json").exists()


def test_a_publisher_without_a_page_leaves_the_one_that_is_there(show, tmp_path: Path) -> None:
    show(PAGE)
    show({})
    assert (tmp_path / "page/app.js").exists()


def test_the_entry_comes_after_what_it_loads_and_the_index_last(
    show, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[str] = []
    put = published_directory.replace
    told = "sceau.projections.publish.replace"
    monkeypatch.setattr(told, lambda folder, files: (given.extend(files), put(folder, files)))
    show(PAGE)
    at = given.index
    assert at("page/app.js") < at("index.html") < at("index.json") == len(given) - 1
    assert at("trust.cose") < at("status.cose") < at("page/app.js")


def test_every_folder_on_the_way_is_durable_before_the_first_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A power cut may keep a file and lose the folder that holds its folder."""
    synced: list[str] = []
    sync, rename = published_directory.sync_folder, Path.replace
    monkeypatch.setattr(published_directory, "sync_folder", lambda path: (synced.append(str(path)), sync(path)))
    monkeypatch.setattr(Path, "replace", lambda path, target: (synced.append("rename"), rename(path, target))[1])
    published_directory.replace(tmp_path, {"page/vendor/deep/a.js": b"1"})
    folders = {str(tmp_path / name) for name in (".", "page", "page/vendor", "page/vendor/deep")}
    assert set(synced[: synced.index("rename")]) == folders
    assert synced[-1] == str(tmp_path / "page/vendor/deep")
