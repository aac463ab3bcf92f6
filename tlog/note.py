"""Signed notes (c2sp.org/signed-note v1.0.0): a text, and who signed it.

    note   = text LF line+                    text ends with LF; the last empty line of the note ends it
    line   = "— " name " " base64(key id || signature) LF             U+2014
    name   = one or more characters, no Unicode space, no "+"
    key id = SHA-256(name || LF || type || public)[:4]                type 01 Ed25519 | 04 and 06, see cosignature.py
    vkey   = name "+" hex(key id) "+" base64(type || public)          hex in lower case

UTF-8 without control characters other than LF. A note has at most 1 MiB and 100 signatures. The key id is no
fingerprint: it only says which key to try. Signatures of keys that we do not know say nothing and are ignored; one of
a key that we know and that does not hold rejects the whole note.
"""

import hashlib
from typing import NamedTuple

from sceau.domain.errors import KeyRefused, NoteInvalid, SignatureInvalid
from sceau.keys.keyring import Algorithm, Signer, check_point, verify_ed25519
from sceau.tlog.line import to_base64, unbase64

NOTE_SIZE_MAX = 1 << 20
SIGNATURES_MAX = 100
ED25519, COSIGNATURE, MLDSA44 = 0x01, 0x04, 0x06
PUBLIC_SIZES = {ED25519: 32, COSIGNATURE: 32, MLDSA44: 1312}
_DASH = "— "


class Signature(NamedTuple):
    """One signature line: who is said to have signed, and the bytes after the key id."""

    name: str
    key_id: bytes
    signature: bytes

    def line(self) -> str:
        """The line as it stands in a note, with its LF."""
        return f"{_DASH}{self.name} {to_base64(self.key_id + self.signature)}\n"


class Note(NamedTuple):
    """A text that ends with LF, and its signature lines in order, repeated ones included."""

    text: str
    signatures: tuple[Signature, ...]

    def encode(self) -> bytes:
        """The note's one spelling, which `parse` reads."""
        return (self.text + "\n" + "".join(signature.line() for signature in self.signatures)).encode()

    def by(self, verifier: "Verifier") -> list[Signature]:
        """The lines that bear this key's name and id; nothing is verified."""
        wanted = (verifier.name, verifier.key_id)
        return [signature for signature in self.signatures if signature[:2] == wanted]


class Verifier(NamedTuple):
    """A public key that we know, under its name, and for what it signs."""

    name: str
    type: int  # ED25519, COSIGNATURE or MLDSA44
    public: bytes

    @property
    def key_id(self) -> bytes:
        """Four bytes."""
        return key_id(self.name, self.type, self.public)

    @property
    def vkey(self) -> str:
        """The key as text, for policies."""
        return f"{self.name}+{self.key_id.hex()}+{to_base64(bytes([self.type]) + self.public)}"


def key_id(name: str, type: int, public: bytes) -> bytes:
    """SHA-256(name || LF || type || public)[:4]."""
    return hashlib.sha256(b"%b\n%c%b" % (name.encode(), type, public)).digest()[:4]


def parse_vkey(text: str) -> Verifier:
    """The key of a vkey; NoteInvalid for another spelling, an unknown type, or a key that nobody should trust."""
    try:
        name, wanted, encoded = text.split("+", 2)  # base64 has pluses of its own
        data = unbase64(encoded)
    except ValueError:
        raise NoteInvalid("a vkey is name+key id+base64") from None
    if not data or PUBLIC_SIZES.get(data[0]) != len(data) - 1:
        raise NoteInvalid("a vkey of a type that we do not read, or of another length")
    verifier = Verifier(require_name(name), data[0], data[1:])
    if verifier.vkey != text:
        raise NoteInvalid(f"the key id {wanted} is not that of its name and key")
    if verifier.type != MLDSA44:
        _require_honest(verifier.public)
    return verifier


def _require_honest(public: bytes) -> None:
    try:
        check_point(public)
    except KeyRefused as error:
        raise NoteInvalid(f"vkey: {error.detail}") from None


def parse(data: bytes) -> Note:
    """Read a note, strictly; what it says is nobody's word until a signature is verified."""
    text, separator, lines = decode(data).rpartition("\n\n")
    if not separator:
        raise NoteInvalid("no empty line between text and signatures")
    return Note(text + "\n", parse_signatures(lines))


def decode(data: bytes) -> str:
    """The characters of a note or of a part of one; NoteInvalid for what has no place in any."""
    if len(data) > NOTE_SIZE_MAX:
        raise NoteInvalid("more than 1 MiB")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise NoteInvalid("not UTF-8") from None
    if any(char < " " and char != "\n" for char in text):
        raise NoteInvalid("a control character other than LF")
    return text


def parse_signatures(lines: str) -> tuple[Signature, ...]:
    """One or more signature lines, as in a note or in a witness's answer."""
    if not lines.endswith("\n"):
        raise NoteInvalid("the last signature line does not end with LF")
    if lines.count("\n") > SIGNATURES_MAX:
        raise NoteInvalid(f"more than {SIGNATURES_MAX} signatures")
    return tuple(_signature(line) for line in lines[:-1].split("\n"))


def _signature(line: str) -> Signature:
    try:
        name, encoded = line.removeprefix(_DASH).split(" ")
        data = unbase64(encoded)
    except ValueError:
        raise NoteInvalid("a signature line is dash, name, base64") from None
    if not line.startswith(_DASH) or len(data) < 5:
        raise NoteInvalid("a signature line is dash, name, base64 of key id and signature")
    return Signature(require_name(name), data[:4], data[4:])


def require_name(name: str) -> str:
    """The name, if a key may bear it."""
    if not name or "+" in name or any(char < " " or char.isspace() for char in name):
        raise NoteInvalid("a key's name is not empty and has neither space nor plus")
    _utf8(name)
    return name


def _utf8(text: str) -> bytes:
    try:
        return text.encode()
    except UnicodeEncodeError:
        raise NoteInvalid("a lone surrogate has no UTF-8") from None


def sign(text: str, name: str, signer: Signer) -> Signature:
    """Sign a note's text with Ed25519 (type 01); NoteInvalid for a text that no note may have."""
    require_ed25519(signer)
    if not text.endswith("\n") or decode(_utf8(text)) != text:
        raise NoteInvalid("the text of a note ends with LF")
    return Signature(require_name(name), key_id(name, ED25519, signer.public), signer.sign(text.encode()))


def require_ed25519(signer: Signer) -> None:
    """KeyRefused for a signer of another algorithm: its signature would never verify under types 01 and 04."""
    if signer.algorithm is not Algorithm.ED25519:
        raise KeyRefused("notes are signed with Ed25519", why_fr="les notes sont signées avec Ed25519")


def require_signed(note: Note, verifier: Verifier) -> None:
    """NoteInvalid unless this Ed25519 key signed the note, in every line that bears its name and id."""
    lines = note.by(verifier)
    if verifier.type != ED25519:
        raise NoteInvalid("a note's own signature is of type 01")
    if not lines:
        raise NoteInvalid(f"not signed by {verifier.name}+{verifier.key_id.hex()}")
    for line in lines:
        require_ed25519_signature(verifier, note.text.encode(), line.signature)


def require_ed25519_signature(verifier: Verifier, message: bytes, signature: bytes) -> None:
    """NoteInvalid unless the key signed the message."""
    try:
        verify_ed25519(verifier.public, message, signature)
    except SignatureInvalid as error:
        raise NoteInvalid(f"{verifier.name}: {error.detail}") from None
