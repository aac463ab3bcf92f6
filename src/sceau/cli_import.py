"""`sceau import FILE.csv --kind birth`: acts in bulk, in batches, resumable.

    FILE     a header of field names, one act a line; "," or ";" between; UTF-8; an empty cell is a value left unsaid
    report   line,code,message         the lines refused, with why; nothing of them was written

The whole file is read once before anything is written. The id of each command is a keyed digest of what its line says,
and its receipt is in the transaction that wrote the act. So a run that was killed anywhere is simply run again, and so
is a file whose refused lines were mended: what was written is found by its receipt, the rest follows, nothing is lost
or doubled. The key keeps an id from telling what the line said.
"""

import csv
import hashlib
import io
import json
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
    from sceau.ledger.commands import Command

BATCH_MAX = 5_000
LINE_MAX = 65_536


class Row(NamedTuple):
    """One act of the file: where it stands and what it says."""

    line: int  # from 1, the header's
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
    earlier: int = 0  # by a run before, or by the same line earlier in the file
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
    from sceau.cli_labels import in_words
    from sceau.cli_output import emit, progress, written
    from sceau.cli_session import opened
    from sceau.domain.document_type import act_kind

    by, declared = call.by, act_kind(kind)
    total = sum(1 for _ in rows_of(file, declared))
    place = report or file.with_name(f"{file.name}.refused")
    with opened(call) as session, written(place) as write, progress(call, file.name) as advance:
        found = Importer(session, by, declared, call.language).run(rows_of(file, declared), batch, total, advance)
        if found.refused:
            write(report_of(found.refused))
    told: dict[str, Any] = {"written": found.written, "earlier": found.earlier, "refused": len(found.refused)}
    if found.refused:
        told["report"] = str(place)
    emit(call, told, lambda: in_words(call, told))
    return cli_errors.REFUSED if found.refused else cli_errors.DONE


@dataclass
class Importer:
    """Writes the rows of one file."""

    session: "Session"
    by: Mapping[str, Any]
    kind: "ActKind"
    language: str
    found: Imported = field(default_factory=Imported)

    def run(self, rows: Iterator[Row], size: int, total: int, advance: "Advance") -> Imported:
        """Write all rows, `size` in a transaction; StoreUnavailable when an outcome stays unknown: run it again."""
        key = self.session.ledger.keystore.secret("mac")
        done = 0
        for batch in _batches(rows, size):
            self._write({self._command_id(key, row): row for row in batch}, len(batch))
            done += len(batch)
            advance(done, total)
        return self.found

    def _command_id(self, key: bytes, row: Row) -> bytes:
        """The same for the same line, in every run."""
        said = json.dumps([self.kind.code, self.by["office"], sorted(row.cells.items())]).encode()
        return hashlib.blake2b(said, digest_size=ID_SIZE, key=key, person=b"sceau.import/1").digest()

    def _write(self, rows: Mapping[bytes, Row], lines: int) -> None:
        done = self.session.ledger.store.find_receipts(list(rows))
        self.found.earlier += lines - len(rows) + len(done)
        asked = [(row, self._command(key, row)) for key, row in rows.items() if key not in done]
        outcomes = self.session.ledger.issuance.execute_many([one for _, one in asked]) if asked else ()
        for (row, _), outcome in zip(asked, outcomes, strict=True):
            self._count(row, outcome)

    def _command(self, command_id: bytes, row: Row) -> "Command":
        from sceau.ledger.commands import EstablishAct

        return EstablishAct(kind=self.kind.code, values=row.cells, **{**self.by, "command_id": command_id})

    def _count(self, row: Row, outcome: Any) -> None:
        from sceau.domain.errors import DomainError

        if isinstance(outcome, DomainError):
            self.found.refused.append(Refused(row.line, outcome.code, outcome.say(self.language)))
        elif isinstance(outcome, BaseException):
            raise outcome
        else:
            self.found.written += 1


def rows_of(path: Path, kind: "ActKind") -> Iterator[Row]:
    """The rows, their values cleaned; InputUnreadable or FieldInvalid for a file that is not as it must be."""
    from sceau.domain.errors import InputUnreadable

    line = 1
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            header, separator = _header(file.readline(LINE_MAX), kind)
            reader = csv.reader(file, delimiter=separator, strict=True)
            line = 2
            for cells in reader:
                if any(cells):
                    yield _row(line, header, cells)
                line = reader.line_num + 2
    except OSError as error:
        raise InputUnreadable.of(path, error) from None
    except UnicodeDecodeError:
        raise InputUnreadable(
            f"{path}: not UTF-8 after line {line}; save it as UTF-8",
            why_fr=f"{path} : pas en UTF-8 après la ligne {line} ; enregistrez-le en UTF-8",
        ) from None
    except csv.Error as error:
        raise InputUnreadable(
            f"{path}: line {line}: {error}", why_fr=f"{path} : ligne {line} : guillemets ou fin de ligne mal placés"
        ) from None


def _row(line: int, header: Sequence[str], cells: Sequence[str]) -> Row:
    from sceau.cli_input import cleaned
    from sceau.domain.errors import InputUnreadable

    if len(cells) > len(header):
        raise InputUnreadable(
            f"line {line} has {len(cells)} cells, the header {len(header)}",
            why_fr=f"la ligne {line} a {len(cells)} cellules, l'en-tête {len(header)}",
        )
    return Row(line, cleaned(dict(zip(header, cells, strict=False))))


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
