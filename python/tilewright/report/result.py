"""What stands in a folder that `tilewright map` wrote."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property
from math import ceil, nan
from typing import Any

from tilewright._bound import LayerBound


@dataclass(frozen=True)
class Loop:
    """A loop of more than one step.

    Attributes:
        dimension: its name.
        bound: steps.
        residual: steps of the last pass, if they differ.
        axis: "time", or the axis of the array that it is spread over, "x" or "y".
    """

    dimension: str
    bound: int
    residual: int
    axis: str


@dataclass(frozen=True)
class Tensor:
    """A tensor at a memory; counts are elements in all instances over the layer.

    Attributes:
        name: of the tensor.
        keep: whether the memory holds it.
        tile: elements of it in one instance.
        instances: of the memory that hold some of it.
        reads: to levels inside, or to the arithmetic.
        fills: from levels outside.
        updates: results from inside.
        energy: pJ.
        size: words of the memory that an element takes; 1 unless it is said otherwise.
    """

    name: str
    keep: bool
    tile: int
    instances: float
    reads: float
    fills: float
    updates: float
    energy: float
    size: float = 1

    @property
    def accesses(self) -> float:
        """Elements."""
        return self.reads + self.fills + self.updates


@dataclass(frozen=True)
class Level:
    """A memory of the architecture, as a layer uses it.

    Attributes:
        name: of the level.
        dram: whether it is main memory.
        instances: how many there are.
        mesh: of these along X and Y.
        word_bits: bits of a word.
        size: words of one instance; None = no limit.
        usable: of these, for the tiles of one layer.
        bandwidths: words per cycle of one instance, of "read", "write" and "shared".
        cycles: that the layer takes at least because of this level.
        area: of all instances, um2.
        source: who priced it.
        tensors: in the order of the problem.
        loops: outermost first.
    """

    name: str
    dram: bool
    instances: int
    mesh: tuple[int, int]
    word_bits: int
    size: int | None
    usable: int | None
    bandwidths: Mapping[str, float]
    cycles: int
    area: float
    source: str
    tensors: tuple[Tensor, ...]
    loops: tuple[Loop, ...]

    @property
    def energy(self) -> float:
        """Of the layer, in pJ; without leakage."""
        return sum(tensor.energy for tensor in self.tensors)

    @property
    def held(self) -> int:
        """Words of all tiles in one instance."""
        return ceil(sum(tensor.tile * tensor.size for tensor in self.tensors if tensor.keep))

    @property
    def occupancy(self) -> float | None:
        """Share of the usable words that are held; None without a limit, or where it holds none."""
        return self.held / self.usable if self.usable else None

    @property
    def accesses(self) -> float:
        """Words."""
        return sum(tensor.accesses * tensor.size for tensor in self.tensors)

    def passed(self, kind: str) -> float:
        """Words that a bandwidth ("read", "write" or "shared") has to let through."""
        reads = sum(tensor.reads * tensor.size for tensor in self.tensors)
        return {"read": reads, "write": self.accesses - reads, "shared": self.accesses}[kind]


@dataclass(frozen=True)
class Link:
    """A network between two levels.

    Attributes:
        name: of the network.
        outer: the level that it hangs below.
        energy: pJ.
        words: of each tensor, that enter it or travel between neighbours.
    """

    name: str
    outer: str
    energy: float
    words: Mapping[str, float]


@dataclass(frozen=True)
class Arithmetic:
    """The multipliers."""

    name: str
    instances: int
    mesh: tuple[int, int]
    used: int
    word_bits: int
    energy: float
    area: float
    source: str


@dataclass(frozen=True)
class Detail:
    """Every count of a mapping: what stands in <layer>.stats.json."""

    dimensions: Mapping[str, int]
    arithmetic: Arithmetic
    levels: tuple[Level, ...]  # innermost first
    links: tuple[Link, ...]
    idle: float  # leakage in pJ, where it counts
    area: float  # um2
    nest: str
    prices: tuple[Mapping[str, Any], ...]

    @property
    def off_chip(self) -> tuple[Level, ...]:
        """Main memory; the outermost level where none is called so."""
        return tuple(level for level in self.levels if level.dram) or self.levels[-1:]

    @cached_property
    def parts(self) -> dict[str, dict[str, float]]:
        """Energy in pJ by level, from the inside, and by tensor ("" = no tensor's)."""
        found = {self.arithmetic.name: {"": self.arithmetic.energy}}
        for level in self.levels:
            found[level.name] = {tensor.name: tensor.energy for tensor in level.tensors}
        wires = sum(link.energy for link in self.links)
        if wires:
            found["networks"] = {"": wires}
        if self.idle:
            found["leakage"] = {"": self.idle}
        return found


@dataclass(frozen=True)
class Layer:
    """A layer; costs are those of one occurrence.

    Attributes:
        name: of the layer.
        repeats: how often it occurs, with all layers that it stands for.
        also: names of other layers of equal work, which got the same mapping.
        failure: why there is no mapping; empty if there is one.
        energy: pJ.
        cycles: of the mapping.
        edp: pJ * cycles.
        utilization: of the multipliers, 0 to 1.
        macs: operations.
        summary: all that summary.json says of it.
        detail: every count; None if the file is missing, or there is no mapping.
        bound: what no mapping can beat; None if not known.
    """

    name: str
    repeats: int
    also: tuple[str, ...] = ()
    failure: str = ""
    energy: float = nan
    cycles: int = 0
    edp: float = nan
    utilization: float = nan
    macs: int = 0
    summary: Mapping[str, Any] = field(default_factory=dict)
    detail: Detail | None = None
    bound: LayerBound | None = None

    @property
    def found(self) -> bool:
        """Whether there is a mapping."""
        return not self.failure

    @property
    def number(self) -> int:
        """Of layers that it stands for, each with its repeats."""
        return 1 + len(self.also)

    @property
    def title(self) -> str:
        """Its name, and how many others it stands for."""
        return f"{self.name} (+{len(self.also)} equal)" if self.also else self.name

    @property
    def over_energy(self) -> float | None:
        """Energy as a multiple of the bound."""
        return _ratio(self.energy, self.bound.energy_pj) if self.bound and self.found else None

    @property
    def over_cycles(self) -> float | None:
        """Cycles as a multiple of the bound."""
        return _ratio(self.cycles, self.bound.cycles) if self.bound and self.found else None


@dataclass(frozen=True)
class Run:
    """A folder of results.

    Attributes:
        folder: as it was given.
        label: "A" or "B" where two are compared, else empty.
        summary: summary.json.
        machine: run.json; empty if the run did not end.
        layers: in the order of the summary, those without a mapping after the others.
        notes: what is odd about the result.
        clock: hertz; None if not known.
    """

    folder: str
    label: str
    summary: Mapping[str, Any]
    machine: Mapping[str, Any]
    layers: tuple[Layer, ...]
    notes: tuple[str, ...]
    clock: float | None

    @property
    def title(self) -> str:
        """What ran on what."""
        return f"{self.summary['network']} on {self.summary['architecture']}"

    @cached_property
    def mapped(self) -> tuple[Layer, ...]:
        """The layers with a mapping."""
        return tuple(layer for layer in self.layers if layer.found)

    @cached_property
    def detailed(self) -> tuple[tuple[Layer, Detail], ...]:
        """Those whose counts are there."""
        return tuple((layer, layer.detail) for layer in self.mapped if layer.detail)

    @property
    def total(self) -> Mapping[str, Any]:
        """Sums over the layers with a mapping, times their repeats."""
        found: Mapping[str, Any] = self.summary["total"]
        return found

    @cached_property
    def parts(self) -> dict[str, dict[str, float]]:
        """As `Detail.parts`, of the network."""
        found: dict[str, dict[str, float]] = {}
        for layer, detail in self.detailed:
            for part, tensors in detail.parts.items():
                row = found.setdefault(part, {})
                for tensor, energy in tensors.items():
                    row[tensor] = row.get(tensor, 0.0) + energy * layer.repeats
        return found

    @cached_property
    def bound_energy(self) -> float | None:
        """The least energy of the mapped layers in pJ; None if a bound is missing."""
        return _total([(x.bound.energy_pj if x.bound else None, x.repeats) for x in self.mapped])

    @cached_property
    def bound_cycles(self) -> float | None:
        """The least time of the mapped layers; None if a bound is missing."""
        return _total([(x.bound.cycles if x.bound else None, x.repeats) for x in self.mapped])

    @property
    def off_chip_words(self) -> float | None:
        """Words that main memory reads and writes; None if a count is missing."""
        if len(self.detailed) < len(self.mapped) or not self.mapped:
            return None
        return sum(
            level.accesses * layer.repeats
            for layer, detail in self.detailed
            for level in detail.off_chip
        )

    @property
    def area(self) -> float | None:
        """Of the chip, um2."""
        return self.detailed[0][1].area if self.detailed else None

    def __getitem__(self, name: str) -> Layer | None:
        return next((layer for layer in self.layers if layer.name == name), None)


def _ratio(value: float, least: float) -> float | None:
    return value / least if least > 0 else None


def _total(values: list[tuple[float | None, int]]) -> float | None:
    known = [value * repeats for value, repeats in values if value is not None]
    return sum(known) if known and len(known) == len(values) else None
