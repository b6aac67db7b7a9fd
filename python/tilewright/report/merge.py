"""Layers of equal work, which are searched once and get the same mapping, as one."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import replace

from tilewright.report.result import Layer, Run

_OWN = frozenset(("name", "repeats", "files"))  # of an entry of summary.json


def merged_layers(runs: Sequence[Run]) -> list[Run]:
    """The same results, in which equal layers are one with all their repeats.

    Of several results, layers are equal if they are in each.
    """
    groups: dict[tuple[str, ...], list[str]] = {}
    for name in dict.fromkeys(layer.name for run in runs for layer in run.layers):
        signature = tuple(_signature(run[name]) for run in runs)
        groups.setdefault(signature, []).append(name)
    return [replace(run, layers=_layers(run, list(groups.values()))) for run in runs]


# Everything that the page shows of a layer but its name.
def _signature(layer: Layer | None) -> str:
    if layer is None:
        return ""
    told = {key: value for key, value in layer.summary.items() if key not in _OWN}
    sizes = layer.detail and (dict(layer.detail.dimensions), layer.detail.nest)
    return json.dumps([told, sizes, repr(layer.bound and layer.bound.steps)], sort_keys=True)


def _layers(run: Run, groups: Sequence[Sequence[str]]) -> tuple[Layer, ...]:
    found = []
    for first, *others in groups:
        layer = run[first]
        if layer is None:
            continue
        repeats = layer.repeats + sum(other.repeats for name in others if (other := run[name]))
        found.append(replace(layer, repeats=repeats, also=tuple(others)))
    return tuple(found)
