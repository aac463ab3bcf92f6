"""Where a witness lives: its keys, its logs, its state, in one folder that is never copied to another machine.

    DIR/witness     vkey LF (vkey LF)     who it is: the Ed25519 key (type 04), and the ML-DSA-44 one (06) if any
    DIR/keystore    their secrets (keys/keystore.py)
    DIR/logs        DIR/cosigned/         DIR/marks/         see logs.py and state.py

A backup of `keystore` and `witness` is a backup of nothing: without the newest state the keys must not sign again.
"""

from collections.abc import Sequence
from pathlib import Path

from sceau.domain.errors import FieldInvalid, IntegrityError, NoteInvalid
from sceau.domain.system_words import french
from sceau.keys import private_file
from sceau.keys.keyring import Algorithm, Purpose, Signer
from sceau.keys.keystore import Cost, Keystore
from sceau.keys.signer import Random
from sceau.tlog.cosignature import MlDsa44Signer, cosign, cosign_mldsa44
from sceau.tlog.note import COSIGNATURE, MLDSA44, Signature, Verifier, parse_vkey, require_name
from sceau.witness import logs
from sceau.witness.logs import Logs
from sceau.witness.service import Cosigner, Witness
from sceau.witness.state import State

NAME_MAX = 150  # bytes
_ED25519, _MLDSA44 = "ed25519", "mldsa44"


def found(
    folder: Path, name: str, passphrase: str, random: Random, mldsa44: bool = False, cost: Cost | None = None
) -> Sequence[Verifier]:
    """Make a witness and return its public keys; FieldInvalid for a bad name, KeyRefused where one lives already."""
    _require_witness_name(name)
    try:
        folder.mkdir(0o700, parents=True, exist_ok=True)
    except OSError as error:
        raise FieldInvalid("DIR", f"{folder}: {error.strerror}", f"{folder} : {french(error)}") from None
    keystore = Keystore.create(folder / "keystore", passphrase, random, cost)
    keystore.add(_ED25519, Purpose.CHECKPOINT, Algorithm.ED25519, random)
    if mldsa44:
        keystore.add_secret(_MLDSA44, random)
    verifiers = [cosigner.verifier for cosigner in _cosigners(name, keystore)]
    with private_file.locked(folder):
        logs.create(folder / "logs")
        private_file.replace(folder / "witness", "".join(f"{one.vkey}\n" for one in verifiers).encode())
    return verifiers


def identity(folder: Path) -> Sequence[Verifier]:
    """The public keys of the witness that lives here, type 04 first; InputUnreadable where none does."""
    try:
        text = private_file.read(folder / "witness").decode()
        verifiers = [parse_vkey(line) for line in text.splitlines()]
    except (NoteInvalid, UnicodeDecodeError) as error:
        raise IntegrityError(f"{folder / 'witness'}: {error}") from None
    if [one.type for one in verifiers] not in ([COSIGNATURE], [COSIGNATURE, MLDSA44]):
        raise IntegrityError(f"{folder / 'witness'}: not the keys of a witness")
    return verifiers


def state_of(folder: Path) -> tuple[Logs, State]:
    """The logs and the state, without any private key."""
    return Logs(folder / "logs"), State(folder, identity(folder)[0])


def opened(folder: Path, passphrase: str) -> Witness:
    """The witness at work; IntegrityError if its keys are not those that it published."""
    verifiers = identity(folder)
    cosigners = _cosigners(verifiers[0].name, Keystore.open(folder / "keystore", passphrase))
    if [cosigner.verifier for cosigner in cosigners] != verifiers:
        raise IntegrityError(f"{folder}: the keystore holds other keys than the witness published")
    return Witness(*state_of(folder), cosigners)


def _cosigners(name: str, keystore: Keystore) -> list[Cosigner]:
    cosigners = [ed25519_cosigner(name, keystore.signer(_ED25519))]
    if _MLDSA44 in keystore.names():
        cosigners.append(mldsa44_cosigner(name, MlDsa44Signer.from_seed(keystore.secret(_MLDSA44))))
    return cosigners


def ed25519_cosigner(name: str, signer: Signer) -> Cosigner:
    """Cosignatures of type 04."""

    def sign(text: str, time: int) -> Signature:
        return cosign(text, name, signer, time)

    return Cosigner(Verifier(name, COSIGNATURE, signer.public), sign)


def mldsa44_cosigner(name: str, signer: MlDsa44Signer) -> Cosigner:
    """Cosignatures of type 06."""

    def sign(text: str, time: int) -> Signature:
        return cosign_mldsa44(text, name, signer, time)

    return Cosigner(Verifier(name, MLDSA44, signer.public), sign)


def _require_witness_name(name: str) -> None:
    try:
        require_name(name)
        fits = len(name.encode()) <= NAME_MAX
    except (NoteInvalid, UnicodeEncodeError):
        fits = False
    if not fits:
        raise FieldInvalid(
            "--name",
            f"must be 1 to {NAME_MAX} bytes without space or plus, such as witness.example/w1",
            f"doit avoir 1 à {NAME_MAX} octets sans espace ni plus, par exemple temoin.example/w1",
        )
