#!/usr/bin/env python3
"""How long the optimal search takes for every layer of five networks on three architectures.

    python3 benchmarks/optimal_table.py [--program tilewright] [--time 60s] [-j 1] [--imperfect]
        [--architecture three_level ...] [--network alexnet ...] [--csv FILE] [--perfect] [--verify]

Prints Markdown: per architecture and network the distinct layers, how many were proven optimal, the
median, the longest and the sum of their times in seconds, and the peak of the memory in MiB; with
--verify also how many claims hold and what that took, on all cores.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import statistics
import subprocess
import tempfile
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ARCHITECTURES = ("three_level", "eyeriss_like_256", "simba_like")
NETWORKS = ("alexnet", "vgg16", "resnet50", "mobilenet_v1", "bert_base_encoder")


@dataclass
class Layer:
    """One distinct layer: its time in s, whether it is proven, EDP in pJ * cycles."""

    architecture: str
    network: str
    name: str
    seconds: float
    proven: bool
    gap: float | None
    edp: float | None
    holds: bool | None = None
    verify_seconds: float | None = None


def run(wishes: argparse.Namespace, architecture: str, network: str) -> tuple[list[Layer], float]:
    """The layers of a network, equal ones once, and the peak of the memory in MiB."""
    with tempfile.TemporaryDirectory() as folder:
        files = [f"specs/arch/{architecture}.yaml", f"specs/network/{network}.yaml"]
        options = ["--searcher", "optimal", "--objective", "edp", "--time", wishes.time]
        options += ["-j", str(wishes.threads)] + (["--imperfect"] if wishes.imperfect else [])
        options += ["--perfect"] if wishes.perfect else []
        child = subprocess.Popen(
            [wishes.program, "map", *files, *options, "--quiet", "-o", folder],
            cwd=ROOT,
            stdout=subprocess.DEVNULL,
        )
        _, status, usage = os.wait4(child.pid, 0)
        if os.waitstatus_to_exitcode(status) != 0:
            raise SystemExit(f"{network} on {architecture}: the search failed")
        summary = json.loads((Path(folder) / "summary.json").read_text())
        times = json.loads((Path(folder) / "run.json").read_text())
        verdicts = verify(wishes, folder) if wishes.verify else {}
    seconds = {layer["name"]: layer["seconds"] for layer in times["layers"]}
    layers = [
        Layer(
            architecture,
            network,
            layer["name"],
            seconds[layer["name"]],
            layer["proven"],
            layer.get("gap"),
            layer.get("edp_pJ_cycles"),
            *verdicts.get(layer["name"], ()),
        )
        for layer in summary["layers"]
        if layer["name"] in seconds
    ]
    return layers, usage.ru_maxrss / 1024


def verify(wishes: argparse.Namespace, folder: str) -> dict[str, tuple[bool, float]]:
    """Of each layer, whether its claim holds, and the seconds that this took to find out."""
    told = subprocess.run(
        [wishes.program, "verify", folder, "--json", "-"], cwd=ROOT, stdout=subprocess.PIPE
    )
    layers = json.loads(told.stdout)["layers"]
    return {layer["name"]: (layer["finding"] == "holds", layer["seconds"]) for layer in layers}


def row(cells: list[object]) -> None:
    """Prints a row of the table."""
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)


def report(architecture: str, network: str, layers: list[Layer], peak: float | None) -> None:
    """Prints what layers took; the peak of the memory in MiB, if it is known."""
    longest = max(layers, key=lambda layer: layer.seconds)
    row(
        [
            architecture,
            network,
            len(layers),
            sum(layer.proven for layer in layers),
            f"{statistics.median(layer.seconds for layer in layers):.3f}",
            f"{longest.seconds:.2f} ({longest.name})",
            f"{sum(layer.seconds for layer in layers):.2f}",
            "" if peak is None else f"{peak:.0f}",
        ]
        + verified(layers)
    )


def verified(layers: list[Layer]) -> list[str]:
    """Columns on what `verify` says, if it was asked."""
    asked = [layer for layer in layers if layer.verify_seconds is not None]
    if not asked:
        return []
    slowest = max(asked, key=lambda layer: layer.verify_seconds or 0)
    return [
        str(sum(bool(layer.holds) for layer in asked)),
        f"{slowest.verify_seconds:.2f} ({slowest.name})",
        f"{sum(layer.verify_seconds or 0 for layer in asked):.2f}",
    ]


def main() -> None:
    """Runs all and prints the table."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="tilewright")
    parser.add_argument("--time", default="60s", help="for each layer")
    parser.add_argument("--imperfect", action="store_true", help="factors need not divide")
    parser.add_argument("--perfect", action="store_true", help="factors divide, and no more")
    parser.add_argument("--verify", action="store_true", help="have all claims checked")
    parser.add_argument("--architecture", nargs="+", default=ARCHITECTURES)
    parser.add_argument("--network", nargs="+", default=NETWORKS)
    parser.add_argument("-j", "--threads", type=int, default=1, help="0 = all cores")
    parser.add_argument("--csv", type=Path, help="every layer, as a table")
    options = parser.parse_args()
    columns = ["architecture", "network", "layers", "proven", "median s", "longest s", "sum s", "MiB"]
    columns += ["hold", "longest verify s", "sum of verify s"] if options.verify else []
    row(columns)
    row(["---"] * len(columns))
    found: list[Layer] = []
    for architecture in options.architecture:
        of_architecture: list[Layer] = []
        for network in options.network:
            layers, peak = run(options, architecture, network)
            report(architecture, network, layers, peak)
            of_architecture += layers
        report(architecture, "all", of_architecture, None)
        found += of_architecture
    if options.csv:
        with options.csv.open("w", newline="") as file:
            table = csv.writer(file)
            table.writerow(Layer.__dataclass_fields__)
            table.writerows(vars(layer).values() for layer in found)


if __name__ == "__main__":
    main()
