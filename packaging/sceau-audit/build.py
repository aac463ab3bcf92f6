"""Builds the auditor's program from the product's own modules: dist/sceau-audit.pyz, dist/sceau_audit-*.whl.

1  follow the imports from sceau.audit_kit.__main__; declarations of acts and documents are found by name
2  stop if a module needs anything but the standard library, pynacl, cryptography and cbor2
3  write them under the name sceau_audit, so that an installed sceau is never used in their place
4  zip them; the same sources give the same bytes

python packaging/sceau-audit/build.py [--out DIR] [--no-wheel]
"""

import argparse
import ast
import io
import os
import re
import shutil
import subprocess
import sys
import tokenize
import zipfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SOURCE = ROOT / "src"
HERE = Path(__file__).resolve().parent
ENTRY = "sceau.audit_kit.__main__"
FOUND_BY_NAME = ("sceau.domain.acts", "sceau.domain.documents")  # domain/document_type.py looks into them
ALLOWED = {"nacl", "cryptography", "cbor2"}
NAME = "sceau_audit"
_IMPORT = re.compile(r"^(\s*(?:from|import) )sceau(?=[. ])", re.MULTILINE)
_BY_NAME = re.compile(r'(import_module\(f?")sceau(?=\.)')
_EPOCH = (1980, 1, 1, 0, 0, 0)


class Impure(Exception):
    """A module of the kit imports what an auditor should not have to install."""


def path_of(module: str) -> Path | None:
    """The file of a module of ours, None if there is none."""
    base = SOURCE / module.replace(".", "/")
    return next((path for path in (base / "__init__.py", base.with_suffix(".py")) if path.exists()), None)


def modules() -> dict[str, Path]:
    """Every module that the program needs, with its file; Impure names the import that has no place in it."""
    wanted, found = [ENTRY, "sceau"], dict[str, Path]()
    for package in FOUND_BY_NAME:
        folder = SOURCE / package.replace(".", "/")
        wanted += [package, *(f"{package}.{path.stem}" for path in folder.glob("*.py") if path.stem != "__init__")]
    while wanted:
        module = wanted.pop()
        path = path_of(module)
        if module in found or path is None:
            continue
        found[module] = path
        parents = module.split(".")[:-1]
        wanted += [".".join(parents[:end]) for end in range(1, len(parents) + 1)]
        for name in imports(ast.parse(path.read_text("utf-8"))):
            top = name.split(".")[0]
            if top == "sceau":
                wanted.append(name)
            elif top not in sys.stdlib_module_names and top not in ALLOWED:
                raise Impure(f"{module} imports {name}")
    return dict(sorted(found.items()))


def imports(node: ast.AST) -> Iterator[str]:
    """Every name that a module imports when it runs; `from a import b` may mean the module a.b."""
    for child in ast.iter_child_nodes(node):
        match child:
            case ast.Import(names=names):
                yield from (alias.name for alias in names)
            case ast.ImportFrom(module=str(name), names=names):
                yield name
                yield from (f"{name}.{alias.name}" for alias in names if name.split(".")[0] == "sceau")
            case ast.If(test=ast.Name(id="TYPE_CHECKING")):
                continue
            case _:
                yield from imports(child)


def renamed(source: str) -> str:
    """The module under its new name; what it signs and reads keeps the old one."""
    return _BY_NAME.sub(rf"\g<1>{NAME}", _IMPORT.sub(rf"\g<1>{NAME}", source))


def write_tree(folder: Path) -> str:
    """The sources of the distribution; returns how much there is to read, room by room."""
    shutil.rmtree(folder, ignore_errors=True)
    code: Counter[str] = Counter()
    for path in modules().values():
        text = renamed(path.read_text("utf-8"))
        target = folder / NAME / path.relative_to(SOURCE / "sceau")
        target.parent.mkdir(parents=True, exist_ok=True)
        target.write_text(text, "utf-8")
        room = target.parent.relative_to(folder / NAME).parts
        code[room[0] if room else "."] += len(code_lines(text))
    for name in ("pyproject.toml", "README.md"):
        shutil.copy(HERE / name, folder / name)
    shutil.copy(ROOT / "LICENSE", folder / "LICENSE")
    rooms = ", ".join(f"{room} {lines}" for room, lines in code.most_common())
    return f"{code.total()} lines of code: {rooms}"


def code_lines(source: str) -> set[int]:
    """The lines that hold code: no docstring, comment or empty line."""
    tree = ast.parse(source)
    texts = {
        line
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        for line in range(node.lineno, (node.end_lineno or 0) + 1)
    }
    known = (tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENDMARKER)
    found = {
        line
        for token in tokenize.generate_tokens(io.StringIO(source).readline)
        if token.type not in known
        for line in range(token.start[0], token.end[0] + 1)
    }
    return found - texts


def write_pyz(tree: Path, target: Path) -> None:
    """One file that Python runs; the same tree gives the same bytes."""
    main = f"import sys\n\nfrom {NAME}.audit_kit.cli import main\n\nif __name__ == '__main__':\n    sys.exit(main())\n"
    files = {str(path.relative_to(tree)): path.read_bytes() for path in sorted((tree / NAME).rglob("*.py"))}
    with target.open("wb") as file:
        file.write(b"#!/usr/bin/env python3\n")
        with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in {"__main__.py": main.encode(), **files}.items():
                archive.writestr(zipfile.ZipInfo(name, _EPOCH), data, zipfile.ZIP_DEFLATED)
    target.chmod(0o755)


def write_wheel(tree: Path, out: Path) -> None:
    """The wheel, by setuptools."""
    command = [sys.executable, "-m", "build", "--wheel", "--no-isolation", "--outdir", str(out), str(tree)]
    environment = {**os.environ, "SOURCE_DATE_EPOCH": "315532800"}
    subprocess.run(command, check=True, env=environment, capture_output=True)  # noqa: S603 (our own words)


def main(arguments: list[str] | None = None) -> int:
    """Build; 1 if a module has no place in the kit."""
    parser = argparse.ArgumentParser(description="Builds the auditor's program.")
    parser.add_argument("--out", type=Path, default=ROOT / "dist")
    parser.add_argument("--work", type=Path, default=ROOT / "build" / "sceau-audit")
    parser.add_argument("--no-wheel", action="store_true")
    options = parser.parse_args(arguments)
    options.out.mkdir(parents=True, exist_ok=True)
    try:
        amount = write_tree(options.work)
    except Impure as error:
        sys.stderr.write(f"sceau-audit: {error}: the auditor's program needs pynacl, cryptography and cbor2 only\n")
        return 1
    write_pyz(options.work, options.out / "sceau-audit.pyz")
    if not options.no_wheel:
        write_wheel(options.work, options.out)
    sys.stdout.write(f"sceau-audit: {len(modules())} modules, {amount}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
