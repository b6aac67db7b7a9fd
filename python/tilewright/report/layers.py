"""The details of every layer, one after the other, closed until they are wanted."""

from __future__ import annotations

from collections.abc import Sequence
from html import escape

from tilewright.report import layer_charts, nest, tables, units
from tilewright.report.chart import Charts
from tilewright.report.ladder import ladder_of_layer
from tilewright.report.network_charts import names_of
from tilewright.report.result import Detail, Layer, Level, Run


def layer_sections(runs: Sequence[Run], charts: Charts) -> str:
    """A closed section per layer; of two results the layers of equal names beside each other."""
    if len(runs) == 1:
        rows = [[layer] for layer in runs[0].layers]
    else:
        rows = [[layer for run in runs if (layer := run[name])] for name in names_of(runs)]
    sections = []
    for i, layers in enumerate(rows):
        columns = []
        for run in runs:
            layer = next((x for x in layers if x in run.layers), None)
            columns.append(_column(layer, run, charts, alone=len(runs) == 1))
        two = " two" if len(runs) > 1 else ""
        sections.append(
            f'<details class="layer" id="layer-{i}"><summary>{_head(layers)}</summary>'
            f'<div class="columns{two}">{"".join(columns)}</div></details>'
        )
    return "".join(sections)


def _head(layers: Sequence[Layer]) -> str:
    facts = []
    for layer in layers:
        often = f"{layer.repeats} \u00d7 " if layer.repeats > 1 else ""
        if layer.found:
            facts.append(
                f"{often}{units.energy(layer.energy)}, {units.count(layer.cycles)} cycles, "
                f"{units.share(layer.utilization)}"
            )
        else:
            facts.append("no mapping")
    shown = escape(" | ".join(facts))
    return f'<span class="name">{escape(layers[0].title)}</span> <span class="facts">{shown}</span>'


def _column(layer: Layer | None, run: Run, charts: Charts, *, alone: bool) -> str:
    title = "" if alone else f'<h3><span class="run {run.label.lower()}">{run.label}</span></h3>'
    if layer is None:
        return f'<div class="column">{title}<p>This result has no such layer.</p></div>'
    parts = [title, _facts(layer)]
    if layer.failure:
        parts.append(f'<p class="problem">{escape(layer.failure)}</p>')
    if layer.detail:
        parts.append('<div class="charts">')
        parts.append(charts.place(layer_charts.energy_of_layer(layer.detail)))
        parts.append(charts.place(ladder_of_layer(layer.detail)))
        parts.append(_bound_chart(layer, charts))
        parts.append(_occupancy(layer.detail))
        axes = [axis for axis in str(run.summary.get("pareto", "")).split(",") if axis]
        parts.append(charts.place(layer_charts.pareto(layer, axes)))
        parts.append("</div>")
        parts.append(_pictures(layer.detail))
        parts.append(f"<h3>Counts</h3>{tables.counts_table(layer.detail)}")
        parts.append(_text_of_nest(layer.detail))
    else:
        parts.append(_bound_chart(layer, charts))
    return f'<div class="column">{"".join(parts)}</div>'


def _bound_chart(layer: Layer, charts: Charts) -> str:
    return charts.place(layer_charts.eyexam(layer, layer.bound)) if layer.bound else ""


def _facts(layer: Layer) -> str:
    rows: list[tuple[str, str]] = []
    if layer.also:
        rows.append(("Equal layers", ", ".join(layer.also)))
    if layer.detail:
        sizes = ", ".join(f"{name} {size:,}" for name, size in layer.detail.dimensions.items())
        rows.append(("Sizes", sizes))
    if layer.found:
        rows += [
            ("MACs", f"{layer.macs:,}"),
            ("Energy", f"{units.energy(layer.energy)}{_over(layer.over_energy)}"),
            ("Cycles", f"{layer.cycles:,}{_over(layer.over_cycles)}"),
            ("EDP", f"{units.digits(layer.edp * 1e-12)} J\u00b7cycle"),
            ("Utilisation", units.share(layer.utilization)),
            ("Search", _search(layer)),
        ]
    cells = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(v)}</dd></div>" for k, v in rows)
    return f'<dl class="facts">{cells}</dl>' if rows else ""


def _over(ratio: float | None) -> str:
    return f" ({units.times(ratio)} the bound)" if ratio else ""


def _search(layer: Layer) -> str:
    summary = layer.summary
    text = (
        f"{summary.get('searcher', 'unknown')}, {summary.get('evaluated', 0):,} mappings "
        f"evaluated, {summary.get('valid', 0):,} valid"
    )
    space = summary.get("mapspace_size")
    if space:
        text += f", of {units.si(float(space), '')}"
    return f"{text}; {tables.search_state(layer)}"


def _occupancy(detail: Detail) -> str:
    rows = "".join(_meter(level) for level in detail.levels if level.usable)
    if not rows:
        return ""
    note = '<p class="note">Words that the tiles fill in each instance, of those usable.</p>'
    return (
        f'<figure class="card"><figcaption><h3>Occupancy of the memories</h3>{note}</figcaption>'
        f'<div class="meters">{rows}</div></figure>'
    )


def _meter(level: Level) -> str:
    share = level.occupancy or 0.0
    return (
        f'<div class="meter"><span class="name">{escape(level.name)}</span>'
        f'<span class="track"><span style="width:{min(share, 1) * 100:.2f}%"></span></span>'
        f'<span class="amount">{level.held:,} of {level.usable:,} ({units.share(share)})</span>'
        "</div>"
    )


def _pictures(detail: Detail) -> str:
    array = nest.array_svg(detail)
    shown = f'<div class="scroll">{array}</div>' if array else ""
    return (
        '<div class="pictures"><figure class="card"><figcaption><h3>Loop nest</h3><p class="note">'
        "Memories from the outside in, the words of each tile that they keep, and their loops; "
        "filled bars run side by side on the array.</p></figcaption>"
        f'<div class="scroll">{nest.nest_svg(detail)}</div></figure>'
        '<figure class="card"><figcaption><h3>Array</h3><p class="note">'
        f"{escape(nest.array_text(detail))}</p></figcaption>{shown}</figure></div>"
    )


def _text_of_nest(detail: Detail) -> str:
    if not detail.nest:
        return ""
    text = escape(detail.nest)
    return f'<details class="text"><summary>Loop nest as text</summary><pre>{text}</pre></details>'
