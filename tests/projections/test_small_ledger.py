"""The views on a whole small ledger: commands, keystore, vault, seals; published and scanned."""

from contextlib import closing
from datetime import UTC, date, datetime

import pytest
import small_ledger

from sceau.domain.civil_act import CourtDecision
from sceau.ledger import commands as c
from sceau.ledger.reader import Reader
from sceau.projections.pack import Packing
from sceau.projections.projector import Projector, catch_up_all
from sceau.projections.publish import Publisher, publish
from sceau.projections.query import RegisterQuery, StatusQuery
from sceau.projections.rebuild import rebuild
from sceau.projections.register import Register
from sceau.projections.search import Search
from sceau.projections.status import StatusView
from sceau.seals import claim169
from sceau.seals.seal import list_key, look_up_code
from sceau.seals.token_status import INVALID, SUSPENDED, VALID, parse
from sceau.verify_api.directory import Versions, open_directory

DECISION = CourtDecision("TGI de Bamako", "12/2026", "2026-11-20")


@pytest.fixture
def house(tmp_path):
    with small_ledger.small(tmp_path / "home") as made:
        yield made


@pytest.fixture
def views(house):
    """The register and the status of the house, as far as its ledger is."""
    config = house.config
    with (
        closing(Projector(Register(), config.views / "register_v1.db")) as register,
        closing(Projector(StatusView(), config.views / "status_v1.db")) as status,
    ):
        yield lambda: (catch_up_all([register, status], house.ledger.reader), register, status)[1:]


def test_what_was_commanded_is_found_and_counts(house, views) -> None:
    act = house.birth()
    first, second = house.extract(act), house.extract(act)
    visa = house.visa()
    house.do(c.SuspendDocument(number=second, reason="other", **house.by()))
    house.do(c.RectifyAct(number=act, values={"given_names": "Awa"}, decision=DECISION, **house.by()))
    third = house.extract(act)
    register, status = views()
    find = RegisterQuery(register.path).find
    assert [one.number for one in find(Search(name="gnagalen keita"))] == [act, first, second]
    assert [one.number for one in find(Search(name="awa keita"))] == [act, third]
    assert [one.number for one in find(Search(name="martin zoe"))] == [visa]
    standing = {n: StatusQuery(status.path).document(n).standing.state for n in (first, second, third, visa)}
    assert standing == {first: "superseded", second: "suspended", third: "issued", visa: "issued"}
    house.do(c.AnnulAct(number=act, decision=DECISION, **house.by()))
    views()
    assert {StatusQuery(status.path).document(n).standing.state for n in (first, second, third)} == {"revoked"}
    for view in (register, status):
        assert rebuild(view, house.ledger.reader).differs is None


def test_an_auditor_without_the_vault_gets_the_same_status_digest(house, views, tmp_path) -> None:
    house.extract(house.birth())
    _, status = views()
    keyless = Reader(house.ledger.store, house.config.state.origin)
    with closing(Projector(StatusView(), tmp_path / "audit.db")) as auditors:
        auditors.catch_up(keyless)
        assert auditors.digest() == status.digest()


def test_published_and_followed_by_the_status_claim_of_the_seal(house, views, tmp_path) -> None:
    act = house.birth()
    first, second, third = (house.extract(act) for _ in range(3))
    visa = house.visa()
    house.do(c.SuspendDocument(number=second, reason="other", **house.by()))
    house.do(c.RevokeDocument(number=third, reason="fraude", **house.by()))
    _, status = views()
    config, keystore = house.config, house.ledger.keystore
    csca = (config.home / "csca.der").read_bytes()
    by = Publisher(
        config.state.authority, config.state.address, keystore.signer("root"), keystore.signer("lists"), (csca,)
    )
    now = house.clock() // 1000
    result = publish(tmp_path / "public", StatusQuery(status.path), by, now, Packing(bytes(16), {}))
    assert (result.issued, result.as_of) == (4, house.ledger.store.size())

    root = bytes.fromhex((config.home / "root.pub").read_text())
    found = open_directory(tmp_path / "public", root, Versions())
    issued = {one.event.number: one.event for one in house.ledger.reader.all() if one.topic == "document.issued.v1"}
    for number, event in issued.items():
        listed = found.look_up.find(number, look_up_code(event.seal_id))
        assert listed == list_key(event.seal_id)
        assert listed in found.issued.members
        entry = found.status.entries.get(listed)
        assert (entry and entry.state) == {second: "suspended", third: "revoked"}.get(number)
    for number, expected in ((first, VALID), (second, SUSPENDED), (third, INVALID)):
        seal = claim169.parse(next(p.values["seal"] for p in issued[number].personal if p.group == "seal"))
        name = seal.status.uri.removeprefix(config.state.address)
        token = parse((tmp_path / "public" / f"{name}.cwt").read_bytes())
        assert (token.uri, token.status(seal.status.index)) == (seal.status.uri, expected)
    assert visa in issued
    day = datetime.fromtimestamp(now, UTC).date()
    assert all(key.signs_on(day) for key in found.trust.keys)
    assert day == date(2026, 11, 22)
