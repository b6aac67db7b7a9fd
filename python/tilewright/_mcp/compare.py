"""Two results beside each other."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

_COSTS = ("energy_pJ", "cycles", "edp_pJ_cycles", "utilization")
_RATIOS = ("energy_pJ", "cycles", "edp_pJ_cycles")

Summary = Mapping[str, Any]
_Entry = Mapping[str, Any] | None  # of a layer; None: it has no mapping


def compare_summaries(first: Summary, second: Summary) -> dict[str, Any]:
    """What `docs/schema/comparison.schema.json` describes, from two of `summary.json`.

    Layers belong together by their names, and are those of one occurrence. Totals are compared
    where both results hold mappings of the same layers.
    """
    layers_a, layers_b = _layers(first), _layers(second)
    names = list(dict.fromkeys((*layers_a, *layers_b)))
    pairs = [(name, layers_a.get(name), layers_b.get(name)) for name in names]
    comparable = bool(names) and all(_is_same_work(a, b) for _, a, b in pairs)
    total = _sides(first["total"], second["total"])
    return {
        "format": "tilewright comparison 1",
        "a": _heading(first),
        "b": _heading(second),
        "comparable": comparable,
        "total": total if comparable else {**total, "ratio": None},
        "layers": [{"name": name, **_sides(a, b)} for name, a, b in pairs],
    }


def _heading(summary: Summary) -> dict[str, Any]:
    return {key: summary[key] for key in ("architecture", "network", "objective")}


# By name; a layer without a mapping has no costs.
def _layers(summary: Summary) -> dict[str, _Entry]:
    found: dict[str, _Entry] = {layer["name"]: layer for layer in summary["layers"]}
    missing = [layer["name"] for layer in summary["without_mapping"]]
    return found | dict.fromkeys([*missing, *summary["not_searched"]])


def _is_same_work(a: _Entry, b: _Entry) -> bool:
    if a is None or b is None:
        return False
    return all(a[key] == b[key] for key in ("computes", "repeats"))


def _sides(a: _Entry, b: _Entry) -> dict[str, Any]:
    return {"a": _costs(a), "b": _costs(b), "ratio": _ratios(a, b) if a and b else None}


def _costs(entry: _Entry) -> dict[str, Any] | None:
    return {key: entry[key] for key in _COSTS} if entry else None


# B / A, as in reports; None where there is nothing to divide by.
def _ratios(a: Mapping[str, Any], b: Mapping[str, Any]) -> dict[str, float | None]:
    return {key: b[key] / a[key] if a[key] else None for key in _RATIOS}
