"""What no mapping can beat."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tilewright import _core, _html
from tilewright._estimators import EstimatorSource
from tilewright._layers import Layered
from tilewright._numbers import whole
from tilewright._specs import Source, gather

if TYPE_CHECKING:
    import pandas as pd


@dataclass(frozen=True)
class BoundStep:
    """A limit on speed; each step keeps those before it.

    Attributes:
        name: "multipliers", "array" (what of it the layer's sizes can fill), "constraints" (what
            those leave of that), and bandwidths such as "DRAM read bandwidth".
        cycles: at least so many.
        operations_per_cycle: at most so many.
    """

    name: str
    cycles: int
    operations_per_cycle: float


@dataclass(frozen=True)
class Roofline:
    """What a bandwidth allows.

    Attributes:
        name: of the bandwidth.
        words_per_cycle: of all instances of the level.
        words: that have to pass, at least.
        intensity: operations per word, at most.
        operations_per_cycle: the lower of the peak and `intensity * words_per_cycle`.
    """

    name: str
    words_per_cycle: float
    words: float
    intensity: float
    operations_per_cycle: float


@dataclass(frozen=True)
class Work:
    """What a layer or a network takes, all occurrences together; words and multiply-accumulates.

    Attributes:
        macs: of the forward pass.
        weights: parameters; once where the steps of a recurrent layer share them.
        inputs: activations read.
        outputs: activations written.
        backward_operations: for the gradients of activations.
        gradient_operations: for the gradients of weights.
        update_operations: of the weights.
        training_operations: all four together.
        kept_activations: that the backward pass needs again.
    """

    macs: int
    weights: int
    inputs: int
    outputs: int
    backward_operations: int
    gradient_operations: int
    update_operations: int
    training_operations: int
    kept_activations: int


@dataclass(frozen=True)
class LayerBound:
    """Lower bounds on every mapping of a layer; of one occurrence.

    Attributes:
        name: of the layer.
        repeats: how often it occurs.
        macs: multiply-accumulates.
        cycles: at least so many.
        energy_pj: at least so much.
        edp: product of the two, pJ * cycles.
        limited_by: the first step that is as slow as the last.
        traffic_words: of the outermost level, at least.
        intensity: operations per word of that, at most.
        peak: operations per cycle of all multipliers.
        capacity_words: on the chip; None = no limit.
        capacity_traffic_words: traffic that this capacity makes necessary; None if no such bound is
            known for the shape.
        compulsory_words: of each tensor, the words that some operation touches.
        steps: limits on speed, one after the other.
        rooflines: of each bandwidth.
        work: for inference and training.
    """

    name: str
    repeats: int
    macs: int
    cycles: int
    energy_pj: float
    edp: float
    limited_by: str
    traffic_words: float
    intensity: float
    peak: float
    capacity_words: int | None
    capacity_traffic_words: float | None
    compulsory_words: Mapping[str, int]
    steps: tuple[BoundStep, ...] = field(repr=False)
    rooflines: tuple[Roofline, ...] = field(repr=False)
    work: Work = field(repr=False)


@dataclass(frozen=True, repr=False)
class NetworkBound(Layered[LayerBound]):
    """Lower bounds on a network: sums over its layers, times their repeats. Prints as tables.

    Attributes:
        architecture: its name.
        network: its name.
        layers: in the order of the network; `bound["conv1"]` is one of them.
        cycles: at least so many.
        energy_pj: at least so much.
        traffic_words: of the outermost level, at least.
        work: for inference and training.
        text: the same tables as the program prints.
        json: all of it, as the program's `--json`.
    """

    architecture: str
    network: str
    layers: tuple[LayerBound, ...]
    cycles: int
    energy_pj: float
    traffic_words: float
    work: Work
    text: str
    json: str = field(default="", repr=False)

    def frame(self) -> pd.DataFrame:
        """A pandas frame with a row per layer, whose name is the index."""
        plain = ("repeats", "macs", "cycles", "energy_pj", "traffic_words", "intensity")
        rows = [
            {"layer": layer.name}
            | {name: getattr(layer, name) for name in (*plain, "limited_by")}
            | {name: value for name, value in vars(layer.work).items() if name != "macs"}
            for layer in self.layers
        ]
        made: pd.DataFrame = _html.frame(rows).set_index("layer")
        return made

    def __repr__(self) -> str:
        return self.text.rstrip()


def bound(
    *specs: Source,
    capacity: int | None = None,
    estimators: EstimatorSource | None = None,
    leakage: bool | None = None,
) -> NetworkBound:
    """What no mapping of a network can beat, before any search.

    Args:
        *specs: paths, what `load` returned, or both together.
        capacity: words on the chip; those of all levels but the outermost if not given.
        estimators: who prices levels that have no price in the specs, as in `load`.
        leakage: leakage of every instance and cycle counts.

    Raises:
        SpecError: a file is wrong; says where.
        UsageError: architecture or problem is missing, or the capacity makes no sense.
    """
    if capacity is not None:
        capacity = whole("capacity", capacity, 1, 2**63 - 1)
    text, tables = _core.bound(gather(specs, estimators, leakage)._core, capacity)
    found = json.loads(text)
    total = found["total"]
    return NetworkBound(
        architecture=found["architecture"],
        network=found["network"],
        layers=tuple(layer_bound(layer) for layer in found["layers"]),
        cycles=total["cycles"],
        energy_pj=total["energy_pJ"],
        traffic_words=total["traffic_words"],
        work=_work(total["work"]),
        text=tables,
        json=text,
    )


def layer_bound(fields: dict[str, Any]) -> LayerBound:
    """A layer of what `tilewright bound --json` writes."""
    return LayerBound(
        energy_pj=fields.pop("energy_pJ"),
        edp=fields.pop("edp_pJ_cycles"),
        macs=fields.pop("operations"),
        steps=tuple(BoundStep(**step) for step in fields.pop("steps")),
        rooflines=tuple(Roofline(**line) for line in fields.pop("rooflines")),
        work=_work(fields.pop("work")),
        **fields,
    )


def _work(fields: dict[str, Any]) -> Work:
    return Work(macs=fields.pop("operations"), **fields)
