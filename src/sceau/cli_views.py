"""The views of an installation: where their files are, and how they are kept close behind the ledger.

    home/views/register_v1.db   names in the clear        home/views/status_v1.db   nothing personal

They follow after each command that wrote, and before each that reads. A view that stops or is locked never makes a
command fail that is already written: whoever reads the view is told.
"""

from contextlib import ExitStack
from pathlib import Path
from types import TracebackType
from typing import Self

from sceau.domain.errors import NotFound, SceauError
from sceau.ledger.reader import Reader
from sceau.projections.projector import Progress, Projection, Projector, Status
from sceau.projections.query import RegisterQuery, StatusQuery
from sceau.projections.rebuild import Rebuilt, rebuild
from sceau.projections.register import Register
from sceau.projections.status import StatusView

PROJECTIONS: tuple[Projection, ...] = (Register(), StatusView())
NAMES = tuple(projection.name for projection in PROJECTIONS)


class Views:
    """Both views of one ledger; `reader` opens personal parts. Files are made when first asked for. Close it."""

    def __init__(self, folder: Path, reader: Reader) -> None:
        self._folder = folder
        self._reader = reader
        self._open: dict[str, Projector] = {}
        self._stack = ExitStack()

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._stack.close()

    def projector(self, name: str) -> Projector:
        """One view by its name; NotFound if there is none."""
        if name not in self._open:
            projection = next((one for one in PROJECTIONS if one.name == name), None)
            if projection is None:
                raise NotFound(f"{name[:40]} ({', '.join(NAMES)})")
            self._folder.mkdir(parents=True, exist_ok=True)
            self._open[name] = opened = Projector(projection, self._path(name))
            self._stack.callback(opened.close)
        return self._open[name]

    def register(self) -> RegisterQuery:
        """The register, as far as the ledger."""
        name = Register.name
        self.projector(name).catch_up(self._reader)
        return RegisterQuery(self._path(name))

    def status(self) -> StatusQuery:
        """What documents count for, as far as the ledger."""
        name = StatusView.name
        self.projector(name).catch_up(self._reader)
        return StatusQuery(self._path(name))

    def follow(self, progress: Progress | None = None, resume: bool = False) -> list[SceauError]:
        """Bring every view up to date; returns what hindered any of them."""
        hindered: list[SceauError] = []
        for name in NAMES:
            try:
                projector = self.projector(name)
                (projector.resume if resume else projector.catch_up)(self._reader, progress=progress)
            except SceauError as error:
                hindered.append(error)
        return hindered

    def states(self) -> list[Status]:
        """How far each view is."""
        return [self.projector(name).status(self._reader) for name in NAMES]

    def rebuild(self, name: str, progress: Progress | None = None, accept: bool = False) -> Rebuilt:
        """Build one view anew from the first event (projections/rebuild.py)."""
        return rebuild(self.projector(name), self._reader, progress, accept)

    def _path(self, name: str) -> Path:
        return self._folder / f"{name}.db"
