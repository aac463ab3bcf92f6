"""Proofs out of PDFs that strangers made: what is attached comes out, and nothing attached keeps a page unread."""

import io
import zlib
from collections.abc import Callable
from typing import Any

import pikepdf
import pytest

from sceau.domain.errors import InputUnreadable, MissingPart
from sceau.tlog.proof import PROOF_SIZE_MAX
from sceau.verify_api import attached, attached_worker, image
from sceau.verify_api.attached import UNREADABLE, proofs_in

PROOF, OTHER = b"c2sp.org/tlog-proof@v1\nindex 0\n\nnote", b"another"
Attachments = list[tuple[str, bytes]]


def pdf(attachments: Attachments, change: Callable[[pikepdf.Pdf], None] = lambda made: None, **options: Any) -> bytes:
    """One white page; the tree of names is written as it is given, doubles and all."""
    with pikepdf.new() as made:
        made.add_blank_page(page_size=(200, 200))
        names = pikepdf.Array()
        for name, data in attachments:
            spec = pikepdf.AttachedFileSpec(made, data, filename=name)
            names.append(pikepdf.String(name))
            names.append(made.make_indirect(spec.obj))
        made.Root.Names = pikepdf.Dictionary(EmbeddedFiles=pikepdf.Dictionary(Names=names))
        change(made)
        out = io.BytesIO()
        made.save(out, **options)
        return out.getvalue()


def test_a_proof_comes_out_byte_for_byte() -> None:
    every_byte = bytes(range(256))
    assert proofs_in(pdf([("a.cose", b"x"), ("preuve.tlog-proof", PROOF)])) == [PROOF]
    assert proofs_in(pdf([("preuve.tlog-proof", every_byte)])) == [every_byte]


def test_where_there_is_none() -> None:
    assert proofs_in(pdf([])) == []
    assert proofs_in(pdf([("preuve.txt", PROOF), ("tlog-proof", PROOF)])) == []


def test_each_of_several_comes_out() -> None:
    assert proofs_in(pdf([("a.tlog-proof", PROOF), ("b.tlog-proof", OTHER)])) == [PROOF, OTHER]
    assert proofs_in(pdf([("a.tlog-proof", PROOF), ("a.tlog-proof", OTHER)])) == [PROOF, OTHER]


def test_what_can_be_no_proof_is_unreadable_not_absent() -> None:
    assert proofs_in(pdf([("a.tlog-proof", b"")])) == [UNREADABLE]
    assert proofs_in(pdf([("a.tlog-proof", b"x" * (PROOF_SIZE_MAX + 1))])) == [UNREADABLE]
    assert proofs_in(pdf([(f"{n}.tlog-proof", PROOF) for n in range(9)])) == [UNREADABLE]
    assert proofs_in(pdf([(f"{n}.txt", PROOF) for n in range(101)])) == [UNREADABLE]


def test_an_attachment_of_nineteen_megabytes_beside_it() -> None:
    beside = pdf([("a.bin", bytes(range(256)) * (19 << 12)), ("preuve.tlog-proof", PROOF)], compress_streams=False)
    assert len(beside) > 19 << 20
    assert proofs_in(beside) == [PROOF]
    with pytest.raises(InputUnreadable, match="larger than 20 MB"):
        proofs_in(beside + bytes(2 << 20))


def test_an_attachment_that_unpacks_to_four_gigabytes_keeps_nothing_else_from_being_read() -> None:
    squeezed = zlib.compressobj(9)
    first, again = (squeezed.compress(bytes(1 << 24)) + squeezed.flush(zlib.Z_FULL_FLUSH) for _ in range(2))
    bomb = first + 255 * again

    def fill(made: pikepdf.Pdf) -> None:
        names = made.Root.Names.EmbeddedFiles.Names
        names[1].EF.F = made.make_stream(bomb, Filter=pikepdf.Name.FlateDecode)
        names[1].EF.UF = names[1].EF.F

    keep = {"compress_streams": False, "stream_decode_level": pikepdf.StreamDecodeLevel.none}
    for named in ("a.tlog-proof", "a.bin"):
        made = pdf([(named, b"x"), ("b.tlog-proof", PROOF)], fill, **keep)
        assert proofs_in(made) in ([UNREADABLE], [UNREADABLE, PROOF], [PROOF])
        assert (UNREADABLE in proofs_in(made)) is (named == "a.tlog-proof")
        assert image.codes_in(made, "pdf") == []


def test_a_tree_of_names_that_holds_itself() -> None:
    def knot(made: pikepdf.Pdf) -> None:
        tree = made.make_indirect(made.Root.Names.EmbeddedFiles)
        made.Root.Names.EmbeddedFiles = tree
        tree.Kids = pikepdf.Array([tree, tree])
        del tree.Names

    assert proofs_in(pdf([("a.tlog-proof", PROOF)], knot)) in ([], [UNREADABLE])


@pytest.mark.parametrize("content", [b"%PDF-1.7\n", b"%PDF-1.7\n" + bytes(1000), b"%PDF-" + b"\xff" * 5000])
def test_what_is_no_pdf_has_no_readable_proof(content: bytes) -> None:
    assert proofs_in(content) == [UNREADABLE]


def test_a_locked_pdf_has_no_readable_proof() -> None:
    locked = pdf([("a.tlog-proof", PROOF)], encryption=pikepdf.Encryption(user="secret", owner="secret"))
    assert proofs_in(locked) == [UNREADABLE]


def test_without_the_library_it_says_what_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(attached.importlib.util, "find_spec", lambda name: None)
    with pytest.raises(MissingPart, match=r"sceau\[image\]"):
        proofs_in(pdf([]))


def test_the_worker_limits_itself_before_it_reads(monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[str] = []
    monkeypatch.setattr(attached_worker, "limit", lambda: done.append("limit"))
    monkeypatch.setattr(attached_worker.sys, "stdin", io.TextIOWrapper(io.BytesIO(b"")))
    monkeypatch.setattr(attached_worker, "proofs_attached", lambda data: done.append("read") or [])
    monkeypatch.setattr(attached_worker.sys, "stdout", io.StringIO())
    attached_worker.main()
    assert done == ["limit", "read"]
