"""The README's examples, run as a newcomer types them."""

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]


def commands() -> list[str]:
    """Every line behind a dollar sign, in the order of the page."""
    blocks = re.findall(r"```console\n(.*?)```", (ROOT / "README.md").read_text("utf-8"), re.DOTALL)
    return [line.removeprefix("$ ") for block in blocks for line in block.splitlines()]


def test_the_examples_of_the_readme(tmp_path: Path) -> None:
    assert len(commands()) > 15
    shutil.copytree(ROOT / "examples", tmp_path / "examples")
    script = tmp_path / "readme.sh"
    script.write_text("set -eux\n" + "\n".join(commands()) + "\n", "utf-8")
    path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
    clean = {name: value for name, value in os.environ.items() if not name.startswith("SCEAU_")}
    done = subprocess.run(
        ["bash", str(script)], cwd=tmp_path, env={**clean, "PATH": path}, capture_output=True, text=True, timeout=300
    )
    assert done.returncode == 0, done.stdout[-2000:] + done.stderr[-4000:]
    assert "SUPERSEDED" in done.stdout
