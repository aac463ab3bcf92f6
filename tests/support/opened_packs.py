"""Packs opened by a device, or refused."""

from collections.abc import Callable
from datetime import date

import pytest

from sceau.domain.errors import ListInvalid
from sceau.verify_api.directory import Versions
from sceau.verify_api.pack import Pack
from sceau.verify_api.scan import scan
from sceau.verify_api.verdict import Code

TODAY = date(2026, 11, 22)


def code(known: Pack, data: bytes, today: date = TODAY) -> Code:
    return scan(data, known.trust, known.status, known.issued, today).code


def refused(opened: Callable[..., Pack], *files: bytes, why: str = ".", memory: Versions | None = None) -> None:
    with pytest.raises(ListInvalid, match=why):
        opened(*files, memory=memory)
