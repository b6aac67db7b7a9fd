"""Four dataflows on one array: energy by level, with free wires and with wires that cost.

python3 docs/case_studies/dataflows.py      # with `tilewright` on the path; rewrites dataflows.md
"""

from __future__ import annotations

from pathlib import Path

from common import HERE, SPECS, Bar, Layer, arguments, bars, map_layers, table, write

BATCH = 16
WIRE_PJ = 2  # of a word that arrives at, or leaves, a unit
LEVELS = ("MAC", "RegisterFile", "array", "GlobalBuffer", "DRAM")
DATAFLOWS: dict[str, list[Path]] = {
    "weight stationary": [SPECS / "arch/weight_stationary.yaml"],
    "output stationary": [SPECS / "arch/output_stationary.yaml"],
    "input stationary": [SPECS / "arch/input_stationary.yaml"],
    "row stationary": [SPECS / "arch/three_level.yaml", HERE / "row_stationary.yaml"],
    "no constraint": [SPECS / "arch/three_level.yaml"],
}


def moved_words(layer: Layer) -> float:
    """Words that arrive at a unit of the array or leave one, from the buffer or a neighbour."""
    (network,) = (n for n in layer.stats["networks"] if n["outer_level"] == "GlobalBuffer")
    (buffer,) = (each for each in layer.stats["levels"] if each["name"] == "GlobalBuffer")
    moved = 0.0
    for name, space in network["dataspaces"].items():
        sent = sum(each["accesses"] * each["multicast"] for each in space["ingresses"])
        moved += sent * space["instances"] + space["link_transfers"]
        if name == "Outputs":  # sums that come back to the array
            moved += buffer["dataspaces"][name]["reads"]
    return moved


def energies(layers: list[Layer]) -> list[float]:
    """PJ per multiply-accumulate of each of `LEVELS`."""
    macs = sum(layer.macs for layer in layers)
    parts = []
    for level in LEVELS:
        if level == "array":
            parts.append(WIRE_PJ * sum(moved_words(layer) for layer in layers) / macs)
        else:
            parts.append(sum(layer.energy_pj(level) for layer in layers) / macs)
    return parts


def main() -> None:
    """Maps the convolutions of AlexNet in each dataflow; writes the table and the chart."""
    chosen = arguments(__doc__, "20s")
    rows = [["pJ per multiply-accumulate", "multipliers", "registers", "buffer", "DRAM"]]
    rows[0] += ["**wires free**", "array", "**wires 2 pJ**", "proven"]
    chart = []
    for name, specs in DATAFLOWS.items():
        files = [*specs, HERE / "prices.yaml", SPECS / "network/alexnet.yaml"]
        options = ["--objective", "energy", "--batch", str(BATCH), "--time", chosen.time]
        layers = map_layers(chosen.program, files, *options)
        layers = [layer for layer in layers if layer.name.startswith("conv")]
        parts = dict(zip(LEVELS, energies(layers), strict=True))
        whole = sum(parts.values())
        cells = [parts[level] for level in ("MAC", "RegisterFile", "GlobalBuffer", "DRAM")]
        proven = sum(bool(layer.summary["proven"]) for layer in layers)
        rows.append([name, *(f"{cell:.2f}" for cell in cells), f"**{whole - parts['array']:.2f}**"])
        rows[-1] += [f"{parts['array']:.2f}", f"**{whole:.2f}**", f"{proven} of {len(layers)}"]
        chart.append(Bar(name, list(parts.values()), f"{whole:.2f} pJ"))
    title = "AlexNet's convolutions, batch 16: energy of a multiply-accumulate"
    names = ["multipliers", "registers", "array", "buffer", "DRAM"]
    (chosen.output / "dataflows.svg").write_text(bars(title, names, chart))
    write(chosen.output / "dataflows.md", {"table": table(rows)})


if __name__ == "__main__":
    main()
