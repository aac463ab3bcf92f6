"""COSE_Sign1 (RFC 9052 section 4.2) as others write it; our own shape is cut by offset in `domain/cose.py`.

    message     = [61] [18] [protected, unprotected, payload, signature]     CBOR tags 61 (CWT) and 18 may stand
    protected   = << {1: alg, 4: kid, ...} >>     alg: one that the format signs with; no `crit`
    unprotected = {} | {4: kid}                   a key id alone may stand unsigned, where none is signed
    signature   = of the algorithm's size | none  an unsigned specimen can be read, and never verifies

Each item must be spelled in one way, though maps need not be in order (`canonical.decode_foreign`).
"""

from collections.abc import Mapping
from typing import Any

from sceau.domain import canonical, cose
from sceau.domain.cose import Sign1
from sceau.domain.errors import SealMalformed, SealUnsupported
from sceau.domain.flaw import Flaw

_ALGORITHM, _CRITICAL, _KEY_ID = 1, 2, 4
_CWT = b"\xd8\x3d"  # tag 61
_SIGN1, _ENCRYPT0 = b"\xd2", b"\xd0"  # tags 18 and 16

Algorithms = Mapping[int, tuple[str, tuple[int, ...]]]  # COSE algorithm -> its name, and the sizes of its signatures
SIGNED_WITH: Algorithms = {cose.EDDSA: ("EdDSA", (64,)), cose.ES256: ("ES256", (64,))}


def split(message: bytes, algorithms: Algorithms = SIGNED_WITH) -> Sign1:
    """The parts; `kid` is empty where the message names no key.

    SealMalformed (or NotCanonical) where the grammar is broken, SealUnsupported for other messages and algorithms.
    """
    parts = canonical.decode_foreign(_untagged(message))
    if type(parts) is not list or len(parts) not in (3, 4):
        raise SealMalformed(Flaw.STRUCTURE, "not a COSE_Sign1")
    if len(parts) == 3:
        raise SealUnsupported(Flaw.ENCRYPTED, "an encrypted token (COSE_Encrypt0)")
    protected, unprotected, payload, signature = parts
    if not type(protected) is type(payload) is type(signature) is bytes or type(unprotected) is not dict:
        raise SealMalformed(Flaw.STRUCTURE, "not a COSE_Sign1 with its payload")
    header = canonical.decode_foreign(protected) if protected else {}
    if type(header) is not dict or _CRITICAL in header:
        raise SealMalformed(Flaw.HEADER, "a protected header that we cannot honour")
    algorithm, kid = _algorithm(header, algorithms), _kid(header, unprotected)
    if signature and len(signature) not in algorithms[algorithm][1]:
        raise SealMalformed(Flaw.SIGNATURE, "a signature of an impossible length")
    return Sign1(algorithm, kid, payload, signature, cose.to_sign(protected, payload))


def _untagged(message: bytes) -> bytes:
    """Without tags 61 and 18, each of which has one spelling."""
    if message.startswith(_CWT):
        message = message[2:]
        if message[:1] not in (_SIGN1, _ENCRYPT0):
            raise SealMalformed(Flaw.STRUCTURE, "tag 61 stands on something else than a COSE message")
    if message[:1] == _ENCRYPT0:
        raise SealUnsupported(Flaw.ENCRYPTED, "an encrypted token (COSE_Encrypt0)")
    return message.removeprefix(_SIGN1)


def _algorithm(protected: Mapping[Any, Any], algorithms: Algorithms) -> int:
    algorithm = protected.get(_ALGORITHM)
    if algorithm is None:
        raise SealMalformed(Flaw.HEADER, "no algorithm under the signature")
    if type(algorithm) is not int or algorithm not in algorithms:
        raise SealUnsupported(
            Flaw.ALGORITHM, f"signed by an algorithm other than {', '.join(name for name, _ in algorithms.values())}"
        )
    return algorithm


def _kid(protected: Mapping[Any, Any], unprotected: Mapping[Any, Any]) -> bytes:
    if unprotected.keys() - {_KEY_ID} or (unprotected and _KEY_ID in protected):
        raise SealMalformed(Flaw.HEADER, "more than a key id in the unprotected header")
    kid = protected.get(_KEY_ID, unprotected.get(_KEY_ID, b""))
    if type(kid) is not bytes:
        raise SealMalformed(Flaw.NAME, "a key id is a byte string")
    return kid
