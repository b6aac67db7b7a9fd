"""Tables of the page."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from html import escape
from math import isfinite

from tilewright.report import units
from tilewright.report.result import Detail, Layer, Run


@dataclass(frozen=True)
class Cell:
    """What a table shows, and what it sorts by.

    Attributes:
        text: plain text.
        key: a number to sort by; None: by the text.
        html: instead of the text, ready for the page.
    """

    text: str
    key: float | None = None
    html: str = ""


def table(head: Sequence[str], rows: Iterable[Sequence[Cell]], *, sorts: bool = False) -> str:
    """A table in a box of its own, in which it scrolls; numbers stand at the right."""
    body = []
    first: Sequence[Cell] = ()
    for row in rows:
        first = first or row
        cells = (_cell(cell, name) for cell, name in zip(row, head, strict=True))
        body.append(f"<tr>{''.join(cells)}</tr>")
    numbers = [i < len(first) and first[i].key is not None for i in range(len(head))]
    heads = []
    for name, is_number in zip(head, numbers, strict=True):
        label = f'<button type="button">{escape(name)}</button>' if sorts else escape(name)
        heads.append(f'<th scope="col"{_number(is_number)}>{label}</th>')
    of_kind = ' class="sorts"' if sorts else ""
    return (
        f'<div class="scroll" tabindex="0"><table{of_kind}><thead><tr>{"".join(heads)}</tr></thead>'
        f"<tbody>{''.join(body)}</tbody></table></div>"
    )


def _number(is_number: bool) -> str:
    return ' class="number"' if is_number else ""


# With the head of its column, which stands beside it where a row has no room.
def _cell(cell: Cell, head: str) -> str:
    shown = cell.html or escape(cell.text)
    label = f' data-label="{escape(head.strip())}"'
    if cell.key is None:
        return f"<td{label}>{shown}</td>"
    return f'<td class="number"{label} data-key="{cell.key:.9g}">{shown}</td>'


def number(value: float | None, text: str) -> Cell:
    """A number; one that is not known sorts before all others."""
    return Cell(text, -1.0 if value is None or not isfinite(value) else float(value))


def link(name: str, anchor: str, also: Sequence[str] = ()) -> Cell:
    """The name of a layer, which leads to its details; the filter finds the others by theirs."""
    every = ", ".join((name, *also))
    more = f' <span class="also">+{len(also)} equal' if also else ""
    more += f'<span class="hidden"> {escape(", ".join(also))}</span></span>' if also else ""
    return Cell(name, html=f'<a href="#{anchor}" title="{escape(every)}">{escape(name)}</a>{more}')


_LAYER_HEAD = (
    "Layer", "Repeats", "MACs", "Energy", "Share", "pJ / MAC", "Energy / bound", "Cycles",
    "Cycles / bound", "Used", "EDP (J\u00b7cycle)", "MACs / word", "Limited by", "Search",
)  # fmt: skip


def layer_table(run: Run) -> str:
    """All layers of a result; costs with repeats, ratios without."""
    total = run.total["energy_pJ"]
    rows = [
        _layer_row(layer, total, f"layer-{i}") if layer.found else _failed_row(layer, f"layer-{i}")
        for i, layer in enumerate(run.layers)
    ]
    return table(_LAYER_HEAD, rows, sorts=True)


def _layer_row(layer: Layer, total: float, anchor: str) -> list[Cell]:
    energy = layer.energy * layer.repeats
    cycles = layer.cycles * layer.repeats
    share = energy / total if total else None
    intensity = off_chip_intensity(layer)
    each = layer.energy / layer.macs
    return [
        link(layer.name, anchor, layer.also),
        number(layer.repeats, str(layer.repeats)),
        number(layer.macs * layer.repeats, units.count(layer.macs * layer.repeats)),
        number(energy, units.energy(energy)),
        number(share, units.share(share)),
        number(each, units.digits(each)),
        number(layer.over_energy, units.times(layer.over_energy)),
        number(cycles, units.count(cycles)),
        number(layer.over_cycles, units.times(layer.over_cycles)),
        number(layer.utilization, units.share(layer.utilization)),
        number(layer.edp, units.digits(layer.edp * 1e-12)),
        number(intensity, units.digits(intensity) if intensity else units.NONE),
        Cell(layer.bound.limited_by if layer.bound else units.NONE),
        Cell(search_state(layer)),
    ]


def _failed_row(layer: Layer, anchor: str) -> list[Cell]:
    blank = number(None, units.NONE)
    cells = [blank] * (len(_LAYER_HEAD) - 4)
    limit = layer.bound.limited_by if layer.bound else units.NONE
    repeats = number(layer.repeats, str(layer.repeats))
    return [link(layer.name, anchor, layer.also), repeats, *cells, Cell(limit), Cell("no mapping")]


_CAUSES = {"victory": "victory condition", "exhausted": "end of the mapspace"}


def off_chip_intensity(layer: Layer) -> float | None:
    """Operations per word of main memory."""
    if layer.detail is None:
        return None
    words = sum(level.accesses for level in layer.detail.off_chip)
    return layer.macs / words if words else None


def search_state(layer: Layer) -> str:
    """How sure the search is that nothing is better."""
    summary = layer.summary
    if summary.get("proven"):
        whole = summary.get("proof", {}).get("scope") == "imperfect"
        return "proven best of any factors" if whole else "proven best"
    gap = summary.get("gap")
    if gap is not None:
        return f"at most {units.share(gap)} off"
    return str(summary.get("stopped_by", ""))


def search_counts(run: Run) -> str:
    """What the searches ended by, and in how many layers each."""
    counts: dict[str, int] = {}
    for layer in run.mapped:
        cause = str(layer.summary.get("stopped_by", "unknown"))
        if layer.summary.get("proven"):
            cause = "proof"
        name = _CAUSES.get(cause, cause.replace("_", " "))
        counts[name] = counts.get(name, 0) + layer.number
    if len(counts) == 1:
        return f"{next(iter(counts))}, in all layers"
    return ", ".join(f"{name} in {count} layers" for name, count in counts.items()) or "no mapping"


def compare_table(runs: Sequence[Run], names: Sequence[str]) -> str:
    """The layers of two results beside each other; the ratio is B / A."""
    head = ["Layer"]
    for what in ("Energy", "Cycles", "Utilisation", "EDP (J\u00b7cycle)"):
        head += [f"{what} {run.label}" for run in runs] + ["B / A" + " " * (len(head) // 3)]
    rows = []
    for i, name in enumerate(names):
        layers = [run[name] for run in runs]
        also = next(layer.also for layer in layers if layer)
        row = [link(name, f"layer-{i}", also)]
        row += _pair([x.energy * x.repeats if x else None for x in layers], units.energy)
        row += _pair([float(x.cycles * x.repeats) if x else None for x in layers], units.count)
        row += _pair([x.utilization if x else None for x in layers], units.share)
        row += _pair([x.edp * 1e-12 if x else None for x in layers], _edp)
        rows.append(row)
    return table(head, rows, sorts=True)


def _edp(value: float | None) -> str:
    return units.NONE if value is None else units.digits(value)


def _pair(values: Sequence[float | None], shown: Callable[[float | None], str]) -> list[Cell]:
    known = [
        value if value is not None and isfinite(value) and value > 0 else None for value in values
    ]
    cells = [number(value, shown(value)) for value in known]
    a, b = known
    ratio = b / a if a is not None and b is not None else None
    return [*cells, number(ratio, units.times(ratio))]


def counts_table(detail: Detail) -> str:
    """Every level and tensor that it keeps: tile, accesses and energy."""
    rows = []
    for level in detail.levels:
        for tensor in level.tensors:
            if not tensor.keep and not tensor.accesses:
                continue
            rows.append(
                [
                    Cell(level.name),
                    Cell(tensor.name),
                    number(tensor.tile, f"{tensor.tile:,}"),
                    number(tensor.instances, units.digits(tensor.instances)),
                    number(tensor.reads, units.count(tensor.reads)),
                    number(tensor.fills, units.count(tensor.fills)),
                    number(tensor.updates, units.count(tensor.updates)),
                    number(tensor.energy, units.energy(tensor.energy)),
                ]
            )
    head = ("Level", "Tensor", "Tile (words)", "Instances", "Reads", "Fills", "Updates", "Energy")
    return table(head, rows)


def memory_table(detail: Detail) -> str:
    """The memories of the architecture."""
    unit = detail.arithmetic
    rows = [
        [
            Cell(unit.name),
            number(unit.instances, f"{unit.instances:,}"),
            Cell(f"{unit.mesh[0]} \u00d7 {unit.mesh[1]}"),
            number(None, units.NONE),
            number(unit.word_bits, str(unit.word_bits)),
            Cell(units.NONE),
            number(unit.area, units.area(unit.area)),
            Cell(unit.source),
        ]
    ]
    for level in detail.levels:
        size = "no limit" if level.size is None else f"{level.size:,}"
        speeds = ", ".join(f"{kind} {units.digits(v)}" for kind, v in level.bandwidths.items())
        rows.append(
            [
                Cell(level.name),
                number(level.instances, f"{level.instances:,}"),
                Cell(f"{level.mesh[0]} \u00d7 {level.mesh[1]}"),
                number(level.size, size),
                number(level.word_bits, str(level.word_bits)),
                Cell(speeds or "no limit"),
                number(level.area, units.area(level.area)),
                Cell(level.source),
            ]
        )
    head = (
        "Level", "Instances", "Mesh", "Words each", "Bits", "Bandwidth (words/cycle)", "Area",
        "Price from",
    )  # fmt: skip
    return table(head, rows)
