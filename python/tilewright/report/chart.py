"""A chart as plotly draws it: plain data, to which the page's script adds the theme."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from html import escape
from math import isfinite
from typing import Any

Trace = dict[str, Any]

# A colour means one thing on the whole page: each kind of thing has its own family.
COMPUTE = "#c9971c"
OTHER = "#8c8f94"
_TENSORS = ("#3f78b5", "#d0762b", "#8d6cab", "#a3593c")  # blue, orange, violet, brown
_MEMORIES = ((0xA9, 0xD6, 0xD1), (0x17, 0x57, 0x5E))  # light to dark teal: innermost, outermost
RUNS = {"": "#64748b", "A": "#5a5fc0", "B": "#b8437f"}
GOOD = "#4a9d62"
LOST = ("#c9453a", "#de8278", "#962c23", "#eeb3ac", "#7a1f33", "#d6a0ae")  # reds


def level_colours(names: Sequence[str]) -> dict[str, str]:
    """The arithmetic first, then memories from the inside: the darker, the further out."""
    memories = [name for name in names[1:] if name not in ("networks", "leakage")]
    found = {names[0]: COMPUTE} if names else {}
    for i, name in enumerate(memories):
        place = i / (len(memories) - 1) if len(memories) > 1 else 1.0
        mixed = (round(a + (b - a) * place) for a, b in zip(*_MEMORIES, strict=True))
        found[name] = "#" + "".join(f"{part:02x}" for part in mixed)
    return {**dict.fromkeys(names, OTHER), **found}


def tensor_colours(names: Sequence[str]) -> dict[str, str]:
    """Of the tensors of a problem; "" is what belongs to none."""
    named = [name for name in names if name]
    return {"": COMPUTE} | {name: _TENSORS[i % len(_TENSORS)] for i, name in enumerate(named)}


def log_axis(values: Iterable[float], **more: object) -> dict[str, object]:
    """A logarithmic axis with a tick per decade, or finer ones if it spans few."""
    shown = [value for value in values if value > 0]
    wide = 30
    decades = {"dtick": 1} if shown and max(shown) > wide * min(shown) else {}
    return {"type": "log", **decades, **more}


def merged(orders: Iterable[Sequence[str]]) -> list[str]:
    """All names of several lists, each once, in an order that agrees with theirs if one does."""
    found: list[str] = []
    for order in orders:
        place = 0
        for name in order:
            if name in found:
                place = found.index(name) + 1
            else:
                found.insert(place, name)
                place += 1
    return found


def other_name(parts: Sequence[str]) -> str:
    """What to call the energy that is no tensor's."""
    return "other" if {"networks", "leakage"} & set(parts) else "arithmetic"


def lying_bars(
    name: str, colour: str, parts: Sequence[str], values: Sequence[float], texts: Sequence[str]
) -> Trace:
    """Bars to the right, one for each part."""
    return {
        "type": "bar",
        "orientation": "h",
        "name": plain(name),
        "marker": {"color": colour},
        "y": [plain(part) for part in parts],
        "x": list(values),
        "text": [plain(text) for text in texts],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }


def plain(text: str) -> str:
    """A name as text of a chart, which would take `<b>` for bold."""
    return escape(text, quote=False)


@dataclass(frozen=True)
class Chart:
    """A chart and what the page says of it.

    Attributes:
        title: above it.
        note: below the title, a sentence on how to read it.
        traces: plotly's data.
        layout: plotly's layout.
        height: pixels.
        width: least pixels; the chart scrolls in its box where there is less room.
    """

    title: str
    note: str
    traces: Sequence[Trace]
    layout: Mapping[str, Any] = field(default_factory=dict)
    height: int = 300
    width: int = 0


class Charts:
    """Collects the charts of a page: each gets a place now, and its data at the end."""

    def __init__(self) -> None:
        self.drawn: list[Chart] = []

    def place(self, chart: Chart | None) -> str:
        """HTML of a chart; empty without one."""
        if chart is None:
            return ""
        number = len(self.drawn)
        self.drawn.append(chart)
        least = f"min-width:{chart.width}px;" if chart.width else ""
        wide = " wide" if chart.width else ""
        note = f'<p class="note">{escape(chart.note)}</p>' if chart.note else ""
        return (
            f'<figure class="card{wide}"><figcaption><h3>{escape(chart.title)}</h3>{note}'
            "</figcaption>"
            f'<div class="scroll"><div class="chart" data-chart="{number}" role="img" '
            f'aria-label="{escape(chart.title)}" style="{least}height:{chart.height}px"></div>'
            f"</div></figure>"
        )

    def json(self) -> str:
        """The data of all charts, safe inside of a script element."""
        rows = [{"data": _clean(list(x.traces)), "layout": _clean(x.layout)} for x in self.drawn]
        text = json.dumps(rows, separators=(",", ":"), allow_nan=False)
        return text.replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026")


# JSON has no NaN; and three digits more than the page shows are enough.
def _clean(value: Any) -> Any:
    if isinstance(value, float):
        return float(f"{value:.7g}") if isfinite(value) else None
    if isinstance(value, Mapping):
        return {key: _clean(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_clean(item) for item in value]
    return value
