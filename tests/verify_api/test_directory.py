"""The published directory: whole, signed, never older, never half new; and readers that never notice the writer."""

import threading
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest
from opened_lists import opened, put

from sceau.domain import cose
from sceau.domain.errors import ListInvalid
from sceau.keys.signed_list import sign_list
from sceau.verify_api.directory import Directory, Versions, open_directory
from sceau.verify_api.scan import scan
from sceau.verify_api.verdict import Code

TODAY = date(2026, 11, 22)


def test_a_published_directory_is_all_that_a_scan_needs(made, folder: Path) -> None:
    known = opened(made, folder)
    verdict = scan(made.visa(), known.trust, known.status, known.issued, TODAY)
    assert verdict.code is Code.VALID
    assert known.status.as_of == known.issued.as_of == 100
    assert set(known.files) == {"trust", "status", "issued", "lookup"}
    assert known.files["trust"].body == (folder / "trust.cose").read_bytes()


def test_only_the_pinned_root_counts(made, folder: Path) -> None:
    with pytest.raises(ListInvalid):
        open_directory(folder, made.OTHER.public, Versions())
    with pytest.raises(ListInvalid):
        open_directory(folder, made.ROOT.public[:31], Versions())


def test_a_directory_without_a_trust_list_is_none(made, folder: Path) -> None:
    (folder / "trust.cose").unlink()
    with pytest.raises(ListInvalid, match="no trust list"):
        opened(made, folder)
    with pytest.raises(ListInvalid):
        opened(made, folder / "nowhere")
    with pytest.raises(ListInvalid, match=r"trust\.cose"):
        (folder / "trust.cose").mkdir()
        opened(made, folder)


def test_a_list_that_was_never_published_is_unknown_and_not_empty(made, state, tmp_path: Path) -> None:
    folder = state.publish(tmp_path / "published", names=("trust",))
    known = opened(made, folder)
    assert (known.status, known.issued, known.look_up) == (None, None, None)
    assert scan(made.visa(), known.trust, None, None, TODAY).code is Code.STATUS_UNKNOWN


@pytest.mark.parametrize("name", ["status", "issued", "lookup"])
def test_a_list_signed_by_another_key_is_refused(made, state, folder: Path, name: str) -> None:
    put(folder, name, state.files(by=made.OTHER)[name])  # not on the trust list
    with pytest.raises(ListInvalid, match="cose"):
        opened(made, folder)
    put(folder, name, state.files(by=made.CIVIL)[name])  # trusted, but for seals
    with pytest.raises(ListInvalid, match="cose"):
        opened(made, folder)


def test_a_list_of_another_authority_is_refused(made, state, folder: Path) -> None:
    state.keys += (replace(made.LISTS_KEY, kid=made.OTHER.kid, public=made.OTHER.public, authority="BFA"),)
    files = state.files()
    status = cose.split(files["status"])
    assert status.kid == made.LISTS.kid
    foreign = sign_list("status", "BFA", 1, state.instant, state.instant + 1, 100, [], made.OTHER)
    put(folder, "trust", files["trust"])
    put(folder, "status", foreign)
    with pytest.raises(ListInvalid, match="signed for BFA"):
        opened(made, folder)


@pytest.mark.parametrize("name", ["trust", "status", "issued", "lookup"])
def test_every_changed_byte_of_a_list_is_refused(made, folder: Path, name: str) -> None:
    whole = (folder / f"{name}.cose").read_bytes()
    for at in range(0, len(whole), 1 + len(whole) // 150):
        put(folder, name, whole[:at] + bytes((whole[at] ^ 1,)) + whole[at + 1 :])
        with pytest.raises(ListInvalid):
            opened(made, folder)
    for end in range(0, len(whole), 1 + len(whole) // 50):
        put(folder, name, whole[:end])
        with pytest.raises(ListInvalid):
            opened(made, folder)


def test_one_kind_of_list_is_no_other(made, state, folder: Path) -> None:
    put(folder, "lookup", state.files()["issued"])
    with pytest.raises(ListInvalid, match="kind"):
        opened(made, folder)


@pytest.mark.parametrize(("name", "body"), [("status", b""), ("issued", [b"\1" * 16]), ("lookup", b"\1" * 16)])
def test_a_signed_list_with_a_misspelt_body_is_refused(made, state, folder: Path, name: str, body: object) -> None:
    put(folder, name, sign_list(name, "MLI", 1, state.instant, state.instant + 1, 100, body, made.LISTS))
    with pytest.raises(ListInvalid):
        opened(made, folder)


# --- reading while others write -----------------------------------------------------------------------------------


def test_a_new_set_is_taken_a_second_later(made, state, folder: Path) -> None:
    directory = Directory(folder, made.ROOT.public, Versions())
    directory.refresh(0.0)
    first = directory.current
    state.say(made.visa(), "revoked")
    state.version, state.as_of = 2, 101
    state.publish(folder)
    directory.refresh(0.9)
    assert directory.current is first
    directory.refresh(1.0)
    assert directory.current.status.version == 2
    second = directory.current
    directory.refresh(3.0)
    assert directory.current is second  # unchanged files are not read again


def test_a_set_that_is_half_new_waits(made, state, folder: Path) -> None:
    directory = Directory(folder, made.ROOT.public, Versions())
    directory.refresh(0)
    state.version, state.as_of = 2, 101
    for name in ("trust", "status", "issued"):
        state.publish(folder, names=(name,))
        directory.refresh(directory._looked_at + 1)
        if name != "trust":  # the trust list stands by itself
            assert "different events" in directory.problem
        assert directory.current.status.version == 1
    state.publish(folder, names=("lookup",))
    directory.refresh(directory._looked_at + 1)
    assert (directory.current.status.version, directory.problem) == (2, "")


@pytest.mark.parametrize("spoil", ["unlink", "garbage", "rollback"])
def test_a_spoilt_set_leaves_the_old_one_in_use(made, state, folder: Path, spoil: str) -> None:
    old = state.files()["status"]
    state.version = 2
    state.publish(folder)
    directory = Directory(folder, made.ROOT.public, Versions())
    directory.refresh(0)
    good = directory.current
    if spoil == "unlink":
        (folder / "status.cose").unlink()
    else:
        put(folder, "status", old if spoil == "rollback" else b"garbage")
    directory.refresh(1)
    assert directory.current is good
    assert directory.problem
    state.version = 3
    state.publish(folder)
    directory.refresh(2)
    assert (directory.current.status.version, directory.problem) == (3, "")


def test_a_directory_that_appears_later_is_taken_then(made, state, tmp_path: Path) -> None:
    directory = Directory(tmp_path / "published", made.ROOT.public, Versions())
    directory.refresh(0)
    assert directory.current is None
    assert "no trust list" in directory.problem
    state.publish(tmp_path / "published")
    directory.refresh(1)
    assert directory.current is not None


def test_a_clock_set_back_does_not_stop_the_reader(made, state, folder: Path) -> None:
    directory = Directory(folder, made.ROOT.public, Versions())
    directory.refresh(1_000_000)
    state.version = 2
    state.publish(folder)
    directory.refresh(5)
    assert directory.current.status.version == 2


def test_readers_see_whole_sets_while_a_writer_swaps_them(made, state, folder: Path) -> None:
    """Sixty publications, file by file, under a reader that looks as fast as it can."""
    directory = Directory(folder, made.ROOT.public, Versions())
    directory.refresh(0)
    done = threading.Event()
    prepared = []
    for version in range(2, 62):
        state.version, state.as_of = version, 100 + version
        prepared.append(state.files())

    def write() -> None:
        for files in prepared:
            for name, content in files.items():
                draft = folder / f".{name}.tmp"
                draft.write_bytes(content)
                draft.replace(folder / f"{name}.cose")
        done.set()

    writer = threading.Thread(target=write)
    writer.start()
    seen, now = [directory.current.status.as_of], 0
    while not done.is_set() or now < 2:
        now += 1
        directory.refresh(now)
        known = directory.current
        assert known.status.as_of == known.issued.as_of
        seen.append(known.status.as_of)
    writer.join()
    directory.refresh(now + 1)
    assert directory.current.status.version == 61
    assert seen == sorted(seen)
