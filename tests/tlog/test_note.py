"""Signed notes: other people's are read, ours are theirs, and nothing can be changed in one."""

import base64
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sceau.domain.errors import KeyRefused, NoteInvalid
from sceau.keys.keyring import Algorithm
from sceau.keys.signer import SoftwareSigner
from sceau.tlog.note import (
    COSIGNATURE,
    ED25519,
    NOTE_SIZE_MAX,
    SIGNATURES_MAX,
    Note,
    Signature,
    Verifier,
    parse,
    parse_vkey,
    require_signed,
    sign,
)

SIGNER = SoftwareSigner.from_seed(b"\7" * 32, Algorithm.ED25519)
KEY = Verifier("a.example/log", ED25519, SIGNER.public)
TEXT = "Nul n'est censé ignorer la loi.\n\nArticle 2.\n"


def signed(text: str = TEXT) -> Note:
    return Note(text, (sign(text, KEY.name, SIGNER),))


def stranger(number: int) -> Signature:
    return Signature(f"stranger{number}.example", bytes(4), bytes(64))


def test_the_note_of_the_specification(vectors: Path) -> None:
    data = (vectors / "tlog/note-c2sp/example.note").read_bytes()
    key = parse_vkey((vectors / "tlog/note-c2sp/example.vkey").read_text().strip())
    note = parse(data)
    assert note.text == "This is an example message.\n"
    assert note.encode() == data
    require_signed(note, key)


def test_the_note_of_the_go_module(vectors: Path) -> None:
    """Their text and key give their signature line, and it holds."""
    case = json.loads((vectors / "tlog/note-gomod/note_test.json").read_text())
    key = parse_vkey(case["vkey"])
    note = parse((case["text"] + "\n" + case["signature_line"]).encode())
    require_signed(note, key)
    seed = base64.b64decode(case["skey"].split("+", 4)[4])[1:]
    assert (
        sign(case["text"], key.name, SoftwareSigner.from_seed(seed, Algorithm.ED25519)).line() == case["signature_line"]
    )


@pytest.mark.parametrize("vkey", ["", "a.example", "a.example+00000000", "a.example+00000000+", "a.example++AQ=="])
def test_what_is_no_vkey_is_refused(vkey: str) -> None:
    with pytest.raises(NoteInvalid, match="vkey"):
        parse_vkey(vkey)


def test_bad_keys_of_the_go_module(vectors: Path) -> None:
    for vkey in json.loads((vectors / "tlog/note-gomod/note_test.json").read_text())["bad_vkeys"]:
        with pytest.raises(NoteInvalid):
            parse_vkey(vkey)


def test_a_vkey_is_read_back_and_may_hold_pluses() -> None:
    keys = [SoftwareSigner.from_seed(bytes([n]) * 32, Algorithm.ED25519).public for n in range(64)]
    vkeys = [Verifier("a.example", type, public).vkey for public in keys for type in (ED25519, COSIGNATURE)]
    assert any(vkey.count("+") > 2 for vkey in vkeys)
    assert [parse_vkey(vkey).vkey for vkey in vkeys] == vkeys


def test_every_changed_character_of_a_vkey_is_refused() -> None:
    for at, char in enumerate(KEY.vkey):
        for wrong in {"", chr(ord(char) ^ 1), " ", char.swapcase(), "+", "é"} - {char}:
            with pytest.raises(NoteInvalid):
                parse_vkey(KEY.vkey[:at] + wrong + KEY.vkey[at + 1 :])


def test_a_key_that_would_verify_anything_is_refused() -> None:
    """A point of low order verifies signatures that nobody made."""
    with pytest.raises(NoteInvalid, match="prime order"):
        parse_vkey(Verifier("a.example", ED25519, b"\1" + bytes(31)).vkey)


def test_every_changed_byte_is_refused() -> None:
    data = signed().encode()
    require_signed(parse(data), KEY)
    for at, byte in enumerate(data):
        for wrong in {byte ^ 1, byte ^ 0x20, byte ^ 0x80, 0x0A, 0x0D, 0x00} - {byte}:
            assert_refused(data[:at] + bytes([wrong]) + data[at + 1 :])


def test_every_substring_is_refused() -> None:
    data = signed("un\n").encode()
    for start in range(len(data)):
        for end in range(start, len(data)):
            assert_refused(data[start:end])
        assert_refused(data[:start] + data[start + 1 :])
        assert_refused(data[:start] + b" " + data[start:])


def assert_refused(data: bytes) -> None:
    with pytest.raises(NoteInvalid):
        require_signed(parse(data), KEY)


@given(st.binary(max_size=200))
def test_whatever_is_read_has_one_spelling(data: bytes) -> None:
    data = b"text\n\n\xe2\x80\x94 " + data
    try:
        note = parse(data)
    except NoteInvalid:
        return
    assert note.encode() == data


LINE = stranger(0).line()
MALFORMED = {
    "nothing": b"",
    "no signature": b"text\n",
    "no line after the empty one": b"text\n\n",
    "no empty line": b"text\n" + LINE.encode(),
    "signatures alone": LINE.encode(),
    "CRLF": b"text\r\n\r\n" + LINE.replace("\n", "\r\n").encode(),
    "CRLF in the text": b"text\r\n\n" + LINE.encode(),
    "a tab": b"te\txt\n\n" + LINE.encode(),
    "a zero byte": b"te\0xt\n\n" + LINE.encode(),
    "not UTF-8": b"te\xffxt\n\n" + LINE.encode(),
    "a surrogate": b"te\xed\xa0\x80xt\n\n" + LINE.encode(),
    "no last LF": b"text\n\n" + LINE.encode()[:-1],
    "a hyphen": b"text\n\n" + LINE.replace("—", "-").encode(),
    "no dash": b"text\n\na AAAAAAAA\n",
    "an en dash": b"text\n\n" + LINE.replace("—", "–").encode(),
    "two spaces": b"text\n\n" + LINE.replace("— ", "—  ").encode(),
    "no name": b"text\n\n\xe2\x80\x94 AAAAAAAA\n",
    "an empty name": b"text\n\n\xe2\x80\x94  AAAAAAAA\n",
    "a plus in the name": b"text\n\n\xe2\x80\x94 a+b AAAAAAAA\n",
    "a no-break space in the name": "text\n\n— a\u00a0b AAAAAAAA\n".encode(),
    "a line separator in the name": "text\n\n— a\u2028b AAAAAAAA\n".encode(),
    "no base64": b"text\n\n\xe2\x80\x94 a \n",
    "the key id alone": b"text\n\n\xe2\x80\x94 a AAAAAA==\n",
    "base64 with unused bits": b"text\n\n\xe2\x80\x94 a AAAAAAB=\n",
    "base64 without padding": b"text\n\n\xe2\x80\x94 a AAAAAAA\n",
    "a blank after the base64": b"text\n\n\xe2\x80\x94 a AAAAAAAA \n",
}


@pytest.mark.parametrize("case", MALFORMED)
def test_a_malformed_note_is_refused(case: str) -> None:
    with pytest.raises(NoteInvalid):
        parse(MALFORMED[case])


def test_a_signature_of_one_byte_is_read() -> None:
    """What it means, only its key can tell."""
    assert parse(b"text\n\n\xe2\x80\x94 a AAAAAAA=\n").signatures == (Signature("a", bytes(4), b"\0"),)


def test_an_unknown_key_is_ignored_even_with_a_known_name_or_id() -> None:
    line = signed().signatures[0]
    others = (line._replace(name="b.example"), line._replace(key_id=bytes(4)), stranger(1))
    require_signed(Note(TEXT, (*others, line)), KEY)
    with pytest.raises(NoteInvalid, match="not signed by"):
        require_signed(Note(TEXT, others), KEY)


@pytest.mark.parametrize("bad_first", [True, False])
def test_one_bad_line_of_a_known_key_rejects_the_note(bad_first: bool) -> None:
    good = signed().signatures[0]
    bad = good._replace(signature=bytes(64))
    with pytest.raises(NoteInvalid, match="does not hold"):
        require_signed(Note(TEXT, (bad, good) if bad_first else (good, bad)), KEY)


def test_a_repeated_line_is_kept_and_holds_once() -> None:
    note = Note(TEXT, signed().signatures * 2)
    assert parse(note.encode()) == note
    require_signed(note, KEY)


def test_a_signature_of_63_bytes_is_refused() -> None:
    line = signed().signatures[0]
    with pytest.raises(NoteInvalid, match="64"):
        require_signed(Note(TEXT, (line._replace(signature=line.signature[:63]),)), KEY)


def test_a_note_has_at_most_100_signatures() -> None:
    many = Note(TEXT, (*map(stranger, range(SIGNATURES_MAX - 1)), *signed().signatures))
    require_signed(parse(many.encode()), KEY)
    with pytest.raises(NoteInvalid, match="more than 100"):
        parse(Note(TEXT, (stranger(0), *many.signatures)).encode())


def test_a_note_has_at_most_1_mib() -> None:
    largest = signed("x" * (NOTE_SIZE_MAX - len(signed("\n").encode())) + "\n")
    assert len(largest.encode()) == NOTE_SIZE_MAX
    require_signed(parse(largest.encode()), KEY)
    with pytest.raises(NoteInvalid, match="1 MiB"):
        parse(signed("x" + largest.text).encode())


@pytest.mark.parametrize("text", ["", "no LF", "a\r\n", "a\0\n", "\ud800\n"])
def test_what_cannot_be_a_note_is_not_signed(text: str) -> None:
    with pytest.raises(NoteInvalid):
        sign(text, KEY.name, SIGNER)


@pytest.mark.parametrize("name", ["", "a b", "a+b", "a\u00a0b", "a\nb", "a\0b", "a\ud800b"])
def test_a_name_that_cannot_stand_in_a_line_signs_nothing(name: str) -> None:
    with pytest.raises(NoteInvalid, match=r"name|surrogate"):
        sign(TEXT, name, SIGNER)


def test_notes_are_signed_with_ed25519() -> None:
    with pytest.raises(KeyRefused, match="Ed25519"):
        sign(TEXT, KEY.name, SoftwareSigner.from_seed(b"\7" * 32, Algorithm.ES256))


def test_a_cosigner_does_not_sign_as_a_log() -> None:
    with pytest.raises(NoteInvalid, match="type 01"):
        require_signed(signed(), KEY._replace(type=COSIGNATURE))
