"""Finds how to run the layers of a neural network on an accelerator.

    import tilewright as tw

    best = tw.map("arch.yaml", "network.yaml", max_evaluated=100_000)
    print(best)
    print(best["conv1"].nest)

`load` reads specs, `architecture` and `problem` build them, `evaluate` scores a mapping that they
hold, `map` searches for one, `Mapspace` holds them all, `score` scores many at once. Energies are
in pJ, times in cycles of the accelerator's clock, energy-delay products in pJ * cycles.
"""

# First: a module that is imported takes the place of the function.
import tilewright.report as _page  # noqa: F401
from tilewright._api import convert, evaluate, load, report
from tilewright._api import map as map
from tilewright._bound import BoundStep, LayerBound, NetworkBound, Roofline, Work, bound
from tilewright._builders import architecture, network, problem
from tilewright._check import Finding, Findings, check
from tilewright._components import Arithmetic, Level
from tilewright._core import __version__
from tilewright._errors import (
    Interrupted,
    NoMappingWarning,
    SpecError,
    SpecWarning,
    UnknownAttributeError,
    UnknownNameError,
    UsageError,
)
from tilewright._estimators import Declined, EnergyEstimator, EnergyQuery, Estimators
from tilewright._explain import Explanation, explain
from tilewright._mapspace import Mapping, Mappings, Mapspace, score
from tilewright._models import from_onnx
from tilewright._network import Network, NetworkLayer, Skipped
from tilewright._results import LayerResult, NetworkResult, ParetoPoint, Progress, Result
from tilewright._scores import Scores
from tilewright._specs import Layer, Source, Specs
from tilewright._torch import from_torch

# Without `map`: `from tilewright import *` must not take the place of Python's own.
__all__ = [
    "Arithmetic",
    "BoundStep",
    "Declined",
    "EnergyEstimator",
    "EnergyQuery",
    "Estimators",
    "Explanation",
    "Finding",
    "Findings",
    "Interrupted",
    "Layer",
    "LayerBound",
    "LayerResult",
    "Level",
    "Mapping",
    "Mappings",
    "Mapspace",
    "Network",
    "NetworkBound",
    "NetworkLayer",
    "NetworkResult",
    "NoMappingWarning",
    "ParetoPoint",
    "Progress",
    "Result",
    "Roofline",
    "Scores",
    "Skipped",
    "Source",
    "SpecError",
    "SpecWarning",
    "Specs",
    "UnknownAttributeError",
    "UnknownNameError",
    "UsageError",
    "Work",
    "__version__",
    "architecture",
    "bound",
    "check",
    "convert",
    "evaluate",
    "explain",
    "from_onnx",
    "from_torch",
    "load",
    "network",
    "problem",
    "report",
    "score",
]

# Tracebacks and help name the classes as users import them.
for _class in (
    Arithmetic,
    BoundStep,
    Declined,
    EnergyEstimator,
    EnergyQuery,
    Estimators,
    Explanation,
    Finding,
    Findings,
    Interrupted,
    Layer,
    LayerBound,
    LayerResult,
    Level,
    Mapping,
    Mappings,
    Mapspace,
    Network,
    NetworkBound,
    NetworkLayer,
    NetworkResult,
    NoMappingWarning,
    ParetoPoint,
    Progress,
    Result,
    Roofline,
    Scores,
    Skipped,
    SpecError,
    SpecWarning,
    Specs,
    UnknownAttributeError,
    UnknownNameError,
    UsageError,
    Work,
):
    _class.__module__ = __name__
del _class
