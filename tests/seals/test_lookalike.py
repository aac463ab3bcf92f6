"""Addresses that imitate the official one, and addresses that do not."""

import pytest

from sceau.seals.carrier import host_of
from sceau.seals.lookalike import imitates

OFFICIAL = "verif.diplomatie.ml"


@pytest.mark.parametrize(
    "address",
    [
        "https://verif.diplomatie.ml.example.com/#A",
        "https://www.verif.diplomatie.ml/#A",
        "https://verif-diplomatie.ml/",
        "https://verif.diplomatie.ml@evil.example/",
        "https://user:verif.diplomatie.ml@evil.example/",
        "https://verif.diplomatie.ml:8443/",
        "https://verif.dip1omatie.ml/",
        "https://verlf.diplomatie.ml/",
        "https://verif.diplornatie.ml/",
        "https://vvww.verif.diplomatie.ml/",
        "https://verif.diplomatie.com/",
        "https://verif.diplomatle.m1/",
        "https://verif.diplomatі.ml/",
        "https://verif.xn--diplomate-5fb.ml/",
        "https://xn--vrif-7oa.diplomatie.ml/",
        "HTTPS://VERIF.DIPLOMATIE.ML\\@EVIL.EXAMPLE/",
    ],
)
def test_an_imitation(address: str) -> None:
    host = host_of(address.encode())
    assert host is not None
    assert imitates(host, OFFICIAL)


@pytest.mark.parametrize(
    "address",
    ["https://verif.diplomatie.ml/#A", "HTTPS://VERIF.DIPLOMATIE.ML:443/", "https://example.org/", "https:///"],
)
def test_no_imitation(address: str) -> None:
    host = host_of(address.encode())
    assert host is not None
    assert not imitates(host, OFFICIAL)


def test_a_very_long_host_costs_little() -> None:
    assert not imitates("x" * 8000, OFFICIAL)
