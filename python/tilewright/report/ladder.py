"""The ladder of accesses: how many words each level moves, from the multipliers to main memory."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from tilewright.report import units
from tilewright.report.chart import RUNS, Chart, Trace, log_axis, merged, plain, tensor_colours
from tilewright.report.result import Detail, Run

Rungs = dict[str, dict[str, float]]  # words by rung, then by tensor ("" = operations)


def rungs_of(detail: Detail) -> Rungs:
    """From the inside: operations, accesses of the levels, words on the wires of the array."""
    found: Rungs = {detail.arithmetic.name: {"": float(_operations(detail))}}
    inner = detail.arithmetic.instances
    for level in detail.levels:
        if level.instances < inner:
            words = _array_words(detail, level.name)
            if any(words.values()):
                found[f"array in {level.name}"] = words
        accesses = {tensor.name: tensor.accesses for tensor in level.tensors}
        if any(accesses.values()):
            found[level.name] = accesses
        inner = level.instances
    return found


def _operations(detail: Detail) -> int:
    macs = 1
    for bound in detail.dimensions.values():
        macs *= bound
    return macs


def _array_words(detail: Detail, outer: str) -> dict[str, float]:
    found: dict[str, float] = {}
    for link in detail.links:
        if link.outer == outer:
            for tensor, words in link.words.items():
                found[tensor] = found.get(tensor, 0.0) + words
    return found


def rungs_of_run(run: Run) -> Rungs:
    """The same of a network, repeats counted."""
    total: Rungs = {}
    for layer, detail in run.detailed:
        for rung, words in rungs_of(detail).items():
            row = total.setdefault(rung, {})
            for tensor, value in words.items():
                row[tensor] = row.get(tensor, 0.0) + value * layer.repeats
    # A level that the first layer does not use keeps its place in the order of the architecture.
    order = {name: i for i, name in enumerate(_order(run))}
    return dict(sorted(total.items(), key=lambda row: order[row[0]]))


def _order(run: Run) -> list[str]:
    detail = run.detailed[0][1]
    names = [detail.arithmetic.name]
    for level in detail.levels:
        names += [f"array in {level.name}", level.name]
    return names


def ladder_of_layer(detail: Detail) -> Chart:
    """The ladder of one layer, by tensor."""
    rungs = rungs_of(detail)
    return _chart(_by_tensor(rungs), list(rungs))


def ladder_of_runs(runs: Sequence[Run]) -> Chart | None:
    """Of one network by tensor, or of two beside each other."""
    runs = [run for run in runs if run.detailed]
    if not runs:
        return None
    if len(runs) == 1:
        rungs = rungs_of_run(runs[0])
        return _chart(_by_tensor(rungs), list(rungs))
    traces = []
    rungs_of_runs = [rungs_of_run(run) for run in runs]
    for run, rungs in zip(runs, rungs_of_runs, strict=True):
        totals = {name: sum(words.values()) for name, words in rungs.items()}
        traces.append(_dots(run.label, RUNS[run.label], totals, mode="lines+markers"))
    return _chart(traces, merged([list(rungs) for rungs in rungs_of_runs]))


def _by_tensor(rungs: Rungs) -> list[Trace]:
    tensors = list(dict.fromkeys(name for words in rungs.values() for name in words))
    colours = tensor_colours(tensors)
    totals = {name: sum(words.values()) for name, words in rungs.items()}
    traces = [_dots("all", "@muted", totals, mode="lines+markers", symbol="line-ns-open")]
    for tensor in tensors:
        words = {name: row[tensor] for name, row in rungs.items() if row.get(tensor)}
        traces.append(_dots(tensor or "operations", colours[tensor], words))
    return traces


def _dots(
    name: str,
    colour: str,
    words: Mapping[str, float],
    mode: str = "markers",
    symbol: str = "circle",
) -> Trace:
    shown = {rung: value for rung, value in words.items() if value > 0}
    return {
        "type": "scatter",
        "mode": mode,
        "name": plain(name),
        "x": list(shown.values()),
        "y": [plain(rung) for rung in shown],
        "marker": {"size": 10, "color": colour, "symbol": symbol},
        "line": {"color": colour, "width": 1, "dash": "dot"},
        "text": [plain(f"{rung}, {name}: {units.count(v)} words") for rung, v in shown.items()],
        "hovertemplate": "%{text}<extra></extra>",
    }


def _chart(traces: Sequence[Trace], rungs: Sequence[str]) -> Chart:
    shown = [value for trace in traces for value in trace["x"]]
    layout = {
        "xaxis": log_axis(shown, title={"text": "words"}),
        "yaxis": {
            "type": "category",
            "categoryorder": "array",
            "categoryarray": [plain(rung) for rung in rungs],
        },
    }
    note = (
        "Words read, filled and updated in all instances, or entering the wires of an array; "
        "operations of the arithmetic."
    )
    height = 150 + 34 * len(rungs)
    return Chart("Accesses from the multipliers outwards", note, traces, layout, height)
