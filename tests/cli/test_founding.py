"""`sceau init` with a signer that does not answer, or founding cut off: no trap is left behind."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from sceau.cli import app


def init(home: Path, *options: str) -> tuple[int, str]:
    named = {"SCEAU_DATABASE": f"sqlite:///{home / 'ledger.db'}", "SCEAU_PASSPHRASE": "long words here"}
    result = CliRunner().invoke(app, ["init", "--json", "--lang", "en", *options], env=named)
    return result.exit_code, result.stderr


@pytest.mark.parametrize("signer", ["unix:{0}/nobody", "unix:relative", "run/signer"])
def test_a_signer_that_is_not_there_leaves_nothing(tmp_path: Path, signer: str) -> None:
    home = tmp_path / "home"
    assert init(home, "--signer", signer.format(tmp_path))[0] != 0
    assert not any(home.glob("*"))
    assert init(home)[0] == 0


def test_a_founding_that_was_cut_off_is_named(tmp_path: Path) -> None:
    home = tmp_path / "home"
    assert init(home)[0] == 0
    assert "already holds an installation" in json.loads(init(home)[1])["message"]
    (home / "config.json").unlink()
    code, said = init(home)
    assert code != 0
    assert "a founding that was cut off" in json.loads(said)["message"]
