"""`sceau import FILE.csv --kind birth`: acts in bulk, in batches, resumable.

    FILE     a header of field names, one act a line; "," or ";" between; UTF-8; an empty cell is a value left unsaid
    report   line,code,message         the lines refused, with why; nothing of them was written

The id of each command is made of the file's digest, the kind, the office and the row, and its receipt is in the
transaction that wrote the act. So a run that was killed anywhere is simply run again: what was written is found by its
receipt, the rest follows, nothing is lost or doubled.
"""

import codecs
import csv
import hashlib
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NamedTuple

import typer

from sceau import cli_errors
from sceau.cli_options import ID_SIZE, Call, command
from sceau.language import say

if TYPE_CHECKING:
    from sceau.cli_output import Advance
    from sceau.cli_session import Session
    from sceau.domain.document_type import ActKind

BATCH_MAX = 5_000
LINE_MAX = 65_536
_CHUNK = 1 << 20


class Row(NamedTuple):
    """One act of the file: where it stands and what it says."""

    number: int  # from 1
    line: int
    cells: Mapping[str, str]


class Refused(NamedTuple):
    """A line that was not written, and why."""

    line: int
    code: str
    message: str


@dataclass
class Imported:
    """What came of a file."""

    written: int = 0
    earlier: int = 0  # by a run before
    refused: list[Refused] = field(default_factory=list)


def add_to(app: typer.Typer) -> None:
    """Declare the command."""
    command(
        app,
        "import",
        "Établit en masse les actes d'un fichier CSV ; se relance sans rien perdre ni doubler.",
        "Establishes the acts of a CSV file in bulk; run again, it loses and doubles nothing.",
        acting=True,
    )(import_file)


def import_file(
    call: Call,
    file: Annotated[Path, typer.Argument(metavar="FILE.csv")],
    kind: Annotated[str, typer.Option("--kind", metavar="birth", help=say("Sorte d'acte.", "Kind of act."))],
    batch: Annotated[
        int, typer.Option("--batch", min=1, max=BATCH_MAX, help=say("Actes par transaction.", "Acts in a transaction."))
    ] = 500,
    report: Annotated[
        Path | None,
        typer.Option("--report", metavar="FILE", help=say("Lignes refusées (FILE.csv.refused).", "Lines refused.")),
    ] = None,
) -> int:
    """Import."""
    from sceau.cli_output import emit, facts, progress, written
    from sceau.cli_session import opened
    from sceau.domain.document_type import act_kind

    by, declared = call.by, act_kind(kind)
    digest, lines = inspect_file(file)
    place = report or file.with_name(f"{file.name}.refused")
    with opened(call) as session, written(place) as write, progress(call, file.name) as advance:
        found = Importer(session, by, declared, digest, call.language).run(rows_of(file, declared), batch, lines, advance)
        if found.refused:
            write(report_of(found.refused))
    told: dict[str, Any] = {"written": found.written, "earlier": found.earlier, "refused": len(found.refused)}
    if found.refused:
        told["report"] = str(place)
    emit(call, told, lambda: facts(told))
    return cli_errors.REFUSED if found.refused else cli_errors.DONE


@dataclass
class Importer:
    """Writes the rows of one file."""

    session: "Session"
    by: Mapping[str, Any]
    kind: "ActKind"
    digest: bytes
    language: str
    found: Imported = field(default_factory=Imported)

    def run(self, rows: Iterator[Row], size: int, total: int, advance: "Advance") -> Imported:
        """Write all rows, `size` in a transaction; StoreUnavailable when an outcome stays unknown: run it again."""
        for batch in _batches(rows, size):
            self._write(batch)
            advance(batch[-1].number, total)
        return self.found

    def command_id(self, row: Row) -> bytes:
        """The same for the same row of the same file, in every run."""
        named = f"{self.kind.code}|{self.by['office']}|{row.number}".encode()
        return hashlib.sha256(b"sceau.import/1" + self.digest + named).digest()[:ID_SIZE]

    def _write(self, batch: Sequence[Row]) -> None:
        ids = {self.command_id(row): row for row in batch}
        done = self.session.ledger.store.find_receipts(list(ids))
        self.found.earlier += len(done)
        asked = [(row, self._command(key, row)) for key, row in ids.items() if key not in done]
        commands = [command for _, command in asked if command is not None]
        outcomes = iter(self.session.ledger.issuance.execute_many(commands) if commands else ())
        for row, command in asked:
            if command is not None:
                self._count(row, next(outcomes))

    def _command(self, command_id: bytes, row: Row) -> Any:
        """The row as a command, or None where it cannot be one."""
        from sceau.cli_input import cleaned
        from sceau.cli_session import today
        from sceau.domain.errors import DomainError
        from sceau.ledger.commands import EstablishAct

        try:
            values = cleaned(row.cells, self.kind, today())
        except DomainError as error:
            self._refuse(row, error)
            return None
        return EstablishAct(kind=self.kind.code, values=values, **{**self.by, "command_id": command_id})

    def _count(self, row: Row, outcome: Any) -> None:
        from sceau.domain.errors import DomainError

        if isinstance(outcome, DomainError):
            self._refuse(row, outcome)
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            self.found.written += 1

    def _refuse(self, row: Row, error: Any) -> None:
        self.found.refused.append(Refused(row.line, error.code, error.say(self.language)))


def inspect_file(path: Path) -> tuple[bytes, int]:
    """SHA-256 and number of lines after the header; InputUnreadable unless all of it is UTF-8."""
    from sceau.domain.errors import InputUnreadable

    digest, lines, decoder = hashlib.sha256(), 0, codecs.getincrementaldecoder("utf-8")()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
                decoder.decode(chunk)
                lines += chunk.count(b"\n")
            decoder.decode(b"", final=True)
    except OSError as error:
        raise InputUnreadable(f"{path}: {error.strerror}") from None
    except UnicodeDecodeError:
        raise InputUnreadable(f"{path}: not UTF-8 near line {lines + 1}; save it as UTF-8") from None
    return digest.digest(), max(0, lines - 1)


def rows_of(path: Path, kind: "ActKind") -> Iterator[Row]:
    """The rows after the header; InputUnreadable for a header or line that is none, before anything of it is written."""
    from sceau.domain.errors import InputUnreadable

    with path.open(encoding="utf-8-sig", newline="") as file:
        header, separator = _header(file.readline(LINE_MAX), kind)
        reader = csv.reader(file, delimiter=separator, strict=True)
        number, line = 0, 2
        try:
            for cells in reader:
                if len(cells) > len(header):
                    raise InputUnreadable(f"{path}: line {line} has {len(cells)} cells, the header {len(header)}")
                if any(cells):
                    number += 1
                    yield Row(number, line, dict(zip(header, cells, strict=False)))
                line = reader.line_num + 2
        except csv.Error as error:
            raise InputUnreadable(f"{path}: line {line}: {error}") from None


def _header(text: str, kind: "ActKind") -> tuple[list[str], str]:
    """The field names, and what stands between them."""
    from sceau.domain.errors import FieldInvalid

    separator = ";" if ";" in text else ","
    names = [name.strip() for name in next(csv.reader([text], delimiter=separator), [])]
    for name in names:
        if name not in kind.by_name or names.count(name) > 1:
            raise FieldInvalid(
                name[:60] or "?",
                f"in the header: not a field of {kind.code}, or twice",
                f"dans l'en-tête : pas un champ de « {kind.code} », ou deux fois",
            )
    missing = sorted(kind.required - set(names))
    if missing:
        raise FieldInvalid(missing[0], "missing in the header", "manque dans l'en-tête")
    return names, separator


def report_of(refused: Sequence[Refused]) -> bytes:
    """The report file."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(Refused._fields)
    writer.writerows(refused)
    return text.getvalue().encode()


def _batches(rows: Iterator[Row], size: int) -> Iterator[list[Row]]:
    batch: list[Row] = []
    for row in rows:
        batch.append(row)
        if len(batch) == size:
            yield batch
            batch = []
    if batch:
        yield batch
