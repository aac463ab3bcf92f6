"""The code as drawn: the fewest modules for its carrier, never too fine, one path with its quiet zone."""

import hashlib
import re

import pytest

from sceau.desk import qr
from sceau.domain.document_type import Carrier
from sceau.domain.errors import FieldInvalid
from sceau.seals import carrier


def seal(size):
    return hashlib.shake_256(b"seal").digest(size)


def address_code(size, address="HTTPS://VERIF.EXAMPLE/"):
    return carrier.write(seal(size), Carrier.URL, address)


@pytest.mark.parametrize(
    ("payload", "by", "version"),
    [
        (address_code(280), Carrier.URL, 17),  # the figures of SEALS.md and WEB.md
        (b"ABC123-$%" * 40, Carrier.TEXT, 11),
        (seal(156), Carrier.BINARY, 11),
        (seal(134), Carrier.BINARY, 10),
    ],
)
def test_segments_are_in_their_shortest_modes(payload, by, version):
    assert qr.draw(payload, by).version == version


def test_an_address_in_small_letters_costs_bytes_but_keeps_the_rest_alphanumeric():
    large, small = (
        qr.draw(address_code(240, address), Carrier.URL) for address in ("HTTPS://A.EXAMPLE/", "https://a.example/")
    )
    assert small.version - large.version in (0, 1)


@pytest.mark.parametrize("by", Carrier)
def test_modules_are_wide_enough_and_framed_by_quiet(by):
    payload = {Carrier.URL: address_code(300), Carrier.TEXT: b"A" * 300, Carrier.BINARY: seal(150)}[by]
    symbol = qr.draw(payload, by)
    module_mm = symbol.side_mm / (symbol.modules + 8)
    edge = symbol.modules + 8
    assert module_mm >= 0.4
    assert f'viewBox="-4 -4 {edge} {edge}"' in symbol.svg
    assert symbol.modules == 17 + 4 * symbol.version


def test_an_a4_code_is_40_mm_and_at_most_version_19():
    widest = max(size for size in range(300, 600) if _fits(size))
    assert qr.draw(address_code(widest), Carrier.URL).version == 19
    assert qr.draw(address_code(widest), Carrier.URL).side_mm == pytest.approx(40 * 101 / 93, abs=0.01)


def _fits(size):
    try:
        qr.draw(address_code(size), Carrier.URL)
    except FieldInvalid:
        return False
    return True


@pytest.mark.parametrize("size", [600, 5000])  # too fine for the paper; beyond version 40
def test_a_code_too_dense_is_refused_with_its_size(size):
    with pytest.raises(FieldInvalid, match=f"{size} bytes"):
        qr.draw(seal(size), Carrier.BINARY)


def test_the_path_covers_exactly_the_dark_modules():
    symbol = qr.draw(seal(20), Carrier.BINARY)
    runs = [tuple(map(int, run)) for run in re.findall(r"M(\d+) (\d+)h(\d+)v1h-\d+z", symbol.svg)]
    dark = {(x + i, y) for x, y, width in runs for i in range(width)}
    assert len(dark) == sum(width for _, _, width in runs)
    finder = {(x, y) for x in range(7) for y in range(7) if x in (0, 6) or y in (0, 6) or (1 < x < 5 and 1 < y < 5)}
    assert {(x, y) for x, y in dark if x < 8 and y < 8} == finder


def test_the_same_payload_gives_the_same_drawing():
    assert qr.draw(seal(150), Carrier.BINARY) == qr.draw(seal(150), Carrier.BINARY)


@pytest.mark.parametrize("by", list(Carrier))
def test_what_may_be_issued_can_be_drawn(by):
    size = carrier.LENGTH_MAX[by]
    longest = {
        Carrier.URL: b"HTTPS://VERIF.EXAMPLE/#" + b"A" * (size - 23),
        Carrier.TEXT: b"A" * size,
        Carrier.BINARY: b"\x80" * size,
    }[by]
    assert qr.draw(longest, by).version in (13, 17, 19)
