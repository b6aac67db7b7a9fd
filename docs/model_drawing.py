"""Draws docs/model.svg: the tiles of the example of docs/model.md and the words between them.

python3 docs/model_drawing.py                     # with `tilewright` on the path
python3 docs/model_drawing.py --program build/tilewright
"""

from __future__ import annotations

import argparse
import json
import subprocess
from pathlib import Path
from typing import Any

DOCS = Path(__file__).resolve().parent
EXAMPLE = DOCS / "model_example"
CELL = 15  # pixels of a word
# Tensor: fill of what a level holds, of the tile inside it now, of a second tile beside that.
COLOURS = {
    "Weights": ("#dce9f5", "#4c8cc4", "#9cc3e6"),
    "Inputs": ("#fae6d3", "#d9822b", "#d9822b"),
    "Outputs": ("#dff0e0", "#4b9b57", "#a5d1ab"),
}
# Columns of the picture, in pixels.
LEFT = {"Weights": 130, "Inputs": 275, "Outputs": 480}
NEST_LEFT = 660
WIDTH, HEIGHT = 900, 508


def counts_of(program: str, mapping: str) -> dict[str, Any]:
    """Every count of a mapping of the example, as `tilewright model --json` has them."""
    files = [str(EXAMPLE / f"{name}.yaml") for name in ("arch", "layer", mapping)]
    done = subprocess.run(
        [program, "model", *files, "--json", "-"], capture_output=True, text=True, check=True
    )
    counts: dict[str, Any] = json.loads(done.stdout)
    return counts


def text(x: float, y: float, words: str, look: str = "") -> str:
    """A line of text at its baseline."""
    escaped = words.replace("&", "&amp;").replace("<", "&lt;")
    return f'<text x="{x:g}" y="{y:g}" xml:space="preserve" {look}>{escaped}</text>'


def box(x: float, y: float, width: float, height: float, look: str) -> str:
    """A rectangle."""
    return f'<rect x="{x:g}" y="{y:g}" width="{width:g}" height="{height:g}" {look}/>'


def tensor(x: float, y: float, name: str, shape: tuple[int, int], marks: list[Any]) -> list[str]:
    """Words of a tensor as cells; marks are (rows, columns, colour) of tiles further in."""
    plain, *_ = COLOURS[name]
    parts = []
    for row in range(shape[0]):
        for column in range(shape[1]):
            inside = [m for m in marks if row in m[0] and column in m[1]]
            colour = COLOURS[name][inside[0][2]] if inside else plain
            look = f'fill="{colour}" stroke="#fff"'
            parts.append(box(x + column * CELL, y + row * CELL, CELL, CELL, look))
    return parts


def level(y: float, height: float, name: str, said: str) -> list[str]:
    """The box of a memory with its name."""
    return [
        box(12, y, 624, height, 'fill="#fff" stroke="#8a929a" rx="5"'),
        text(24, y + 22, name, 'class="name"'),
        text(24, y + 39, said, 'class="small"'),
    ]


def words_between(y: float, counts: dict[str, Any], outer: str) -> list[str]:
    """Arrows below the tensors of a level: what it reads for the level inside, and gets back."""
    level_of = {each["name"]: each for each in counts["levels"]}
    parts = []
    for name, x in LEFT.items():
        space = level_of[outer]["dataspaces"][name]
        ways = [("↓", space["reads"]), ("↑", space["updates"])]
        said = "   ".join(f"{arrow} {words}" for arrow, words in ways if words)
        parts.append(text(x, y, f"{said} words", f'style="fill:{COLOURS[name][1]}" class="flow"'))
    return parts


def memory(counts: dict[str, Any], y: float) -> list[str]:
    """Main memory: whole tensors, and the buffer's first tile in them."""
    size = counts["dimensions"]
    parts = level(y, 84, "Memory", "whole tensors")
    weights = (size["M"], size["C"] * size["R"])
    inputs = (size["C"], size["P"] + size["R"] - 1)
    outputs = (size["M"], size["P"])
    parts += tensor(LEFT["Weights"], y + 12, "Weights", weights, [(range(9), range(9), 1)])
    parts += tensor(LEFT["Inputs"], y + 12, "Inputs", inputs, [(range(9), range(6), 1)])
    return parts + tensor(LEFT["Outputs"], y + 12, "Outputs", outputs, [(range(9), range(4), 1)])


def buffer(counts: dict[str, Any], y: float) -> list[str]:
    """The buffer: its first tile, and the first tiles of both PEs in it."""
    size = counts["dimensions"]
    parts = level(y, 84, "Buffer", "tile of p1 = 0")
    weights = (size["M"], size["C"] * size["R"])
    both = [(range(1), range(3), 1), (range(1, 2), range(3), 2)]
    parts += tensor(LEFT["Weights"], y + 12, "Weights", weights, both)
    parts += tensor(LEFT["Inputs"], y + 12, "Inputs", (2, 6), [(range(1), range(6), 1)])
    both = [(range(1), range(4), 1), (range(1, 2), range(4), 2)]
    return parts + tensor(LEFT["Outputs"], y + 12, "Outputs", (4, 4), both)


def registers(y: float) -> list[str]:
    """Both PEs with the tiles of their first step."""
    parts = []
    for m, shade in ((0, 1), (1, 2)):
        top = y + m * 54
        parts += level(top, 46, f"Registers {m}", f"c = 0, m = {m}")
        for name, shape in (("Weights", (1, 3)), ("Inputs", (1, 6)), ("Outputs", (1, 4))):
            tile = [(range(9), range(9), shade)]
            parts += tensor(LEFT[name], top + 16, name, shape, tile)
    return parts


def nest(y: float) -> list[str]:
    """The loops, beside the level that they belong to."""
    lines = (
        (y + 24, "for p1 in 0..1:", 0),
        (y + 151, "for c in 0..1:", 1),
        (y + 171, "for m1 in 0..1:", 2),
        (y + 191, "parallel m0 in 0..1:", 3),
        (y + 300, "for p0 in 0..3:", 4),
        (y + 320, "for r in 0..2:", 5),
        (y + 340, "multiply, add", 6),
    )
    note = [
        text(NEST_LEFT, y + 392, "m = 2 m1 + m0", 'class="small"'),
        text(NEST_LEFT, y + 412, "p = 4 p1 + p0", 'class="small"'),
    ]
    return note + [
        text(NEST_LEFT + 12 * deep, at, line, 'class="loop"') for at, line, deep in lines
    ]


def draw(counts: dict[str, Any]) -> str:
    """The picture, as SVG."""
    top = 58
    style = (
        "text{font:14px sans-serif;fill:#1f2328}.small{font-size:12px;fill:#59636e}"
        ".loop{font-family:monospace;font-size:13px}.name,.flow{font-weight:600}"
    )
    rows = (
        ("Weights", "m, column c, r"),
        ("Inputs", "c, column p + r"),
        ("Outputs", "m, column p"),
    )
    parts = [text(LEFT[name], 24, name, 'class="name"') for name, _ in rows]
    parts += [text(LEFT[name], 42, f"row {axes}", 'class="small"') for name, axes in rows]
    parts += [text(NEST_LEFT, 24, "Loop nest", 'class="name"')]
    parts += memory(counts, top) + words_between(top + 107, counts, "Memory")
    parts += buffer(counts, top + 127) + words_between(top + 234, counts, "Buffer")
    parts += registers(top + 254) + nest(top)
    operations = f"Multipliers: {counts['computes']} operations on 2 PEs"
    told = f"{counts['compute_cycles']} cycles of work, {counts['cycles']} with the memory's port"
    parts += [text(24, top + 392, operations, 'class="name"'), text(24, top + 412, told)]
    parts += [
        text(24, top + 434, "Strong colours: the first tiles of the level inside.", 'class="small"')
    ]
    body = "\n".join([box(0, 0, WIDTH, HEIGHT, 'fill="#fff"'), *parts])
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}"'
    return f'{head} width="{WIDTH}" height="{HEIGHT}">\n<style>{style}</style>\n{body}\n</svg>\n'


def main() -> None:
    """Writes the picture beside the page."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--program", default="tilewright", help="the program")
    counts = counts_of(parser.parse_args().program, "mapping")
    (DOCS / "model.svg").write_text(draw(counts))


if __name__ == "__main__":
    main()
