"""A server under audit: whoever shows another page, another list or an older one is found out by anybody who looks."""

import json
import shutil
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest
from auditor_desk import Program
from served_site import NamedSource, Site, edited, server, told
from small_ledger import Small

from sceau.audit_kit import served
from sceau.audit_kit.served import look
from sceau.audit_kit.source import Source
from sceau.domain.errors import InputUnreadable
from sceau.ledger.exported import Selection
from sceau.ledger.publications import Logged, logged
from sceau.ledger.report_words import sentence


@pytest.fixture
def site(house: Small, tmp_path: Path) -> Site:
    made = Site(house, tmp_path / "public")
    made.publish()
    return made


def test_what_was_published_is_found_as_it_is(site: Site) -> None:
    site.publish()
    site.publish()
    shown = site.look()
    assert (shown.version, shown.newest, shown.page, shown.faults) == (3, 3, True, ())
    listed = json.loads((site.folder / "index.json").read_bytes())["files"]
    assert shown.files == len(listed) + 2  # the packs before the newest


@pytest.mark.parametrize("how", [edited, Path.unlink, lambda path: path.write_bytes(path.read_bytes() + b" ")])
@pytest.mark.parametrize(
    "name",
    [
        *("index.html", "sw.js", "page/app.js", "page/vendor/zxing/reader/zxing_reader.wasm"),
        *("trust.cose", "status.cose", "issued.cose", "lookup.cose", "root.pub"),
        *("pack/full-1.pack", "pack/delta-1-2.pack"),
    ],
)
def test_a_file_that_is_another_or_missing_is_named(site: Site, name: str, how: Callable[[Path], Any]) -> None:
    site.publish()
    how(site.folder / name)
    assert site.found() == {("served.file", name)}


@pytest.mark.parametrize("name", ["sw.js", "index.html", "trust.cose"])
def test_an_index_that_agrees_with_another_file_is_not_in_the_log(site: Site, name: str) -> None:
    """Whoever holds the web server can write both."""
    edited(site.folder / name)
    index = site.folder / "index.json"
    told = json.loads(index.read_bytes())
    for one in told["files"]:
        one["sha256"] = sha256((site.folder / one["name"]).read_bytes()).hexdigest()
    index.write_bytes(json.dumps(told).encode())
    assert site.found() == {("served.unlogged", "index.json"), ("served.file", name)}


@pytest.mark.parametrize("content", [b"", b"[]", b'{"version": "2"}', b"{", b"[" * 100_000])
def test_an_index_that_is_none_is_not_in_the_log(site: Site, content: bytes) -> None:
    (site.folder / "index.json").write_bytes(content)
    assert site.found() == {("served.unlogged", "index.json")}
    (site.folder / "index.json").unlink()
    assert site.found() == {("served.unlogged", "index.json")}


def test_an_earlier_publication_is_older_and_nothing_else(site: Site, tmp_path: Path) -> None:
    shutil.copytree(site.folder, tmp_path / "old")
    site.publish()
    shown = site.look(str(tmp_path / "old"))
    assert told(shown.faults) == {("served.older", "index.json")} and (shown.version, shown.newest) == (1, 2)


def test_an_older_file_beside_a_newer_index_is_named(site: Site) -> None:
    before = (site.folder / "status.cose").read_bytes()
    site.publish()
    (site.folder / "status.cose").write_bytes(before)
    assert site.found() == {("served.file", "status.cose")}


def test_an_older_index_of_packs_beside_a_newer_index_is_named(site: Site) -> None:
    before = (site.folder / "pack/index.json").read_bytes()
    site.publish()
    (site.folder / "pack/index.json").write_bytes(before)
    assert site.found() == {("served.file", "pack/index.json")}


def test_what_is_newer_than_the_log_at_hand_is_not_judged(site: Site) -> None:
    known = logged(site.house.ledger.store)
    site.publish()
    assert told(look(Source(str(site.folder)), lambda: known).faults) == {("served.unexamined", "index.json")}
    assert told(look(Source(str(site.folder)), dict).faults) == {("served.unexamined", "index.json")}


def test_a_publication_without_a_page_says_that_none_was_compared(tmp_path: Path) -> None:
    """As releases before this one recorded them."""
    trust = b"a list"
    one = {"name": "trust.cose", "size": len(trust), "sha256": sha256(trust).hexdigest()}
    index = json.dumps({"version": 4, "files": [one]}).encode()
    (tmp_path / "trust.cose").write_bytes(trust)
    (tmp_path / "index.json").write_bytes(index)
    shown = look(Source(str(tmp_path)), lambda: {4: Logged(9, {"index.json": sha256(index).digest()})})
    assert (shown.version, shown.files, shown.page, shown.faults) == (4, 1, False, ())


@pytest.mark.parametrize("name", ["../x", "/etc/hostname", "page/../../x", "a//b", ".x", ""])
def test_an_index_never_leads_out_of_the_directory(tmp_path: Path, name: str) -> None:
    """Not even one that an insider recorded."""
    index = json.dumps({"version": 1, "files": [{"name": name, "size": 1, "sha256": "00"}]}).encode()
    (tmp_path / "index.json").write_bytes(index)
    shown = look(Source(str(tmp_path)), lambda: {1: Logged(9, {"index.json": sha256(index).digest()})})
    assert told(shown.faults) == {("served.file", "index.json")} and shown.files == 0


def test_a_pack_of_the_chain_that_was_never_recorded(tmp_path: Path) -> None:
    """An insider recorded an index of packs that names one which the log does not know."""
    packs = {"format": "sceau.packs/1", "deltas": []}
    full = {"name": "full-7.pack", "version": 7, "as_of": 1, "size": 1, "sha256": "00" * 32}
    chain = json.dumps({**packs, "full": full}).encode()
    one = {"name": "pack/index.json", "size": len(chain), "sha256": sha256(chain).hexdigest()}
    index = json.dumps({"version": 8, "files": [one]}).encode()
    (tmp_path / "pack").mkdir()
    (tmp_path / "pack/index.json").write_bytes(chain)
    (tmp_path / "index.json").write_bytes(index)
    said = {8: Logged(9, {"index.json": sha256(index).digest()})}
    assert told(look(Source(str(tmp_path)), lambda: said).faults) == {("served.unlogged", "pack/full-7.pack")}


@pytest.mark.parametrize(("size", "read"), [(-1, 0), (0, 0), (7, 7), (1 << 60, served.FILE_MAX), ("9", 9)])
def test_no_more_of_a_file_is_read_than_one_may_have(tmp_path: Path, size: Any, read: int) -> None:
    """A size that an insider recorded is no reason to fill the memory."""
    one = {"name": "trust.cose", "size": size, "sha256": "00" * 32}
    index = json.dumps({"version": 1, "files": [one]}).encode()
    asked = []

    class Watched(NamedSource):
        def fetch(self, name: str, size_max: int = 0) -> bytes:
            asked.append((name, size_max))
            return super().fetch(name, 1 << 20)

    (tmp_path / "index.json").write_bytes(index)
    look(Watched(tmp_path), lambda: {1: Logged(9, {"index.json": sha256(index).digest()})})
    assert ("trust.cose", read) in asked


# --- over HTTP ----------------------------------------------------------------------------------------------------


def test_an_address_shows_the_same_and_its_root_is_the_entry(site: Site) -> None:
    with server(site.folder) as address:
        shown = site.look(address)
        assert (shown.version, shown.faults) == (1, ()) and shown.files == site.look().files + 1
        edited(site.folder / "sw.js")
        assert told(site.look(address).faults) == {("served.file", "sw.js")}


def test_a_server_that_hides_another_page_behind_its_root(site: Site) -> None:
    """index.html is genuine when it is asked for by its name."""

    class Split(NamedSource):
        def fetch(self, name: str, size_max: int = 0) -> bytes:
            return b"<script src='steal.js'>" if name == "" else super().fetch(name, size_max)

    shown = look(Split(site.folder), lambda: logged(site.house.ledger.store))
    assert told(shown.faults) == {("served.file", "/")}


def test_a_server_that_is_publishing_meanwhile_is_looked_at_again(site: Site, tmp_path: Path) -> None:
    """Recorded first, then renamed file by file: a look may begin with the old index and go on with the new lists."""
    shutil.copytree(site.folder, tmp_path / "old")
    before = logged(site.house.ledger.store)
    site.publish()

    class Moving(NamedSource):
        def fetch(self, name: str, size_max: int = 0) -> bytes:
            content = super().fetch(name, size_max)
            self.place = str(site.folder)  # after the index
            return content

    shown = look(Moving(tmp_path / "old"), lambda: logged(site.house.ledger.store))
    assert (shown.version, shown.faults) == (2, ())
    found = look(Moving(tmp_path / "old"), lambda: before).faults
    assert told(found) == {("served.unexamined", "index.json")}


def test_a_server_that_cannot_be_reached_is_not_judged(site: Site) -> None:
    with server(site.folder) as address:
        pass
    assert told(site.look(address).faults) == {("served.unexamined", "index.json")}


# --- the auditor's program ----------------------------------------------------------------------------------------


def test_the_program_compares_a_server_with_the_export(
    site: Site, desk_of: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    program: Program = desk_of(site.house)
    assert program.run("--served", site.folder) == 0
    assert program.told["served"] == {
        "place": str(site.folder),
        "version": 1,
        "newest": 1,
        "files": site.look().files,
        "page": True,
        "same": True,
    }
    assert f"{site.folder}: 1, " in capsys.readouterr().out
    edited(site.folder / "sw.js")
    assert program.run("--served", site.folder) == 6
    assert [one["code"] for one in program.told["findings"]] == ["served.file"]
    assert "is not the one that was published" in capsys.readouterr().out
    assert program.run() == 0 and program.told["served"] is None


def test_a_part_of_the_ledger_knows_no_publication(site: Site, desk_of: Any) -> None:
    program: Program = desk_of(site.house, selection=Selection(mission="PAR"))
    assert program.run("--part", "--served", site.folder) == 6
    assert [one["code"] for one in program.told["findings"]] == ["served.unexamined"]


@pytest.fixture
def desk_of(tmp_path: Path) -> Callable[..., Program]:
    """The program over an export made now."""
    from auditor_desk import Desk

    def made(house: Small, **options: Any) -> Program:
        desk = Desk(tmp_path, house)
        desk.write(**options)
        return Program(desk, tmp_path)

    return made


@pytest.mark.parametrize("what", ["unlogged", "older", "file", "unexamined"])
def test_each_finding_has_a_sentence_in_both_languages(what: str) -> None:
    said = {sentence(f"served.{what}", language) for language in ("fr", "en")}
    assert len(said) == 2 and not said & {sentence("unknown", language) for language in ("fr", "en")}


def test_a_source_is_no_larger_than_what_was_published(site: Site) -> None:
    with server(site.folder) as address, pytest.raises(InputUnreadable, match="more than 4 bytes"):
        Source(address).fetch("sw.js", 4)
