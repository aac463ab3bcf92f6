"""The request to a witness: read back byte for byte, and one spelling only."""

from pathlib import Path

import pytest

from sceau.domain.errors import NoteInvalid
from sceau.tlog.add_checkpoint import Request, encode_size, parse, parse_cosignatures, parse_size
from sceau.tlog.note import Signature

NOTE = b"o\n12\nAAAA\n\n\xe2\x80\x94 a AAAAAAAA\n"
HASH = "A" * 43 + "="


def test_the_example_of_the_specification(vectors: Path) -> None:
    data = (vectors / "tlog/note-c2sp/add-checkpoint-request.parse-only").read_bytes()
    request = parse(data)
    assert (request.old, len(request.proof)) == (20852014, 4)
    assert request.checkpoint.startswith(b"example.com/behind-the-sofa\n20852163\n")
    assert request.encode() == data


@pytest.mark.parametrize("hashes", [0, 1, 63])
def test_a_request_is_read_back(hashes: int) -> None:
    request = Request(7, tuple(bytes([n]) * 32 for n in range(hashes)), NOTE)
    assert parse(request.encode()) == request


MALFORMED = {
    "nothing": b"",
    "no empty line": b"old 7\n" + HASH.encode() + b"\n",
    "a size alone": b"old 7",
    "no old": b"7\n\n" + NOTE,
    "a leading zero": b"old 07\n\n" + NOTE,
    "negative": b"old -7\n\n" + NOTE,
    "two spaces": b"old  7\n\n" + NOTE,
    "2**63": b"old 9223372036854775808\n\n" + NOTE,
    "CRLF": b"old 7\r\n\r\n" + NOTE,
    "a hash of 31 bytes": b"old 7\n" + b"A" * 42 + b"==\n\n" + NOTE,
    "a hash with unused bits": b"old 7\n" + b"A" * 42 + b"B=\n\n" + NOTE,
    "a word that is no hash": b"old 7\nhash\n\n" + NOTE,
    "64 hashes": b"old 7\n" + (HASH.encode() + b"\n") * 64 + b"\n" + NOTE,
    "not UTF-8": b"old 7\n\n\xff" + NOTE,
    "more than 1 MiB": b"old 7\n\n" + b"x" * (1 << 20),
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_request_is_refused(case: str) -> None:
    with pytest.raises(NoteInvalid):
        parse(MALFORMED[case])


def test_answers_are_read_back() -> None:
    lines = (Signature("w1.example", b"\1" * 4, b"\2" * 72), Signature("w2.example", b"\3" * 4, b"\4" * 2428))
    assert parse_cosignatures("".join(line.line() for line in lines).encode()) == lines
    assert parse_size(encode_size(0)) == 0
    assert parse_size(encode_size(20852163)) == 20852163


@pytest.mark.parametrize("body", [b"", b"\n", b"12", b"012\n", b"12\r\n", b"12\n\n", b"-1\n", b"\xff\n", b"12 \n"])
def test_a_malformed_size_is_refused(body: bytes) -> None:
    with pytest.raises(NoteInvalid):
        parse_size(body)


@pytest.mark.parametrize("body", [b"", b"\n", b"ok\n", b"\xe2\x80\x94 a AAAAAAAA", b"\xe2\x80\x94 a AAAAAAAA\n\n"])
def test_malformed_cosignatures_are_refused(body: bytes) -> None:
    with pytest.raises(NoteInvalid):
        parse_cosignatures(body)
