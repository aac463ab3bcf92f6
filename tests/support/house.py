"""What the house promises of its own files and no other tool checks; run by `make check`.

a module has at most 300 lines and a function 40, its docstring aside; where one must be longer, the line
`# long: <reason>` stands in its first lines
a lock names packages, versions and hashes: no address of any registry, no path of any machine
the page's modules in verify_api/page/lib keep the same length, and lines of at most 120
the domain imports the standard library and itself; cbor2 only in canonical.py
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = (
    "domain",
    "seals",
    "keys",
    "tlog",
    "ledger",
    "projections",
    "verify_api",
    "desk",
    "witness",
    "audit_kit",
    "benchmarks",
    "src/sceau",
)
MODULE_LINES_MAX = 300
LINE_MAX = 120
FUNCTION_LINES_MAX = 40
_REASON = re.compile(r"# long: \w")
_LOCK_LINE = re.compile(
    r"#|[a-z0-9._-]+(\[[a-z0-9,-]+\])?==[^ @/]+( ; [^@/]+)?( \\)?$|    (--hash=sha256:[0-9a-f]{64}( \\)?|# .*)$"
)
_ADDRESS = re.compile(r"://|--(index|extra-index|find-links|trusted)|(^|\s)/|@ ")
_Function = (ast.FunctionDef, ast.AsyncFunctionDef)


def complaints(root: Path) -> Iterator[str]:
    """Every broken promise, as `file:line: what`."""
    for path in sorted({found for room in ROOMS for found in (root / room).rglob("*.py")}):
        source = path.read_text()
        for line, what in [
            *_too_long(source),
            *(_foreign(path, source) if path.is_relative_to(root / "domain") else ()),
        ]:
            yield f"{path.relative_to(root)}:{line}: {what}"
    for path in sorted((root / "verify_api/page/lib").glob("*.js")):
        for line, what in _too_wide(path.read_text().splitlines()):
            yield f"{path.relative_to(root)}:{line}: {what}"
    for path in sorted((root / "requirements").glob("*.txt")):
        for line, text in enumerate(path.read_text().splitlines(), 1):
            if _ADDRESS.search(text) or not _LOCK_LINE.match(text):
                yield f"{path.relative_to(root)}:{line}: a lock has no place for: {text}"


def _too_long(source: str) -> Iterator[tuple[int, str]]:
    lines = source.splitlines()
    if len(lines) > MODULE_LINES_MAX and not _excused(lines[:40]):
        yield 1, f"{len(lines)} lines, at most {MODULE_LINES_MAX}"
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, _Function) and node.end_lineno:
            length = node.end_lineno - node.lineno + 1 - _docstring_lines(node)
            if length > FUNCTION_LINES_MAX and not _excused(lines[node.lineno - 1 : node.lineno + 15]):
                yield node.lineno, f"{node.name} has {length} lines, at most {FUNCTION_LINES_MAX}"


def _too_wide(lines: list[str]) -> Iterator[tuple[int, str]]:
    if len(lines) > MODULE_LINES_MAX:
        yield 1, f"{len(lines)} lines, at most {MODULE_LINES_MAX}"
    for line, text in enumerate(lines, 1):
        if len(text) > LINE_MAX:
            yield line, f"{len(text)} columns, at most {LINE_MAX}"


def _excused(lines: list[str]) -> bool:
    return any(_REASON.search(line) for line in lines)


def _docstring_lines(node: ast.FunctionDef | ast.AsyncFunctionDef) -> int:
    first = node.body[0]
    return (first.end_lineno or 0) - first.lineno + 1 if ast.get_docstring(node) is not None else 0


def _foreign(path: Path, source: str) -> Iterator[tuple[int, str]]:
    known = {*sys.stdlib_module_names, "sceau"} | ({"cbor2"} if path.name == "canonical.py" else set())
    for node in ast.walk(ast.parse(source)):
        match node:
            case ast.Import(names=found):
                names = [alias.name for alias in found]
            case ast.ImportFrom(module=str(name)):
                names = [name]
            case _:
                continue
        for name in names:
            if name.split(".")[0] not in known:
                yield node.lineno, f"the domain may not import {name}"


if __name__ == "__main__":
    broken = list(complaints(ROOT))
    for complaint in broken:
        sys.stderr.write(f"{complaint}\n")
    sys.exit(1 if broken else 0)
