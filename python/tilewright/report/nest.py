"""Pictures of a mapping: its loop nest with the tiles, and its share of the array."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from html import escape
from itertools import pairwise
from math import log2, prod

from tilewright.report import units
from tilewright.report.chart import tensor_colours
from tilewright.report.result import Detail, Level, Loop

_WIDTH = 400  # px, where tiles go on in the next row
_ROW = 22
_INDENT = 14
_CHARACTER = 6.7  # px, of the mean letter at 12 px
_BOLD = 7.9
_LONGEST_NAME = 28
_LARGEST_CELL = 22
_MOST_LINES = 64
_MOST_BLOCKS = 4096
_MOST_PLACES = 1 << 16


def nest_svg(detail: Detail) -> str:
    """The levels as boxes in each other, outermost first, with tiles and loops in words."""
    colours = tensor_colours([tensor.name for tensor in detail.levels[0].tensors])
    drawing = _Drawing()
    for depth, level in enumerate(reversed(detail.levels)):
        drawing.open_level(level, depth, colours)
        for loop in level.loops:
            drawing.loop(loop, depth)
    depth = len(detail.levels)
    drawing.text(depth * _INDENT + 10, detail.arithmetic.name, "name")
    drawing.y += _ROW
    height = drawing.finish()
    width = int(drawing.right) + 16
    return (
        f'<svg class="nest" viewBox="0 0 {width} {height}" width="{width}" height="{height}" '
        f'role="img" aria-label="loop nest">{"".join(drawing.boxes)}{"".join(drawing.parts)}</svg>'
    )


@dataclass
class _Drawing:
    """Rows from the top; boxes are closed at the end, when their height is known."""

    y: float = 4
    right: float = 300
    parts: list[str] = field(default_factory=list)
    boxes: list[str] = field(default_factory=list)
    open: list[tuple[float, float]] = field(default_factory=list)  # left and top

    def text(self, x: float, text: str, kind: str = "", title: str = "") -> float:
        """Draws a text in the middle of the row; returns where it ends."""
        shown = units.short(text, _LONGEST_NAME)
        tip = f"<title>{escape(title or text)}</title>" if title or shown != text else ""
        of_kind = f' class="{kind}"' if kind else ""
        self.parts.append(
            f'<text x="{x:g}" y="{self.y + 15:g}"{of_kind}>{tip}{escape(shown)}</text>'
        )
        end = x + len(shown) * (_BOLD if kind == "name" else _CHARACTER)
        self.right = max(self.right, end)
        return end

    def open_level(self, level: Level, depth: int, colours: dict[str, str]) -> None:
        """The head of a level: its name and the tiles that it keeps."""
        left = depth * _INDENT
        self.open.append((left, self.y))
        x = self.text(left + 10, level.name, "name") + 16
        kept = [tensor for tensor in level.tensors if tensor.keep]
        if not kept:
            self.text(x, "passes everything on", "muted")
        for tensor in kept:
            label = f"{units.short(tensor.name, 14)} {units.count(tensor.tile)}"
            title = f"{tensor.name}: a tile of {tensor.tile:,} words"
            width = len(label) * _CHARACTER + 22
            if x + width > _WIDTH:
                self.y += _ROW
                x = left + 24
            self.parts.append(
                f'<rect x="{x:g}" y="{self.y + 5:g}" width="11" height="11" rx="2" '
                f'fill="{colours[tensor.name]}"/>'
            )
            x = self.text(x + 16, label, "", title) + 14
        self.y += _ROW + 2

    def loop(self, loop: Loop, depth: int) -> None:
        """A loop: a bar as long as the logarithm of its steps."""
        x = depth * _INDENT + 24
        steps = f"{loop.bound:,}"
        if loop.residual != loop.bound:
            steps += f" (last pass {loop.residual:,})"
        spread = loop.axis != "time"
        what = f"{loop.dimension} \u00d7 {steps}" + (
            f"  across {loop.axis.upper()}" if spread else ""
        )
        kind = "spatial" if spread else "temporal"
        length = 10 + 16 * log2(max(loop.bound, 2))
        self.parts.append(
            f'<rect class="{kind}" x="{x:g}" y="{self.y + 4:g}" width="{length:.4g}" height="13" '
            f'rx="3"/>'
        )
        self.text(x + length + 8, what)
        self.y += _ROW - 2

    def finish(self) -> int:
        """Closes all boxes; returns the height of the picture."""
        last = len(self.open) - 1
        for i, (left, top) in enumerate(self.open):
            bottom = self.y + 5 * (last - i) + 2
            self.boxes.append(
                f'<rect class="level" x="{left + 0.5:g}" y="{top:g}" '
                f'width="{self.right + 15 - left * 1.3:g}" height="{bottom - top:g}" rx="6"/>'
            )
        return int(self.y + 5 * len(self.open) + 6)


def array_svg(detail: Detail) -> str:
    """The multipliers as they lie, those that work in colour; empty where that cannot be drawn."""
    width, height = detail.arithmetic.mesh
    columns = _used(detail, 0)
    rows = _used(detail, 1)
    if columns is None or rows is None or width * height == 1:
        return ""
    blocks = [(across, down) for across in _intervals(columns) for down in _intervals(rows)]
    if len(blocks) > _MOST_BLOCKS:
        return ""
    # At most as large as a phone is wide; a single row still has some height.
    across = min(_LARGEST_CELL, 300 / width)
    down = min(_LARGEST_CELL, 300 / height)
    parts = [f'<rect class="idle" width="{width * across:g}" height="{height * down:g}"/>']
    parts += [
        f'<rect class="busy" x="{x * across:g}" y="{y * down:g}" width="{w * across:g}" '
        f'height="{h * down:g}"/>'
        for (x, w), (y, h) in blocks
    ]
    parts.append(_grid(width, height, across, down))
    size = f"{width * across + 2:g}"
    tall = f"{height * down + 2:g}"
    return (
        f'<svg class="array" viewBox="-1 -1 {size} {tall}" width="{size}" height="{tall}" '
        f'role="img" aria-label="multipliers in use">{"".join(parts)}</svg>'
    )


def array_text(detail: Detail) -> str:
    """How much of the array works, and what lies across it."""
    unit = detail.arithmetic
    used = f"{unit.used:,} of {unit.instances:,} multipliers work"
    along = []
    for axis, what, total in (("x", "columns", unit.mesh[0]), ("y", "rows", unit.mesh[1])):
        loops = [loop for level in reversed(detail.levels) for loop in level.loops]
        across = [loop for loop in loops if loop.axis == axis]
        if across:
            names = " \u00b7 ".join(f"{loop.dimension} {loop.bound}" for loop in across)
            along.append(f"{prod(x.bound for x in across):,} of {total:,} {what} ({names})")
    return f"{used}: {', '.join(along)}." if along else f"{used}."


# The columns (axis 0) or rows (1) at work, or None if a mapping spreads over more than a level has.
def _used(detail: Detail, axis: int) -> list[int] | None:
    inner = detail.arithmetic.mesh[axis]
    span = 1  # multipliers that an instance of the level inside is wide
    used = [0]
    for level in detail.levels:
        fanout = inner // level.mesh[axis]
        spread = prod(loop.bound for loop in level.loops if loop.axis == "xy"[axis])
        if spread > fanout or spread * len(used) > _MOST_PLACES:
            return None
        used = [step * span + place for step in range(spread) for place in used]
        span *= fanout
        inner = level.mesh[axis]
    return used


def _intervals(places: Sequence[int]) -> list[tuple[int, int]]:
    starts = [0, *(i + 1 for i, (a, b) in enumerate(pairwise(places)) if b != a + 1), len(places)]
    return [(places[a], b - a) for a, b in pairwise(starts)]


def _grid(width: int, height: int, across: float, down: float) -> str:
    lines = []
    if width <= _MOST_LINES:
        lines += [f"M{i * across:g} 0V{height * down:g}" for i in range(1, width)]
    if height <= _MOST_LINES:
        lines += [f"M0 {i * down:g}H{width * across:g}" for i in range(1, height)]
    return f'<path class="grid" d="{"".join(lines)}"/>' if lines else ""
