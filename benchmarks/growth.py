#!/usr/bin/env python3
"""How the time of the optimal search grows with the levels and with the size of the dimensions.

    python3 benchmarks/growth.py [--program tilewright] [--time 60s] [--plots docs]

Prints two Markdown tables (seconds, one thread; EDP) and, with `--plots`, writes them as
growth-levels.svg and growth-sizes.svg. A search that did not end within `--time` is shown as such
and left out of the plots.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import sys
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "docs"))

from plot import Series, svg  # noqa: E402

LEVELS = range(3, 9)
SIZES = [1 << power for power in range(6, 17)]
# Register files of 256 instances under shared buffers, each 4 times the one inside.
CONV = {"R": 3, "S": 3, "P": 14, "Q": 14, "C": 256, "K": 256, "N": 1}


def architecture(levels: int, free: bool) -> str:
    """`levels` storage levels; unless `free`, those between the ends keep everything."""
    lines = [
        "arch:",
        "  arithmetic: {name: MAC, instances: 256, meshX: 16, meshY: 16, word-bits: 16}",
        "  storage:",
        "  - {name: L0, entries: 256, instances: 256, meshX: 16, meshY: 16, word-bits: 16}",
    ]
    for level in range(1, levels - 1):
        entries = 16384 * 4 ** (level - 1)
        lines.append(
            f"  - {{name: L{level}, entries: {entries}, instances: 1, word-bits: 16, "
            "block-size: 4}"
        )
    lines.append("  - {name: DRAM, technology: DRAM, instances: 1, word-bits: 16, block-size: 4}")
    if free:
        return "\n".join(lines) + "\n"
    lines.append("mapspace_constraints:")
    lines.append("  targets:")
    for level in range(levels - 1):
        lines.append(f"  - {{target: L{level}, type: bypass, keep: SPACES}}")
    return "\n".join(lines) + "\n"


def gemm(size: int) -> str:
    """The product of two square matrices."""
    return f"problem: {{shape: gemm, instance: {{M: {size}, N: {size}, K: {size}}}}}\n"


def conv() -> str:
    """A 3x3 convolution with 256 channels in and out on 14 x 14."""
    instance = ", ".join(f"{name}: {value}" for name, value in CONV.items())
    return f"problem: {{shape: cnn-layer, instance: {{{instance}}}}}\n"


def search(program: str, limit: str, arch: str, problem: str) -> float | None:
    """Seconds to the proof; nothing if there is none in time."""
    spaces = "[A, B, Z]" if "gemm" in problem else "[Weights, Inputs, Outputs]"
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        (folder / "arch.yaml").write_text(arch.replace("SPACES", spaces))
        (folder / "problem.yaml").write_text(problem)
        options = ["--searcher", "optimal", "--time", limit, "-j", "1", "--quiet", "-o", "out"]
        subprocess.run(
            [program, "map", "arch.yaml", "problem.yaml", *options],
            cwd=folder,
            stdout=subprocess.DEVNULL,
            check=True,
        )
        layer = json.loads((folder / "out/summary.json").read_text())["layers"][0]
        run = json.loads((folder / "out/run.json").read_text())["layers"][0]
    return float(run["seconds"]) if layer["proven"] else None


def show(head: str, xs: list[int], columns: dict[str, list[float | None]], limit: str) -> None:
    """Prints a table: a row for each x, a column for each series."""
    print(f"| {head} | " + " | ".join(columns) + " |")
    print("|---" * (len(columns) + 1) + "|")
    for i, x in enumerate(xs):
        cells = [
            f"{column[i]:.3f}" if column[i] is not None else f"> {limit.removesuffix('s')}"
            for column in columns.values()
        ]
        print(f"| {x} | " + " | ".join(cells) + " |", flush=True)
    print(flush=True)


def plot(
    path: Path, title: str, label: str, xs: list[int], columns: dict[str, list[float | None]]
) -> None:
    """Writes the columns as a plot."""
    series = []
    for name, column in columns.items():
        found = [(float(x), y) for x, y in zip(xs, column, strict=True) if y is not None]
        if found:
            series.append(Series(name, found, found))
    path.write_text(svg(title, label, series, "s"))


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="tilewright")
    parser.add_argument("--time", default="60s", help="for each search")
    parser.add_argument("--plots", type=Path, help="folder for the plots")
    options = parser.parse_args()
    program = str(Path(options.program).resolve()) if "/" in options.program else options.program

    def grown(archs: list[str], problems: list[str]) -> list[float | None]:
        """The searches from the smallest on; after one that does not end, no more."""
        times: list[float | None] = []
        for arch, problem in zip(archs, problems, strict=True):
            over = bool(times) and times[-1] is None
            times.append(None if over else search(program, options.time, arch, problem))
        return times

    levels = list(LEVELS)
    by_level = {
        f"{name}, {'free' if free else 'all kept'}": grown(
            [architecture(level, free) for level in levels], [problem] * len(levels)
        )
        for name, problem in (("GEMM 512", gemm(512)), ("conv 3x3", conv()))
        for free in (False, True)
    }
    show("levels", levels, by_level, options.time)
    by_size = {
        f"{level} levels, {'free' if free else 'all kept'}": grown(
            [architecture(level, free)] * len(SIZES), [gemm(size) for size in SIZES]
        )
        for level in (3, 4)
        for free in (False, True)
    }
    show("M = N = K", SIZES, by_size, options.time)
    if options.plots:
        title = "Time to the proof"
        plot(options.plots / "growth-levels.svg", title, "levels", levels, by_level)
        plot(options.plots / "growth-sizes.svg", title, "M = N = K of a GEMM", SIZES, by_size)


if __name__ == "__main__":
    main()
