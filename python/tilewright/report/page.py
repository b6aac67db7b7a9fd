"""The whole page."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from html import escape
from importlib.resources import files

from tilewright import _core
from tilewright._errors import UsageError
from tilewright.report import compare, network_charts, overview, provenance, tables
from tilewright.report.architecture import architecture_svg
from tilewright.report.chart import Charts
from tilewright.report.ladder import ladder_of_runs
from tilewright.report.layers import layer_sections
from tilewright.report.merge import merged_layers
from tilewright.report.result import Run
from tilewright.report.roofline import roofline

_NO_SCRIPT = (
    '<noscript><p class="problem">Charts, sorting and filters need JavaScript.</p></noscript>'
)


def render(runs: Sequence[Run]) -> str:
    """One page that needs no other file and no network.

    Args:
        runs: one result, or two to compare.

    Raises:
        UsageError: the package `plotly` is missing.
    """
    drawing = plotly_script()
    runs = merged_layers(runs)
    charts = Charts()
    body = "".join(
        (
            _top(runs),
            _section("differences", "What differs", _differences(runs)),
            _section("architecture", "Architecture", _architecture(runs)),
            _section("energy", "Energy", _energy_charts(runs, charts)),
            _section("time", "Time", _time_charts(runs, charts)),
            _section("data", "Data", _data_charts(runs, charts)),
            _section("table", "All layers", _all_layers(runs)),
            _section("layers", "Layer by layer", _details(runs, charts)),
            _section("hardware", "Memories and prices", _hardware(runs)),
            _section("warnings", "Warnings", _each(runs, provenance.warnings)),
            _section("origin", "Where this comes from", _each(runs, provenance.origin)),
        )
    )
    title = escape(" and ".join(dict.fromkeys(run.title for run in runs)))
    return (
        '<!DOCTYPE html>\n<html lang="en"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        '<meta name="color-scheme" content="light dark">'
        '<link rel="icon" href="data:,">'
        f'<meta name="generator" content="tilewright {_core.__version__}">'
        f"<title>{title}</title><style>{_asset('report.css')}</style></head>\n"
        f"<body><main>{_NO_SCRIPT}{body}</main>\n"
        f'<script type="application/json" id="charts">{charts.json()}</script>\n'
        f"<script>{drawing}</script>\n<script>{_asset('report.js')}</script></body></html>\n"
    )


def plotly_script() -> str:
    """Plotly's JavaScript, to stand inside of a page. Raises `UsageError` without plotly."""
    try:
        from plotly.offline import get_plotlyjs  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise UsageError(
            "reports need the package 'plotly': pip install 'tilewright[report]'"
        ) from error
    script: str = get_plotlyjs()
    return script.replace("</script", "<\\/script")


def _asset(name: str) -> str:
    return (files("tilewright.report") / "assets" / name).read_text(encoding="utf-8")


def _section(anchor: str, title: str, body: str) -> str:
    return f'<section id="{anchor}"><h2>{escape(title)}</h2>{body}</section>' if body else ""


def _top(runs: Sequence[Run]) -> str:
    if len(runs) == 1:
        run = runs[0]
        lines = "".join(f"<li>{escape(text)}</li>" for text in overview.sentences(run))
        head = (
            f'<h1>{escape(run.summary["network"])} <span class="on">on</span> '
            f"{escape(run.summary['architecture'])}</h1>"
        )
        subtitle = f"{_count(run)}; {_batch(run)}objective: {run.summary['objective']}"
    else:
        head = "<h1>Two results</h1>"
        subtitle = ""
        about = [*map(_named, runs), *map(escape, compare.sentences(*runs))]
        lines = "".join(f"<li>{text}</li>" for text in about)
    said = f'<ul class="said">{lines}</ul>' if lines else ""
    notes = [f"{run.label}: {note}" if run.label else note for run in runs for note in run.notes]
    shown = "".join(f'<p class="problem">{escape(note)}</p>' for note in notes)
    return (
        f'<header><p class="brand">tilewright report</p>{head}'
        f'<p class="subtitle">{escape(subtitle)}</p></header>{shown}{overview.cards(runs)}{said}'
        f"{_meaning(runs)}"
    )


def _meaning(runs: Sequence[Run]) -> str:
    bounded = any(layer.bound for run in runs for layer in run.mapped)
    return compare.explanation() if bounded else ""


def _differences(runs: Sequence[Run]) -> str:
    return compare.differences(*runs) if len(runs) > 1 else ""


def _architecture(runs: Sequence[Run]) -> str:
    shown = [
        f'<figure class="card"><figcaption><h3>{_title(run)}</h3></figcaption>'
        f'<div class="scroll">{architecture_svg(run.detailed[0][1])}</div></figure>'
        for run in runs
        if run.detailed
    ]
    return _grid(*shown) if shown else ""


def _title(run: Run) -> str:
    return compare.heading(run) if run.label else escape(run.summary["architecture"])


def _count(run: Run) -> str:
    number = sum(layer.number for layer in run.layers)
    kinds = f" of {len(run.layers)} kinds" if len(run.layers) < number else ""
    return f"{number} layer{'s' if number != 1 else ''}{kinds}"


def _batch(run: Run) -> str:
    batch = run.summary.get("batch")
    return f"batch {batch}; " if batch else ""


def _named(run: Run) -> str:
    label = f'<span class="run {run.label.lower()}">{run.label}</span>'
    what = f"{_count(run)}; {_batch(run)}for {run.summary['objective']}"
    about = f"{run.title}, {what}, in {run.folder}"
    return f"{label} {escape(about)}"


def _energy_charts(runs: Sequence[Run], charts: Charts) -> str:
    if not any(run.mapped for run in runs):
        return "<p>No layer has a mapping.</p>"
    return _grid(
        charts.place(network_charts.energy_by_level(runs)),
        charts.place(network_charts.movement_and_compute(runs)),
        charts.place(network_charts.energy_per_layer(runs)),
    )


def _time_charts(runs: Sequence[Run], charts: Charts) -> str:
    if not any(run.mapped for run in runs):
        return ""
    return _grid(
        charts.place(network_charts.cycles_per_layer(runs)),
        charts.place(network_charts.utilization_per_layer(runs)),
        charts.place(network_charts.speed_lost(runs)),
        charts.place(roofline(runs)),
    )


def _data_charts(runs: Sequence[Run], charts: Charts) -> str:
    if not any(run.detailed for run in runs):
        return ""
    return _grid(
        charts.place(ladder_of_runs(runs)),
        *(charts.place(network_charts.occupancy(run)) for run in runs),
    )


def _grid(*figures: str) -> str:
    return f'<div class="charts">{"".join(figures)}</div>'


def _all_layers(runs: Sequence[Run]) -> str:
    if len(runs) == 1:
        made = tables.layer_table(runs[0])
    else:
        made = tables.compare_table(runs, network_charts.names_of(runs))
    return (
        '<p class="tools"><label>Show layers with <input type="search" id="filter" '
        'placeholder="name or limit" autocomplete="off"></label> '
        f'<span id="shown" role="status"></span></p>{made}'
    )


def _details(runs: Sequence[Run], charts: Charts) -> str:
    buttons = (
        '<p class="tools"><button type="button" id="open-all">Open all</button> '
        '<button type="button" id="close-all">Close all</button></p>'
    )
    return buttons + layer_sections(runs, charts)


def _hardware(runs: Sequence[Run]) -> str:
    def of(run: Run) -> str:
        memories = tables.memory_table(run.detailed[0][1]) if run.detailed else ""
        return f"{memories}<h3>Prices</h3>{provenance.prices(run)}"

    return _each(runs, of)


def _each(runs: Sequence[Run], made: Callable[[Run], str]) -> str:
    parts = []
    for run in runs:
        label = f'<h3><span class="run {run.label.lower()}">{run.label}</span></h3>'
        parts.append(f"{label if run.label else ''}{made(run)}")
    return "".join(parts)
