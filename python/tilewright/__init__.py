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
from tilewright._results import LayerResult, NetworkResult, ParetoPoint, Result
from tilewright._specs import Layer, Specs

__all__ = [
    "Layer",
    "LayerResult",
    "NetworkResult",
    "NoMappingWarning",
    "ParetoPoint",
    "Result",
    "Source",
    "SpecError",
    "SpecWarning",
    "Specs",
    "UsageError",
    "__version__",
    "evaluate",
    "load",
    "map",
]

# Tracebacks and help name the classes as users import them.
for _class in (
    Layer,
    LayerResult,
    NetworkResult,
    NoMappingWarning,
    ParetoPoint,
    Result,
    SpecError,
    SpecWarning,
    Specs,
    UsageError,
):
    _class.__module__ = __name__
del _class
