"""Publishing: what a checker reads back, what the lists say, and by which names."""

import hashlib
import json
from datetime import date

from publishing import ACT, BY, CSCA, LISTS, LOST, NOW, OLD, PACKING, ROOT, SEAL, VISA_DER, enrol

from sceau.domain import cose
from sceau.domain.document import DocumentRevoked, DocumentSuperseded
from sceau.domain.standing import REASON_CODES
from sceau.keys.keyring import Purpose, verify
from sceau.keys.signed_list import read_list
from sceau.keys.trust_list import read_trust_list
from sceau.projections.publish import publish
from sceau.projections.query import StatusQuery
from sceau.seals import token_status
from sceau.seals.published import IssuedSet, LookUp, read_status
from sceau.seals.seal import list_key, look_up_code
from sceau.verify_api.directory import Versions, open_directory


def test_a_checker_reads_what_was_published(go, state, tmp_path) -> None:
    result = go()
    assert (result.version, result.as_of, result.issued, result.not_valid) == (1, state.size, 4, 2)
    assert (result.issued_at, result.next_update) == (NOW, NOW + 7 * 86_400)
    found = open_directory(tmp_path / "public", ROOT.public, Versions())
    assert (found.status.as_of, found.issued.as_of, found.status.issued_at) == (state.size, state.size, NOW)
    assert all(list_key(state.seal_id(n)) in found.issued.members for n in ("NPA260001", "VPA260001"))
    assert list_key(state.seal_id("NPA260003")) not in found.issued.members
    said = {key: (e.state, e.reason, e.since.isoformat()) for key, e in found.status.entries.items()}
    assert said == {
        list_key(state.seal_id("NPA260002")): ("suspended", "other", "2026-11-23"),
        list_key(state.seal_id("NPA260004")): ("revoked", "fraud", "2026-11-24"),
    }
    code = look_up_code(state.seal_id("VPA260001"))
    assert found.look_up.find("VPA260001", code) == list_key(state.seal_id("VPA260001"))
    assert found.look_up.find("VPA260001", code[::-1]) is None


def test_the_trust_list_says_what_the_key_streams_say(go, tmp_path) -> None:
    go()
    trust = read_trust_list((tmp_path / "public" / "trust.cose").read_bytes(), ROOT.public)
    assert trust.by_kid(LISTS.kid, Purpose.LISTS).status == "active"
    assert (trust.csca, trust.authority, trust.version) == ((CSCA,), "MLI", 1)
    assert trust.seal_key("vds", "MLV1", "1A").certificate == VISA_DER
    said = {
        signer.kid: (key.status, key.ended_on and key.ended_on.isoformat())
        for signer in (SEAL, OLD, LOST)
        for key in [trust.seal_key("claim169", "ML", signer.kid.hex())]
    }
    assert said == {
        SEAL.kid: ("active", None),
        OLD.kid: ("retired", "2026-06-30"),
        LOST.kid: ("revoked", "2026-07-01"),
    }
    assert trust.seal_key("claim169", "ML", OLD.kid.hex()).signs_on(date(2026, 6, 30))
    assert len(trust.keys) == 6  # the event key too: a proof bears an event that it signed


def test_the_token_list_gives_each_serial_its_status(go, tmp_path) -> None:
    go()
    names = sorted(path.name for path in (tmp_path / "public" / "s").iterdir())
    assert names == ["NPA26.cwt"]  # a visa seal has no place for an index
    found = token_status.parse((tmp_path / "public" / "s" / "NPA26.cwt").read_bytes())
    assert (found.uri, found.kid, found.issued_at, found.algorithm) == (
        "https://verif.example/s/NPA26",
        LISTS.kid,
        NOW,
        cose.EDDSA,
    )
    invalid, valid, suspended = token_status.INVALID, token_status.VALID, token_status.SUSPENDED
    assert [found.status(n) for n in range(5)] == [invalid, valid, suspended, invalid, invalid]
    trust = read_trust_list((tmp_path / "public" / "trust.cose").read_bytes(), ROOT.public)
    verify(trust.by_kid(found.kid, Purpose.LISTS), found.signed, found.signature)


def test_an_outdated_extract_is_published_as_superseded(go, state, tmp_path) -> None:
    state.mention(ACT, on="2026-12-01")
    assert go().not_valid == 3
    found = open_directory(tmp_path / "public", ROOT.public, Versions())
    entry = found.status.entries[list_key(state.seal_id("NPA260001"))]
    assert (entry.state, entry.reason) == ("superseded", "act_changed")


def test_no_name_that_a_clerk_types_is_published(go, state, tmp_path) -> None:
    """Neither the reason of a clerk nor the number of the document that came after."""
    reason = "rendue par Fanta KEITA"
    state.write(("document:NPA260001", DocumentRevoked(reason, "PAR", "PAR-1", "2026-11-25")))
    state.write(("document:VPA260001", DocumentSuperseded("VPA260009", "PAR", "PAR-1", "2026-11-25")))
    go()
    found = open_directory(tmp_path / "public", ROOT.public, Versions())
    assert found.status.entries[list_key(state.seal_id("NPA260001"))].reason == "other"
    assert found.status.entries[list_key(state.seal_id("VPA260001"))].reason == "replaced"
    assert {entry.reason for entry in found.status.entries.values()} <= set(REASON_CODES)
    content = b"".join(path.read_bytes() for path in (tmp_path / "public").rglob("*") if path.is_file())
    assert b"KEITA" not in content and b"VPA260009" not in content


def test_the_index_names_every_file(go, tmp_path) -> None:
    result = go()
    index = json.loads((tmp_path / "public" / "index.json").read_text())
    assert (index["version"], index["as_of"], index["issued_at"]) == (1, result.as_of, "2026-11-22T09:00:00Z")
    listed = {one["name"]: (one["size"], one["sha256"]) for one in index["files"]}
    stored = {str(p.relative_to(tmp_path / "public")): p for p in (tmp_path / "public").rglob("*") if p.is_file()}
    assert set(listed) | {"index.json"} == set(stored) == set(result.files)
    for name, (size, digest) in listed.items():
        content = stored[name].read_bytes()
        assert (len(content), hashlib.sha256(content).hexdigest()) == (size, digest)
    assert bytes.fromhex((tmp_path / "public" / "root.pub").read_text()) == ROOT.public


def test_versions_go_up_by_one_and_readers_with_a_memory_follow(go, state, tmp_path) -> None:
    memory = Versions()
    for version in (1, 2, 3):
        assert go(NOW + version).version == version
        open_directory(tmp_path / "public", ROOT.public, memory)
    state.issue("NPA260005", act=ACT)
    assert go(NOW + 9).as_of == state.size
    assert go(NOW + 10, directory=tmp_path / "elsewhere", version_seen=4).version == 5


def test_the_bodies_are_those_of_the_readers(go, state, tmp_path) -> None:
    """Read with the parts alone, as another program would."""
    go()
    trust = read_trust_list((tmp_path / "public" / "trust.cose").read_bytes(), ROOT.public)
    key = trust.by_kid(LISTS.kid, Purpose.LISTS)
    bodies = {
        name: read_list((tmp_path / "public" / f"{name}.cose").read_bytes(), name, key).body
        for name in ("status", "issued", "lookup")
    }
    assert len(read_status(bodies["status"])) == 2
    assert len(IssuedSet(bodies["issued"])) == len(LookUp(bodies["lookup"])) == 4


def test_an_empty_ledger_but_for_keys_can_be_published(scribe, status, tmp_path) -> None:
    enrol(scribe, LISTS, "lists")
    status.catch_up(scribe.reader())
    result = publish(tmp_path / "public", StatusQuery(status.path), BY, NOW, PACKING)
    assert (result.issued, result.as_of) == (0, 1)
    assert open_directory(tmp_path / "public", ROOT.public, Versions()).issued.as_of == 1
