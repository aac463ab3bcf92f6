"""An export is made from either store; the auditor sees no difference."""

from pathlib import Path

from auditor_desk import Desk, use
from small_ledger import small


def test_an_export_of_postgresql(fresh_postgres: str, tmp_path: Path) -> None:
    with small(tmp_path / "home", fresh_postgres) as house:
        use(house)
        desk = Desk(tmp_path, house)
        desk.write()
        assert desk.codes() == set()
        house.visa()
        desk.write()
        assert desk.codes() == set()
