"""A state in miniature: a root, a country certificate, and one key of each kind."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import pytest

from sceau.keys.authority import create_csca, issue_barcode_signer
from sceau.keys.keyring import Algorithm, Purpose, TrustedKey, TrustList
from sceau.keys.signer import SoftwareSigner

ISSUED_AT = 1_793_000_000  # 2026-10-26
FROM, UNTIL = date(2026, 1, 1), date(2027, 12, 31)


@dataclass(frozen=True)
class State:
    root: SoftwareSigner
    lists: SoftwareSigner
    visas: SoftwareSigner
    authority: SoftwareSigner
    csca: bytes
    trust: TrustList

    def key(self, purpose: Purpose, seal_format: str = "") -> TrustedKey:
        return next(key for key in self.trust.keys if key.purpose is purpose and key.format == seal_format)


def signer(number: int, algorithm: Algorithm = Algorithm.ED25519) -> SoftwareSigner:
    return SoftwareSigner.from_seed(bytes((number,)) * 32, algorithm)


def key(held: SoftwareSigner, purpose: Purpose, office: str = "MAE", **more: object) -> TrustedKey:
    return TrustedKey(held.kid, purpose, held.algorithm, held.public, "MLI", office, FROM, UNTIL, **more)  # type: ignore[arg-type]


@pytest.fixture(scope="session")
def make_signer() -> Callable[..., SoftwareSigner]:
    return signer


@pytest.fixture(scope="session")
def make_key() -> Callable[..., TrustedKey]:
    return key


@pytest.fixture(scope="session")
def state() -> State:
    root, lists, events, cards = (signer(number) for number in (1, 2, 3, 4))
    authority, visas = signer(5, Algorithm.ES256), signer(6, Algorithm.ES256)
    csca = create_csca(
        "ML", "CSCA Mali", authority, FROM, date(2030, 12, 31), date(2041, 1, 1), lambda size: b"\7" * size
    )
    certificate = issue_barcode_signer(csca, authority, "MLV1", visas.public, 0x01A3, FROM, date(2033, 1, 1), ["V"])
    keys = (
        key(lists, Purpose.LISTS),
        key(events, Purpose.EVENT, "PAR", status="retired", ended_on=date(2026, 6, 30)),
        key(
            cards,
            Purpose.SEAL,
            format="claim169",
            issuer="https://consulat.example",
            reference=cards.kid.hex(),
            classes=frozenset({"civil_status", "identity"}),
        ),
        key(
            visas,
            Purpose.SEAL,
            format="vds",
            issuer="MLV1",
            reference="01A3",
            country="MLI",
            classes=frozenset({"visa"}),
            certificate=certificate,
        ),
    )
    in_order = tuple(sorted(keys, key=lambda one: one.kid))
    trust = TrustList("MLI", 3, ISSUED_AT, ISSUED_AT + 7 * 86400, in_order, (csca,))
    return State(root, lists, visas, authority, csca, trust)
