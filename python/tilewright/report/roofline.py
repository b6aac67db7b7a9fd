"""The roofline: operations per cycle against operations per word of a bandwidth."""

from __future__ import annotations

from collections.abc import Sequence

from tilewright.report import units
from tilewright.report.chart import RUNS, Chart, Trace, log_axis, plain
from tilewright.report.result import Detail, Layer, Level, Run

_KINDS = ("read", "write", "shared")


def roofline(runs: Sequence[Run]) -> Chart | None:
    """Every layer of the runs under the tightest roof of main memory, or just under the peak."""
    runs = [run for run in runs if run.detailed]
    if not runs:
        return None
    traces: list[Trace] = []
    for run in runs:
        level, kind = _roof_of(run.detailed[0][1])
        points = [
            (layer, layer.macs / words)
            for layer, detail in run.detailed
            if (words := _words(detail, level, kind)) > 0
        ]
        if not points:
            continue
        traces += _roof(run, level, kind, [intensity for _, intensity in points])
        traces.append(_points(run, points))
        if len(runs) == 1:
            traces.append(_best(points, level, kind))
    layout = {
        "xaxis": log_axis(
            (x for trace in traces for x in trace["x"]),
            title={"text": "MACs per word of main memory"},
        ),
        "yaxis": log_axis(
            (y for trace in traces for y in trace["y"]), title={"text": "MACs per cycle"}
        ),
    }
    note = (
        "Each layer at what its mapping moves and reaches; below the slope, memory sets the pace."
    )
    return Chart("Roofline", note, traces, layout, height=380) if traces else None


# The outermost level and its tightest bandwidth; without one, all that passes.
def _roof_of(detail: Detail) -> tuple[str, str]:
    level = detail.levels[-1]
    kinds = sorted((level.bandwidths[kind], kind) for kind in _KINDS if kind in level.bandwidths)
    return level.name, kinds[0][1] if kinds else "shared"


def _find(detail: Detail, name: str) -> Level:
    return next(level for level in detail.levels if level.name == name)


def _words(detail: Detail, name: str, kind: str) -> float:
    return _find(detail, name).passed(kind)


def _roof(run: Run, name: str, kind: str, intensities: Sequence[float]) -> list[Trace]:
    detail = run.detailed[0][1]
    peak = detail.arithmetic.instances
    level = _find(detail, name)
    least, most = min(intensities) / 4, max(intensities) * 4
    bandwidth = level.bandwidths.get(kind)
    side = f"{run.label}: " if run.label else ""
    text = f"{side}peak {units.digits(peak)} MACs per cycle"
    xs, ys = [least, most], [float(peak)] * 2
    if bandwidth:
        words = bandwidth * level.instances
        ridge = peak / words
        most = max(most, ridge * 4)
        xs, ys = [least, ridge, most], [least * words, float(peak), float(peak)]
        if least > ridge:
            xs, ys = [least, most], [float(peak)] * 2
        text += f", {name} {kind} bandwidth {units.digits(words)} words per cycle"
    line = {"color": "@muted" if not run.label else RUNS[run.label], "width": 2}
    return [
        {
            "type": "scatter",
            "mode": "lines",
            "name": plain(f"{side}roof"),
            "x": xs,
            "y": ys,
            "line": line,
            "text": [plain(text)] * len(xs),
            "hovertemplate": "%{text}<extra></extra>",
        }
    ]


def _points(run: Run, points: Sequence[tuple[Layer, float]]) -> Trace:
    side = f"{run.label}: " if run.label else ""
    return {
        "type": "scatter",
        "mode": "markers",
        "name": plain(f"{side}mapping"),
        "x": [intensity for _, intensity in points],
        "y": [layer.macs / layer.cycles for layer, _ in points],
        "marker": {"size": 9, "color": RUNS[run.label], "opacity": 0.85},
        "text": [
            plain(
                f"{side}{layer.name}: {units.digits(layer.macs / layer.cycles)} MACs per cycle, "
                f"{units.digits(intensity)} MACs per word"
            )
            for layer, intensity in points
        ],
        "hovertemplate": "%{text}<extra></extra>",
    }


# What the bounds allow each layer: moving no more than it must.
def _best(points: Sequence[tuple[Layer, float]], level: str, kind: str) -> Trace:
    xs, ys, texts = [], [], []
    for layer, _ in points:
        if layer.bound is None:
            continue
        lines = {line.name: line.intensity for line in layer.bound.rooflines}
        intensity = lines.get(f"{level} {kind} bandwidth", layer.bound.intensity)
        speed = layer.bound.macs / layer.bound.cycles
        xs.append(intensity)
        ys.append(speed)
        texts.append(
            plain(
                f"{layer.name}, at best: {units.digits(speed)} MACs per cycle, "
                f"{units.digits(intensity)} MACs per word"
            )
        )
    return {
        "type": "scatter",
        "mode": "markers",
        "name": "bound",
        "x": xs,
        "y": ys,
        "marker": {"size": 9, "symbol": "circle-open", "color": "@text", "line": {"width": 1.5}},
        "text": texts,
        "hovertemplate": "%{text}<extra></extra>",
    }
