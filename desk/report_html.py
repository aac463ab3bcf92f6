"""The pieces of an audit's page: style, tables whose figures stand under their headings, code that does not break."""

from collections.abc import Iterable, Sequence
from html import escape
from typing import Any

POLICY = "default-src 'none'; style-src 'unsafe-inline'"
STYLE = """
body{font:15px/1.5 system-ui,sans-serif;color:#1a1a1a;max-width:780px;margin:2rem auto;padding:0 1rem}
h1{font-size:1.5rem;margin-bottom:0}h2{font-size:1.1rem;margin-top:2rem;border-bottom:1px solid #d0d5dd}
h3{font-size:1rem;margin:1rem 0 0}.verdict{font-size:1.2rem;font-weight:600;padding:.6rem .9rem;border-left:6px solid}
.holds{border-color:#1b7f3b;background:#eef8f0}.fails{border-color:#b3261e;background:#fdefee}
table{border-collapse:collapse;width:100%;font-size:.87rem;margin:.4rem 0}
td,th{text-align:left;padding:.2rem .9rem .2rem 0;vertical-align:top;border-bottom:1px solid #eceef1}
th{white-space:nowrap}td.n,th.n{text-align:right;font-variant-numeric:tabular-nums}
code{font-size:.82rem;white-space:nowrap}small{color:#475467;overflow-wrap:anywhere}
svg text{font:11px system-ui,sans-serif;fill:#475467}
.note,.caption{color:#475467;font-size:.87rem}.caption{margin:.6rem 0 0}
@media print{body{margin:0;max-width:none}h2,h3,svg,tr{break-inside:avoid}h2,h3,.caption{break-after:avoid}
svg rect{print-color-adjust:exact}}
"""


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def code(text: object) -> Html:
    """An id or digest, on one line."""
    return Html(f"<code>{escape(str(text))}</code>")


def table(head: Sequence[str], rows: Iterable[Sequence[Any]]) -> str:
    """A table; a column with a whole number in it is one of figures, and its heading stands to the right too."""
    rows = list(rows)
    figures = {at for row in rows for at, value in enumerate(row) if type(value) is int}
    lines = [_row("th", head, figures)] if head else []
    lines += [_row("td", row, figures) for row in rows]
    return f"<table>{''.join(lines)}</table>"


def note(text: str) -> str:
    """A paragraph beside the matter."""
    return f'<p class="note">{escape(text)}</p>'


def _row(tag: str, cells: Sequence[Any], figures: set[int]) -> str:
    made = (f"<{tag}{_CLASS if at in figures else ''}>{_inner(cell)}</{tag}>" for at, cell in enumerate(cells))
    return f"<tr>{''.join(made)}</tr>"


_CLASS = ' class="n"'


def _inner(value: Any) -> str:
    return value if isinstance(value, Html) else escape(str(value))
