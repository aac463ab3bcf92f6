"""A certificate of which any bit was turned is refused by name, or read: never a crash."""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from typing import Any

import pytest
from mutations import turned

from sceau.domain.errors import ListInvalid
from sceau.keys.certificate import check_barcode_signer, read_csca
from sceau.keys.keyring import Purpose

pytestmark = pytest.mark.filterwarnings("ignore:Parsed a serial number")  # a warning is no crash


def require_answers(ask: Callable[[bytes], Any], data: bytes) -> None:
    ask(data)
    for one in turned(data, 300):
        with suppress(ListInvalid):
            ask(one)


def test_a_country_certificate(state: Any) -> None:
    require_answers(read_csca, state.csca)


def test_a_signers_certificate(state: Any) -> None:
    csca = read_csca(state.csca)
    key = next(one for one in state.trust.keys if one.purpose is Purpose.SEAL and one.format == "vds")
    require_answers(lambda der: check_barcode_signer(replace(key, certificate=der), [csca]), key.certificate)


def test_a_serial_number_that_is_not_positive(state: Any) -> None:
    at = state.csca.index(b"\xa0\x03\x02\x01\x02\x02") + 7  # version 3, an integer, its length
    with pytest.raises(ListInvalid, match="not positive"):
        read_csca(state.csca[:at] + bytes([state.csca[at] | 0x80]) + state.csca[at + 1 :])
