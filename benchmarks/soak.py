#!/usr/bin/env python3
"""Does any searcher ever beat the optimal one? Over all architectures and networks that ship.

    python3 benchmarks/soak.py [--program tilewright] [--time 50ms] [--proof-time 10s]

Searches every layer with proof and with each heuristic, and tells of every mapping that is better
than a proven optimum or below a bound; exit code 1 if there is one. Prints a row per architecture
and network: layers, proven ones, comparisons, and how far the best heuristic was from the proven
optimum at most.
"""

from __future__ import annotations

import argparse
import json
import subprocess
import tempfile
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
HEURISTICS = ("random", "local", "annealing", "genetic", "hybrid", "portfolio")
ROUNDING = 1e-12


def search(program: str, arch: Path, network: Path, *options: str) -> list[dict[str, Any]]:
    """The layers of a search that have a mapping."""
    with tempfile.TemporaryDirectory() as folder:
        done = subprocess.run(
            [program, "map", str(arch), str(network), "--quiet", "-o", folder, *options],
            capture_output=True,
            text=True,
            check=False,
        )
        if done.returncode not in (0, 3):
            raise SystemExit(f"{arch.stem} {network.stem} {options}: {done.stderr}")
        layers = json.loads((Path(folder) / "summary.json").read_text())["layers"]
    assert isinstance(layers, list)
    return layers


def compare(program: str, arch: Path, network: Path, time: str, proof_time: str) -> int:
    """Prints the row of a network on an architecture; how often the optimum was beaten."""
    found = search(program, arch, network, "--searcher", "optimal", "--time", proof_time)
    optimal = {layer["name"]: layer for layer in found}
    beaten = compared = 0
    best: dict[str, float] = {}
    for searcher in HEURISTICS:
        for layer in search(program, arch, network, "--searcher", searcher, "--time", time):
            limit = optimal.get(layer["name"])
            if limit is None:
                print(f"BEATEN: {arch.stem} {layer['name']}: {searcher} alone found a mapping")
                beaten += 1
                continue
            edp = layer["edp_pJ_cycles"]
            best[layer["name"]] = min(best.get(layer["name"], edp), edp)
            compared += 1
            bound = limit["edp_pJ_cycles"] if limit["proven"] else limit["lower_bound"]
            if edp < bound * (1 - ROUNDING):
                print(f"BEATEN: {arch.stem} {layer['name']}: {searcher} {edp} below {bound}")
                beaten += 1
    proven = [layer for layer in found if layer["proven"]]
    worst = max(
        (best[x["name"]] / x["edp_pJ_cycles"] - 1 for x in proven if x["name"] in best), default=0.0
    )
    cells = [arch.stem, network.stem, len(found), len(proven), compared, f"{worst:.2%}"]
    print("| " + " | ".join(str(cell) for cell in cells) + " |", flush=True)
    return beaten


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="tilewright")
    parser.add_argument("--time", default="50ms", help="of a heuristic, for each layer")
    parser.add_argument("--proof-time", default="10s", help="of the optimal search, ditto")
    parser.add_argument("--only", default="", help="architectures whose name holds this")
    options = parser.parse_args()
    print("| architecture | network | layers | proven | comparisons | best heuristic above it |")
    print("|---|---|---|---|---|---|")
    beaten = 0
    for arch in sorted((ROOT / "specs/arch").glob(f"*{options.only}*.yaml")):
        for network in sorted((ROOT / "specs/network").glob("*.yaml")):
            beaten += compare(options.program, arch, network, options.time, options.proof_time)
    if beaten:
        raise SystemExit(f"{beaten} mappings are better than they can be")


if __name__ == "__main__":
    main()
