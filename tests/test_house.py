"""The house's own promises, each broken once."""

from pathlib import Path

import house
import pytest

NO_PLACE = "requirements/a.txt:1: a lock has no place for"
HASH = "    --hash=sha256:" + "0" * 64


@pytest.mark.parametrize(
    ("file", "text", "complaint"),
    [
        ("seals/a.py", "x = 1\n" * 301, "seals/a.py:1: 301 lines, at most 300"),
        ("seals/a.py", "def f():\n" + "    x = 1\n" * 40, "seals/a.py:1: f has 41 lines, at most 40"),
        ("verify_api/page/lib/a.js", "x;\n" * 301, "verify_api/page/lib/a.js:1: 301 lines, at most 300"),
        ("verify_api/page/lib/a.js", "x" * 121, "verify_api/page/lib/a.js:1: 121 columns, at most 120"),
        ("domain/a.py", "import cbor2\n", "domain/a.py:1: the domain may not import cbor2"),
        ("domain/a.py", "def f():\n    from nacl import x\n", "domain/a.py:2: the domain may not import nacl"),
        ("requirements/a.txt", "--index-url https://packages.example/\n", NO_PLACE),
        ("requirements/a.txt", "--find-links wheels\n", NO_PLACE),
        ("requirements/a.txt", "a @ file:///wheels/a.whl\n", NO_PLACE),
        ("requirements/a.txt", "    # from https://packages.example\n", NO_PLACE),
        ("requirements/a.txt", "a>=1\n", NO_PLACE),
    ],
)
def test_a_broken_promise_is_named(tmp_path: Path, file: str, text: str, complaint: str) -> None:
    _write(tmp_path / file, text)
    assert [found[: len(complaint)] for found in house.complaints(tmp_path)] == [complaint]


@pytest.mark.parametrize(
    ("file", "text"),
    [
        ("seals/a.py", '"""A table.\n\n# long: the table of the standard\n"""\n' + "x = 1\n" * 301),
        ("seals/a.py", "def f():\n    # long: one case per major type\n" + "    x = 1\n" * 40),
        ("seals/a.py", 'def f():\n    """' + "word\n" * 40 + '"""\n    x = 1\n'),
        ("domain/canonical.py", "import cbor2\nfrom sceau.domain import errors\nimport hashlib\n"),
        ("requirements/a.txt", f"a-b==1.0 ; python_full_version < '3.12' \\\n{HASH} \\\n{HASH}\n    # via c\n"),
    ],
)
def test_what_is_allowed(tmp_path: Path, file: str, text: str) -> None:
    _write(tmp_path / file, text)
    assert list(house.complaints(tmp_path)) == []


def _write(path: Path, text: str) -> None:
    path.parent.mkdir(parents=True)
    path.write_text(text)
