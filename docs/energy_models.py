"""Curves of the built-in energy models against published points, and their deviation from CACTI.

python3 docs/energy_models.py plot      # docs/energy-*.svg, and the deviation from each point
python3 docs/energy_models.py cacti     # SRAM model against tests/data/accelergy/cacti_answers.csv

Needs nothing but the program: on the path, or `--program build/tilewright`.
"""

from __future__ import annotations

import argparse
import csv
import subprocess
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median

from plot import Series, svg

ROOT = Path(__file__).resolve().parent.parent
LITERATURE = ROOT / "model/energy/estimators/literature.csv"
CACTI = ROOT / "tests/data/accelergy/cacti_answers.csv"
Rows = list[dict[str, str]]
Attributes = dict[str, float | str]


@dataclass
class Component:
    """A primitive component and the action whose energy is wanted."""

    name: str
    kind: str
    attributes: Attributes
    action: str


def read_csv(path: Path) -> Rows:
    """Rows of a CSV file with comment lines, by column."""
    lines = [line for line in path.read_text().splitlines() if line and not line.startswith("#")]
    rows = list(csv.reader(lines, skipinitialspace=True))
    names = [name.strip() for name in rows[0]]
    return [dict(zip(names, (cell.strip() for cell in row), strict=False)) for row in rows[1:]]


def price(program: str, components: Sequence[Component], *options: str) -> list[dict[str, float]]:
    """Prices each component: pJ of its action ("energy") and um2 of it ("area")."""
    text = "architecture:\n  version: 0.3\n  subtree:\n  - name: all\n    local:\n"
    for c in components:
        attributes = ", ".join(f"{key}: {value}" for key, value in c.attributes.items())
        text += f"    - {{name: {c.name}, class: {c.kind}, attributes: {{{attributes}}}}}\n"
    with tempfile.TemporaryDirectory() as folder:
        source = Path(folder) / "components.yaml"
        source.write_text(text)
        command = [program, "energy", str(source), "-o", folder, "-p", "9", *options]
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        return read_tables(Path(folder), components)


def read_tables(folder: Path, components: Sequence[Component]) -> list[dict[str, float]]:
    """Energies (of the action with all arguments set) and areas from the program's tables."""
    wanted = {f"all.{c.name}": c.action for c in components}
    found: dict[str, dict[str, float]] = {f"all.{c.name}": {} for c in components}
    for file, key in (("ERT.yaml", "energy"), ("ART.yaml", "area")):
        name = action = ""
        for line in (folder / file).read_text().splitlines():
            label, _, value = line.strip().removeprefix("- ").partition(":")
            if label == "name" and value.strip() in found:
                name = value.strip()
            elif label == "name":
                action = value.strip()
            elif label == key and (key == "area" or action == wanted[name]):
                found[name][key] = max(float(value), found[name].get(key, 0))
    return [found[f"all.{c.name}"] for c in components]


def geometric(first: float, last: float, count: int = 40) -> list[float]:
    """Numbers from `first` to `last`, each the same multiple of the one before."""
    return [first * (last / first) ** (i / (count - 1)) for i in range(count)]


def memory(name: str, node: float, width: float, kib: float, **more: float) -> Component:
    """An SRAM that is read."""
    depth = round(kib * 8192 / width)
    attributes: Attributes = {
        "technology": f"{node:g}nm",
        "width": round(width),
        "depth": depth,
        **more,
    }
    return Component(name, "SRAM", attributes, "read")


def arithmetic(name: str, kind: str, node: float, bits: float) -> Component:
    """An integer unit of `bits`."""
    action = "add" if kind == "intadder" else "mult_random"
    return Component(name, kind, {"technology": f"{node:g}nm", "datawidth": round(bits)}, action)


def wire(name: str, node: float) -> Component:
    """One bit over 1 mm."""
    attributes: Attributes = {"technology": f"{node:g}nm", "length": "1mm"}
    return Component(name, "wire", {**attributes, "datawidth": 1}, "transfer_random")


def floating(name: str, kind: str, node: float, fmt: str) -> Component:
    """A floating-point unit of a named format."""
    exponent, mantissa = {"fp16": (5, 10), "bf16": (8, 7), "fp32": (8, 23), "fp64": (11, 52)}[fmt]
    action = {"fpadder": "add", "fpmultiplier": "mult_random", "fpmac": "mac_random"}[kind]
    attributes: Attributes = {
        "technology": f"{node:g}nm",
        "exponent": exponent,
        "mantissa": mantissa,
    }
    return Component(name, kind, attributes, action)


def published(rows: Rows) -> list[tuple[str, Component, float]]:
    """What the models price of the published figures: label, component, pJ."""
    result = []
    for i, row in enumerate(rows):
        kind, energy = row["class"], float(row["energy"])
        name, node = f"p{i}", float(row["node"] or 0)
        if kind in ("SRAM", "regfile"):
            part = memory(name, node, float(row["bits"]), float(row["kib"].split("|")[-1]))
            part.kind = kind
            label = f"{kind} {row['kib']} KiB, {row['bits']} bits"
        elif kind.startswith("int"):
            part, label = arithmetic(name, kind, node, float(row["bits"])), f"{kind} {row['bits']}"
        elif kind.startswith("fp"):
            part, label = floating(name, kind, node, row["format"]), f"{kind} {row['format']}"
        elif kind == "wire":
            part, label = wire(name, node), "wire, bit and mm"
        else:
            continue
        result.append((f"{label}, {node:g} nm ({row['source']})", part, energy))
    return result


def curve(
    program: str, pin: str, xs: Sequence[float], parts: Sequence[Component]
) -> list[tuple[float, float]]:
    """Prices a component for each of `xs`: (x, pJ)."""
    for i, part in enumerate(parts):
        part.name = f"c{i}"
    prices = price(program, parts, "--pin", pin)
    return [(x, answer["energy"]) for x, answer in zip(xs, prices, strict=True)]


def points(rows: Rows, kind: str, node: str, x: str, **equal: str) -> list[tuple[float, float]]:
    """Published (x, pJ) of a class at a node, where the columns `equal` agree."""
    return [
        (float(row[x]), float(row["energy"]))
        for row in rows
        if row["class"] == kind
        and (not node or row["node"] == node)
        and row[x]
        and all(row[key] == value for key, value in equal.items())
    ]


def plots(program: str, rows: Rows) -> dict[str, str]:
    """The SVGs by file name."""
    bits = [4, 6, 8, 12, 16, 24, 32, 48, 64]
    kinds = (("intmultiplier", "multiplier"), ("intadder", "adder"))
    logic = [
        Series(
            f"{label}, {node} nm",
            curve(
                program,
                "ScaledArithmetic",
                bits,
                [arithmetic("", kind, node, b) for b in bits],
            ),
            points(rows, kind, str(node), "bits"),
        )
        for kind, label in kinds
        for node in (45, 7)
    ]
    sizes = geometric(0.25, 2048)
    memories = [
        Series(
            f"{width} bits, {node} nm",
            curve(
                program,
                "AnalyticMemory",
                sizes,
                [memory("", node, width, k) for k in sizes],
            ),
            points(rows, "SRAM", str(node), "kib", bits=str(width)),
        )
        for width, node in ((64, 45), (32, 45), (64, 10), (64, 7))
    ]
    nodes = geometric(5, 90)
    by_node = [
        Series(
            "32-bit multiplier",
            curve(
                program,
                "ScaledArithmetic",
                nodes,
                [arithmetic("", "intmultiplier", n, 32) for n in nodes],
            ),
            points(rows, "intmultiplier", "", "node", bits="32"),
        ),
        Series(
            "8 KiB SRAM, 64 bits",
            curve(program, "AnalyticMemory", nodes, [memory("", n, 64, 8) for n in nodes]),
            points(rows, "SRAM", "", "node", bits="64", kib="8"),
        ),
        Series(
            "wire, bit and mm",
            curve(program, "AnalyticNetwork", nodes, [wire("", n) for n in nodes]),
            points(rows, "wire", "", "node"),
        ),
    ]
    return {
        "energy-arithmetic.svg": svg("Integer arithmetic", "bits", logic),
        "energy-memory.svg": svg("Reading an SRAM", "KiB", memories),
        "energy-node.svg": svg("Over nodes", "nm", by_node),
    }


def plot(program: str) -> None:
    """Writes the SVGs and prints how far the models are from each published point."""
    rows = read_csv(LITERATURE)
    for name, text in plots(program, rows).items():
        (ROOT / "docs" / name).write_text(text)
    figures = published(rows)
    options = ["--exclude", "Literature", "--exclude", "Aladdin_table"]
    prices = price(program, [part for _, part, _ in figures], *options)
    print("| published | pJ | model | deviation |\n|---|---|---|---|")
    for (label, _, energy), answer in zip(figures, prices, strict=True):
        ours = answer["energy"]
        print(f"| {label} | {energy:g} | {ours:.3g} | {100 * (ours / energy - 1):+.0f} % |")


def cacti(program: str) -> None:
    """Prints the deviation of the SRAM model from CACTI over the golden rows."""
    rows = read_csv(CACTI)
    reads, writes = [], []
    for i, row in enumerate(rows):
        width = float(row["bus_bits"])
        more = {"n_banks": float(row["banks"]), "n_rdwr_ports": float(row["ports"])}
        kib = float(row["size_bytes"]) / 1024
        reads.append(memory(f"r{i}", float(row["technology_nm"]), width, kib, **more))
        writes.append(Component(f"w{i}", "SRAM", reads[-1].attributes, "write"))
    answers = price(program, [*reads, *writes], "--pin", "AnalyticMemory")
    print("| SRAM | read | write | area |\n|---|---|---|---|")
    deviations: dict[str, list[float]] = {"read": [], "write": [], "area": []}
    for i, row in enumerate(rows):
        read, write = answers[i], answers[len(rows) + i]
        ratios = {
            "read": read["energy"] / float(row["read_pJ"]),
            "write": write["energy"] / float(row["write_pJ"]),
            "area": read["area"] / float(row["area_um2"]),
        }
        for key, ratio in ratios.items():
            deviations[key].append(100 * (ratio - 1))
        cells = " | ".join(f"{100 * (ratio - 1):+.0f} %" for ratio in ratios.values())
        print(
            f"| {row['technology_nm']} nm, {row['size_bytes']} bytes, {row['bus_bits']} bits, "
            f"{row['ports']} ports, {row['banks']} banks | {cells} |"
        )
    for what, of in (("median", median), ("worst", max)):
        cells = " | ".join(f"{of([abs(d) for d in ds]):.0f} %" for ds in deviations.values())
        print(f"| {what}, without sign | {cells} |")


def main() -> None:
    """Reads the command line."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("what", choices=("plot", "cacti"))
    parser.add_argument("--program", default="tilewright")
    arguments = parser.parse_args()
    (plot if arguments.what == "plot" else cacti)(arguments.program)


if __name__ == "__main__":
    main()
