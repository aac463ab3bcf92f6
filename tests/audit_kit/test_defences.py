"""Each defence taken away: the attack that it alone finds goes unnoticed. So none of them is for show."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from auditor_desk import Copy, Desk, write_log

from sceau.audit_kit import events, heads, tree
from sceau.audit_kit.faults import Fault
from sceau.audit_kit.figures import Figures
from sceau.ledger.exported import Selection
from sceau.tlog.leaf import entry
from sceau.tlog.policy import Policy, Quorum
from sceau.tlog.tile import bundle, unbundle

Attack = Callable[[Desk], None]


def resalt(desk: Desk, by: str) -> None:
    """Another tree over events that all hold."""
    copy = Copy(desk.export)
    copy.rows = [row._replace(salt=bytes(32)) for row in copy.rows]
    copy.save()
    copy.relog(desk, by=by)


def forget(desk: Desk) -> None:
    """An auditor who sees this log for the first time."""
    for path in desk.state._folder.glob("*.checkpoint"):
        path.unlink()


def rewritten(desk: Desk) -> None:
    resalt(desk, "abc")


def unwitnessed(desk: Desk) -> None:
    resalt(desk, "")
    forget(desk)


def entry_of_another(desk: Desk) -> None:
    path = next((desk.export / "log/tile/entries/000.p").iterdir())
    entries = unbundle(path.read_bytes())
    path.write_bytes(bundle([bytes(len(entries[0])), *entries[1:]]))


def salt_of_another(desk: Desk) -> None:
    copy = Copy(desk.export)
    copy.rows[7] = copy.rows[7]._replace(salt=bytes(32))
    copy.save()


def other_root(desk: Desk) -> None:
    """The tiles of one tree under the checkpoint of another, of which nobody kept one."""
    checkpoint = (desk.export / "log/checkpoint").read_bytes()
    copy = Copy(desk.export)
    copy.rows = [row._replace(salt=bytes(32)) for row in copy.rows]
    copy.save()
    write_log(
        desk.export / "log", [entry(row.salt, row.state, row.topic) for row in copy.rows], desk.origin, desk.signer
    )
    (desk.export / "log/checkpoint").write_bytes(checkpoint)
    forget(desk)


def lying_view(desk: Desk) -> None:
    Copy(desk.export).save(views={"status_v1": (20, "00" * 32)})


def claimed_part(desk: Desk) -> None:
    """A whole export that says it is a part: what it lacks would be excused."""
    Copy(desk.export).save(selection=Selection(mission="PAR"))


def nothing(*_: Any) -> list[Fault]:
    return []


def believing(policy: Policy, note: Any) -> Quorum:
    """A policy that any number of witnesses meets."""
    return Quorum(True, {}, heads.parse(note.text))


def unsound(*given: Any) -> tree.Tree:
    return CHECK(*given)._replace(faults=[])


CHECK = tree.check
CASES = [
    pytest.param(rewritten, "audit_kit.heads.compare", lambda *_: ([], []), id="kept checkpoints"),
    pytest.param(unwitnessed, "tlog.policy.Policy.met_by", believing, id="quorum of witnesses"),
    pytest.param(entry_of_another, "audit_kit.tree._entries", nothing, id="entries"),
    pytest.param(
        salt_of_another, "ledger.audit.event_leaf", lambda salt, state, topic: Anything(), id="leaves of events"
    ),
    pytest.param(other_root, "audit_kit.tree.check", unsound, id="root"),
    pytest.param(lying_view, "projections.view.digest", lambda _: bytes(32), id="views"),
    pytest.param(claimed_part, "audit_kit.examine._manifest", nothing, id="parts"),
]


@pytest.mark.parametrize(("attack", "defence", "instead"), CASES)
def test_taken_away(desk: Desk, monkeypatch: pytest.MonkeyPatch, attack: Attack, defence: str, instead: Any) -> None:
    assert desk.codes(part=False) == set()
    attack(desk)
    kept = desk.state.checkpoints()
    assert desk.codes(part=False) != set()
    if not kept:
        forget(desk)  # what the attack itself has shown
    monkeypatch.setattr(f"sceau.{defence}", instead)
    assert desk.codes(part=False) == set()


class Anything(bytes):
    """A hash that equals every other."""

    def __eq__(self, other: object) -> bool:
        return True

    def __ne__(self, other: object) -> bool:
        return False

    __hash__ = bytes.__hash__


@pytest.mark.parametrize("defence", ["holes", "figures"])
def test_counts_taken_away(desk: Desk, monkeypatch: pytest.MonkeyPatch, defence: str) -> None:
    """An event that is missing is told by its index, and by what it leaves behind."""
    copy = Copy(desk.export)
    row = copy.rows.pop()
    copy.save(size=row.idx + 1)
    assert ("integrity.hole", row.idx) in desk.codes()
    if defence == "holes":
        monkeypatch.setattr(events, "hole", lambda first, last: Fault("none", None, "", "", "events"))
        assert ("integrity.hole", row.idx) not in desk.codes()
    else:
        monkeypatch.setattr(Figures, "reconcile", nothing)
        assert ("integrity.hole", row.idx) in desk.codes()


def test_the_folder_of_the_state_is_the_logs_own(desk: Desk, tmp_path: Path) -> None:
    """Two logs do not mix what was seen of them."""
    assert desk.codes() == set()
    assert [path.name for path in (tmp_path / "state").iterdir()] == [desk.state._folder.name]
