"""What a witness keeps in its folder, and how it answers once that does not hold."""

from pathlib import Path

import pytest
import small_log
from small_log import NOW, SmallLog

from sceau.tlog.add_checkpoint import log_id
from sceau.witness.service import Witness
from sceau.witness.state import WitnessRetired

KEPT = 5


def files(folder: Path) -> tuple[Path, Path]:
    """The only checkpoint and the only mark."""
    (record,) = (folder / "cosigned").iterdir()
    (mark,) = (folder / "marks").iterdir()
    return record / "checkpoint", mark / "mark"


def cosign(witness: Witness, request: bytes) -> int:
    return witness.add_checkpoint(request, NOW).status


def refuses(witness: Witness, log: SmallLog, folder: Path) -> None:
    """Nothing is cosigned, shown or started any more."""
    for old, size in ((0, 0), (0, 3), (0, KEPT), (KEPT, KEPT), (KEPT, 9)):
        assert cosign(witness, log.request(old, size)) == 503
    assert witness.latest(log_id(log.origin)).status == 503
    with pytest.raises(WitnessRetired):
        small_log.witness_in(folder).require_whole()
