"""The charts of one layer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from tilewright._bound import LayerBound
from tilewright.report import units
from tilewright.report.chart import (
    GOOD,
    LOST,
    RUNS,
    Chart,
    Trace,
    lying_bars,
    other_name,
    plain,
    tensor_colours,
)
from tilewright.report.result import Detail, Layer

_PLANE = 2  # metrics that have an axis; the third is a colour
_METRICS = {  # of an objective: the key in the summary, and its name
    "energy": ("energy_pJ", "energy"),
    "delay": ("cycles", "cycles"),
    "edp": ("edp_pJ_cycles", "EDP"),
    "utilization": ("utilization", "utilisation"),
}


def energy_of_layer(detail: Detail) -> Chart:
    """Where the energy of a layer goes, by level and tensor."""
    parts = detail.parts
    tensors = list(dict.fromkeys(name for row in parts.values() for name in row))
    colours = tensor_colours(tensors)
    total = sum(sum(row.values()) for row in parts.values()) or 1.0
    scale, unit = units.energy_scale(max(sum(row.values()) for row in parts.values()))
    traces: list[Trace] = []
    for tensor in tensors:
        values = [row.get(tensor, 0.0) for row in parts.values()]
        texts = [
            f"{part} {tensor}: {units.energy(value)}, {units.share(value / total)}"
            for part, value in zip(parts, values, strict=True)
        ]
        name = tensor or other_name(list(parts))
        scaled = [value * scale for value in values]
        traces.append(lying_bars(name, colours[tensor], list(parts), scaled, texts))
    layout = {
        "barmode": "stack",
        "xaxis": {"ticksuffix": f" {unit}", "rangemode": "tozero"},
        "yaxis": {"type": "category", "showgrid": False},
    }
    return Chart("Energy by level and tensor", "", traces, layout, 130 + 30 * len(parts))


def eyexam(layer: Layer, bound: LayerBound) -> Chart:
    """From the peak down to what the mapping reaches, a step per limit."""
    steps = _steps(layer, bound)
    texts = [
        f"{name}: {units.digits(value)} MACs per cycle{'' if kind == 'relative' else ' in all'}"
        for name, value, kind in steps
    ]
    trace = {
        "type": "waterfall",
        "orientation": "h",
        "measure": [kind for _, _, kind in steps],
        "y": [plain(name) for name, _, _ in steps],
        "x": [value for _, value, _ in steps],
        "text": [plain(text) for text in texts],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
        "decreasing": {"marker": {"color": LOST[0]}},
        "increasing": {"marker": {"color": GOOD}},
        "totals": {"marker": {"color": GOOD}},
        "connector": {"line": {"color": "@muted", "width": 1}},
        "showlegend": False,
    }
    layout = {
        "yaxis": {"type": "category", "showgrid": False, "autorange": "reversed"},
        "xaxis": {"rangemode": "tozero", "title": {"text": "MACs per cycle"}},
    }
    note = f"Speed left after each limit; limited by {bound.limited_by}."
    return Chart("Where speed is lost (Eyexam)", note, [trace], layout, 110 + 34 * len(steps))


# Name, operations per cycle, and how plotly adds them up.
def _steps(layer: Layer, bound: LayerBound) -> list[tuple[str, float, str]]:
    peak, *limits = bound.steps
    before = peak.operations_per_cycle
    found = [("peak", before, "absolute")]
    for step in limits:
        found.append((step.name, step.operations_per_cycle - before, "relative"))
        before = step.operations_per_cycle
    if layer.found:
        achieved = layer.macs / layer.cycles
        found.append(("mapping", achieved - before, "relative"))
        found.append(("achieved", achieved, "total"))
    return found


def pareto(layer: Layer, axes: Sequence[str]) -> Chart | None:
    """The front, if the run kept one, with the chosen mapping."""
    points = layer.summary.get("pareto") or []
    if not layer.found or len(axes) < _PLANE or not points:
        return None
    keys = [_METRICS.get(axis, (axis, axis)) for axis in axes]
    front = _dots("front", points, keys, points)
    front["line"] = {"color": RUNS[""], "width": 1, "shape": "hv"}
    front["marker"] = {"size": 8, "color": RUNS[""]}
    if len(keys) > _PLANE:
        key, name = keys[_PLANE]
        front["marker"] |= {
            "color": [point[key] for point in points],
            "colorscale": "@scale",
            "colorbar": {"title": {"text": plain(name)}, "thickness": 10, "outlinewidth": 0},
        }
    else:
        front["mode"] = "lines+markers"
    chosen = _dots("chosen mapping", [layer.summary], keys, points)
    circle = {"size": 14, "symbol": "circle-open", "color": LOST[0], "line": {"width": 2}}
    chosen["marker"] = circle
    layout = {
        f"{letter}axis": {"title": {"text": plain(name)}, **_axis(key, points)[1]}
        for letter, (key, name) in zip("xy", keys, strict=False)
    }
    note = f"{len(points)} mappings, of which none beats another in everything."
    return Chart("Pareto front", note, [front, chosen], layout, 340)


def _dots(
    name: str,
    shown: Sequence[Mapping[str, Any]],
    keys: Sequence[tuple[str, str]],
    points: Sequence[Mapping[str, Any]],
) -> Trace:
    values = [
        [float(point[key]) * _axis(key, points)[0] for point in shown] for key, _ in keys[:_PLANE]
    ]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "x": values[0],
        "y": values[1],
        "text": [plain(", ".join(_metric(k, n, point) for k, n in keys)) for point in shown],
        "hovertemplate": "%{text}<extra></extra>",
    }


# What to multiply a metric by on its axis, and the axis's ticks.
def _axis(key: str, points: Sequence[Mapping[str, Any]]) -> tuple[float, dict[str, str]]:
    if key == "energy_pJ":
        scale, unit = units.energy_scale(max(float(point[key]) for point in points))
        return scale, {"ticksuffix": f" {unit}"}
    return 1.0, {"tickformat": "~s"}


def _metric(key: str, name: str, point: Any) -> str:
    value = float(point[key])
    if key == "energy_pJ":
        return units.energy(value)
    if key == "utilization":
        return f"{name} {units.share(value)}"
    return f"{units.count(value)} cycles" if key == "cycles" else f"{name} {units.si(value, '')}"
