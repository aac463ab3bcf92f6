"""What is never published and never taken back: older versions, lists of others, half a set."""

import threading
from contextlib import closing
from dataclasses import replace

import pytest
from killed_renames import killed_after
from publishing import ACT, BY, LISTS, NOW, PACKING, ROOT, enrol, retire

from sceau.domain.document import DocumentRevoked
from sceau.domain.errors import ListInvalid, UnknownKey
from sceau.keys.keyring import Algorithm, Purpose
from sceau.keys.signed_list import read_list
from sceau.keys.signer import SoftwareSigner
from sceau.keys.trust_list import read_trust_list
from sceau.projections.projector import Projector
from sceau.projections.publish import publish
from sceau.projections.query import StatusQuery
from sceau.projections.status import StatusView
from sceau.seals.seal import list_key
from sceau.verify_api.directory import Versions, open_directory


def test_fewer_events_than_published_are_refused(go, state, tmp_path) -> None:
    go()
    with closing(Projector(StatusView(), tmp_path / "older.db")) as older:
        older.catch_up(state.reader(), until=state.size - 1)
        with pytest.raises(ListInvalid, match=f"already covers {state.size} events, the view only {state.size - 1}"):
            publish(tmp_path / "public", StatusQuery(older.path), BY, NOW + 1, PACKING)
    assert open_directory(tmp_path / "public", ROOT.public, Versions()).trust.version == 1


def test_a_directory_of_others_is_left_alone(go, tmp_path) -> None:
    go()
    other = SoftwareSigner.from_seed(b"\x44" * 32, Algorithm.ED25519)
    before = (tmp_path / "public" / "trust.cose").read_bytes()
    with pytest.raises(ListInvalid):
        go(by=replace(BY, root=other))
    assert (tmp_path / "public" / "trust.cose").read_bytes() == before
    (tmp_path / "public" / "status.cose").write_bytes(b"something else")
    with pytest.raises(ListInvalid, match="did not sign"):
        go()


def test_a_lists_key_that_is_unknown_or_retired_publishes_nothing(go, state, tmp_path) -> None:
    with pytest.raises(UnknownKey):
        go(by=replace(BY, lists=SoftwareSigner.from_seed(b"\x44" * 32, Algorithm.ED25519)))
    retire(state, LISTS, "2026-11-01", False)
    with pytest.raises(ListInvalid, match="signing period"):
        go()
    assert not list((tmp_path / "public").iterdir())


def test_a_new_lists_key_takes_over_where_the_old_was_compromised(go, state, tmp_path) -> None:
    go()
    new = SoftwareSigner.from_seed(b"\x44" * 32, Algorithm.ED25519)
    retire(state, LISTS, "2026-11-22", True)
    enrol(state, new, "lists")
    assert go(NOW + 5, by=replace(BY, lists=new)).version == 2
    assert open_directory(tmp_path / "public", ROOT.public, Versions()).status.version == 2


def test_cut_between_any_two_renames_nothing_wrong_is_believed_and_the_next_heals(go, state, tmp_path) -> None:
    """A fresh reader sees the old set or the new, or refuses; never a newer status beside an older issued set."""
    directory = tmp_path / "public"
    go()
    old = state.size
    state.write(("document:NPA260001", DocumentRevoked("fraude", "PAR", "PAR-1", "2026-11-25")))
    state.issue("NPA260005", act=ACT)
    seen = set()
    for cut in range(20):
        with killed_after(cut):
            go(NOW + cut)
        try:
            found = open_directory(directory, ROOT.public, Versions())
        except ListInvalid:
            seen.add("refused")
            lists = {name: _as_of(directory, name) for name in ("status", "issued", "lookup")}
            assert lists["status"] == old
        else:
            assert (list_key(state.seal_id("NPA260005")) in found.issued.members) is (found.status.as_of > old)
            seen.add("old" if found.status.as_of == old else "new")
    assert seen == {"old", "refused", "new"}
    go(NOW + 99)
    assert open_directory(directory, ROOT.public, Versions()).status.as_of == state.size


def _as_of(directory, name: str) -> int:
    trust = read_trust_list((directory / "trust.cose").read_bytes(), ROOT.public)
    return read_list((directory / f"{name}.cose").read_bytes(), name, trust.by_kid(LISTS.kid, Purpose.LISTS)).as_of


def test_two_publishers_take_turns(go, state, status, tmp_path) -> None:
    status.catch_up(state.reader())
    query, made = StatusQuery(status.path), []
    threads = [
        threading.Thread(target=lambda: made.append(publish(tmp_path / "public", query, BY, NOW, PACKING).version))
        for _ in range(6)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(made) == [1, 2, 3, 4, 5, 6]
