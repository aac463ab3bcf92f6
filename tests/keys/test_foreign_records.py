"""Keys of other authorities in a trust list: each format's spelling, and what no reader takes."""

from dataclasses import replace
from datetime import date
from typing import Any

import foreign_seals
import pytest

from sceau.domain.errors import ListInvalid, UnknownKey
from sceau.keys.keyring import Algorithm, Purpose, TrustedKey, TrustList
from sceau.keys.signer import SoftwareSigner
from sceau.keys.trust_list import read_trust_list, write_trust_list

ROOT = SoftwareSigner.from_seed(b"\1" * 32, Algorithm.ED25519)
CLAIM169 = replace(
    next(key for key in foreign_seals.KEYS if key.algorithm is Algorithm.ED25519),
    format="claim169",
    issuer="https://id.example",
    country="BFA",
)
ALL = (*(key for key in foreign_seals.KEYS if key.algorithm is not Algorithm.ED25519), CLAIM169)
ONE = {key.format: key for key in ALL}


def read(*keys: TrustedKey) -> TrustList:
    listed = TrustList("MLI", 1, 1_795_338_000, 1_795_424_400, tuple(sorted(keys, key=lambda key: key.kid)))
    return read_trust_list(write_trust_list(listed, ROOT), ROOT.public)


def test_every_format_and_algorithm_is_read() -> None:
    trust = read(*ALL)
    for key in ALL:
        assert trust.seal_key(key.format, key.issuer, key.reference) == key
    assert {key.format for key in ALL} == {"vds", "idb", "vdsnc", "2ddoc", "hcert", "shc", "claim169"}
    assert {key.algorithm for key in ALL} == set(Algorithm)


def test_whose_keys_are_held() -> None:
    trust = read(*ALL)
    for name in ("UTTS", "D", "UTO", "FR", "FR00", "AT", "BFA"):
        assert trust.holds_keys_of(name)
    for name in (None, "", "MLI", "ITA"):  # the list's own authority has no seal key here
        assert not trust.holds_keys_of(name)
    assert trust.holds_keys_of(None, "ITA", "D")
    with pytest.raises(UnknownKey):
        trust.seal_key("idb", "UTTS", "ES256")  # a key serves one format


@pytest.mark.parametrize(
    ("seal_format", "changed"),
    [
        ("vds", {"issuer": "UTT"}),
        ("vds", {"reference": "5b"}),
        ("vds", {"reference": "A" * 41}),
        ("vds", {"country": ""}),
        ("vds", {"country": "DEUT"}),
        ("vds", {"certificate": b"\x30"}),
        ("vds", {"authority": "MLI", "country": "MLI"}),  # our own, without its certificate
        ("idb", {"issuer": "DE1"}),
        ("idb", {"reference": "A57A790577"}),
        ("idb", {"reference": "57a790577"}),
        ("idb", {"country": ""}),
        ("vdsnc", {"issuer": "AU"}),
        ("vdsnc", {"reference": "00" * 7}),
        ("vdsnc", {"country": "AUS"}),
        ("2ddoc", {"issuer": "FR0"}),
        ("2ddoc", {"reference": "00010"}),
        ("2ddoc", {"country": "FRA"}),
        ("hcert", {"issuer": ""}),
        ("hcert", {"reference": "0G"}),
        ("hcert", {"country": "AUT"}),
        ("shc", {"issuer": "with space"}),
        ("shc", {"reference": ""}),
        ("shc", {"reference": "a/b"}),
        ("claim169", {"country": "BF"}),
        ("claim169", {"certificate": b"\x30"}),
        ("claim169", {"format": "iso22376"}),
        ("claim169", {"classes": frozenset()}),
        ("claim169", {"purpose": Purpose.LISTS}),
    ],
)
def test_a_record_in_another_spelling_is_refused(seal_format: str, changed: dict[str, Any]) -> None:
    key = ONE[seal_format]
    assert read(key).keys == (key,)
    with pytest.raises(ListInvalid):
        read(replace(key, **changed))


@pytest.mark.parametrize("key", ALL, ids=lambda key: f"{key.format}-{key.algorithm.value}")
def test_a_key_under_another_algorithm_is_refused(key: TrustedKey) -> None:
    for algorithm in set(Algorithm) - {key.algorithm}:
        with pytest.raises(ListInvalid):
            read(replace(key, algorithm=algorithm))


def test_only_seals_are_signed_as_others_sign() -> None:
    key = next(key for key in ALL if key.algorithm is Algorithm.ES384)
    bare = TrustedKey(
        *(key.kid, Purpose.LISTS, key.algorithm, key.public, "MLI", "MAE"), date(2026, 1, 1), date(2027, 1, 1)
    )
    with pytest.raises(ListInvalid, match="only a seal"):
        read(bare)
