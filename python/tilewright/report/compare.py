"""What two results have not in common, and what comes of it, in words."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from html import escape
from typing import Any

from tilewright.report import units
from tilewright.report.result import Run
from tilewright.report.tables import Cell, search_counts, table

_LITTLE = 0.005  # of a total: not worth a word


def differences(a: Run, b: Run) -> str:
    """A table of all that the runs were given and that differs."""
    rows = [
        [Cell(what), Cell(first), Cell(second)]
        for what, first, second in _facts(a, b)
        if first != second
    ]
    if not rows:
        return "<p>Nothing that the results name: same architecture, network and options.</p>"
    return table(("", "A", "B"), rows)


def _facts(a: Run, b: Run) -> Iterator[tuple[str, str, str]]:
    for key, what in (
        ("architecture", "Architecture"),
        ("network", "Network"),
        ("batch", "Batch"),
        ("objective", "Objective"),
        ("pareto", "Front of"),
        ("seed", "Seed"),
        ("both_axes", "One dimension on both axes"),
        ("imperfect", "Factors need not divide"),
    ):
        yield what, _told(a.summary.get(key)), _told(b.summary.get(key))
    for key, what in (("budgets", "Budgets"), ("stop_rules", "Stop rules")):
        yield what, _rules(a.summary.get(key, {})), _rules(b.summary.get(key, {}))
    yield "Clock", units.si(a.clock, "Hz"), units.si(b.clock, "Hz")
    yield "Layers", str(sum(x.repeats for x in a.layers)), str(sum(x.repeats for x in b.layers))
    yield "MACs", units.count(a.total["computes"]), units.count(b.total["computes"])
    yield "Search", search_counts(a), search_counts(b)
    yield from _levels(a, b)


def _told(value: Any) -> str:
    if isinstance(value, bool):
        return "yes" if value else "no"
    return units.NONE if value in (None, "") else str(value)


def _rules(rules: Mapping[str, float]) -> str:
    return ", ".join(f"{key.replace('_', ' ')} {value:g}" for key, value in rules.items()) or "none"


def _levels(a: Run, b: Run) -> Iterator[tuple[str, str, str]]:
    first, second = _memories(a), _memories(b)
    for name in dict.fromkeys([*first, *second]):
        yield name, first.get(name, "not there"), second.get(name, "not there")


def _memories(run: Run) -> dict[str, str]:
    if not run.detailed:
        return {}
    detail = run.detailed[0][1]
    unit = detail.arithmetic
    found = {unit.name: f"{_mesh(unit.instances, unit.mesh)}{unit.word_bits} bits"}
    for level in detail.levels:
        size = "no limit, words" if level.size is None else f"{level.size:,} words"
        speed = "".join(f", {k} {units.digits(v)}/cycle" for k, v in level.bandwidths.items())
        mesh = _mesh(level.instances, level.mesh)
        found[level.name] = f"{mesh}{size} of {level.word_bits} bits{speed}"
    return found


def _mesh(instances: int, mesh: tuple[int, int]) -> str:
    return f"{mesh[0]:,} \u00d7 {mesh[1]:,} of " if instances > 1 else ""


def sentences(a: Run, b: Run) -> list[str]:
    """Which is better in what, and which levels and layers make the difference."""
    if not a.mapped or not b.mapped:
        return []
    found = [*_same_work(a, b), *_clocks(a, b)]
    parts = [
        _ratio("energy", a.total["energy_pJ"], b.total["energy_pJ"]),
        _ratio("cycles", a.total["cycles"], b.total["cycles"]),
    ]
    edp = [run.total["energy_pJ"] * run.total["cycles"] for run in (a, b)]
    parts.append(_ratio("energy-delay product", *edp))
    found.append(f"Against A, B has {', '.join(parts)}.")
    found += _energy(a, b)
    found += _time(a, b)
    return found


def _same_work(a: Run, b: Run) -> list[str]:
    first, second = a.total["computes"], b.total["computes"]
    if not first or not second or first == second:
        return []
    return [f"They do not do the same work: B has {units.times(second / first)} the MACs of A."]


def _clocks(a: Run, b: Run) -> list[str]:
    if bool(a.clock) == bool(b.clock):
        return []
    one = a.label if a.clock else b.label
    return [f"Only {one} has a clock, so both are compared in cycles (--clock sets it)."]


def _ratio(what: str, a: float, b: float) -> str:
    if not a or abs(b / a - 1) < _LITTLE:
        return f"the same {what}"
    return f"{units.times(b / a)} the {what}"


def _energy(a: Run, b: Run) -> list[str]:
    rows = [{k: sum(v.values()) for k, v in run.parts.items()} for run in (a, b)]
    gains = {
        name: rows[1].get(name, 0.0) - rows[0].get(name, 0.0)
        for name in dict.fromkeys([*rows[0], *rows[1]])
    }
    return _largest("energy", gains, units.energy, a.total["energy_pJ"], "level")


def _time(a: Run, b: Run) -> list[str]:
    gains = {}
    for layer in a.mapped:
        other = b[layer.name]
        if other is not None and other.found:
            gains[layer.name] = float(other.cycles * other.repeats - layer.cycles * layer.repeats)
    shown = lambda value: f"{units.count(value)} cycles"  # noqa: E731
    return _largest("time", gains, shown, a.total["cycles"], "layer")


# The one that the total gains or loses most by.
def _largest(
    what: str, gains: Mapping[str, float], shown: Any, total: float, kind: str
) -> list[str]:
    if not gains or not total:
        return []
    name = max(gains, key=lambda each: abs(gains[each]))
    gain = gains[name]
    if abs(gain) < _LITTLE * total:
        return []
    more = "more" if gain > 0 else "less"
    return [f"Most of the difference in {what} is of the {kind} {name}: {shown(abs(gain))} {more}."]


def explanation() -> str:
    """What "bound" and "proven" mean, which stand beside each other."""
    return (
        '<p class="note about">The <b>bound</b> is counted without a search: every word moved as '
        "seldom, and every multiplier as busy, as any mapping could make it; often no mapping "
        "reaches it. <b>Proven best</b> says that the search has excluded every better mapping, so "
        "what is left up to the bound cannot be had. Where a layer is not proven, its gap says how "
        "far from the best it can be at most.</p>"
    )


def heading(run: Run) -> str:
    """The mark of a result beside its title."""
    return f'<span class="run {run.label.lower()}">{run.label}</span> {escape(run.title)}'
