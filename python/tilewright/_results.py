"""What evaluating and searching give back: plain values that can be copied and pickled."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from functools import cached_property
from math import nan
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tilewright import _html
from tilewright._layers import Layered
from tilewright._save import save_result
from tilewright._values import Value

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True, eq=False)
class _Scored(Value):
    """What `Result` and `LayerResult` share."""

    name: str
    macs: int
    energy_pj: float = nan
    cycles: float = nan
    edp: float = nan
    utilization: float = nan
    nest: str = field(default="", repr=False)
    stats_json: str = field(default="", repr=False)

    @cached_property
    def stats(self) -> dict[str, Any]:
        """Every count, energy (pJ), area (um2) and bandwidth (words per cycle) of every level.

        The same as the program's `--json`; empty if there is no mapping.
        """
        return dict(json.loads(self.stats_json)) if self.stats_json else {}

    def levels(self) -> pd.DataFrame:
        """A pandas frame with a row per level and tensor: accesses in words, energy in pJ.

        Networks and leakage have rows where they take energy.

        Needs the package `pandas`.
        """
        return _html.frame(self._rows())

    def _repr_html_(self) -> str:
        return _html.scored(self.name, self._summary(), self.nest, self._rows())

    def _rows(self) -> list[dict[str, Any]]:
        return level_rows(self.stats)

    def _summary(self) -> str:
        return self._costs()

    def _costs(self) -> str:
        return (
            f"{self.energy_pj:.6g} pJ, {self.cycles:,} cycles, "
            f"EDP {self.edp:.6g} pJ*cycles, utilization {self.utilization:.1%}"
        )


@dataclass(frozen=True, repr=False, eq=False)
class Result(_Scored):
    """A mapping's cost, or why it cannot run.

    Attributes:
        name: of the layer.
        macs: operations of the layer.
        energy_pj: energy in pJ; nan if rejected.
        cycles: time in cycles, a whole number; nan if rejected.
        edp: energy-delay product in pJ * cycles; nan if rejected.
        utilization: share of the multipliers at work, 0 to 1; nan if rejected.
        nest: the loop nest as text; empty if the mapping does not fit the problem.
        stats_json: every count as JSON text; `stats` is the same as a dictionary.
        valid: whether the mapping can run.
        rejection: why it cannot, in a sentence; empty if valid.
    """

    valid: bool = False
    rejection: str = ""

    def __repr__(self) -> str:
        return f"<Result {self.name}: {self._summary()}>"

    def _summary(self) -> str:
        return self._costs() if self.valid else self.rejection


def level_rows(stats: dict[str, Any]) -> list[dict[str, Any]]:
    """One row per level and tensor that it keeps, and one for the arithmetic, innermost first.

    Then the networks that take energy, and leakage if it counts: all rows make the whole energy.
    """
    rows: list[dict[str, Any]] = []
    for level in stats.get("levels", ()):
        if level["kind"] == "arithmetic":
            rows.append(
                {
                    "level": level["name"],
                    "tensor": "",
                    "macs": level["computes"],
                    "energy_pj": level["energy_total"] or 0.0,
                }
            )
            continue
        for tensor, counts in level["dataspaces"].items():
            if not counts["keep"]:
                continue
            instances = counts["utilized_instances"]
            row = {"level": level["name"], "tensor": tensor}
            row |= {what: counts[what] * instances for what in ("reads", "fills", "updates")}
            energies = (value or 0.0 for key, value in counts.items() if key in _ENERGIES)
            rows.append({**row, "energy_pj": sum(energies)})
    return rows + _other_rows(stats)


def _other_rows(stats: dict[str, Any]) -> list[dict[str, Any]]:
    rows = []
    for network in stats.get("networks", ()):
        for tensor, counts in network["dataspaces"].items():
            energy = sum(counts.get(key) or 0.0 for key in _WIRE_ENERGIES)
            if energy:
                rows.append({"level": network["name"], "tensor": tensor, "energy_pj": energy})
    breakdown = stats.get("energy_breakdown", {})
    if breakdown.get("idle_counted"):
        rows.append({"level": "leakage", "tensor": "", "energy_pj": breakdown["idle_pJ"]})
    return rows


_ENERGIES = ("energy_total", "temporal_reduction_energy_total", "addr_gen_energy_total")
_WIRE_ENERGIES = ("energy_total", "link_transfer_energy_total", "spatial_reduction_energy_total")


@dataclass(frozen=True, eq=False)
class Progress(Value):
    """How far a search is.

    Attributes:
        layer: name of the layer that is searched.
        index: its place in the network, from 0.
        layers: how many there are.
        evaluated: mappings considered so far for this layer.
        valid_count: those of them that can run.
        done: whether the layer is finished.
        energy_pj: of the best mapping so far; nan if there is none.
        cycles: of the best mapping so far, a whole number; nan if there is none.
    """

    layer: str
    index: int
    layers: int
    evaluated: int
    valid_count: int
    done: bool
    energy_pj: float = nan
    cycles: float = nan


@dataclass(frozen=True, eq=False)
class ParetoPoint(Value):
    """A mapping that no other one found beats in every metric of the front.

    Attributes:
        metrics: the metrics that the front was asked for, by name.
        energy_pj: energy in pJ.
        cycles: time in cycles.
        edp: energy-delay product in pJ * cycles.
        utilization: share of the multipliers at work, 0 to 1.
        mapping_yaml: the mapping as spec text, for `evaluate` and for Timeloop.
    """

    metrics: dict[str, float]
    energy_pj: float
    cycles: int
    edp: float
    utilization: float
    mapping_yaml: str = field(repr=False)


@dataclass(frozen=True, repr=False, eq=False)
class LayerResult(_Scored):
    """The best mapping that was found for a layer. All costs are of one occurrence.

    Attributes:
        name: of the layer.
        macs: operations of the layer.
        energy_pj: energy in pJ; nan if no mapping was found.
        cycles: time in cycles, a whole number; nan if no mapping was found.
        edp: energy-delay product in pJ * cycles; nan if no mapping was found.
        utilization: share of the multipliers at work, 0 to 1; nan if no mapping was found.
        nest: the mapping as loop nest text; empty if none was found.
        stats_json: every count as JSON text; `stats` is the same as a dictionary.
        repeats: how often the layer occurs.
        mapping_yaml: the mapping as spec text, for `evaluate` and for Timeloop.
        evaluated: mappings considered.
        valid_count: those of them that can run.
        over_budget: those that can run but are beyond a budget.
        pareto: the front, if one was asked for, by rising first metric.
        top: the best mappings, the best first, if several were asked for.
        top_proven: whether no other mapping is better than the last of these.
        mapspace_size: how many mappings there are; with `imperfect` those of perfect factors.
        failure: why there is no mapping; empty if there is one.
        same_as: name of the layer whose search this is: its own, or an earlier one of equal work.
        stopped_by: what ended the search, e.g. "victory" or "max_evaluated".
        slowest: what sets the time: the memory whose bandwidth does, or the arithmetic.
        dearest: the component that takes the most energy.
        proven: whether no mapping of the `scope` is better.
        scope: the mappings that `proven` and `gap` are about: "perfect", whose factors divide, or
            "imperfect", also all others; empty if the searcher proves nothing.
        gap: how far above the optimum the mapping can be by the first metric, as a share of it;
            None if the searcher proves nothing.
        imperfect_gap: the same for all mappings whose factors need not divide; None if nothing is
            known of them.
        seconds: time of the search; no part of comparisons.
    """

    repeats: int = 1
    mapping_yaml: str = field(default="", repr=False)
    evaluated: int = 0
    valid_count: int = 0
    over_budget: int = 0
    pareto: tuple[ParetoPoint, ...] = field(default=(), repr=False)
    top: tuple[ParetoPoint, ...] = field(default=(), repr=False)
    top_proven: bool = False
    mapspace_size: int = 0
    failure: str = ""
    same_as: str = ""
    stopped_by: str = ""
    proven: bool = False
    slowest: str = ""
    dearest: str = ""
    scope: str = ""
    gap: float | None = None
    imperfect_gap: float | None = None
    seconds: float = field(default=0.0, compare=False)

    @property
    def found(self) -> bool:
        """Whether there is a mapping."""
        return not self.failure

    def __repr__(self) -> str:
        return f"<LayerResult {self.name}: {self._summary()}>"

    def _summary(self) -> str:
        return self._costs() if self.found else self.failure


@dataclass(frozen=True, repr=False, eq=False)
class NetworkResult(Layered[LayerResult], Value):
    """The layers of a network and their totals. Prints as a table; `result["conv1"]` is a layer.

    Totals are sums over the layers, times their repeats. If a layer has no mapping, `complete` is
    false and all totals but `macs` are nan.

    Attributes:
        architecture: its name.
        network: its name.
        objective: what was minimised.
        searcher: how.
        seed: of the random numbers.
        layers: in the order of the network.
        energy_pj: total energy in pJ.
        cycles: total time in cycles, one layer after the other, a whole number.
        edp: product of the two, pJ * cycles.
        utilization: share of the multipliers at work, weighted by time, 0 to 1.
        macs: total operations of all layers.
        complete: whether every layer has a mapping.
        interrupted: whether Ctrl-C ended the search: then the layers hold what was found so far.
        reproducible: whether the same seed gives the same again, which time and Ctrl-C prevent.
        table: the same table as the program prints.
        summary_json: the same as the program's summary.json, as text.
        bound_json: what no mapping can beat, as text; empty if no bound is known.
    """

    architecture: str
    network: str
    objective: str
    searcher: str
    seed: int
    layers: tuple[LayerResult, ...]
    energy_pj: float
    cycles: float
    edp: float
    utilization: float
    macs: int
    complete: bool
    interrupted: bool
    reproducible: bool
    table: str
    summary_json: str = field(default="", repr=False, compare=False)
    bound_json: str = field(default="", repr=False, compare=False)

    def save(self, folder: str | os.PathLike[str]) -> Path:
        """Writes the folder that `tilewright report` reads, with mappings, nests and counts.

        The files are those of `tilewright map`, but for its certificate. Those of an earlier result
        go, and others stay.

        Args:
            folder: is made; or is empty or holds a result.

        Returns:
            The folder.

        Raises:
            UsageError: it holds something else, or cannot be written.
        """
        return save_result(self, folder)

    def frame(self) -> pd.DataFrame:
        """A pandas frame with a row per layer, whose name is the index.

        A layer without a mapping has no numbers, and says why in the column `failure`; the gap of a
        searcher that proves nothing is nan. Needs the package `pandas`.
        """
        rows = [
            {
                "layer": layer.name,
                "repeats": layer.repeats,
                "macs": layer.macs,
                "energy_pj": layer.energy_pj,
                "cycles": layer.cycles,
                "edp": layer.edp,
                "utilization": layer.utilization,
                "mapspace_size": float(layer.mapspace_size),
                "evaluated": layer.evaluated,
                "valid_count": layer.valid_count,
                "stopped_by": layer.stopped_by,
                "proven": layer.proven,
                "gap": nan if layer.gap is None else layer.gap,
                "seconds": layer.seconds,
                "same_as": layer.same_as,
                "failure": layer.failure,
            }
            for layer in self.layers
        ]
        made: pd.DataFrame = _html.frame(rows).set_index("layer")
        return made

    def _repr_html_(self) -> str:
        rows = [
            (layer.name, layer.energy_pj * layer.repeats) for layer in self.layers if layer.found
        ]
        return _html.network(repr(self), rows)

    def __repr__(self) -> str:
        state = "\ninterrupted: the best so far" if self.interrupted else ""
        if not self.complete:
            found = sum(layer.found for layer in self.layers)
            state = f"\nincomplete: {found} of {len(self.layers)} layers have a mapping{state}"
        return f"{self.network} on {self.architecture}\n\n{self.table.rstrip()}{state}"
