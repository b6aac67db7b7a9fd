"""Where a result comes from: prices, warnings, versions, command, seed."""

from __future__ import annotations

import shlex
from collections.abc import Mapping
from html import escape
from typing import Any

from tilewright import _core
from tilewright.report import tables, units
from tilewright.report.result import Run
from tilewright.report.tables import Cell, number


def prices(run: Run) -> str:
    """Who priced what, and how well they know."""
    if not run.detailed:
        return "<p>No layer has a mapping, so nothing was priced.</p>"
    rows = []
    for price in run.detailed[0][1].prices:
        accuracy = price.get("accuracy")
        sure = units.NONE if accuracy is None else f"{units.digits(accuracy)}\u00a0%"
        each = [price.get(action) for action in ("read", "fill", "update", "compute", "idle")]
        rows.append(
            [
                Cell(str(price["level"])),
                Cell(str(price["source"])),
                number(accuracy, sure),
                *(number(x, units.NONE if x is None else units.digits(x)) for x in each),
            ]
        )
    head = ("Level", "Price from", "Accuracy", "Read", "Fill", "Update", "Operation", "Idle")
    note = '<p class="note">pJ per access of a vector, per operation, and per idle cycle.</p>'
    return note + _guesses(run) + tables.table(head, rows)


def _guesses(run: Run) -> str:
    found = [str(x["level"]) for x in run.detailed[0][1].prices if x.get("guess")]
    if not found:
        return ""
    return f'<p class="note">Guesses, by what their estimators say: {escape(", ".join(found))}.</p>'


def warnings(run: Run) -> str:
    """What the program warned of."""
    found = list(run.summary.get("warnings", ()))
    if not found:
        return "<p>None.</p>"
    return f'<ul class="warnings">{"".join(f"<li>{escape(str(x))}</li>" for x in found)}</ul>'


def origin(run: Run) -> str:
    """What one needs to get the result again."""
    summary, machine = run.summary, run.machine
    rows = [("Folder", run.folder), ("Architecture", summary["architecture"])]
    rows.append(("Network", summary["network"]))
    if summary.get("batch"):
        rows.append(("Batch", str(summary["batch"])))
    if machine.get("command"):
        rows.append(("Command", shlex.join(map(str, machine["command"]))))
    rows += [
        ("Objective", _objective(summary)),
        ("Seed", f"{summary['seed']}{_again(summary)}"),
        ("Stop rules", _rules(summary)),
        ("Ended by", tables.search_counts(run)),
        ("Proof", _proof(run)),
        ("Clock", units.si(run.clock, "Hz") if run.clock else "not known"),
        ("Version", _versions(summary, machine)),
    ]
    if "started" in machine:  # not where a result of Python was saved
        rows.append(("Run", _when(machine)))
    rows += [("Input", _input(entry)) for entry in summary.get("inputs", ())]
    cells = "".join(f"<div><dt>{escape(k)}</dt><dd>{escape(str(v))}</dd></div>" for k, v in rows)
    return f'<dl class="facts wide">{cells}</dl>'


def _objective(summary: Mapping[str, Any]) -> str:
    budgets = ", ".join(f"{key} {value:g}" for key, value in summary.get("budgets", {}).items())
    front = f"; front of {summary['pareto']}" if summary.get("pareto") else ""
    return f"{summary['objective']}{front}{f'; within {budgets}' if budgets else ''}"


def _again(summary: Mapping[str, Any]) -> str:
    if summary.get("reproducible"):
        return "; the same inputs and seed give the same again"
    return "; ended by time or by the user, so that another run may find other mappings"


def _rules(summary: Mapping[str, Any]) -> str:
    rules = summary.get("stop_rules", {})
    return ", ".join(f"{key.replace('_', ' ')} {value:g}" for key, value in rules.items()) or "none"


def _proof(run: Run) -> str:
    proven = sum(layer.number for layer in run.mapped if layer.summary.get("proven"))
    number = sum(layer.number for layer in run.mapped)
    gaps = [x.summary["gap"] for x in run.mapped if x.summary.get("gap") is not None]
    if not run.mapped:
        return "no mapping"
    text = f"{proven} of {number} layers proven best"
    return f"{text}; largest gap {units.share(max(gaps))}" if gaps else text


def _versions(summary: Mapping[str, Any], machine: Mapping[str, Any]) -> str:
    tool = summary.get("tool", {})
    compiler = machine.get("tool", {}).get("compiler")
    made = f" (g++ {compiler})" if compiler else ""
    return f"tilewright {tool.get('version', '?')}{made}; report by {_core.__version__}"


def _when(machine: Mapping[str, Any]) -> str:
    where = machine.get("machine", {})
    return (
        f"{machine.get('started', '?')}, {units.si(machine.get('seconds'), 's')}, "
        f"{machine.get('threads', '?')} threads, {where.get('processor', '?')}"
    )


def _input(entry: Mapping[str, Any]) -> str:
    digest = entry.get("sha256")
    return f"{entry['file']}{f' (SHA-256 {digest})' if digest else ''}"
