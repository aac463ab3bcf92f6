"""A chain of packs is one: nothing goes back, is left out, exchanged or put beside another."""

import json
from dataclasses import replace

from opened_packs import TODAY, code, refused

from sceau.seals import pack
from sceau.seals.pack import Beside
from sceau.verify_api.directory import Versions
from sceau.verify_api.verdict import Code


def test_an_older_trust_list_beside_a_newer_pack_is_refused(made, state, publisher, opened) -> None:
    """The key of a visa was revoked since; somebody puts back the list in which it was not."""
    before = state.trust
    state.version = 2
    refused(opened, publisher.full(trust=before), why="trust list 1 beside version 2")
    refused(opened, publisher.full(trust=replace(state.trust, issued_at=state.instant - 1)), why="beside")


def test_a_trust_list_is_renewed_with_what_changed_or_comes_whole(made, state, publisher, opened) -> None:
    full, renewed = publisher.full(), publisher.delta()
    state.replaced(made.VISA_KEY, status="revoked", ended_on=TODAY)
    changed, after = publisher.delta(), publisher.delta()
    assert [len(pack.read_file(one).trust.edits) for one in (renewed, changed, after)] == [0, 1, 0]
    known = opened(full, renewed, changed, after)
    assert known.trust == replace(state.trust, keys=known.trust.keys) and set(known.trust.keys) == set(state.keys)
    publisher.renewing, version, publisher.before = False, state.version, dict(state.against)
    whole = publisher.delta()
    assert isinstance(pack.read_file(whole).trust, bytes)
    assert opened(full, renewed, changed, after, whole).trust.version == version + 1


def test_a_renewal_of_another_trust_list_is_refused(made, state, publisher, opened) -> None:
    """Left out of the chain, the list of a revocation cannot be passed over: the signature is of the whole."""
    full = publisher.full()
    state.replaced(made.VISA_KEY, status="revoked", ended_on=TODAY)
    whole, renewed = publisher.delta(), publisher.delta()
    opened(full, whole, renewed)
    file, earlier = pack.read_file(renewed), pack.read_file(whole)
    refused(opened, full, pack.write_file(file.trust, earlier.listed))
    refused(opened, pack.write_file(file.trust, pack.read_file(full).listed), why="renewed")


def test_older_packs_are_refused_for_ever_and_the_memory_outlives_us(made, state, publisher, opened, tmp_path) -> None:
    path = tmp_path / "seen.json"
    full, first, second = publisher.full(), publisher.delta(), publisher.delta()
    opened(full, first, second, memory=Versions(path))
    for files in ((full,), (full, first)):
        refused(opened, *files, why="older than 3, already seen", memory=Versions(path))
    opened(full, first, second, memory=Versions(path))
    assert json.loads(path.read_text())["MLI/pack"]["version"] == 3
    refused(opened, publisher.full(as_of=99), memory=Versions(path), why="covers 99 events")


def test_the_same_version_with_other_bytes_is_refused(made, state, publisher, opened) -> None:
    memory = Versions()
    full = publisher.full()
    opened(full, memory=memory)
    opened(full, memory=memory)
    refused(opened, publisher.full(seed=b"\1" * 16), memory=memory, why="another content")


def test_more_events_may_not_become_fewer(made, state, publisher, opened) -> None:
    full = publisher.full()
    refused(opened, full, publisher.delta(as_of=99), why="goes back")
    memory = Versions()
    state.version = 5
    opened(publisher.full(), memory=memory)
    state.version, state.as_of = 6, 99
    refused(opened, publisher.full(), memory=memory, why="covers 99 events")


def test_a_refused_pack_leaves_the_memory_as_it_was(made, state, publisher, opened) -> None:
    memory = Versions()
    full = publisher.full()
    opened(full, memory=memory)
    state.version = 9
    body = {**pack.full_body(set(), {}, bytes(16), Beside()), "count": 1}
    refused(opened, publisher.sign("pack", body), memory=memory)
    opened(full, memory=memory)


def test_a_delta_belongs_to_its_chain(made, state, publisher, opened) -> None:
    full, first, second = publisher.full(), publisher.delta(), publisher.delta()
    refused(opened, full, second, why="continues version 2, not 1")
    refused(opened, full, second, first)
    refused(opened, full, first, first, why="goes back")
    refused(opened, first, second, why="renewed")
    refused(opened, full, full, why="kind")
    publisher.renewing = False
    refused(opened, publisher.delta(), why="kind")
    state.version = 2
    refused(opened, publisher.full(), second, first)


def test_a_chain_has_an_end(made, publisher, opened) -> None:
    full = publisher.full()
    deltas = [publisher.delta() for _ in range(65)]
    assert opened(full, *deltas[:64]).status.version == 65
    refused(opened, full, *deltas, why="more than 64")


def test_the_next_full_pack_takes_over(made, state, publisher, opened) -> None:
    memory, old = Versions(), state.issue(made.visa("VPA26000A"))
    full, first = publisher.full(), publisher.delta()
    opened(full, first, memory=memory)
    state.version = 3
    known = opened(publisher.full(seed=b"\2" * 16), memory=memory)
    assert code(known, old) is Code.VALID
    refused(opened, full, first, memory=memory, why="already seen")
