"""`sceau publish --check`: the operator sees whether his servers show what was published."""

import json
from pathlib import Path

import pytest


@pytest.fixture
def public(home, tmp_path: Path) -> Path:
    home.birth()
    home.done("publish", tmp_path / "public")
    return tmp_path / "public"


def test_a_directory_as_it_was_published(home, public: Path) -> None:
    told = home.done("publish", public, "--check")
    assert told["same"] and told["page"] and (told["version"], told["newest"], told["findings"]) == (1, 1, [])
    assert home.done("publish", public)["version"] == 2  # a look published nothing
    shown = home.run("publish", public, "--check", "--lang", "fr").stdout
    assert "Ce qui est servi est ce qui fut publié." in shown and "comparée" in shown


def test_another_page_is_told_in_two_languages(home, public: Path) -> None:
    (public / "sw.js").write_bytes((public / "sw.js").read_bytes() + b"// steal")
    result = home.run("publish", public, "--check", "--json")
    assert result.exit_code == 5
    assert [(one["code"], one["stream"]) for one in json.loads(result.stdout)["findings"]] == [("served.file", "sw.js")]
    shown = home.run("publish", public, "--check", "--lang", "en")
    assert "sw.js" in shown.stdout and "not the one that was published" in " ".join(shown.stdout.split())
    assert "Un fichier servi manque" in home.run("publish", public, "--check", "--lang", "fr").stdout


def test_an_earlier_publication_is_no_forgery(home, public: Path, tmp_path: Path) -> None:
    home.done("publish", tmp_path / "elsewhere")
    result = home.run("publish", public, "--check", "--json")
    assert result.exit_code == 4
    assert [one["code"] for one in json.loads(result.stdout)["findings"]] == ["served.older"]


def test_an_address_that_does_not_answer(home, public: Path) -> None:
    result = home.run("publish", "http://127.0.0.1:1/", "--check", "--json")
    assert result.exit_code == 4
    assert json.loads(result.stdout)["place"] == "http://127.0.0.1:1/"  # as it was given
