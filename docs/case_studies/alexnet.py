"""AlexNet on the Eyeriss-like array against what was measured on the chip.

python3 docs/case_studies/alexnet.py        # with `tilewright` on the path; rewrites alexnet.md
"""

from __future__ import annotations

from dataclasses import dataclass

from common import SPECS, Bar, Layer, arguments, bars, map_layers, table, write

BATCH = 4
WORD_BYTES = 2
NAIVE = 4  # words per operation if each fetches weight, input and sum, and writes the sum back
CYCLES_PER_MS = 200_000
UNITS = 168


@dataclass
class Chip:
    """What the paper gives for a layer at batch 4: MB that move, units at work, ms."""

    buffer: float
    dram: float
    units: int
    time: float


# Y.-H. Chen, T. Krishna, J. Emer, V. Sze, "Eyeriss: An Energy-Efficient Reconfigurable Accelerator
# for Deep Convolutional Neural Networks", IEEE JSSC 52(1), 2017, table of AlexNet.
MEASURED = {
    "conv1": Chip(18.5, 5.0, 154, 16.5),
    "conv2": Chip(77.6, 4.0, 135, 39.2),
    "conv3": Chip(50.2, 3.0, 156, 21.8),
    "conv4": Chip(37.4, 2.1, 156, 16.0),
    "conv5": Chip(24.9, 1.3, 156, 10.0),
}


def megabytes(layer: Layer, level: str) -> float:
    """MB that a level reads, receives and sends back."""
    return layer.words(level) * WORD_BYTES / 1e6


def units(layer: Layer) -> int:
    """Multipliers that work at once."""
    (arithmetic,) = (each for each in layer.stats["levels"] if each["kind"] == "arithmetic")
    return int(arithmetic["utilized_instances"])


def by_layer(layers: list[Layer]) -> str:
    """The convolutions, one by one, beside the chip's."""
    rows = [["", "buffer MB", "chip", "DRAM MB", "chip", "ratio", "units", "chip", "ms", "chip"]]
    convolutions = [layer for layer in layers if layer.name in MEASURED]
    for layer in convolutions:
        chip, dram = MEASURED[layer.name], megabytes(layer, "DRAM")
        time = layer.summary["cycles"] / CYCLES_PER_MS
        rows.append([layer.name, f"{megabytes(layer, 'GlobalBuffer'):.1f}", f"{chip.buffer:.1f}"])
        rows[-1] += [f"{dram:.1f}", f"{chip.dram:.1f}", f"{dram / chip.dram:.1f}"]
        rows[-1] += [str(units(layer)), str(chip.units), f"{time:.1f}", f"{chip.time:.1f}"]
    buffer, dram = (
        sum(megabytes(layer, level) for layer in convolutions) for level in ("GlobalBuffer", "DRAM")
    )
    chips = MEASURED.values()
    time = sum(layer.summary["cycles"] for layer in convolutions) / CYCLES_PER_MS
    theirs = sum(chip.dram for chip in chips)
    rows.append(["all five", f"{buffer:.1f}", f"{sum(chip.buffer for chip in chips):.1f}"])
    rows[-1] += [f"{dram:.1f}", f"{theirs:.1f}", f"{dram / theirs:.1f}", "", ""]
    rows[-1] += [f"{time:.1f}", f"{sum(chip.time for chip in chips):.1f}"]
    return table(rows)


def factors(layers: list[Layer]) -> str:
    """How many times fewer accesses than fetching every operand."""
    rows = [["", "operands fetched", "buffer", "fewer", "DRAM", "fewer", "DRAM words per MAC"]]
    groups = {
        "convolutions": [layer for layer in layers if layer.name in MEASURED],
        "fully connected": [layer for layer in layers if layer.name not in MEASURED],
        "all layers": layers,
    }
    for name, group in groups.items():
        macs = sum(layer.macs for layer in group)
        row = [name, f"{NAIVE * macs / BATCH / 1e6:,.0f} M"]
        for level in ("GlobalBuffer", "DRAM"):
            words = sum(layer.words(level) for layer in group)
            row += [f"{words / BATCH / 1e6:.2f} M", f"{NAIVE * macs / words:.0f} x"]
        words = sum(layer.words("DRAM") for layer in group)
        rows.append([*row, f"{words / macs:.4f}"])
    macs = sum(layer.macs for layer in groups["convolutions"])
    operands = f"{NAIVE * macs / BATCH / 1e6:,.0f} M"
    row = ["convolutions on the chip", operands]
    for moved in (sum(c.buffer for c in MEASURED.values()), sum(c.dram for c in MEASURED.values())):
        words = moved * 1e6 / WORD_BYTES
        row += [f"{words / BATCH / 1e6:.2f} M", f"{NAIVE * macs / words:,.0f} x"]
    rows.append([*row, f"{words / macs:.4f}"])
    words = sum(sum(each.bound["compulsory_words"].values()) for each in groups["convolutions"])
    row = ["convolutions, each word once", operands, "", "", f"{words / BATCH / 1e6:.2f} M"]
    return table([*rows, [*row, f"{NAIVE * macs / words:,.0f} x", f"{words / macs:.4f}"]])


def chart(layers: list[Layer]) -> str:
    """MB of each layer at the buffer and at DRAM: ours in one colour, the chip's in the other."""
    rows = []
    for level, heading in (("GlobalBuffer", "Global buffer, MB"), ("DRAM", "DRAM, MB")):
        rows.append(Bar(heading, [], ""))
        for layer in layers:
            if layer.name in MEASURED:
                chip = MEASURED[layer.name]
                ours = megabytes(layer, level)
                theirs = chip.buffer if level == "GlobalBuffer" else chip.dram
                rows.append(Bar(layer.name, [ours], f"{ours:.1f}"))
                rows.append(Bar("", [0, theirs], f"{theirs:.1f}"))
    names = ["best mapping in energy x delay", "measured on the chip"]
    return bars("AlexNet's convolutions, batch 4", names, rows, left=90)


def main() -> None:
    """Maps AlexNet; writes the tables and the chart."""
    chosen = arguments(__doc__, "20s")
    files = [SPECS / "arch/eyeriss_like_168.yaml", SPECS / "network/alexnet.yaml"]
    options = ["--batch", str(BATCH), "--time", chosen.time]
    layers = map_layers(chosen.program, files, *options)
    (chosen.output / "alexnet.svg").write_text(chart(layers))
    page = chosen.output / "alexnet.md"
    write(page, {"factors": factors(layers), "layers": by_layer(layers)})


if __name__ == "__main__":
    main()
