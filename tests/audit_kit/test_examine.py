"""A good export holds."""

from auditor_desk import Desk


def test_a_good_export_holds(desk: Desk) -> None:
    found = desk.examine()
    assert found.faults == []
    assert found.counts.events == found.counts.signatures == desk.house.ledger.store.size() > 20
    assert found.head.met and set(found.head.witnesses) == {"a", "b", "c"}
