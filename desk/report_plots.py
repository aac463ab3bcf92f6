"""Plots of an audit's report as inline SVG: no script, nothing from elsewhere; each shape says its value in a <title>.

by_day      what was issued, a bar a day; a bar a month when there are more than 62 days
registers   the numbers taken from a register, a bar from the first to the last, counted from 1, gaps marked
heads       the size of each checkpoint, a labelled bar each, those that contradict marked
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from html import escape
from typing import Any

WIDTH, HEIGHT, LEFT, BOTTOM, TOP = 720, 150, 48, 22, 10
DAYS_MAX, CALENDAR_MAX = 62, 40_000
_INK, _BAD, _GRID = "#1d4e79", "#b3261e", "#d0d5dd"
_COLOURS = {True: _INK, False: _BAD, None: "#98a2b3"}
_NAMES, _LABELS = 120, 330  # room for the names before the bars, and for labels after them


def monthly(counts: Mapping[str, int]) -> bool:
    """Whether these days are so many that they are drawn as months."""
    return len(_calendar(sorted(counts))) > DAYS_MAX


def by_day(counts: Mapping[str, int], label: str) -> str:
    """Bars over days YYYY-MM-DD, days without any included."""
    days = _calendar(sorted(counts))
    if len(days) > DAYS_MAX:
        months: Counter[str] = Counter()
        for day, count in counts.items():
            months[day[:7]] += count
        bars = [(month, months[month]) for month in _months(days)]
    else:
        bars = [(day, counts.get(day, 0)) for day in days]
    return _bars(bars, label)


def registers(rows: Sequence[Mapping[str, Any]], label: str) -> str:
    """One line a register, from number 1 to its last number."""
    longest = max((row["last"] for row in rows), default=1) or 1
    scale = (WIDTH - 200) / longest
    shapes = [shape for at, row in enumerate(rows) for shape in _register(row, 22 * at + 6, scale)]
    return _svg(22 * len(rows) + 6, shapes, label)


def _register(row: Mapping[str, Any], y: float, scale: float) -> Iterator[str]:
    def bar(first: int, last: int, least: float, colour: str, title: str) -> str:
        return _rect(_NAMES + (first - 1) * scale, y, max(least, (last - first + 1) * scale), 14, colour, title)

    yield _text(0, y + 11, row["register"], "start")
    yield bar(row["first"], row["last"], 2.0, _INK, f"{row['register']}: {row['entries']}")
    for first, last in row["gaps"]:
        yield bar(first, last, 3.0, _BAD, f"{first} - {last}")
    yield _text(_NAMES + 6 + row["last"] * scale, y + 11, str(row["entries"]), "start")


def heads(rows: Sequence[tuple[int, bool | None, str]], label: str) -> str:
    """One bar a checkpoint: its size, whether it agrees (None: not comparable), and its label."""
    longest = max((size for size, _, _ in rows), default=1) or 1
    shapes = []
    for at, (size, agrees, name) in enumerate(rows):
        y, width = 18 * at + 4, max(2.0, size * (WIDTH - _LABELS) / longest)
        shapes.append(_rect(0, y, width, 12, _COLOURS[agrees], name))
        shapes.append(_text(width + 6, y + 10, name, "start"))
    return _svg(18 * len(rows) + 6, shapes, label)


def _bars(bars: Sequence[tuple[str, int]], label: str) -> str:
    highest = max((count for _, count in bars), default=0) or 1
    step = (WIDTH - LEFT) / max(1, len(bars))
    room = HEIGHT - TOP - BOTTOM
    shapes = [
        _line(TOP),
        _line(TOP + room),
        _text(LEFT - 6, TOP + 4, str(highest), "end"),
        _text(LEFT - 6, TOP + room + 4, "0", "end"),
    ]
    for at, (name, count) in enumerate(bars):
        height = room * count / highest
        shapes.append(
            _rect(LEFT + at * step + step * 0.1, TOP + room - height, step * 0.8, height, _INK, f"{name}: {count}")
        )
    ends = [(0, "start"), (len(bars) - 1, "end")] if len(bars) > 1 else [(0, "start")]
    for at, anchor in ends if bars else ():
        x = LEFT if anchor == "start" else WIDTH
        shapes.append(_text(x, HEIGHT - 4, bars[at][0], anchor))
    return _svg(HEIGHT, shapes, label)


def _calendar(days: Sequence[str]) -> list[str]:
    if not days:
        return []
    first, last = date.fromisoformat(days[0]), date.fromisoformat(days[-1])
    if (last - first).days > CALENDAR_MAX:
        raise ValueError(f"more than {CALENDAR_MAX} days")
    return [(first + timedelta(days=at)).isoformat() for at in range((last - first).days + 1)]


def _months(days: Sequence[str]) -> list[str]:
    return list(dict.fromkeys(day[:7] for day in days))


def _svg(height: float, shapes: Sequence[str], label: str) -> str:
    head = f'<svg role="img" viewBox="0 0 {WIDTH} {height:g}" width="100%" aria-label="{escape(label)}">'
    return "".join([head, *shapes, "</svg>"])


def _rect(x: float, y: float, width: float, height: float, colour: str, title: str) -> str:
    place = f'x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}"'
    return f'<rect {place} fill="{colour}"><title>{escape(title)}</title></rect>'


def _line(y: float) -> str:
    return f'<line x1="{LEFT}" y1="{y:g}" x2="{WIDTH}" y2="{y:g}" stroke="{_GRID}"/>'


def _text(x: float, y: float, text: str, anchor: str) -> str:
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'
