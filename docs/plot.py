"""Plots with two logarithmic axes, as SVG."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, field

FEW = 16  # whole numbers along an axis
COLOURS = ("#1b6ca8", "#c8553d", "#3a7d44", "#7a4fa3", "#8a6d1d")


@dataclass
class Series:
    """A curve, and single points beside it: (x, y)."""

    label: str
    curve: list[tuple[float, float]]
    points: list[tuple[float, float]] = field(default_factory=list)


def marks(first: float, last: float) -> list[float]:
    """Where a logarithmic axis has labels: at powers of two, or at few whole numbers."""
    if last < FEW and last < 4 * first:
        return [float(x) for x in range(math.ceil(first), math.floor(last) + 1)]
    step = 1 if last < 100 * first else 2
    powers = range(math.ceil(math.log2(first)), math.floor(math.log2(last)) + 1)
    return [2.0**power for power in powers if power % step == 0]


def svg(title: str, x_label: str, series: Sequence[Series], y_label: str = "pJ") -> str:
    """A plot with both axes logarithmic."""
    width, height, left, bottom, top, right = 520, 330, 58, 46, 30, 130
    xs = [x for s in series for x, _ in s.curve + s.points]
    ys = [y for s in series for _, y in s.curve + s.points]
    x0, x1 = math.log10(min(xs)), math.log10(max(xs))
    y0, y1 = math.floor(math.log10(min(ys))), math.ceil(math.log10(max(ys)))

    def px(x: float) -> float:
        return left + (math.log10(x) - x0) / (x1 - x0) * (width - left - right)

    def py(y: float) -> float:
        return height - bottom - (math.log10(y) - y0) / (y1 - y0) * (height - bottom - top)

    out = [
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" '
        'font-family="sans-serif" font-size="11">',
        '<rect width="100%" height="100%" fill="#fff"/>',
        f'<text x="{left}" y="18" font-size="13">{title}</text>',
        f'<text x="{(left + width - right) / 2:.0f}" y="{height - 10}" '
        f'text-anchor="middle">{x_label}</text>',
        f'<text x="14" y="{height / 2:.0f}" transform="rotate(-90 14 {height / 2:.0f})" '
        f'text-anchor="middle">{y_label}</text>',
    ]
    for decade in range(y0, y1 + 1):
        y = py(10.0**decade)
        out.append(f'<path d="M{left} {y:.1f}H{width - right}" stroke="#ddd"/>')
        out.append(
            f'<text x="{left - 5}" y="{y + 4:.1f}" text-anchor="end">{10.0**decade:g}</text>'
        )
    for mark in marks(min(xs), max(xs)):
        x = px(mark)
        out.append(f'<path d="M{x:.1f} {height - bottom}v-4" stroke="#888"/>')
        label = f'<text x="{x:.1f}" y="{height - bottom + 14}" text-anchor="middle">'
        out.append(f"{label}{mark:g}</text>")
    for i, s in enumerate(series):
        colour = COLOURS[i % len(COLOURS)]
        path = "L".join(f"{px(x):.1f} {py(y):.1f}" for x, y in s.curve)
        out.append(f'<path d="M{path}" fill="none" stroke="{colour}" stroke-width="1.6"/>')
        for x, y in s.points:
            out.append(f'<circle cx="{px(x):.1f}" cy="{py(y):.1f}" r="3.2" fill="{colour}"/>')
        y = top + 14 + 16 * i
        out.append(f'<text x="{width - right + 8}" y="{y}" fill="{colour}">{s.label}</text>')
    return "\n".join([*out, "</svg>", ""])
