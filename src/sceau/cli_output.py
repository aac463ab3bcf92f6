"""How results are shown: tables for people, one JSON value for programs; both on stdout, and nothing else there.

Progress and warnings go to stderr, so that a result can be piped.
"""

import json
import os
import sys
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sceau.cli_errors import printable
from sceau.cli_options import Call, progress_shown
from sceau.domain.errors import FieldInvalid
from sceau.domain.system_words import french

if TYPE_CHECKING:
    from rich.console import Console

WIDTH_MIN = 100  # where nothing says how wide: a table that is piped keeps its columns
Advance = Callable[[int, int], None]


def console(to_stderr: bool = False) -> "Console":
    """A rich console that takes every text as it is."""
    from rich.console import Console

    stream = sys.stderr if to_stderr else sys.stdout
    width = None if stream.isatty() or os.environ.get("COLUMNS") else WIDTH_MIN
    return Console(file=stream, markup=False, highlight=False, emoji=False, width=width)


def emit(call: Call, result: Any, show: Callable[[], None]) -> None:
    """The result: as JSON, or as `show` shows it."""
    if call.json:
        sys.stdout.write(json.dumps(result, ensure_ascii=False, indent=1, default=str) + "\n")
    else:
        show()


def line(text: str, style: str = "") -> None:
    """One line for people, never broken: it may be a command to copy."""
    console().print(printable(text), style=style or None, soft_wrap=True)


def warn(call: Call, text: str) -> None:
    """Something to know that is no error."""
    sys.stderr.write(("" if call.json else "sceau: ") + printable(text) + "\n")


def facts(rows: Mapping[str, Any]) -> None:
    """Names and values, one a line; empty values are left out."""
    from rich.table import Table
    from rich.text import Text

    grid = Table.grid(padding=(0, 2))
    for name, value in rows.items():
        if value not in (None, "", (), []):
            text = ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value)
            grid.add_row(Text(printable(str(name)), style="dim"), Text(printable(text)))
    console().print(grid)


def table(
    title: str,
    columns: Sequence[str],
    rows: Sequence[Sequence[Any]],
    styles: Sequence[str] | None = None,
    nothing: str = "",
) -> None:
    """A table; `styles` colour whole rows; without rows, `nothing` is said instead."""
    if nothing and not rows:
        line(nothing)
        return
    _draw(title, columns, rows, styles)


def _draw(title: str, columns: Sequence[str], rows: Sequence[Sequence[Any]], styles: Sequence[str] | None) -> None:
    from rich import box
    from rich.table import Table
    from rich.text import Text

    drawn = Table(
        title=Text(printable(title), style="bold") if title else None,
        title_justify="left",
        box=box.SIMPLE_HEAD,
        padding=(0, 1, 0, 0),
        show_edge=False,
    )
    for at, column in enumerate(columns):
        whole = all(" " not in str(row[at]) for row in rows)  # numbers, times and codes are never cut
        drawn.add_column(Text(column), no_wrap=whole, overflow="fold")
    for at, row in enumerate(rows):
        style = styles[at] if styles else ""
        drawn.add_row(*(Text(printable("" if cell is None else str(cell)), style=style) for cell in row))
    console().print(drawn)


@contextmanager
def progress(call: Call, title: str) -> Iterator[Advance]:
    """A bar on stderr while somebody watches; the function given takes (done, total)."""
    if not progress_shown(call):
        yield lambda done, total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    columns = (TextColumn(title), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(to_stderr=True), transient=True) as bar:
        task = bar.add_task("", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


def step(call: Call, text: str) -> None:
    """What is being done now, on stderr."""
    if not call.json:
        console(to_stderr=True).print(f"· {printable(text)}", style="dim")


_OURS = {".pdf": (b"%PDF",), ".json": (b"{", b"["), ".html": (b"<!do",)}  # what may be written over
_ANY = (b"%PDF", b"{", b"[", b"line", b"c2sp", b"\xd2\x84")  # also refused lines of an import, proofs, receipts


@contextmanager
def written(path: Path | None) -> Iterator[Callable[[bytes], None]]:
    """A place for a result, found writable before anything is done for it; whole or as it was before.

    FieldInvalid if `path` cannot be written, or holds something that is not a result of ours. Without a path the
    function given does nothing.
    """
    if path is None:
        yield lambda content: None
        return
    _require_ours(path)
    try:
        handle, name = tempfile.mkstemp(prefix=f".{path.name}.", dir=path.parent)
    except OSError as error:
        raise _unwritable(path, error) from None
    draft = Path(name)
    try:
        with os.fdopen(handle, "wb") as file:
            yield lambda content: _write(file, draft, path, content)
    finally:
        draft.unlink(missing_ok=True)


def _require_ours(path: Path) -> None:
    """FieldInvalid where a result would destroy something: a file of an installation, a device, another kind."""
    folder = path.resolve().parent
    if any((place / "keystore").exists() for place in (folder, folder.parent)):
        raise FieldInvalid("--out", "lies inside an installation", "se trouve dans une installation")
    if not path.exists():
        return
    if not path.is_file() or not path.read_bytes()[:4].startswith(_OURS.get(path.suffix, _ANY)):
        raise FieldInvalid("--out", f"{path} exists and is something else", f"{path} existe et est autre chose")


def _write(file: Any, draft: Path, path: Path, content: bytes) -> None:
    try:
        file.write(content)
        file.flush()
        draft.chmod(0o600)  # papers name people
        draft.replace(path)
    except OSError as error:
        raise _unwritable(path, error) from None


def _unwritable(path: Path, error: OSError) -> FieldInvalid:
    return FieldInvalid(
        "--out", f"cannot be written ({path}: {error.strerror})", f"ne peut pas être écrit ({path} : {french(error)})"
    )
