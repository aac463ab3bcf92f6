"""The code on the paper, as one vector path (ISO/IEC 18004).

    carrier   segments                                 correction   edge without quiet zone
    URL       address # (alphanumeric or byte) BASE32  Q            40 mm
    TEXT      Base45 (alphanumeric)                    M            34 mm
    BINARY    bytes                                    Q            28 mm

Modules are never under 0.4 mm, the quiet zone is 4 modules. The mask is fixed: the search for the best of eight costs five
times the rest, and signed data is random enough that any of them mixes well.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

import qrcode
from qrcode.util import MODE_8BIT_BYTE, MODE_ALPHA_NUM, QRData

from sceau.domain.document_type import Carrier
from sceau.domain.errors import FieldInvalid

MODULE_MM_MIN = 0.4
QUIET_MODULES = 4
_MASK = 3
_ALPHANUMERIC = frozenset(b"0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ $%*+-./:")
_PRINTED = {
    Carrier.URL: (qrcode.ERROR_CORRECT_Q, 40.0),
    Carrier.TEXT: (qrcode.ERROR_CORRECT_M, 34.0),
    Carrier.BINARY: (qrcode.ERROR_CORRECT_Q, 28.0),
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
    correction, edge_mm = _PRINTED[carrier]
    code = qrcode.QRCode(error_correction=correction, border=0, mask_pattern=_MASK)
    for segment in _segments(payload, carrier):
        code.add_data(segment)
    try:
        code.make(fit=True)
    except ValueError:  # beyond version 40
        raise _too_long(payload) from None
    modules = len(code.modules)
    if edge_mm / modules < MODULE_MM_MIN:
        raise _too_long(payload)
    side_mm = edge_mm * (modules + 2 * QUIET_MODULES) / modules
    return Symbol(code.version, modules, round(side_mm, 3), _svg(code.modules))


def _segments(payload: bytes, carrier: Carrier) -> Iterator[QRData]:
    """The shortest modes: `#` is not alphanumeric, all that follows it is."""
    if carrier is Carrier.URL:
        address, mark, payload = payload.partition(b"#")
        whole = _mode(address) == MODE_ALPHA_NUM
        yield from (QRData(address, MODE_ALPHA_NUM), QRData(mark, MODE_8BIT_BYTE)) if whole else [
            QRData(address + mark, MODE_8BIT_BYTE)
        ]
    yield QRData(payload, _mode(payload))


def _mode(data: bytes) -> int:
    return MODE_ALPHA_NUM if _ALPHANUMERIC.issuperset(data) else MODE_8BIT_BYTE


def _svg(modules: Sequence[Sequence[bool | None]]) -> str:
    """One path, one rectangle per run of dark modules: what draws fastest and prints sharpest."""
    edge = len(modules) + 2 * QUIET_MODULES
    path = "".join(f"M{x} {y}h{w}v1h-{w}z" for y, row in enumerate(modules) for x, w in _runs(row))
    view = f"-{QUIET_MODULES} -{QUIET_MODULES} {edge} {edge}"
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
