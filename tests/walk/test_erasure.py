"""The walk of an erasure: a visa is issued, scanned and erased; its paper, the lists and every audit go on."""

import json
from datetime import UTC, datetime
from pathlib import Path

from auditor_desk import Desk, Program
from small_ledger import Small, small

from sceau.desk.report_page import page
from sceau.domain.document_type import document_type
from sceau.ledger import commands as c
from sceau.ledger.audit import audit
from sceau.publication import publish_verified
from sceau.seals import carrier
from sceau.verify_api.directory import Versions, open_directory
from sceau.verify_api.scan import scan
from sceau.verify_api.verdict import Code


def scanned(house: Small, folder: Path, code: bytes, versions: Versions) -> Code:
    """What an officer sees who has just been given the newest lists."""
    publish_verified(house.ledger, folder, house.clock() // 1000)
    known = open_directory(folder, house.ledger.keystore.signer("root").public, versions)
    today = datetime.fromtimestamp(house.clock() / 1000, UTC).date()
    return scan(code, known.trust, known.status, known.issued, today).code


def test_erased_it_is_as_valid_as_before_and_nobody_can_read_it(tmp_path: Path) -> None:
    with small(tmp_path / "home") as house:
        number, versions = house.visa(valid_from="2026-11-22"), Versions()
        issued = house.ledger.issuance.states.get(f"document:{number}").state
        seal = document_type("visa_short").seal
        code = carrier.write(issued.seal, seal.carrier, house.config.state.address.upper())
        assert scanned(house, tmp_path / "public", code, versions) is Code.VALID
        keys = house.ledger.vault.keys([part.key_id for part in issued.issued.personal])
        house.do(c.EraseDocument(number=number, reference="APDP 12/2026", **house.by("MAE")))
        house.ledger.erase()
        assert scanned(house, tmp_path / "public", code, versions) is Code.VALID
        house.do(c.RevokeDocument(number=number, reason="lost", **house.by()))
        assert scanned(house, tmp_path / "public", code, versions) is Code.REVOKED
        house.reopen()
        assert keys and house.ledger.vault.keys(keys) == {}
        _every_audit_holds(house, tmp_path)


def _every_audit_holds(house: Small, folder: Path) -> None:
    kid = house.ledger.keystore.signer("event:MAE").kid
    origin, vault = house.config.state.origin, house.ledger.vault.unreadable
    assert audit(house.ledger.store, origin, kid, house.ledger.head, vault).findings == []
    desk = Desk(folder / "desk", house)
    desk.write()
    assert desk.codes() == set()
    program = Program(desk, folder)
    assert program.run() == 0
    report = json.loads(program.report.read_text("utf-8"))
    assert report["findings"] == []
    assert "<html" in page(report, "en")
