"""A process that is killed between two renames of files."""

from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any

import pytest


@contextmanager
def killed_after(renames: int) -> Iterator[None]:
    """So many renames happen inside, the next one ends what stands there."""
    rename, left = Path.replace, iter(range(renames))

    def until(self: Path, target: Any) -> Path:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return rename(self, target)

    with pytest.MonkeyPatch.context() as patch, suppress(KeyboardInterrupt):
        patch.setattr(Path, "replace", until)
        yield
