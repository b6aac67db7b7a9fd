"""A drawing of the architecture: its memories from the outside in, and the multipliers."""

from __future__ import annotations

from html import escape

from tilewright.report import units
from tilewright.report.chart import level_colours
from tilewright.report.result import Arithmetic, Detail, Level

_WIDTH = 350  # px: fits a phone
_ROW = 46
_GAP = 16
_LEAST = 200  # px of the narrowest box
_LONGEST = 26  # letters of a name
_GRID = 12  # instances along an axis that are drawn one by one


def architecture_svg(detail: Detail) -> str:
    """A box for each level with its size and instances, and the array that the innermost form."""
    rows: list[Level | Arithmetic] = [*reversed(detail.levels), detail.arithmetic]
    colours = level_colours([detail.arithmetic.name, *(level.name for level in detail.levels)])
    step = (_WIDTH - _LEAST) / 2 / max(len(rows) - 1, 1) / 2
    parts = []
    for i, row in enumerate(rows):
        top = i * (_ROW + _GAP)
        left = i * step
        if i:
            parts.append(_wire(top, row, rows[i - 1]))
        parts.append(_box(left, top, _WIDTH - 2 * left, row, colours[row.name]))
    height = len(rows) * (_ROW + _GAP) - _GAP + 2
    return (
        f'<svg class="chip" viewBox="-1 -1 {_WIDTH + 2} {height}" width="{_WIDTH + 2}" '
        f'height="{height}" role="img" aria-label="architecture">{"".join(parts)}</svg>'
    )


def _box(left: float, top: float, width: float, row: Level | Arithmetic, colour: str) -> str:
    name = units.short(row.name, _LONGEST)
    tip = f"<title>{escape(row.name)}</title>" if name != row.name else ""
    return (
        f'<rect x="{left:g}" y="{top}" width="{width:g}" height="{_ROW}" rx="6"/>'
        f'<rect class="mark" x="{left:g}" y="{top}" width="6" height="{_ROW}" rx="3" '
        f'style="fill:{colour}"/>'
        f'<text class="name" x="{left + 16:g}" y="{top + 19}">{tip}{escape(name)}</text>'
        f'<text class="muted" x="{left + 16:g}" y="{top + 36}">{escape(_about(row))}</text>'
        f"{_dots(left + width, top, row.mesh)}"
    )


# The instances as they lie, where there are few enough.
def _dots(right: float, top: float, mesh: tuple[int, int]) -> str:
    across, down = (min(size, _GRID) for size in mesh)
    if across * down == 1:
        return ""
    size = min(30 / down, 44 / across, 8.0)
    left = right - 10 - across * size
    upper = top + (_ROW - down * size) / 2
    return "".join(
        f'<rect class="dot" x="{left + x * size:.4g}" y="{upper + y * size:.4g}" '
        f'width="{size * 0.75:.3g}" height="{size * 0.75:.3g}"/>'
        for x in range(across)
        for y in range(down)
    )


def _about(row: Level | Arithmetic) -> str:
    often = f"{row.mesh[0]:,} \u00d7 {row.mesh[1]:,} of " if row.instances > 1 else ""
    if isinstance(row, Arithmetic):
        return f"{often}{row.word_bits} bits"
    if row.size is None:
        return f"{often}words of {row.word_bits} bits, no limit"
    if row.size == 0:
        return f"{often}words of {row.word_bits} bits, keeps none"
    whole = f" ({units.si(row.size * row.word_bits / 8, 'B')})" if not often else ""
    return f"{often}{row.size:,} words of {row.word_bits} bits{whole}"


# How many instances inside hang at one outside, if several.
def _wire(top: float, row: Level | Arithmetic, outer: Level | Arithmetic) -> str:
    fanout = row.instances // max(outer.instances, 1)
    middle = _WIDTH / 2
    line = f'<path d="M{middle:g} {top - _GAP}V{top}"/>'
    if fanout < len(("one", "two")):
        return line
    return line + f'<text class="muted" x="{middle + 8:g}" y="{top - 4}">1 : {fanout:,}</text>'
