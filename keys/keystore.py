"""Private keys and secrets in one encrypted file: canonical CBOR (domain/canonical.py).

    file  = ["sceau.keystore/1", head, [entry, ...], tag]        entries by name
    head  = [salt (16), ops, mem, check]        key = argon2id(passphrase in NFC and UTF-8, salt, ops, mem bytes)
    entry = [name, kind, algorithm, kid, box]   kind: a purpose, or "secret" (then algorithm "", kid h'')
    box   = sealed(32 secret bytes, [context, kid, kind, name, algorithm])
    check = sealed("", [context, salt, ops, mem])                says at once that the passphrase is wrong
    tag   = sealed("", [context, head, entries])                 notices an entry dropped or added
    sealed(text, about) = nonce (24) || XChaCha20-Poly1305(key, nonce, AAD = CBOR(about), text)

The passphrase is stretched once, when the file is opened; the stretched key then stays in memory. What no file can
notice is being replaced by an older version of itself: back it up after each key.
"""

import re
import unicodedata
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from nacl.pwhash import argon2id

from sceau.domain import canonical
from sceau.domain.errors import IntegrityError, KeyRefused, NotCanonical, NotFound
from sceau.keys import private_file
from sceau.keys.box import CryptoError, open_box, seal_box
from sceau.keys.keyring import Algorithm, Purpose
from sceau.keys.signer import Random, SoftwareSigner

ENTRIES_MAX = 1000
_CONTEXT = "sceau.keystore/1"
_SECRET = "secret"  # noqa: S105
_NAME = re.compile("[!-~]{1,64}")


@dataclass(frozen=True, slots=True)
class Cost:
    """What one guess at the passphrase costs: argon2id passes, and memory in bytes."""

    ops: int = 3
    mem: int = 256 << 20

    def check(self) -> None:
        """Raise KeyRefused outside 1 to 10 passes and 8 MiB to 1 GiB: too cheap to guess, or too dear to open."""
        if not (1 <= self.ops <= 10 and 8 << 20 <= self.mem <= 1 << 30):
            raise KeyRefused(
                f"keystore: {self.ops} passes over {self.mem} bytes is outside the limits",
                why_fr=f"magasin de clés : {self.ops} passes sur {self.mem} octets, hors des limites",
            )


CHEAP = Cost(1, 8 << 20)  # tests and demonstrations: about 6 ms


@dataclass(frozen=True, slots=True)
class _Entry:
    name: str
    kind: str
    algorithm: str
    kid: bytes
    box: bytes

    @property
    def about(self) -> list[Any]:
        return [_CONTEXT, self.kid, self.kind, self.name, self.algorithm]

    @property
    def row(self) -> list[Any]:
        return [self.name, self.kind, self.algorithm, self.kid, self.box]


class Keystore:
    """An opened keystore file. Make one with `create` or `open`."""

    def __init__(self, path: Path, key: bytes, head: list[Any], entries: dict[str, _Entry], data: bytes) -> None:
        self._path, self._key, self._head, self._entries, self._data = path, key, head, entries, data

    @classmethod
    def create(cls, path: Path, passphrase: str, random: Random, cost: Cost | None = None) -> Self:
        """Make an empty keystore; raise KeyRefused if the file exists or the passphrase is empty."""
        cost = cost or Cost()
        salt = random(16)
        key = _stretch(passphrase, salt, cost)
        head = [salt, cost.ops, cost.mem, _seal(key, random, b"", [_CONTEXT, salt, cost.ops, cost.mem])]
        store = cls(path, key, head, {}, b"")
        with private_file.locked(path.parent):
            if path.exists():
                raise KeyRefused(f"keystore {path} exists already", why_fr=f"le magasin de clés {path} existe déjà")
            store._write({}, random)
        return store

    @classmethod
    def open(cls, path: Path, passphrase: str) -> Self:
        """Open a keystore; raise KeyRefused for a wrong passphrase, IntegrityError for an edited file."""
        data = private_file.read(path)
        try:
            value = canonical.decode(data)
        except NotCanonical as error:
            raise IntegrityError(f"keystore {path}: {error.detail}") from None
        # 1. The form.
        head, entries, tag = _parse(value)
        # 2. The passphrase.
        salt, ops, mem, check = head
        key = _stretch(passphrase, salt, Cost(ops, mem))
        if _open(key, check, [_CONTEXT, salt, ops, mem]) is None:
            raise KeyRefused(
                "keystore: wrong passphrase (or its salt or cost was edited)",
                why_fr="magasin de clés : phrase secrète fausse (ou sel ou coût modifiés)",
            )
        # 3. Nothing dropped, added or edited.
        if _open(key, tag, [_CONTEXT, head, [entry.row for entry in entries]]) is None:
            raise IntegrityError(f"keystore {path}: entries were edited; restore a backup")
        return cls(path, key, head, {entry.name: entry for entry in entries}, data)

    def names(self) -> list[str]:
        """The names of all keys and secrets, sorted."""
        return sorted(self._entries)

    def purpose(self, name: str) -> Purpose:
        """What the key of that name is for; raise NotFound."""
        return Purpose(self._entry(name, secret=False).kind)

    def add(self, name: str, purpose: Purpose, algorithm: Algorithm, random: Random) -> SoftwareSigner:
        """Make a key and store it before it is used."""
        seed = random(32)
        signer = SoftwareSigner.from_seed(seed, algorithm)
        self._add(_Entry(name, purpose.value, algorithm.value, signer.kid, b""), seed, random)
        return signer

    def signer(self, name: str) -> SoftwareSigner:
        """The key of that name; raise NotFound."""
        entry = self._entry(name, secret=False)
        return SoftwareSigner.from_seed(self._secret(entry), Algorithm(entry.algorithm))

    def add_secret(self, name: str, random: Random) -> bytes:
        """Make a secret of 32 bytes and store it."""
        secret = random(32)
        self._add(_Entry(name, _SECRET, "", b"", b""), secret, random)
        return secret

    def secret(self, name: str) -> bytes:
        """The secret of that name; raise NotFound. A signing key is never given out."""
        return self._secret(self._entry(name, secret=True))

    def _entry(self, name: str, secret: bool) -> _Entry:
        entry = self._entries.get(name)
        if entry is None or (entry.kind == _SECRET) is not secret:
            raise NotFound(
                f"{'secret' if secret else 'key'} '{name}' in keystore {self._path}",
                why_fr=f"{'secret' if secret else 'clé'} « {name} » dans le magasin {self._path}",
            )
        return entry

    def _secret(self, entry: _Entry) -> bytes:
        secret = _open(self._key, entry.box, entry.about)
        if secret is None or len(secret) != 32:
            raise IntegrityError(f"keystore: entry '{entry.name}' does not open; restore a backup")
        return secret

    def _add(self, entry: _Entry, secret: bytes, random: Random) -> None:
        if not _NAME.fullmatch(entry.name):
            raise KeyRefused(
                "a name is 1 to 64 printable ASCII characters without space",
                why_fr="un nom a de 1 à 64 caractères ASCII imprimables, sans espace",
            )
        if entry.name in self._entries or len(self._entries) >= ENTRIES_MAX:
            raise KeyRefused(
                f"keystore: '{entry.name}' exists already, or the keystore is full",
                why_fr=f"magasin de clés : « {entry.name} » existe déjà, ou le magasin est plein",
            )
        box = _seal(self._key, random, secret, entry.about)
        added = _Entry(entry.name, entry.kind, entry.algorithm, entry.kid, box)
        with private_file.locked(self._path.parent):
            if private_file.read(self._path) != self._data:
                raise KeyRefused(
                    f"keystore {self._path} was changed by another process: open it again",
                    why_fr=f"le magasin de clés {self._path} a changé entre-temps : ouvrez-le de nouveau",
                )
            self._write(self._entries | {entry.name: added}, random)

    def _write(self, entries: dict[str, _Entry], random: Random) -> None:
        rows = [entries[name].row for name in sorted(entries)]
        tag = _seal(self._key, random, b"", [_CONTEXT, self._head, rows])
        data = canonical.encode([_CONTEXT, self._head, rows, tag])
        private_file.replace(self._path, data)
        self._entries, self._data = entries, data


def _parse(value: Any) -> tuple[list[Any], list[_Entry], bytes]:
    match value:
        case [str(context), [bytes(), int(), int(), bytes()] as head, list(rows), bytes(tag)] if context == _CONTEXT:
            entries = [_parse_entry(row) for row in rows]
        case _:
            raise IntegrityError("not a keystore of ours")
    if len(head[0]) != 16:
        raise IntegrityError("keystore: a salt has 16 bytes")
    return head, entries, tag


def _parse_entry(row: Any) -> _Entry:
    match row:
        case [str(name), str(kind), str(algorithm), bytes(kid), bytes(box)]:
            return _Entry(name, kind, algorithm, kid, box)
        case _:
            raise IntegrityError("keystore: not an entry")


def _stretch(passphrase: str, salt: bytes, cost: Cost) -> bytes:
    cost.check()
    if not passphrase:
        raise KeyRefused(
            "keystore: an empty passphrase protects nothing",
            why_fr="magasin de clés : une phrase secrète vide ne protège rien",
        )
    raw = unicodedata.normalize("NFC", passphrase).encode()
    return argon2id.kdf(32, raw, salt, cost.ops, cost.mem)


def _seal(key: bytes, random: Random, text: bytes, about: list[Any]) -> bytes:
    return seal_box(key, random(24), canonical.encode(about), text)


def _open(key: bytes, sealed: bytes, about: list[Any]) -> bytes | None:
    try:
        return open_box(key, canonical.encode(about), sealed)
    except CryptoError:
        return None
