"""The charts of a whole network: of one result, or of two beside each other."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any

from tilewright.report import units
from tilewright.report.chart import (
    COMPUTE,
    GOOD,
    LOST,
    OTHER,
    RUNS,
    Chart,
    Trace,
    level_colours,
    lying_bars,
    merged,
    other_name,
    plain,
    tensor_colours,
)
from tilewright.report.result import Detail, Layer, Run

_FEW = 5  # layers, whose names have room beside each other
_MANY = 30
_PIXELS = 14  # of a layer, where there are many
_LETTERS = 12  # of a layer's name on an axis
_LETTER = 6  # px
_PLOT = 250  # px, whatever room the names below take


def names_of(runs: Sequence[Run]) -> list[str]:
    """The layers of all runs, each once, in their order."""
    return list(dict.fromkeys(layer.name for run in runs for layer in run.layers))


def layer_axis(names: Sequence[str]) -> dict[str, Any]:
    """An axis with a place for each layer; its names are short."""
    step = max(1, len(names) // 80)
    shown = range(0, len(names), step)
    return {
        "tickvals": list(shown),
        "ticktext": [plain(units.short(names[i], _LETTERS)) for i in shown],
        "tickangle": -60 if len(names) > _FEW else 0,
        "range": [-0.6, len(names) - 0.4],
        "showgrid": False,
        "zeroline": False,
    }


def _bars(name: str, colour: str, rows: Iterable[tuple[int, float, str]]) -> Trace:
    places = list(rows)
    return {
        "type": "bar",
        "name": plain(name),
        "marker": {"color": colour},
        "x": [place for place, _, _ in places],
        "y": [value for _, value, _ in places],
        "text": [plain(text) for _, _, text in places],
        "textposition": "none",
        "hovertemplate": "%{text}<extra></extra>",
    }


def _per_layer(
    title: str,
    note: str,
    traces: list[Trace],
    names: Sequence[str],
    *,
    stacked: bool = False,
    **axis: object,
) -> Chart:
    layout = {
        "xaxis": layer_axis(names),
        "yaxis": {"rangemode": "tozero", **axis},
        "barmode": "stack" if stacked else "group",
    }
    width = len(names) * _PIXELS if len(names) > _MANY else 0
    longest = max((len(units.short(name, _LETTERS)) for name in names), default=0)
    below = longest * _LETTER if len(names) > _FEW else 0
    return Chart(title, note, traces, layout, height=_PLOT + 60 + below, width=width)


def _of(layer: Layer, what: str, run: Run) -> str:
    often = f" \u00d7 {layer.repeats}" if layer.repeats > 1 else ""
    side = f"{run.label}: " if run.label else ""
    return f"{side}{layer.name}{often}\n{what}".replace("\n", " \u2013 ")


def _places(run: Run, names: Sequence[str]) -> list[tuple[int, Layer]]:
    place = {name: i for i, name in enumerate(names)}
    return [(place[layer.name], layer) for layer in run.mapped]


def energy_by_level(runs: Sequence[Run]) -> Chart | None:
    """Where the energy goes; of one run by tensor."""
    runs = [run for run in runs if run.detailed]
    if not runs:
        return None
    parts = merged([list(run.parts) for run in runs])
    most = max(sum(row.values()) for run in runs for row in run.parts.values())
    scale, unit = units.energy_scale(most)
    traces = _by_tensor(runs[0], parts, scale) if len(runs) == 1 else _by_run(runs, parts, scale)
    layout = {
        "barmode": "stack" if len(runs) == 1 else "group",
        "xaxis": {"ticksuffix": f" {unit}", "rangemode": "tozero"},
        "yaxis": {"type": "category", "categoryarray": list(map(plain, parts)), "showgrid": False},
    }
    if len(runs) > 1:  # lying bars are drawn from below
        traces.reverse()
        layout["legend"] = {"traceorder": "reversed"}
    height = 130 + (34 if len(runs) == 1 else 44) * len(parts)
    return Chart(
        "Energy by level", "From the multipliers outwards, all layers.", traces, layout, height
    )


def _by_tensor(run: Run, parts: Sequence[str], scale: float) -> list[Trace]:
    tensors = list(dict.fromkeys(name for row in run.parts.values() for name in row))
    colours = tensor_colours(tensors)
    total = sum(sum(row.values()) for row in run.parts.values()) or 1.0
    traces = []
    for tensor in tensors:
        values = [run.parts[part].get(tensor, 0.0) for part in parts]
        texts = [
            f"{part} {tensor}: {units.energy(value)}, {units.share(value / total)}"
            for part, value in zip(parts, values, strict=True)
        ]
        name = tensor or other_name(parts)
        traces.append(lying_bars(name, colours[tensor], parts, [v * scale for v in values], texts))
    return traces


def _by_run(runs: Sequence[Run], parts: Sequence[str], scale: float) -> list[Trace]:
    traces = []
    for run in runs:
        values = [sum(run.parts.get(part, {}).values()) for part in parts]
        texts = [
            f"{run.label}: {part}, {units.energy(v)}" for part, v in zip(parts, values, strict=True)
        ]
        scaled = [value * scale for value in values]
        traces.append(lying_bars(run.label, RUNS[run.label], parts, scaled, texts))
    return traces


def energy_per_layer(runs: Sequence[Run]) -> Chart:
    """Stacked by level, or a bar per run."""
    names = names_of(runs)
    most = max((x.energy * x.repeats for run in runs for x in run.mapped), default=0.0)
    scale, unit = units.energy_scale(most)
    stacked = len(runs) == 1
    traces = _levels_of_layers(runs[0], names, scale) if stacked else []
    if not traces:
        stacked = False
        traces = [
            _bars(run.label or "energy", RUNS[run.label], _energies(run, names, scale))
            for run in runs
        ]
    note = "Repeats of a layer are counted."
    return _per_layer(
        "Energy per layer", note, traces, names, ticksuffix=f" {unit}", stacked=stacked
    )


def _energies(run: Run, names: Sequence[str], scale: float) -> Iterable[tuple[int, float, str]]:
    for place, layer in _places(run, names):
        value = layer.energy * layer.repeats
        yield place, value * scale, _of(layer, units.energy(value), run)


def _levels_of_layers(run: Run, names: Sequence[str], scale: float) -> list[Trace]:
    colours = level_colours(list(run.parts))
    traces = []
    for part, colour in colours.items():
        rows = []
        for place, layer in _places(run, names):
            tensors = layer.detail.parts.get(part, {}) if layer.detail else {}
            value = sum(tensors.values()) * layer.repeats
            rows.append((place, value * scale, _of(layer, f"{part} {units.energy(value)}", run)))
        traces.append(_bars(part, colour, rows))
    return traces


def movement_and_compute(runs: Sequence[Run]) -> Chart | None:
    """Energy of a multiply-accumulate: arithmetic against everything around it."""
    names = names_of(runs)
    if len(runs) > 1:
        traces = [_bars(x.label, RUNS[x.label], _energy_of_mac(x, names)) for x in runs]
        return _per_layer("Energy of a MAC", "", traces, names, ticksuffix=" pJ")
    run = runs[0]
    if not run.detailed:
        return None
    rows: dict[str, list[tuple[int, float, str]]] = {}
    for place, layer in _places(run, names):
        for what, value in _split(layer).items():
            each = value / layer.macs
            part = units.share(value / layer.energy if layer.energy else None)
            text = f"{what} {units.digits(each)} pJ/MAC, {part}"
            rows.setdefault(what, []).append((place, each, _of(layer, text, run)))
    colours = {"compute": COMPUTE, "data movement": RUNS[""], "leakage": OTHER}
    traces = [_bars(what, colours[what], row) for what, row in rows.items()]
    note = "Energy of a multiply-accumulate (MAC): the operation itself, and moving its data."
    title = "Data movement against compute"
    return _per_layer(title, note, traces, names, ticksuffix=" pJ", stacked=True)


def _energy_of_mac(run: Run, names: Sequence[str]) -> Iterable[tuple[int, float, str]]:
    for place, layer in _places(run, names):
        each = layer.energy / layer.macs
        yield place, each, _of(layer, f"{units.digits(each)} pJ per MAC", run)


def _split(layer: Layer) -> dict[str, float]:
    if layer.detail is None:
        return {}
    compute, idle = layer.detail.arithmetic.energy, layer.detail.idle
    found = {"compute": compute, "data movement": layer.energy - compute - idle}
    return {**found, "leakage": idle} if idle else found


def cycles_per_layer(runs: Sequence[Run]) -> Chart:
    """Time of every layer, and what no mapping can beat."""
    names = names_of(runs)
    traces = []
    for run in runs:
        rows = [
            (
                i,
                float(x.cycles * x.repeats),
                _of(x, f"{units.count(x.cycles * x.repeats)} cycles", run),
            )
            for i, x in _places(run, names)
        ]
        traces.append(_bars(run.label or "mapping", RUNS[run.label], rows))
    if len(runs) == 1:
        traces.append(_marks(runs[0], names, "bound", lambda b, n: float(b * n)))
    return _per_layer("Cycles per layer", "", traces, names, tickformat="~s")


def utilization_per_layer(runs: Sequence[Run]) -> Chart:
    """Share of the multipliers at work."""
    names = names_of(runs)
    traces = []
    for run in runs:
        rows = [
            (i, x.utilization * 100, _of(x, units.share(x.utilization), run))
            for i, x in _places(run, names)
        ]
        traces.append(_bars(run.label or "multipliers in use", RUNS[run.label], rows))
    return _per_layer(
        "Utilisation", "Share of the multipliers at work.", traces, names, ticksuffix=" %"
    )


def _marks(run: Run, names: Sequence[str], name: str, value: Any) -> Trace:
    rows = [(i, x, x.bound) for i, x in _places(run, names) if x.bound]
    return {
        "type": "scatter",
        "mode": "markers",
        "name": name,
        "marker": {"symbol": "line-ew", "size": 12, "line": {"width": 2, "color": "@text"}},
        "x": [i for i, _, _ in rows],
        "y": [value(bound.cycles, x.repeats) for _, x, bound in rows],
        "text": [
            plain(_of(x, f"at least {units.count(bound.cycles * x.repeats)} cycles", run))
            for _, x, bound in rows
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }


def speed_lost(runs: Sequence[Run]) -> Chart | None:
    """Eyexam's steps for all layers: what of the peak each one takes away."""
    run = runs[0]
    names = names_of([run])
    if len(runs) > 1 or not any(layer.bound for layer in run.mapped):
        return None
    shares: dict[str, list[tuple[int, float, str]]] = {"used": []}
    for place, layer in _places(run, names):
        for name, share in losses(layer).items():
            what = name if name == "used" else f"lost to {name}"
            text = _of(layer, f"{what}: {units.share(share)} of the peak", run)
            shares.setdefault(name, []).append((place, share * 100, text))
    colours = [GOOD, *(LOST[i % len(LOST)] for i in range(len(shares)))]
    traces = [
        _bars(name if name == "used" else f"lost: {name}", colour, values)
        for (name, values), colour in zip(shares.items(), colours, strict=False)
        if name == "used" or any(value > 0 for _, value, _ in values)
    ]
    note = "Of the peak of all multipliers: what is used, and where the rest is lost."
    return _per_layer(
        "Where speed is lost", note, traces, names, ticksuffix=" %", range=[0, 100], stacked=True
    )


def losses(layer: Layer) -> dict[str, float]:
    """Shares of the peak: what is "used", and what each limit takes away. They add up to 1."""
    if layer.bound is None or not layer.found:
        return {}
    before = peak = layer.bound.peak
    achieved = layer.macs / layer.cycles
    found = {"used": achieved / peak}
    limits = [(step.name, step.operations_per_cycle) for step in layer.bound.steps[1:]]
    for name, after in [*limits, ("mapping", achieved)]:
        found[name] = max(0.0, before - after) / peak
        before = after
    return found


def occupancy(run: Run) -> Chart | None:
    """How full each memory is, by layer."""
    levels = run.detailed[0][1].levels if run.detailed else ()
    bounded = [level.name for level in levels if level.usable]
    if not bounded:
        return None
    names = [layer.name for layer, _ in run.detailed]
    cells = [[_fill(layer, detail, name) for layer, detail in run.detailed] for name in bounded]
    trace = {
        "type": "heatmap",
        "x": list(range(len(names))),
        "y": list(map(plain, bounded)),
        "z": [[share for share, _ in row] for row in cells],
        "text": [[plain(text) for _, text in row] for row in cells],
        "hovertemplate": "%{text}<extra></extra>",
        "zmin": 0,
        "zmax": 100,
        "xgap": 1,
        "ygap": 1,
        "colorscale": "@scale",
        "colorbar": {"ticksuffix": " %", "thickness": 10, "outlinewidth": 0},
    }
    layout = {"xaxis": layer_axis(names), "yaxis": {"type": "category", "showgrid": False}}
    title = "Occupancy of the memories" + (f", {run.label}" if run.label else "")
    note = "Share of an instance's usable words that the kept tiles fill."
    width = len(names) * _PIXELS if len(names) > _MANY else 0
    return Chart(title, note, [trace], layout, 150 + 34 * len(bounded), width)


# How full a memory is, in percent, and in words.
def _fill(layer: Layer, detail: Detail, name: str) -> tuple[float | None, str]:
    for level in detail.levels:
        if level.name == name and level.usable:
            share = level.occupancy or 0.0
            text = f"{name}, {layer.name}: {units.share(share)} of {level.usable:,} words"
            return share * 100, text
    return None, ""
