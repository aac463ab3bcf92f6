"""The page verifies what Python verifies, on the vectors of others: libsodium's strictness, point by point."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import foreign_seals
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from sceau.domain.errors import KeyRefused, SignatureInvalid
from sceau.keys.keyring import Algorithm, Purpose, TrustedKey, check_public, kid_of, verify

pytestmark = pytest.mark.in_chromium_too
DAY = date(2026, 1, 1)
Case = tuple[str, bytes, bytes, bytes]  # algorithm, public key, message, signature


def wycheproof(vectors: Path, name: str) -> list[Case]:
    found = json.loads((vectors / f"crypto/wycheproof/{name}_test.json").read_text())
    algorithm = "Ed25519" if name == "ed25519" else "ES256"
    return [
        (algorithm, _key(group), bytes.fromhex(test["msg"]), bytes.fromhex(test["sig"]))
        for group in found["testGroups"]
        for test in group["tests"]
    ]


def _key(group: dict[str, Any]) -> bytes:
    key = group["publicKey"]
    return bytes.fromhex(key.get("pk") or key["uncompressed"])


def cctv(vectors: Path) -> list[Case]:
    found = json.loads((vectors / "crypto/cctv_ed25519/ed25519vectors.json").read_text())
    return [("Ed25519", bytes.fromhex(v["key"]), v["msg"].encode(), bytes.fromhex(v["sig"])) for v in found]


def by_python(case: Case) -> bool:
    algorithm, public, message, signature = case
    key = TrustedKey(kid_of(public), Purpose.SEAL, Algorithm(algorithm), public, "MLI", "MAE", DAY, DAY)
    try:
        verify(key, message, signature)
    except SignatureInvalid:
        return False
    return True


def is_honest(algorithm: str, public: bytes) -> bool:
    try:
        check_public(Algorithm(algorithm), public)
    except KeyRefused:
        return False
    return True


@pytest.mark.parametrize("without", [(), ("Ed25519",)])
@pytest.mark.parametrize("source", ["ed25519", "ecdsa_secp256r1_sha256_p1363", "cctv"])
def test_what_holds_for_python_holds_for_the_page(
    judge: Any, vectors: Path, source: str, without: tuple[str, ...]
) -> None:
    """With the browser's Ed25519 and without: then noble's arithmetic answers, and says the same."""
    cases = cctv(vectors) if source == "cctv" else wycheproof(vectors, source)
    asked = [[algorithm, *(part.hex() for part in parts)] for algorithm, *parts in cases]
    page = [answer is None for answer in judge.ask("verify", cases=asked, without=without)]
    python = [by_python(case) for case in cases]
    assert [case for case, one, other in zip(cases, python, page, strict=True) if one is not other] == []
    assert 0 < sum(python) < len(python)


def test_the_page_enrols_the_keys_that_python_enrols(judge: Any, vectors: Path) -> None:
    seen = {(algorithm, public) for algorithm, public, *_ in cctv(vectors) + wycheproof(vectors, "ed25519")}
    points = {public for _, public, *_ in wycheproof(vectors, "ecdsa_secp256r1_sha256_p1363")}
    bent = {point[:-1] + bytes((point[-1] ^ 1,)) for point in points} | {b"\2" + point[1:33] for point in points}
    keys = sorted(seen | {("ES256", point) for point in points | bent} | {("Ed25519", bytes(31)), ("ES256", bytes(65))})
    page = judge.ask("check_point", cases=[[algorithm, public.hex()] for algorithm, public in keys])
    python = [is_honest(algorithm, public) for algorithm, public in keys]
    assert [key for key, one, other in zip(keys, python, page, strict=True) if one is not (other is None)] == []
    assert 0 < sum(python) < len(python)


FOREIGN = ("ES384", "ES512", "ESB256", "ESB384", "PS256")


def foreign_cases() -> list[Case]:
    """For each algorithm of others: what holds, each bit of a few bytes changed, and numbers out of range."""
    cases = []
    for algorithm in FOREIGN:
        public, sign = foreign_seals.signer(algorithm)
        message, half = b"sealed elsewhere", len(sign(b"")) // 2
        good = sign(message)
        bent = [good[:at] + bytes((good[at] ^ 1 << bit,)) + good[at + 1 :] for at in (0, half, -2) for bit in range(8)]
        odd = [b"", good[:-1], good + b"\0", bytes(2 * half), b"\xff" * 2 * half, bytes(half) + good[half:]]
        cases += [
            (algorithm, public, message, signature) for signature in (good, *bent, *odd, good[:half] + bytes(half))
        ]
        cases += [(algorithm, public, b"another", good), (algorithm, bytes(len(public)), message, good)]
    return cases


def test_what_others_sign_with_holds_on_both_sides(judge: Any) -> None:
    cases = foreign_cases()
    page = judge.ask("verify", cases=[[algorithm, *(part.hex() for part in parts)] for algorithm, *parts in cases])
    python = [by_python(case) for case in cases]
    differing = [case for case, one, other in zip(cases, python, page, strict=True) if one is not (other is None)]
    assert differing == []
    assert sum(python) == len(FOREIGN)


def test_the_page_enrols_the_keys_of_others_that_python_enrols(judge: Any) -> None:
    points = {algorithm: foreign_seals.signer(algorithm)[0] for algorithm in FOREIGN}
    keys = [(algorithm, public) for algorithm in FOREIGN for public in points.values()]
    keys += [(algorithm, spoilt) for algorithm, good in points.items() for spoilt in spoilt_keys(good)]
    page = judge.ask("check_point", cases=[[algorithm, public.hex()] for algorithm, public in keys])
    python = [is_honest(algorithm, public) for algorithm, public in keys]
    assert [key for key, one, other in zip(keys, python, page, strict=True) if one is not (other is None)] == []
    assert sum(python) == len(FOREIGN)


def spoilt_keys(good: bytes) -> list[bytes]:
    other = rsa.generate_private_key(3, 2048).public_key().public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    weak = rsa.generate_private_key(65537, 1024).public_key()
    small = weak.public_bytes(Encoding.DER, PublicFormat.SubjectPublicKeyInfo)
    return [b"", good[:-1], good + b"\0", good[:-1] + bytes((good[-1] ^ 1,)), b"\2" + good[1:], other, small]
