"""A log with witnesses, a policy, and proofs of papers that it logged."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import UTC, date, datetime
from typing import Any

from small_log import SmallLog, key

from sceau.domain import canonical, cose
from sceau.keys.keyring import Purpose, TrustedKey, TrustList
from sceau.keys.signer import SoftwareSigner
from sceau.tlog import merkle, note, policy
from sceau.tlog.cosignature import cosign
from sceau.tlog.note import COSIGNATURE, Verifier
from sceau.tlog.opening import Opening
from sceau.tlog.proof import Proof
from sceau.verify_api.logged import Logged, State, judge

ORIGIN = "log.example/1"


SIGNED = int(datetime(2026, 11, 20, 9, tzinfo=UTC).timestamp())


SEEN = SIGNED + 2


PARIS, THIEF, LOG = key(20), key(21), key(1)


WITNESSES = {name: key(number) for number, name in enumerate(("justice", "cour", "barreau"), 30)}


MINE, YOURS = b"\1" * 32, b"\2" * 32  # seal ids


SALT = b"\5" * 32


def vkey_of(name: str) -> str:
    return Verifier(f"{name}.example/w", COSIGNATURE, WITNESSES[name].public).vkey


RULE = policy.parse(
    "\n".join([
        f"log {Verifier(ORIGIN, note.ED25519, LOG.public).vkey}",
        *(f"witness {name} {vkey_of(name)}" for name in WITNESSES),
        "group enough 2 justice cour barreau",
        "quorum enough",
        "",
    ])
)  # fmt: skip


def event_key(**changed: Any) -> TrustedKey:
    known = TrustedKey(
        *(PARIS.kid, Purpose.EVENT, PARIS.algorithm, PARIS.public, "MLI", "PAR"), date(2026, 1, 1), date(2026, 12, 31)
    )
    return replace(known, **changed)


def trust(*keys: TrustedKey) -> TrustList:
    return TrustList("MLI", 1, SIGNED, SIGNED + 86_400, keys or (event_key(),))


def event(seal_id: object = MINE, signer: SoftwareSigner = PARIS, **changed: Any) -> bytes:
    """A stored event, as an office signs it; `number` is CBOR, as it comes."""
    said = {"origin": ORIGIN, "topic": "document.issued.v1", "time": SIGNED * 1000, "office": "PAR", **changed}
    payload = canonical.encode([
        *("sceau.event/1", said["origin"], "document:NPA260001", 1, said["topic"], b"", said["time"], said["office"]),
        *("PAR-1", "none", bytes(16), bytes(16), [["office:PAR", 1]], {"number": "NPA260001", "seal_id": seal_id}),
        [["holder", "seal", bytes(16), bytes(40)]],
    ])  # fmt: skip
    payload = payload.replace(b"\x69NPA260001\x67", changed.get("number", b"\x69NPA260001") + b"\x67")
    protected = cose.protected_header(cose.EDDSA, signer.kid)
    return cose.join(protected, payload, signer.sign(cose.to_sign(protected, payload)))


class Told(SmallLog):
    """A log of seven leaves with one event at index 3, or wherever it is put."""

    def __init__(self, message: bytes, index: int = 3, topic: str = "document.issued.v1", **options: Any) -> None:
        super().__init__(7, origin=options.pop("origin", ORIGIN), signer=options.pop("signer", LOG))
        self.index, self.opening = index, Opening(SALT, message)
        self.leaves[index] = self.opening.leaf(topic)

    def head(self, size: int, witnesses: Iterable[str], time: int = SEEN) -> bytes:
        signed = self.checkpoint(size).sign(self.signer)
        lines = [
            cosign(signed.text, f"{name}.example/w", WITNESSES[name], time + at) for at, name in enumerate(witnesses)
        ]
        return signed._replace(signatures=(*signed.signatures, *lines)).encode()

    def proven(self, size: int = 7, witnesses: Iterable[str] = ("justice", "cour"), time: int = SEEN) -> Proof:
        hashes = merkle.inclusion_proof(self.index, size, self.node) if self.index < size else []
        return Proof(self.index, tuple(hashes), self.head(size, witnesses, time), self.opening.encode())


def judged(
    proof: Proof | bytes, seal_id: bytes = MINE, known: TrustList | None = None, rule: policy.Policy = RULE
) -> Logged:
    return judge(proof if isinstance(proof, bytes) else proof.encode(), seal_id, known or trust(), rule)


GOOD = Told(event()).proven()


FALSE = State.FALSE
