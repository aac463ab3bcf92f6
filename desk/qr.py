"""The code on the paper, as one vector path (ISO/IEC 18004).

    carrier   segments                                 correction   edge     at most
    URL       address # (alphanumeric or byte) BASE32  Q, or M      40 mm    version 19
    TEXT      Base45 (alphanumeric)                    M            34 mm    version 17
    BINARY    bytes                                    Q            28 mm    version 13

The edge is without the quiet zone of 4 modules; at these versions no module is under 0.4 mm. The mask is fixed: the
search for the best of eight costs five times the rest, and signed data is random enough that any of them mixes well.
Long names on an A4 paper lower the correction before they are refused: M still reads with a stain over a quarter of the
edge (SEALS.md section 4.4).
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import qrcode  # type: ignore[import-untyped]
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData  # type: ignore[import-untyped]

from sceau.domain.document_type import Carrier
from sceau.domain.errors import FieldInvalid

_QUIET = 4
_MASK = 3
_ALPHANUMERIC = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
_PRINTED = {
    Carrier.URL: ((qrcode.ERROR_CORRECT_Q, qrcode.ERROR_CORRECT_M), 40.0, 19),
    Carrier.TEXT: ((qrcode.ERROR_CORRECT_M,), 34.0, 17),
    Carrier.BINARY: ((qrcode.ERROR_CORRECT_Q,), 28.0, 13),
}


@dataclass(frozen=True, slots=True)
class Symbol:
    """A drawn code: its version, edge in modules and SVG text; `side_mm` includes the quiet zone."""

    version: int
    modules: int
    side_mm: float
    svg: str


def draw(payload: bytes, carrier: Carrier) -> Symbol:
    """Draw `payload`; raise FieldInvalid if it is too long to be scanned from paper."""
    corrections, edge_mm, version_max = _PRINTED[carrier]
    for correction in corrections:
        code = qrcode.QRCode(error_correction=correction, border=0, mask_pattern=_MASK)
        for segment in _segments(payload, carrier):
            code.add_data(segment)
        if _version(code) <= version_max:
            break
    else:
        raise _too_long(payload)
    code.make(fit=True)
    modules = len(code.modules)
    side_mm = edge_mm * (modules + 2 * _QUIET) / modules
    return Symbol(code.version, modules, round(side_mm, 3), _svg(code.modules))


def _version(code: qrcode.QRCode) -> int:
    try:
        return int(code.best_fit(start=1))
    except ValueError:  # beyond version 40
        return 41


def _segments(payload: bytes, carrier: Carrier) -> Iterator[QRData]:
    """The shortest modes: `#` is not alphanumeric; what stands before and after it may be."""
    if carrier is Carrier.URL:
        address, mark, payload = payload.partition(b"#")
        joined = [address, mark] if _alphanumeric(address) else [address + mark]
        yield from map(_segment, joined)
    yield _segment(payload)


def _segment(data: bytes) -> QRData:
    return QRData(data, MODE_ALPHA_NUM if _alphanumeric(data) else MODE_8BIT_BYTE)


def _alphanumeric(data: bytes) -> bool:
    return _ALPHANUMERIC.issuperset(data)


def _svg(modules: Sequence[Sequence[bool | None]]) -> str:
    """One path, one rectangle per run of dark modules: what draws fastest and prints sharpest."""
    edge = len(modules) + 2 * _QUIET
    path = "".join(f"M{x} {y}h{w}v1h-{w}z" for y, row in enumerate(modules) for x, w in _runs(row))
    view = f"-{_QUIET} -{_QUIET} {edge} {edge}"
    return f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="{view}"><path d="{path}"/></svg>'


def _runs(row: Sequence[bool | None]) -> Iterator[tuple[int, int]]:
    """Where each run of dark modules begins, and its length."""
    x = 0
    for dark, run in groupby(row):
        width = sum(1 for _ in run)
        if dark:
            yield x, width
        x += width


def _too_long(payload: bytes) -> FieldInvalid:
    size = len(payload)
    return FieldInvalid(
        "code",
        f"{size} bytes make a code too dense to be scanned from paper; shorten the longest values",
        f"{size} octets donnent un code trop dense pour être lu sur papier ; abrégez les valeurs les plus longues",
    )
