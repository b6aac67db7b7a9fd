"""What an architect asks first: totals, where the energy goes, how far from the bound."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from html import escape

from tilewright.report import units
from tilewright.report.result import Run

_MUCH = 0.005


@dataclass(frozen=True)
class Figure:
    """A total of a result.

    Attributes:
        name: what it is.
        value: to compare by; None if not known.
        text: the value with its unit.
        note: one line more.
    """

    name: str
    value: float | None
    text: str
    note: str = ""


def figures(run: Run, clock: float | None) -> list[Figure]:
    """All totals of a result, the most wanted first; per cycle without a clock (hertz)."""
    return [*_costs(run, clock), *_rates(run, clock), *_others(run)]


def _costs(run: Run, clock: float | None) -> list[Figure]:
    total = run.total
    energy, cycles = total["energy_pJ"], total["cycles"]
    over_energy = energy / run.bound_energy if run.bound_energy else None
    over_cycles = cycles / run.bound_cycles if run.bound_cycles else None
    each = total["energy_per_compute_pJ"]
    per_mac = f"{units.digits(each)} pJ per MAC" if each else ""
    edp = energy * 1e-12 * cycles
    if clock:
        latency, product = cycles / clock, edp / clock
        time, in_cycles = units.si(latency, "s"), f"{cycles:,} cycles"
        of_both, edp_note = units.si(product, "J\u00b7s"), f"{units.digits(edp)} J\u00b7cycle"
    else:
        latency, product = float(cycles), edp
        time = f"{units.count(cycles)} cycles"
        in_cycles = units.si(cycles / run.clock, "s") if run.clock else "no clock given"
        of_both, edp_note = f"{units.digits(edp)} J\u00b7cycle", ""
    use = total["utilization"]
    return [
        Figure("Energy", energy, units.energy(energy), per_mac),
        Figure("Latency", latency, time, in_cycles),
        Figure("Energy-delay product", product, of_both, edp_note),
        Figure("Utilisation", use, units.share(use), "of the multipliers, over time"),
        Figure("Energy against bound", over_energy, units.times(over_energy), _least_energy(run)),
        Figure("Latency against bound", over_cycles, units.times(over_cycles), _least_cycles(run)),
    ]


def _least_energy(run: Run) -> str:
    return f"no mapping below {units.energy(run.bound_energy)}" if run.bound_energy else ""


def _least_cycles(run: Run) -> str:
    least = run.bound_cycles
    return f"no mapping below {units.count(least)} cycles" if least else ""


def _rates(run: Run, clock: float | None) -> list[Figure]:
    total = run.total
    cycles, macs = total["cycles"], total["computes"]
    each = macs / cycles if cycles else None
    if not clock or not cycles:
        text = f"{units.digits(each)} MAC/cycle" if each else units.NONE
        power = total["energy_pJ"] / cycles if cycles else None
        shown = f"{units.digits(power)} pJ/cycle" if power else units.NONE
        return [Figure("Throughput", each, text), Figure("Power", power, shown, "mW at 1 GHz")]
    seconds = cycles / clock
    speed, power = macs / seconds, total["energy_pJ"] * 1e-12 / seconds
    batch = run.summary.get("batch")
    rate = units.digits((batch or 1) / seconds)
    passes = f"{rate} {'inferences' if batch else 'passes of the network'} per second"
    return [
        Figure("Throughput", speed, units.si(speed, "MAC/s"), passes),
        Figure("Power", power, units.si(power, "W"), f"at {units.si(clock, 'Hz')}"),
    ]


def _others(run: Run) -> list[Figure]:
    words = run.off_chip_words
    note = ""
    if words and run.detailed:
        level = run.detailed[0][1].off_chip[0]
        note = f"words of {level.name}; {units.si(words * level.word_bits / 8, 'B')}"
    area = run.area
    unknown = "" if area else "no price source gives the area of every level"
    macs = run.total["computes"]
    repeated = sum(layer.repeats for layer in run.mapped)
    return [
        Figure("Off-chip accesses", words, units.count(words), note),
        Figure("Area", area or None, units.area(area), unknown),
        Figure("MACs", float(macs), units.count(macs), f"{repeated} layers{_of_batch(run)}"),
    ]


def _of_batch(run: Run) -> str:
    batch = run.summary.get("batch")
    return f", batch {batch}" if batch else ""


def cards(runs: Sequence[Run]) -> str:
    """A card per figure; of two results both, and their ratio."""
    # What is divided must have one unit: seconds only where all have a clock.
    timed = all(run.clock for run in runs)
    columns = [figures(run, run.clock if timed else None) for run in runs]
    shown = []
    for i, row in enumerate(zip(*columns, strict=True)):
        body = _single(row[0]) if len(row) == 1 else _double(row, runs)
        rank = " first" if i < len(_costs(runs[0], None)) else ""
        shown.append(f'<div class="figure{rank}"><dt>{escape(row[0].name)}</dt>{body}</div>')
    return f'<dl class="figures{" two" if len(runs) > 1 else ""}">{"".join(shown)}</dl>'


def _single(figure: Figure) -> str:
    note = f"<dd>{escape(figure.note)}</dd>" if figure.note else ""
    return f'<dd class="value">{escape(figure.text)}</dd>{note}'


def _double(row: Sequence[Figure], runs: Sequence[Run]) -> str:
    values = "".join(
        f'<dd class="value"><span class="run {run.label.lower()}">{run.label}</span> '
        f"{escape(figure.text)}</dd>"
        for figure, run in zip(row, runs, strict=True)
    )
    a, b = row[0].value, row[1].value
    ratio = f"<dd>B / A: {units.times(b / a)}</dd>" if a and b is not None else ""
    return values + ratio


def sentences(run: Run) -> list[str]:
    """What stands out, in words."""
    found = []
    total = sum(sum(row.values()) for row in run.parts.values())
    if total > 0:
        levels = {part: sum(row.values()) for part, row in run.parts.items()}
        top = max(levels, key=lambda part: levels[part])
        tensors = {name: value for name, value in run.parts[top].items() if name}
        text = f"{top} takes {units.share(levels[top] / total)} of the energy"
        if tensors:
            most = max(tensors, key=lambda name: tensors[name])
            text += f", {units.share(tensors[most] / total)} for {most} alone"
        compute = run.detailed[0][1].arithmetic.name
        if compute != top:
            text += f"; the arithmetic ({compute}) takes {units.share(levels[compute] / total)}"
        found.append(text + ".")
    found += _slowest(run)
    found += _distance(run)
    return found


def _slowest(run: Run) -> list[str]:
    cycles = run.total["cycles"]
    several = 2
    if len(run.mapped) < several or not cycles:
        return []
    ranked = sorted(run.mapped, key=lambda x: -x.cycles * x.repeats)
    most = 3
    shown, taken = [], 0
    half = 0.5
    for layer in ranked[:most]:
        shown.append(units.short(layer.name, 40))
        taken += layer.cycles * layer.repeats
        if taken > half * cycles:
            break
    little = 0.25
    if taken < little * cycles:
        return []
    verb = "takes" if len(shown) == 1 else "take"
    return [f"{', '.join(shown)} {verb} {units.share(taken / cycles)} of the time."]


def _distance(run: Run) -> list[str]:
    energy, cycles = run.bound_energy, run.bound_cycles
    if not energy or not cycles:
        return []
    over_energy = run.total["energy_pJ"] / energy
    over_cycles = run.total["cycles"] / cycles
    speed = (
        "as fast as any mapping can be"
        if over_cycles < 1 + _MUCH
        else f"{units.times(over_cycles)} the least time"
    )
    proven = sum(layer.number for layer in run.mapped if layer.summary.get("proven"))
    number = sum(layer.number for layer in run.mapped)
    text = (
        f"Against what no mapping can beat: {units.times(over_energy)} the least energy, {speed}."
    )
    if proven:
        text += f" For {proven} of {number} layers the mapping is proven to be the best."
    return [text]
