"""A proof goes into a paper and is replaced there: the pages stay, the archive's rules are kept, nothing piles up."""

import hashlib
import io
import time
from typing import Any

import pikepdf
import pypdfium2
import pytest

from sceau.desk.printing import print_pdf
from sceau.desk.proof_attachment import EVENT, NAME, attach, event_in
from sceau.domain.document_type import document_types
from sceau.domain.errors import InputUnreadable

AT = 1_795_338_000  # 2026-11-22 09:00 UTC
FIRST, SECOND = b"c2sp.org/tlog-proof@v1\nprovisional\n", b"c2sp.org/tlog-proof@v1\nwitnessed\n" * 40


@pytest.fixture
def pdf(paper: Any) -> bytes:
    return print_pdf(paper("birth_extract"))


def streams(pdf: bytes) -> list[str]:
    """Every stream as it stands in the file."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        found = [one.read_raw_bytes() for one in opened.objects if isinstance(one, pikepdf.Stream)]
    return sorted(hashlib.sha256(one).hexdigest() for one in found)


def attached(pdf: bytes) -> dict[str, bytes]:
    """As pikepdf and pdfium, which share no code, take them out."""
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        one = {name: spec.get_file().read_bytes() for name, spec in opened.attachments.items()}
    document = pypdfium2.PdfDocument(pdf)
    found = [document.get_attachment(at) for at in range(document.count_attachments())]
    assert {each.get_name(): bytes(each.get_data()) for each in found} == one
    assert len(found) == len(one)
    return one


def pixels(pdf: bytes) -> list[bytes]:
    return [page.render(scale=2).to_pil().tobytes() for page in pypdfium2.PdfDocument(pdf)]


def test_it_stands_beside_event_and_seal(pdf: bytes) -> None:
    made = attach(pdf, FIRST, AT)
    assert attached(made) == {**attached(pdf), NAME: FIRST}


def test_it_is_an_associated_file_as_pdf_a_3_wants_it(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(attach(attach(pdf, FIRST, AT), SECOND, AT))) as made:
        spec = made.attachments[NAME].obj
        assert sorted(str(one.UF) for one in made.Root.AF) == [EVENT, NAME, "sceau.bin"]
        assert [one for one in made.Root.AF if one.objgen == spec.objgen]
        assert (spec.Type, spec.AFRelationship, spec.F, spec.UF) == ("/Filespec", "/Data", NAME, NAME)
        assert spec.Desc == "Preuve d'inscription au journal (c2sp.org/tlog-proof@v1)"
        file = spec.EF.F
        assert (file.Type, file.Subtype) == ("/EmbeddedFile", "/text/plain")
        assert (file.Params.Size, file.Params.ModDate) == (len(SECOND), "D:20261122090000Z")
        assert bytes(file.Params.CheckSum) == hashlib.md5(SECOND, usedforsecurity=False).digest()
        names = [str(one) for one in list(made.Root.Names.EmbeddedFiles.Names)[::2]]
        assert names == sorted(names)


def test_what_the_file_claims_stays(pdf: bytes) -> None:
    made = attach(pdf, FIRST, AT)
    with pikepdf.open(io.BytesIO(made)) as after, pikepdf.open(io.BytesIO(pdf)) as before:
        assert after.Root.Metadata.read_raw_bytes() == before.Root.Metadata.read_raw_bytes()
        assert after.pdf_version == before.pdf_version == "1.7"
        assert after.Root.Lang == "fr-ML"
        assert after.Root.MarkInfo.Marked
        assert after.trailer.ID[0] == before.trailer.ID[0]
        assert dict(after.docinfo) == dict(before.docinfo)
        assert set(after.Root.keys()) == set(before.Root.keys())
        assert not after.is_encrypted
    assert made.startswith(b"%PDF-1.7\n%")
    assert all(byte > 127 for byte in made[10:14])  # ISO 19005-3 section 6.1.2
    assert made.rstrip().endswith(b"%%EOF")


@pytest.mark.parametrize("code", sorted(document_types()))
def test_the_pages_are_those_that_were_printed(code: str, paper: Any) -> None:
    before = print_pdf(paper(code))
    after = attach(attach(before, FIRST, AT), SECOND, AT)
    more = streams(after)
    assert [more.remove(one) for one in streams(before)]
    assert len(more) == 1  # the proof, once
    assert pixels(after) == pixels(before)


def test_a_proof_takes_the_place_of_the_one_before(pdf: bytes) -> None:
    once = attach(pdf, SECOND, AT)
    often = once
    for _ in range(3):
        often = attach(attach(often, FIRST, AT), SECOND, AT)
    assert attached(often) == attached(once)
    assert abs(len(often) - len(once)) < 64
    assert FIRST not in often


def test_proofs_that_others_put_there_give_way(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        for name in ("autre.tlog-proof", "z.tlog-proof"):
            opened.attachments[name] = pikepdf.AttachedFileSpec(opened, b"false", filename=name)
        out = io.BytesIO()
        opened.save(out)
    assert [name for name in attached(attach(out.getvalue(), FIRST, AT)) if name.endswith(".tlog-proof")] == [NAME]


def test_equal_in_equal_out(pdf: bytes) -> None:
    made = attach(pdf, FIRST, AT)
    time.sleep(1.1)  # a PDF's id is often made of the second in which it was written
    assert attach(pdf, FIRST, AT) == made
    assert attach(pdf, FIRST, AT) != attach(pdf, SECOND, AT)


def test_the_event_of_a_paper(pdf: bytes, paper: Any) -> None:
    assert event_in(attach(pdf, FIRST, AT)) == paper("birth_extract").attachments[0].data
    with pikepdf.new() as other:
        other.add_blank_page()
        out = io.BytesIO()
        other.save(out)
    assert event_in(out.getvalue()) is None


def test_only_a_pdf_that_opens(pdf: bytes) -> None:
    with pikepdf.open(io.BytesIO(pdf)) as opened:
        out = io.BytesIO()
        opened.save(out, encryption=pikepdf.Encryption(user="secret", owner="secret"))
    for content in (b"", b"x" * 100, out.getvalue(), pdf + bytes(20 << 20)):
        with pytest.raises(InputUnreadable):
            attach(content, FIRST, AT)
        with pytest.raises(InputUnreadable):
            event_in(content)
