"""`sceau pack` and `scan --pack`: from an installation to an officer who has nothing but a file and the root's key."""

import json
import shutil
from pathlib import Path

import pytest

from sceau.domain.log_record import LISTS
from sceau.ledger import envelope


@pytest.fixture
def published(home, tmp_path: Path):
    """An extract on paper, the lists, and the root's key as an officer has it."""
    number = home.extract(home.birth(), "--out", tmp_path / "paper.pdf")
    home.done("publish", tmp_path / "public")
    shutil.copy(home.folder / "root.pub", tmp_path / "root.hex")
    return number


@pytest.fixture
def officer(sceau, tmp_path: Path):
    """A machine without installation."""

    def run(*arguments: object, lang: str = "en"):
        told = sceau(*arguments, "--root", tmp_path / "root.hex", SCEAU_LANG=lang, XDG_STATE_HOME=str(tmp_path / "o"))
        return told.returncode, told.stdout, told.stderr

    return run


def test_build_makes_a_delta_or_a_full_pack(home, published, tmp_path: Path) -> None:
    assert home.done("pack", "build", tmp_path / "public")["pack"] == "delta-1-2.pack"
    told = home.done("pack", "build", tmp_path / "public", "--full")
    assert (told["pack"], told["version"]) == ("full-3.pack", 3)
    assert told["pack_bytes"] == (tmp_path / "public/pack/full-3.pack").stat().st_size
    assert "full-3.pack" not in home.run("pack", "build", tmp_path / "public").stdout


def test_the_digest_of_every_pack_is_in_the_ledger(home, published, tmp_path: Path) -> None:
    import hashlib

    from sceau.compose import open_store

    home.done("publish", tmp_path / "public")
    store = open_store(home.url)
    said = [envelope.parse(row.state).clear for row in store.stream(LISTS)]
    store.close()
    logged = {name: digest for clear in said for name, digest in zip(clear["names"], clear["digests"], strict=True)}
    for name in ("pack/full-1.pack", "pack/delta-1-2.pack"):
        assert logged[name] == hashlib.sha256((tmp_path / "public" / name).read_bytes()).digest()
    assert "pack/index.json" not in logged


def test_a_scan_by_the_pack_alone(home, published, officer, tmp_path: Path) -> None:
    kept = tmp_path / "kept.pack"
    shutil.copy(tmp_path / "public/pack/full-1.pack", kept)
    shutil.copytree(tmp_path / "public/pack", tmp_path / "carried")
    shutil.rmtree(tmp_path / "public")
    for pack in (kept, tmp_path / "carried"):
        code, out, _ = officer("scan", tmp_path / "paper.pdf", "--pack", pack, "--json")
        told = json.loads(out)
        assert (code, told["code"], told["lists"]["issued"]["version"]) == (0, "VALID", 1)
    home.done("revoke", published, "--reason", "lost")
    home.done("publish", tmp_path / "public")
    assert json.loads(officer("scan", tmp_path / "paper.pdf", "--pack", tmp_path / "public", "--json")[1])["code"] == (
        "REVOKED"
    )
    code, _, error = officer("scan", tmp_path / "paper.pdf", "--pack", kept)
    assert code == 5 and "older than 2, already seen" in error


def test_no_root_is_looked_for_beside_a_pack(published, sceau, tmp_path: Path) -> None:
    """Whoever gives the pack must not give the key that vouches for it."""
    told = sceau("scan", tmp_path / "paper.pdf", "--pack", tmp_path / "public", XDG_STATE_HOME=str(tmp_path))
    assert told.returncode == 3 and "root" in told.stderr


def test_a_pack_cut_in_half_is_refused(published, officer, tmp_path: Path) -> None:
    whole = (tmp_path / "public/pack/full-1.pack").read_bytes()
    (tmp_path / "half.pack").write_bytes(whole[: len(whole) // 2])
    assert officer("scan", tmp_path / "paper.pdf", "--pack", tmp_path / "half.pack")[0] == 5
    assert officer("pack", "verify", tmp_path / "half.pack")[0] == 5
    assert officer("scan", tmp_path / "paper.pdf", "--pack", tmp_path / "nowhere.pack")[0] == 3


def test_verify_opens_the_chain_and_compares_it(home, published, officer, tmp_path: Path) -> None:
    public = tmp_path / "public"
    home.done("revoke", published, "--reason", "lost")
    home.done("publish", public)
    files = [public / "pack/delta-1-2.pack", public / "pack/full-1.pack"]  # in any order
    for given in ([public], files):
        code, out, _ = officer("pack", "verify", *given, "--lists", public, "--json")
        told = json.loads(out)
        assert (code, told["holds"], told["version"], told["deltas"]) == (0, True, 2, 1)
        assert (told["issued"], told["not_valid"], told["missing"], told["status_differs"]) == (1, 1, 0, 0)
    assert "missing" not in json.loads(officer("pack", "verify", public, "--json")[1])
    code, _, error = officer("pack", "verify", files[1], "--lists", public)
    assert code == 5 and "events" in error
    assert officer("pack", "verify", files[0])[0] == 5
    assert officer("pack", "verify", public, lang="fr")[1].split()[:2] == ["tient", "oui"]


def test_verify_names_what_a_pack_leaves_out(home, published, officer, tmp_path: Path, monkeypatch) -> None:
    """A publisher whose program is wrong: it signs a pack without a document, and without its status."""
    from sceau.projections import pack as packs
    from sceau.seals import pack

    full_body = pack.full_body
    monkeypatch.setattr(pack, "full_body", lambda issued, status, *more: full_body(frozenset(), {}, *more))
    assert home.refused("pack", "build", tmp_path / "public", "--full", code=5)["code"] == "integrity.list"
    monkeypatch.setattr(
        packs, "after", lambda _, named, signed, content, said: packs._linked(None, named, content, signed)
    )
    home.done("revoke", published, "--reason", "lost")
    home.done("pack", "build", tmp_path / "public", "--full")
    code, out, _ = officer("pack", "verify", tmp_path / "public", "--lists", tmp_path / "public", "--json")
    told = json.loads(out)
    assert (code, told["holds"], told["missing"], told["status_differs"]) == (5, False, 1, 1)
    assert len(told["examples"]) == 2


def test_inspect_shows_what_stands_there(home, published, sceau, tmp_path: Path) -> None:
    home.done("revoke", published, "--reason", "lost")
    home.done("publish", tmp_path / "public")
    told = sceau("pack", "inspect", tmp_path / "public", "--json")
    full, delta = json.loads(told.stdout)
    assert (full["name"], full["issued"], full["states"], full["from"]) == ("full-1.pack", 1, {}, None)
    assert (delta["name"], delta["issued"], delta["states"]) == ("delta-1-2.pack", 0, {"revoked": 1})
    assert (delta["reasons"], delta["from"], delta["age_days"], delta["checkpoint"]) == ({"lost": 1}, 1, 0, None)
    assert full["size"] == (tmp_path / "public/pack/full-1.pack").stat().st_size
    assert full["trusted_keys"] > 3 and delta["trusted_keys"] is None and 0 < full["false_positives"] < 1 / 65_536
    for lang, words in (("en", ("age (days)", "1 in ", "reasons")), ("fr", ("âge (jours)", "1 sur ", "motifs"))):
        shown = sceau("pack", "inspect", tmp_path / "public", SCEAU_LANG=lang, COLUMNS="150")
        assert shown.returncode == 0 and all(word in shown.stdout for word in words)
        assert "pack verify" in shown.stderr
    (tmp_path / "other").write_bytes((tmp_path / "public/trust.cose").read_bytes())
    assert sceau("pack", "inspect", tmp_path / "other").returncode == 5


def test_the_checkpoint_of_the_log_comes_with_the_pack(home, published, sceau, tmp_path: Path) -> None:
    assert (
        home.refused("publish", tmp_path / "public", "--log", tmp_path / "log", code=7)["code"]
        == "domain.input_unreadable"
    )
    home.done("log", "publish", tmp_path / "log")
    home.done("publish", tmp_path / "public", "--log", tmp_path / "log")
    found = json.loads(sceau("pack", "inspect", tmp_path / "public", "--json").stdout)[-1]["checkpoint"]
    assert (found["origin"], found["witnesses"]) == ("sceau.example/mli/1", []) and found["size"] > 10
    shown = sceau("pack", "inspect", tmp_path / "public", SCEAU_LANG="en").stdout
    assert f"sceau.example/mli/1 {found['size']}" in shown
    text = (tmp_path / "log/checkpoint").read_text()
    (tmp_path / "log/checkpoint").write_text(text.replace(str(found["size"]), str(found["size"] + 1)))
    refused = home.refused("publish", tmp_path / "public", "--log", tmp_path / "log", code=5)
    assert refused["code"] == "integrity.note"
