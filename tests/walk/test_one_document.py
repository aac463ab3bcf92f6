"""The walk of documents through the whole house: issued, sealed, published, scanned, revoked, and cheated with."""

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest
from small_ledger import Small, small

from sceau.domain.civil_act import CourtDecision
from sceau.domain.document_type import document_type
from sceau.domain.errors import WrongState
from sceau.keys.keyring import P256_ORDER, Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.ledger import commands as c
from sceau.ledger.audit import audit
from sceau.projections.pack import Packing
from sceau.projections.projector import Projector
from sceau.projections.publish import Publisher, publish
from sceau.projections.query import StatusQuery
from sceau.projections.status import StatusView
from sceau.seals import carrier, make, vds
from sceau.seals.make import SealKey
from sceau.verify_api.directory import Published, Versions, open_directory
from sceau.verify_api.scan import scan
from sceau.verify_api.verdict import Code

LIFE = {
    "surname": "TƐRETA",
    "given_names": "Cɛmɔgɔba",
    "sex": "M",
    "birth_date": "1948-02-03",
    "birth_place": "Koutiala",
    "nationality": "MLI",
    "address": "7, cité des Tilleuls",
    "city": "Bagnolet",
    "country": "FRA",
    "appeared_on": "2026-11-22",
    "addressed_to": "Institut national de prévoyance sociale",
}


class Checker:
    """What a border officer holds: the published directory and the root's public key."""

    def __init__(self, house: Small, folder: Path) -> None:
        self.house = house
        self.folder = folder
        self.versions = Versions()

    def publish(self) -> Published:
        house, keystore = self.house, self.house.ledger.keystore
        path = house.config.views / "status.db"
        projector = Projector(StatusView(), path)
        projector.catch_up(house.ledger.reader)
        projector.close()
        csca = (house.config.home / "csca.der").read_bytes()
        by = Publisher("MLI", house.config.state.address, keystore.signer("root"), keystore.signer("lists"), (csca,))
        publish(self.folder, StatusQuery(path), by, house.clock() // 1000, Packing(bytes(16), {}))
        return open_directory(self.folder, keystore.signer("root").public, self.versions)

    def code(self, data: bytes, today: date | None = None) -> Code:
        known = self.publish()
        return scan(data, known.trust, known.status, known.issued, today or self.today).code

    @property
    def today(self) -> date:
        return datetime.fromtimestamp(self.house.clock() / 1000, UTC).date()

    def paper(self, number: str) -> bytes:
        """The code as it stands on the paper."""
        state = self.house.ledger.issuance.states.get(f"document:{number}").state
        declared = document_type(state.issued.type)
        return carrier.write(state.seal, declared.seal.carrier, self.house.config.state.address.upper())


@pytest.fixture
def checker(tmp_path: Path) -> Iterator[Checker]:
    with small(tmp_path / "home") as house:
        yield Checker(house, tmp_path / "public")


def test_issued_scanned_revoked(checker: Checker) -> None:
    house = checker.house
    act = house.birth()
    extract, visa = house.extract(act), house.visa(valid_from="2026-11-22")
    life = house.do(c.IssueDocument(type="life_certificate", values=LIFE, **house.by()))
    for number in (extract, visa, life):
        assert checker.code(checker.paper(number)) is Code.VALID
    for number in (extract, visa, life):
        house.do(c.RevokeDocument(number=number, reason="erreur", **house.by()))
        assert checker.code(checker.paper(number)) is Code.REVOKED


def test_the_verdict_shows_what_the_officer_compares(checker: Checker) -> None:
    extract = checker.house.extract(checker.house.birth())
    known = checker.publish()
    verdict = scan(checker.paper(extract), known.trust, known.status, known.issued, checker.today)
    assert verdict.fields["surname"] == "KƐITA"
    assert verdict.fields["given_names"] == "Fanta Ɲagalen"
    assert verdict.fields["birth_date"] == "2026-11-01"


@pytest.mark.parametrize(
    ("command", "code"),
    [
        (c.SuspendDocument, Code.SUSPENDED),
        (c.RevokeDocument, Code.REVOKED),
    ],
)
def test_the_state_reaches_the_checker(checker: Checker, command: type[c.Command], code: Code) -> None:
    visa = checker.house.visa(valid_from="2026-11-22")
    checker.house.do(command(number=visa, reason="other", **checker.house.by()))  # type: ignore[call-arg]
    assert checker.code(checker.paper(visa)) is code


def test_a_replaced_visa_is_superseded(checker: Checker) -> None:
    from small_ledger import VISA

    house = checker.house
    visa = house.visa(valid_from="2026-11-22")
    house.do(c.IssueDocument(type="visa_short", values=VISA, supersedes=visa, **house.by()))
    assert checker.code(checker.paper(visa)) is Code.SUPERSEDED


def test_an_extract_of_an_act_that_moved_on_says_so(checker: Checker) -> None:
    house = checker.house
    act = house.birth()
    stale, annulled = house.extract(act), house.extract(house.birth(surname="DIARRA"))
    house.do(c.MentionAct(number=act, mention="marriage", text="Mariée", reference="n° 1", **house.by()))
    court = CourtDecision("Tribunal de Bamako", "1/2026", "2026-11-20")
    house.do(c.AnnulAct(number="PAR-2026-N-000002", decision=court, **house.by()))
    assert checker.code(checker.paper(stale)) is Code.SUPERSEDED
    assert checker.code(checker.paper(annulled)) is Code.REVOKED
    assert checker.code(checker.paper(house.extract(act))) is Code.VALID


def test_nobody_hands_out_an_extract_of_an_annulled_act(checker: Checker) -> None:
    house = checker.house
    act = house.birth()
    extract, visa = house.extract(act), house.visa()
    house.do(c.MentionAct(number=act, mention="marriage", text="Mariée", reference="n° 1", **house.by()))
    house.do(c.PrintDocument(number=extract, **house.by()))  # out of date, and still what was issued
    court = CourtDecision("Tribunal de Bamako", "1/2026", "2026-11-20")
    house.do(c.AnnulAct(number=act, decision=court, **house.by()))
    size = house.ledger.store.size()
    for command in (c.PrintDocument, c.DeliverDocument):
        with pytest.raises(WrongState) as refusal:
            house.do(command(number=extract, **house.by()))
        assert act in str(refusal.value) and "annulled" in str(refusal.value)
    assert house.ledger.store.size() == size
    house.do(c.PrintDocument(number=visa, **house.by()))


def test_a_print_relies_on_the_act(checker: Checker) -> None:
    """Annulled by another process in the same instant, it is not printed."""
    house = checker.house
    act = house.birth()
    extract = house.extract(act)
    other = house.opened()
    try:
        court = CourtDecision("Tribunal de Bamako", "1/2026", "2026-11-20")
        other.issuance.execute(c.AnnulAct(number=act, decision=court, **house.by()))
        with pytest.raises(WrongState):
            house.do(c.PrintDocument(number=extract, **house.by()))
    finally:
        other.close()


def test_validity_is_a_matter_of_the_calendar(checker: Checker) -> None:
    visa = checker.house.visa()  # 2026-12-01 to 2027-02-28
    data = checker.paper(visa)
    known = checker.publish()
    after = scan(data, known.trust, known.status, known.issued, date(2027, 3, 1))
    assert after.code is Code.EXPIRED


def test_every_changed_byte_of_every_paper(checker: Checker) -> None:
    """HOUSE.md 5.12: refused, or the same content and the same seal id."""
    house = checker.house
    known = None
    for number in (house.extract(house.birth()), house.visa(valid_from="2026-11-22")):
        data = checker.paper(number)
        known = checker.publish()
        honest = scan(data, known.trust, known.status, known.issued, checker.today)
        for at in range(len(data)):
            changed = data[:at] + bytes((data[at] ^ 1,)) + data[at + 1 :]
            verdict = scan(changed, known.trust, known.status, known.issued, checker.today)
            same = (verdict.fields, verdict.to_json()["seal_id"]) == (honest.fields, honest.to_json()["seal_id"])
            assert same or verdict.code not in (Code.VALID, Code.NOT_YET_VALID), f"{number} byte {at}"
        for end in range(len(data)):
            verdict = scan(data[:end], known.trust, known.status, known.issued, checker.today)
            assert verdict.code not in (Code.VALID, Code.NOT_YET_VALID)


def test_the_other_signature_of_a_revoked_visa_is_revoked(checker: Checker) -> None:
    """(r, n - s) verifies as well; the seal id is the same."""
    house = checker.house
    visa = house.visa(valid_from="2026-11-22")
    house.do(c.RevokeDocument(number=visa, reason="stolen", **house.by()))
    data = checker.paper(visa)
    s = int.from_bytes(data[-32:], "big")
    assert checker.code(data[:-32] + (P256_ORDER - s).to_bytes(32, "big")) is Code.REVOKED


def forged(house: Small, seed: bytes | None, day: date, number: str = "VPA26ZZZZ") -> bytes:
    """A visa that no command made, sealed with our own central key or with another."""
    from small_ledger import VISA

    signer = house.ledger.keystore.signer("seal:central")
    if seed is not None:
        signer = SoftwareSigner.from_seed(seed, Algorithm.ES256)
    instant = int(datetime(day.year, day.month, day.day, tzinfo=UTC).timestamp())
    drafted = make.Draft(
        document_type("visa_short"),
        number,
        {**VISA, "valid_from": day.isoformat()},
        "PAR",
        day,
        instant,
        date(2027, 2, 28),
        None,
        1,
        "https://verif.example/s/VPA26",
    )
    unsigned = make.prepare(drafted, SealKey("MLI", "MLV1", "01"))
    return unsigned.sealed(signer.sign(unsigned.to_sign))


def test_signed_by_the_right_key_and_never_issued(checker: Checker) -> None:
    """The stolen key, or the forged ledger: red once the lists are newer, never green before."""
    house = checker.house
    today = checker.today
    house.visa()
    assert checker.code(forged(house, None, today)) is Code.NEWER_THAN_LIST
    data = forged(house, None, today)
    house.clock.now += 2 * 86_400_000
    assert checker.code(data) is Code.NOT_ISSUED
    assert checker.code(forged(house, None, today - timedelta(days=9))) is Code.KEY_NOT_VALID_FOR_THIS


def test_signed_by_another_key(checker: Checker) -> None:
    checker.house.visa()
    assert checker.code(forged(checker.house, b"\x05" * 32, checker.today)) is Code.FORGED
    stranger = vds.assemble(
        vds.unsigned("5D01", "MLI", "MLV9", "77", checker.today, checker.today, [(2, vds.c40.encode("V<MLI"))]),
        bytes(64),
    )
    assert checker.code(stranger) in (Code.UNKNOWN_ISSUER, Code.UNREADABLE)


def test_a_compromised_key_seals_nothing_more(checker: Checker) -> None:
    house = checker.house
    kid = house.ledger.keystore.signer("seal:central").kid
    visa = house.visa(valid_from="2026-11-22")
    house.clock.now += 86_400_000
    house.do(c.RetireKey(kid=kid, reason="vol", compromised=True, **house.by("MAE")))
    house.clock.now += 86_400_000
    assert checker.code(checker.paper(visa)) is Code.VALID
    assert checker.code(forged(house, None, checker.today)) is Code.KEY_NOT_VALID_FOR_THIS


def test_old_lists_warn_and_then_say_that_they_do_not_know(checker: Checker) -> None:
    life = checker.house.do(c.IssueDocument(type="life_certificate", values=LIFE, **checker.house.by()))
    known = checker.publish()
    seen = [
        scan(checker.paper(life), known.trust, known.status, known.issued, checker.today + timedelta(days=days))
        for days in (0, 3, 30)
    ]
    assert [one.code for one in seen] == [Code.VALID, Code.VALID, Code.STATUS_UNKNOWN]
    assert [one.colour.value for one in seen] == ["green", "amber", "amber"]


def test_the_whole_history_holds_afterwards(checker: Checker) -> None:
    house = checker.house
    house.extract(house.birth())
    house.do(c.RevokeDocument(number=house.visa(), reason="other", **house.by()))
    kid = house.ledger.keystore.signer("event:MAE").kid
    report = audit(house.ledger.store, house.config.state.origin, kid, house.ledger.head, house.ledger.vault.unreadable)
    assert report.holds
    assert report.events == house.ledger.store.size() > 15
