"""Finds how to run the layers of a neural network on an accelerator.

    import tilewright as tw

    best = tw.map("arch.yaml", "network.yaml", max_evaluated=100_000)
    print(best)
    print(best["conv1"].nest)

`load` reads specs, `evaluate` scores a mapping that they hold, `map` searches for one. Energies are
in pJ, times in cycles of the accelerator's clock, energy-delay products in pJ * cycles.
"""

from tilewright._api import Source, evaluate, load, map
from tilewright._core import __version__
from tilewright._errors import NoMappingWarning, SpecError, SpecWarning, UsageError
from tilewright._models import from_onnx, from_torch
from tilewright._network import Network, NetworkLayer, Skipped
from tilewright._results import LayerResult, NetworkResult, ParetoPoint, Result
from tilewright._specs import Layer, Specs

__all__ = [
    "Layer",
    "LayerResult",
    "Network",
    "NetworkLayer",
    "NetworkResult",
    "NoMappingWarning",
    "ParetoPoint",
    "Result",
    "Skipped",
    "Source",
    "SpecError",
    "SpecWarning",
    "Specs",
    "UsageError",
    "__version__",
    "evaluate",
    "from_onnx",
    "from_torch",
    "load",
    "map",
]

# Tracebacks and help name the classes as users import them.
for _class in (
    Layer,
    LayerResult,
    Network,
    NetworkLayer,
    NetworkResult,
    NoMappingWarning,
    ParetoPoint,
    Result,
    Skipped,
    SpecError,
    SpecWarning,
    Specs,
    UsageError,
):
    _class.__module__ = __name__
del _class
