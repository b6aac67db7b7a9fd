"""What the case studies share: running the program, tables in pages, charts of bars."""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent.parent
SPECS = ROOT / "specs"
# Fills, each with the colour of text on it.
COLOURS = ("#c8971b", "#3f76b5", "#b04f80", "#7f9f4f", "#c9533c")


@dataclass
class Layer:
    """A layer as it was mapped: its part of summary.json, stats.json (counts) and bound.json."""

    summary: dict[str, Any]
    stats: dict[str, Any]
    bound: dict[str, Any]

    @property
    def name(self) -> str:
        """Its name in the network."""
        return str(self.summary["name"])

    @property
    def macs(self) -> int:
        """Its multiply-accumulates."""
        return int(self.summary["computes"])

    def words(self, level: str) -> float:
        """Words read, filled and updated in all instances of a level."""
        (found,) = (each for each in self.stats["levels"] if each["name"] == level)
        per_instance = sum(
            space[kind]
            for space in found["dataspaces"].values()
            for kind in ("reads", "fills", "updates")
        )
        return float(per_instance * found["specs"]["instances"])

    def energy_pj(self, level: str) -> float:
        """Energy of a level in pJ."""
        (found,) = (each for each in self.stats["levels"] if each["name"] == level)
        return float(found["energy_total"])


def map_layers(program: str, specs: Sequence[Path], *options: str) -> list[Layer]:
    """The layers of a network, mapped."""
    with tempfile.TemporaryDirectory() as folder:
        words = [program, "map", *map(str, specs), *options, "--perfect", "--quiet", "-o", folder]
        done = subprocess.run(words, capture_output=True, text=True, check=False)
        if done.returncode != 0:
            raise SystemExit(f"{' '.join(words)}: {done.stderr}")

        def read(file: str) -> Any:
            return json.loads((Path(folder) / file).read_text())

        bounds = {each["name"]: each for each in read("bound.json")["layers"]}
        return [
            Layer(row, read(f"{row['files']}.stats.json"), bounds[row["name"]])
            for row in read("summary.json")["layers"]
        ]


def arguments(doc: str | None, time: str) -> argparse.Namespace:
    """The options that each study has."""
    parser = argparse.ArgumentParser(description=(doc or "").splitlines()[0])
    parser.add_argument("--program", default="tilewright", help="the program")
    parser.add_argument("--time", default=time, help=f"for each layer (default: {time})")
    parser.add_argument("-o", "--output", type=Path, default=HERE, help="folder of page and chart")
    return parser.parse_args()


def table(rows: Sequence[Sequence[str]]) -> str:
    """A table in Markdown; the first row is the heading, numbers stand on the right."""
    lines = ["| " + " | ".join(row) + " |" for row in rows]
    lines.insert(1, "|---|" + "---:|" * (len(rows[0]) - 1))
    return "\n".join(lines)


def write(page: Path, parts: dict[str, str]) -> None:
    """Puts text between the marks `<!-- NAME: begin -->` and `<!-- NAME: end -->` of a page."""
    text = page.read_text()
    for name, part in parts.items():
        begin, end = f"<!-- {name}: begin -->", f"<!-- {name}: end -->"
        head, rest = text.split(begin)
        _, tail = rest.split(end)
        text = f"{head}{begin}\n\n{part}\n\n{end}{tail}"
    page.write_text(text)


@dataclass
class Bar:
    """A bar of one or more parts, lengths in the unit of its chart."""

    label: str
    parts: Sequence[float]
    said: str  # behind the bar


def text(x: float, y: float, words: str, look: str = "") -> str:
    """A line of text at its baseline."""
    return f'<text x="{x:g}" y="{y:g}" {look}>{words.replace("&", "&amp;")}</text>'


def bars(title: str, names: Sequence[str], rows: Sequence[Bar], left: int = 150) -> str:
    """A chart of stacked bars, as SVG; a row without parts is a heading."""
    width, y = 760, 78
    scale = (width - left - 130) / max(sum(row.parts) for row in rows)
    body = [text(12, 26, title, 'class="title"')]
    x = 12.0
    for name, colour in zip(names, COLOURS, strict=False):
        body.append(f'<rect x="{x:g}" y="42" width="13" height="13" fill="{colour}"/>')
        body.append(text(x + 19, 53, name))
        x += 19 + 8.0 * len(name) + 16
    for i, row in enumerate(rows):
        x = float(left)
        look = "" if row.parts else 'class="title"'
        body.append(text(12, y + 15, row.label, look))
        for part, colour in zip(row.parts, COLOURS, strict=False):
            long = part * scale
            body.append(
                f'<rect x="{x:.1f}" y="{y}" width="{long:.1f}" height="20" fill="{colour}"/>'
            )
            x += long
        body.append(f'<text x="{x + 8:.1f}" y="{y + 15}">{row.said}</text>')
        y += 22 if i + 1 < len(rows) and not rows[i + 1].label else 31
    height = y + 8
    style = "text{font:14px sans-serif;fill:#1f2328}.title{font-weight:600}"
    head = f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}"'
    ground = f'<rect width="{width}" height="{height}" fill="#fff"/>'
    inside = "\n".join([ground, *body])
    return f'{head} width="{width}" height="{height}">\n<style>{style}</style>\n{inside}\n</svg>\n'
