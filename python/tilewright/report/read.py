"""Reads the folders of results."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tilewright._bound import LayerBound, layer_bound
from tilewright._errors import SpecError, UsageError
from tilewright._printable import printable_tree
from tilewright.report.result import Arithmetic, Detail, Layer, Level, Link, Loop, Run, Tensor

_LOOP = re.compile(r"for (.+) in \[0:(\d+)(?:,(\d+))?\)(?: \(Spatial-([XY])\))?")
_ENERGIES = ("energy_total", "temporal_reduction_energy_total", "addr_gen_energy_total")


def read_run(folder: str, label: str = "", clock: float | None = None) -> Run:
    """What a folder holds.

    Args:
        folder: that `tilewright map` wrote.
        label: "A" or "B" where two are compared.
        clock: hertz; that of the architecture if None.

    Raises:
        UsageError: it holds no result.
        SpecError: a file in it is damaged.
    """
    path = Path(folder)
    summary = _summary(path, folder)
    with _expecting(path / "summary.json"):
        bounds = _bounds(path / "bound.json")
        layers = [_layer(path, entry, bounds) for entry in summary["layers"]]
        layers += [_failed(entry, bounds) for entry in summary["without_mapping"]]
        for key in ("architecture", "network", "objective", "seed", "total", "not_searched"):
            _ = summary[key]
        period = summary.get("cycle_seconds")
        has_ended = (path / "run.json").is_file()
        machine = _result(path / "run.json", "run") if has_ended else {}
        return Run(
            folder=folder,
            label=label,
            summary=summary,
            machine=machine,
            layers=tuple(layers),
            notes=tuple(_notes(path, summary, machine, layers)),
            clock=clock or (1 / period if period else None),
        )


def _summary(path: Path, folder: str) -> Mapping[str, Any]:
    if not path.exists():
        raise UsageError(f"there is no folder '{folder}'")
    if not path.is_dir():
        raise UsageError(f"'{folder}' is not a folder; give the one that `tilewright map` wrote")
    if not (path / "summary.json").is_file():
        text = f"'{folder}' holds no result of `tilewright map`: it has no file summary.json"
        inside = sorted(file.parent for file in path.glob("*/summary.json"))
        inside += sorted(file.parent for file in path.glob("*/*/summary.json"))
        if inside:
            text += "; results are in " + ", ".join(f"'{found}'" for found in inside[:5])
        elif any(path.glob("*.stats.json")):
            text += "; the run ended before its first layer was written"
        raise UsageError(text)
    return _result(path / "summary.json", "summary")


# What is odd about a result, for the page and for the terminal.
def _notes(
    path: Path, summary: Mapping[str, Any], machine: Mapping[str, Any], layers: list[Layer]
) -> Iterator[str]:
    missing = summary["not_searched"]
    if machine.get("interrupted"):
        yield "The run was interrupted: the layers hold the best found until then."
    elif not machine:
        yield f"The run did not end: '{path}' has no file run.json."
    if missing:
        yield f"Not searched, and in no total: {_listed(missing)}."
    failed = [layer.name for layer in layers if not layer.found]
    if failed:
        yield f"Without a mapping, and in no total: {_listed(failed)}."
    lost = [layer.name for layer in layers if layer.found and layer.detail is None]
    if lost:
        yield f"The counts of these layers are missing (no stats.json): {_listed(lost)}."
    if not any(layer.bound for layer in layers):
        yield "The bounds are missing (no bound.json)."


def _listed(names: list[str]) -> str:
    most = 5
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _json(file: Path) -> Mapping[str, Any]:
    try:
        found = printable_tree(json.loads(file.read_text(encoding="utf-8")))
    except OSError as error:
        raise UsageError(f"cannot read '{file}': {error.strerror}") from error
    except json.JSONDecodeError as error:
        message = f"{file}:{error.lineno}:{error.colno}: the file is damaged: {error.msg}"
        raise SpecError(message, str(file), error.lineno, error.colno) from error
    except (UnicodeDecodeError, RecursionError) as error:
        raise SpecError(f"{file}: the file is damaged: {error}", str(file)) from error
    if not isinstance(found, dict):
        raise SpecError(f"{file}:1:1: expected a map of results", str(file), 1, 1)
    return found


# A file of a result, of the version that this package reads.
def _result(file: Path, kind: str) -> Mapping[str, Any]:
    found = _json(file)
    expected = f"tilewright {kind} 1"
    if found.get("format") != expected:
        text = f"{file}: expected the format '{expected}', found {found.get('format')!r}"
        raise SpecError(f"{text}; another version of tilewright may have written it", str(file))
    return found


# Turns a key that is missing, or holds something else, into a message.
@contextmanager
def _expecting(file: Path) -> Iterator[None]:
    try:
        yield
    except KeyError as error:
        text = f"{file}: {error} is missing; another version of tilewright may have written it"
        raise SpecError(text, str(file)) from error
    except (AttributeError, TypeError, ValueError, IndexError) as error:
        if isinstance(error, (SpecError, UsageError)):
            raise
        text = f"{file}: not as `tilewright map` writes it: {error}"
        raise SpecError(text, str(file)) from error


def _bounds(file: Path) -> dict[str, LayerBound]:
    if not file.is_file():
        return {}
    found = _result(file, "bound")
    with _expecting(file):
        return {fields["name"]: layer_bound(fields) for fields in found["layers"]}


def _layer(path: Path, entry: Mapping[str, Any], bounds: Mapping[str, LayerBound]) -> Layer:
    name = entry["name"]
    file = path / f"{entry['files']}.stats.json"
    bound = bounds.get(name)
    if bound and bound.macs != entry["computes"]:
        bound = None  # of another run
    return Layer(
        name=name,
        repeats=entry["repeats"],
        energy=entry["energy_pJ"],
        cycles=entry["cycles"],
        edp=entry["edp_pJ_cycles"],
        utilization=entry["utilization"],
        macs=entry["computes"],
        summary=entry,
        detail=_detail(file) if file.is_file() else None,
        bound=bound,
    )


def _failed(entry: Mapping[str, Any], bounds: Mapping[str, LayerBound]) -> Layer:
    name = entry["name"]
    return Layer(
        name=name,
        repeats=entry.get("repeats", 1),
        failure=entry["reason"] or "no mapping was found",
        summary=entry,
        bound=bounds.get(name),
    )


def _detail(file: Path) -> Detail:
    stats = _result(file, "stats")
    nest = file.with_name(file.name.removesuffix(".stats.json") + ".nest.txt")
    with _expecting(file):
        arithmetic, *levels = stats["levels"]
        energy = stats["energy_breakdown"]
        return Detail(
            dimensions=dict(stats["dimensions"]),
            arithmetic=_arithmetic(arithmetic),
            levels=tuple(_level(level) for level in levels),
            links=tuple(_link(link) for link in stats["networks"]),
            idle=energy["idle_pJ"] if energy["idle_counted"] else 0.0,
            area=0.0 if stats["area_unknown"] else stats["area_um2"],
            nest=nest.read_text(encoding="utf-8", errors="replace") if nest.is_file() else "",
            prices=tuple(stats["price_sources"]),
        )


# As the program and the table of prices call it; the counts have Timeloop's spelling.
def _source(name: str) -> str:
    return "pat" if name == "PAT" else name


def _arithmetic(fields: Mapping[str, Any]) -> Arithmetic:
    return Arithmetic(
        name=fields["name"],
        instances=fields["instances"],
        mesh=(fields["meshX"], fields["meshY"]),
        used=fields["utilized_instances"],
        word_bits=fields["word_bits"],
        energy=fields["energy_total"] or 0.0,
        area=fields["area_total"],
        source=_source(fields["energy_source"]),
    )


def _level(fields: Mapping[str, Any]) -> Level:
    specs = fields["specs"]
    kinds = ("read", "write", "shared")
    word_bits = specs["word_bits"]
    bits = specs.get("data_bits", {})  # of elements that are no words
    return Level(
        name=fields["name"],
        dram=specs["technology"] == "DRAM",
        instances=specs["instances"],
        mesh=(specs["meshX"], specs["meshY"]),
        word_bits=word_bits,
        size=specs["size"],
        usable=specs["usable_size"],
        bandwidths={x: specs[f"{x}_bandwidth"] for x in kinds if specs[f"{x}_bandwidth"]},
        cycles=fields["cycles"],
        area=fields["area_total"],
        source=_source(fields["energy_source"]),
        tensors=tuple(
            _tensor(name, row, bits.get(name, word_bits) / word_bits)
            for name, row in fields["dataspaces"].items()
        ),
        loops=tuple(_loop(text) for text in fields["loops"]),
    )


def _tensor(name: str, fields: Mapping[str, Any], size: float) -> Tensor:
    instances = fields["utilized_instances"] or 0.0
    return Tensor(
        name=name,
        keep=fields["keep"],
        tile=fields["utilized_capacity"],
        instances=instances,
        reads=fields["reads"] * instances,
        fills=fields["fills"] * instances,
        updates=fields["updates"] * instances,
        energy=sum(fields[key] or 0.0 for key in _ENERGIES),
        size=size,
    )


def _loop(text: str) -> Loop:
    found = _LOOP.fullmatch(text)
    if found is None:
        raise ValueError(f"no loop: '{text}'")
    bound = int(found[2])
    axis = (found[4] or "time").lower()
    return Loop(found[1], bound, int(found[3] or bound), axis)


def _link(fields: Mapping[str, Any]) -> Link:
    words = {}
    for name, row in fields["dataspaces"].items():
        own = (row["ingresses_total"] or 0.0) + (row.get("link_transfers") or 0.0)
        words[name] = own * (row.get("instances") or 1.0)
    return Link(fields["name"], fields["outer_level"], fields["energy_total"] or 0.0, words)
