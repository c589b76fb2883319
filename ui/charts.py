"""Charts as inline SVG, with widths in percent to fit any screen, and colors from the style's variables."""

import math
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from html import escape

from ui.markup import name
from ui.view import compact

DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
HOURS_SAID = (0, 6, 12, 18)
# Height of a chart's body, in pixels; labels have the same size on any screen.
HEIGHT = 190
CELL = 22
# The largest number of labels under a chart.
LABELS = 6
# Bars get no wider if there are fewer than this.
FEWEST_BARS = 8
# The least height of a bar that is not 0, in percent, so that it can be seen.
LOWEST = 0.6
# The gap between two bars, as a share of the space of one.
GAP = 0.24


@dataclass(frozen=True)
class Bar:
    """One bar: its description in words, and its value."""

    said: str
    value: int


@dataclass(frozen=True)
class Placed:
    """An item with its place in two orders; None if it is not in one."""

    called: str
    under: str
    first: int | None
    second: int | None


def bars(about: str, drawn: Sequence[Bar], labels: Mapping[int, str]) -> str:
    """A bar chart; `labels` has the labels under some of the bars, by index."""
    top = _ceiling(max((each.value for each in drawn), default=0))
    width = 100 / max(len(drawn), FEWEST_BARS)
    rects = "".join(_bar((index + GAP / 2) * width, (1 - GAP) * width, each, top) for index, each in enumerate(drawn))
    under = "".join(
        f'<span style="left:{(index + 0.5) * width:.2f}%">{escape(label)}</span>' for index, label in labels.items()
    )
    size = f'width="100%" height="{HEIGHT}"'
    body = f'<svg class="sg-bars-drawn" {size} role="img" aria-label="{escape(about)}">{rects}</svg>'
    return f'<div class="sg-plot">{_grid(top)}{body}</div><div class="sg-axis" aria-hidden="true">{under}</div>'


def _bar(left: float, width: float, drawn: Bar, top: int) -> str:
    height = _height(drawn.value, top)
    return (
        f'<rect x="{left:.3f}%" y="{100 - height:.2f}%" width="{width:.3f}%" height="{height:.2f}%" rx="2">'
        f"<title>{escape(drawn.said)}</title></rect>"
    )


def week(about: str, plays: Mapping[tuple[int, int], int]) -> str:
    """A heat map of plays by weekday (0 is Monday) and hour."""
    most = max(plays.values(), default=0)
    rows = "".join(_day(day, plays, most) for day in range(7))
    hours = "".join(f'<span style="left:{100 * hour / 24:.2f}%">{hour:02}:00</span>' for hour in HOURS_SAID)
    return (
        f'<div class="sg-week"><div class="sg-days" aria-hidden="true">{"".join(f"<span>{day}</span>" for day in DAYS)}'
        f'</div><div><svg width="100%" height="{7 * CELL}" role="img" aria-label="{escape(about)}">{rows}</svg>'
        f'<div class="sg-axis sg-from-left" aria-hidden="true">{hours}</div></div></div>'
    )


def _day(day: int, plays: Mapping[tuple[int, int], int], most: int) -> str:
    width = 100 / 24
    cells = []
    for hour in range(24):
        count = plays.get((day, hour), 0)
        # The square root makes differences between quiet hours visible.
        strength = math.sqrt(count / most) if most else 0.0
        said = f"{DAYS[day]} {hour:02}:00, {count:,} plays"
        cells.append(
            f'<rect x="{hour * width + 0.2:.2f}%" y="{day * CELL + 1}" width="{width - 0.4:.2f}%" height="{CELL - 3}"'
            f' rx="3" style="--strength:{100 * strength:.0f}%"><title>{said}</title></rect>'
        )
    return "".join(cells)


def curve(about: str, height_at: Callable[[float], float], marks: Sequence[tuple[float, str, str]]) -> str:
    """A curve over 0..1 with values 0..1; `marks` are (position, label under the axis, words beside the point)."""
    points = " ".join(f"{step},{100 - 100 * height_at(step / 100):.2f}" for step in range(101))
    line = (
        '<svg class="sg-curve" viewBox="0 0 100 100" preserveAspectRatio="none" width="100%" height="100%">'
        f'<polygon points="0,100 {points} 100,100"/>'
        f'<polyline points="{points}" vector-effect="non-scaling-stroke"/></svg>'
    )
    placed = [(f"{100 * where:.2f}%", f"{100 - 100 * height_at(where):.2f}%", words) for where, _, words in marks]
    dots = "".join(f'<circle cx="{left}" cy="{top}" r="5"/>' for left, top, _ in placed)
    said = "".join(
        f'<span class="sg-point" style="left:{left};top:{top}">{escape(words)}</span>' for left, top, words in placed
    )
    under = "".join(f'<span style="left:{100 * where:.2f}%">{escape(label)}</span>' for where, label, _ in marks)
    return (
        f'<div class="sg-plot sg-plot-curve" style="height:{HEIGHT}px"><svg width="100%" height="{HEIGHT}" role="img"'
        f' aria-label="{escape(about)}">{line}{dots}</svg>{said}</div>'
        f'<div class="sg-axis" aria-hidden="true">{under}</div>'
    )


def orders(first: str, second: str, placed: Sequence[Placed], shown: int) -> str:
    """Two orders of the same items side by side, with a line between each item's places."""
    left, right = (
        _order(first, placed, lambda each: each.first, shown),
        _order(second, placed, lambda each: each.second, shown),
    )
    lines = "".join(_slope(each, shown) for each in placed)
    size = f'viewBox="0 0 100 {shown}" preserveAspectRatio="none" width="100%" height="100%"'
    between = f'<svg {size} aria-hidden="true">{lines}</svg>'
    return f'<div class="sg-orders" style="--rows:{shown}">{left}<div class="sg-slopes">{between}</div>{right}</div>'


def _order(title: str, placed: Sequence[Placed], place: Callable[[Placed], int | None], shown: int) -> str:
    there = sorted((at, each) for each in placed if (at := place(each)) is not None and at < shown)
    items = "".join(
        f'<li class="{_course(each)}">{name(each.called)}<span class="sg-plays">{escape(each.under)}</span></li>'
        for _, each in there
    )
    return f"<div><h4>{escape(title)}</h4><ol>{items}</ol></div>"


def _slope(each: Placed, shown: int) -> str:
    if each.first is None or each.second is None or max(each.first, each.second) >= shown:
        return ""
    start, end = each.first + 0.5, each.second + 0.5
    drawn = f"M0,{start} C50,{start} 50,{end} 100,{end}"
    return f'<path class="{_course(each)}" d="{drawn}" vector-effect="non-scaling-stroke"/>'


def _course(each: Placed) -> str:
    """The CSS class for whether it rises, falls or stays from the first order to the second."""
    first = math.inf if each.first is None else each.first
    second = math.inf if each.second is None else each.second
    return "sg-rises" if second < first else "sg-falls" if second > first else "sg-stays"


def _grid(top: int) -> str:
    lines = "".join(
        f'<span style="bottom:{100 * part:.0f}%"><i>{compact(round(top * part))}</i></span>' for part in (0, 0.5, 1)
    )
    return f'<div class="sg-grid" aria-hidden="true">{lines}</div>'


def _height(value: int, top: int) -> float:
    return max(100 * value / top, LOWEST) if value and top else 0.0


def _ceiling(most: int) -> int:
    """The next number that is easily halved: 2, 4, 10, 20, 40, 100, …"""
    size = 10 ** max(len(str(most)) - 1, 0)
    return next(step * size for step in (1, 2, 4, 6, 8, 10) if step * size >= most) if most > 1 else 2


def spread(count: int, most: int = LABELS) -> list[int]:
    """At most `most` evenly spaced indices of `count` items, with the first, and with the last if that is possible."""
    if count <= most:
        return list(range(count))
    whole = next((labels for labels in range(most, most // 2, -1) if (count - 1) % (labels - 1) == 0), None)
    return list(range(0, count, (count - 1) // (whole - 1) if whole else math.ceil((count - 1) / (most - 1))))
