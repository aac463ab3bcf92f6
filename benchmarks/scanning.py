"""One scan in this process, from the bytes of a code to a VALID verdict, each code another document's.

peer    the library's verification of the same signatures alone, inputs laid out as the library wants them
"""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import encode_dss_signature
from ground import Bench, today
from measure import Case, Figure, interleaved, repeated
from nacl.bindings import crypto_sign_open
from papers import papers

from sceau.keys.keyring import Algorithm, TrustList
from sceau.seals.recognise import parse
from sceau.verify_api.directory import Published
from sceau.verify_api.scan import scan
from sceau.verify_api.verdict import Code

_LIMITS = {"visa_short": ("scan, VDS", 0.55), "life_certificate": ("scan, Claim 169", 0.45)}
_ES256 = ec.ECDSA(hashes.SHA256())


def figures(bench: Bench) -> Iterator[Figure]:
    """A binary VDS of a visa, and a Claim 169 of an A4 paper in its address."""
    with papers(bench) as made:
        known = made.published()
        for type, (what, limit) in _LIMITS.items():
            codes = made.codes(type)
            cases = {
                "scan": _scans(codes, known, bench.effort.seconds),
                "bare": _bare(codes, known, bench.effort.seconds),
            }
            rounds = interleaved(cases, bench.effort.rounds, partial(_say, bench, what))
            yield rounds.figure(what, "scan", "bare", limit, "peer: bare verification")


def _say(bench: Bench, what: str, text: str) -> None:
    bench.say(f"{what}: {text}")


def _scans(codes: Sequence[bytes], known: Published, seconds: float) -> Case:
    day = today()

    def work() -> int:
        for code in codes:
            verdict = scan(code, known.trust, known.status, known.issued, day)
            if verdict.code is not Code.VALID:
                raise ValueError(f"{verdict.code}: {verdict.reason('en')}")
        return len(codes)

    return lambda: repeated(seconds, work)


def _bare(codes: Sequence[bytes], known: Published, seconds: float) -> Case:
    verifications = [_verification(code, known.trust) for code in codes]

    def work() -> int:
        for verify in verifications:
            verify()
        return len(verifications)

    return lambda: repeated(seconds, work)


def _verification(code: bytes, trust: TrustList) -> Callable[[], object]:
    """The library's call for one seal."""
    seal = parse(code)
    key = trust.seal_key(seal.format, seal.issuer, seal.reference)
    if key.algorithm is Algorithm.ED25519:
        message, public = seal.signature + seal.signed, key.public
        return lambda: crypto_sign_open(message, public)
    point = ec.EllipticCurvePublicKey.from_encoded_point(ec.SECP256R1(), key.public)
    r, s = (int.from_bytes(seal.signature[at : at + 32], "big") for at in (0, 32))
    signature, signed = encode_dss_signature(r, s), seal.signed
    return lambda: point.verify(signature, signed, _ES256)
