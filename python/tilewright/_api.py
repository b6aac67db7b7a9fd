"""The functions of the package."""

from __future__ import annotations

import os
import tempfile
import warnings
from collections.abc import Callable, Iterable, Mapping, Sequence
from math import nan
from pathlib import Path
from typing import Any, Literal

from tilewright import _core
from tilewright._errors import Interrupted, NoMappingWarning, UsageError, outside
from tilewright._estimators import EstimatorSource
from tilewright._numbers import option_text, whole
from tilewright._results import LayerResult, NetworkResult, ParetoPoint, Progress, Result
from tilewright._specs import Reading, Source, Specs, gather, warn_of


def load(
    *sources: Source,
    estimators: EstimatorSource | None = None,
    leakage: bool | None = None,
    define: Mapping[str, bool | float | str] | None = None,
    allow_outside: Iterable[str | os.PathLike[str]] = (),
    dense: bool = False,
    dataflow: str = "none",
) -> Specs:
    """Reads spec files, and folders of them, in any order.

    What is odd but does not stop the reading becomes a `SpecWarning` at its file and line.

    Args:
        *sources: paths of Timeloop's YAML of version 0.1 to 0.4 (architecture, problems or a
            network, constraints, a mapping, energy and area reference tables), of Jinja templates
            of it, or of an ONNX model, and what `load` or `from_onnx` returned.
        estimators: who prices levels that have no price in the specs: an object with the methods
            of `EnergyEstimator`, several of them, or `Estimators`.
        leakage: leakage of every instance and cycle counts.
        define: variables of templates.
        allow_outside: folders whose files templates may include, besides those of the sources.
        dense: ignore sparse optimizations and take all tensors as dense, instead of refusing them.
        dataflow: adds its constraints: "weight-stationary", "output-stationary",
            "input-stationary", "row-stationary" or "none".

    Raises:
        SpecError: a file is missing or wrong; says where.
        UsageError: no path is given, or an estimator fails; what it raised is the cause.
    """
    folders = tuple(os.fsdecode(folder) for folder in allow_outside)
    reading = Reading(dict(define or {}), folders, dense, dataflow)
    return gather(sources, estimators, leakage, reading if reading != Reading() else None)


def convert(*specs: Source, to: Literal["tilewright", "v0.3"] = "tilewright") -> str:
    """Specs in another form, as the text of one file.

    What is written is what was understood, and scores as before: comments, variables and the like
    are gone. What is said in other words than before becomes a `SpecWarning`.

    Args:
        *specs: paths, what `load` returned, or both together.
        to: "tilewright" (default), a form of its own; "v0.3", which Timeloop reads, too.

    Raises:
        SpecError: a file is wrong, or holds what the form cannot say; says where.
        UsageError: the form cannot say something, or is not known.
    """
    text, notes = gather(specs)._core.convert(to)
    warn_of((note, "", 0, 0, "odd_spec", "") for note in notes)
    return text


def evaluate(
    *specs: Source,
    layer: str | None = None,
    estimators: EstimatorSource | None = None,
    leakage: bool | None = None,
) -> Result:
    """Scores the mapping that the specs hold.

    A mapping that cannot run is no error: see `Result.valid` and `Result.rejection`.

    Args:
        *specs: paths, what `load` returned, or both together.
        layer: name of the layer that the mapping belongs to, if the specs hold several.
        estimators: who prices levels that have no price in the specs, as in `load`.
        leakage: leakage of every instance and cycle counts.

    Raises:
        SpecError: a file is wrong; says where.
        UsageError: architecture, problem or mapping is missing, or the layer is not known.
    """
    return Result(**_core.evaluate(gather(specs, estimators, leakage)._core, layer))


def map(
    *specs: Source,
    objective: str | Sequence[str] | None = None,
    pareto: str | Sequence[str] | None = None,
    max_delay: int | None = None,
    max_energy: float | str | None = None,
    min_utilization: float | str | None = None,
    searcher: str | None = None,
    time: float | str | None = None,
    total_time: float | str | None = None,
    seed: int = 1,
    threads: int | None = None,
    max_memory: int | str | None = None,
    max_evaluated: int | None = None,
    max_valid: int | None = None,
    victory_condition: int | None = None,
    from_: int | None = None,
    to: int | None = None,
    top: int = 1,
    top_by: Literal["loops", "tilings"] | None = None,
    both_axes: bool = False,
    gap: float | None = None,
    imperfect: bool = False,
    perfect: bool = False,
    batch: int | None = None,
    estimators: EstimatorSource | None = None,
    leakage: bool | None = None,
    progress: Callable[[Progress], object] | None = None,
    on_interrupt: Literal["raise", "return"] = "raise",
) -> NetworkResult:
    """Searches a mapping for every layer; layers of equal work are searched once.

    What is not given comes from the `mapper` section of the specs, then from the defaults. Stop
    rules by number give the same result for a seed, whatever the number of threads. Other Python
    threads run meanwhile. Ctrl-C raises `Interrupted`, a KeyboardInterrupt that has what was found
    so far. A layer without a valid mapping is warned of (`NoMappingWarning`).

    Args:
        *specs: paths, what `load` returned, or both together.
        objective: what to minimise: "edp" (default), "energy", "delay", "ed2p", "area",
            "last-level-accesses", "accesses:LEVEL", or to maximise: "utilization"; or a list such
            as "energy,delay" where the later ones break ties.
        pareto: two or three metrics such as "energy,delay": besides, keep the whole front.
        max_delay: accept no mapping that takes more cycles.
        max_energy: accept no mapping that needs more: pJ, or text such as "3.2uJ".
        min_utilization: accept no mapping that uses less of the multipliers: 0 to 1, or "50%".
        searcher: "auto" (default), "portfolio", "random", "local", "annealing", "genetic",
            "hybrid", "exhaustive", "optimal", which proves that no mapping is better, or "mapper",
            what the section `mapper` of the specs says.
        time: stops each distinct layer: seconds, or text such as "500ms" or "2m".
        total_time: for the network, shared by its layers.
        seed: of the random numbers.
        threads: 0 = all cores (default).
        max_memory: for tables and labels of a search, by their counted sizes: bytes, or text such
            as "4GB" (default: half of the machine's); a proof that needs more gives up.
        max_evaluated: stops a layer after so many mappings; 0 = no limit.
        max_valid: stops a layer after so many valid mappings; 0 = no limit.
        victory_condition: stops a layer after so many valid mappings in a row without an
            improvement (500,000 if no other rule is given); 0 = off.
        from_: number of the first factorization of an exhaustive search.
        to: one past the last of them; all if not given.
        top: how many of the best mappings to find.
        top_by: in what these have to differ: "loops" (default), in any but loops of one step, or
            "tilings", in factors or in what is kept.
        both_axes: let one dimension spread over X and Y of a level at once.
        gap: end a proof once no mapping can be better by more than this share of the best one.
        imperfect: let factors not divide: tiles of any size, the last of them short.
        perfect: let all factors divide, also where others could be better.
        batch: inferences at once: sets what the network says grows with them (`batch` of a layer),
            or the dimension N.
        estimators: who prices levels that have no price in the specs, as in `load`.
        leakage: leakage of every instance and cycle counts.
        progress: called with a `Progress` some ten times a second, and at the end of each layer, by
            a thread of the search. What it raises ends the search and is raised again.
        on_interrupt: "return" what was found so far, with `interrupted` set, on Ctrl-C; or "raise"
            `Interrupted` with it (default).

    Raises:
        SpecError: a file is wrong; says where.
        UsageError: an argument makes no sense, or architecture or problem is missing.
        Interrupted: on Ctrl-C.
    """
    if on_interrupt not in ("raise", "return"):
        raise UsageError(f"on_interrupt: expected 'raise' or 'return', found {on_interrupt!r}")
    options = {
        "objective": objective,
        "pareto": pareto,
        "max_delay": max_delay,
        "max_energy": max_energy,
        "min_utilization": min_utilization,
        "searcher": searcher,
        "seed": seed,
        "threads": threads,
        "max_memory": max_memory,
        "time": time,
        "total_time": total_time,
        "max_evaluated": max_evaluated,
        "max_valid": max_valid,
        "victory_condition": victory_condition,
        "from": from_,
        "to": to,
        "top": top,
        "top_by": top_by,
        "both_axes": both_axes,
        "gap": gap,
        "imperfect": imperfect,
        "perfect": perfect,
    }
    search = _core.Search(
        gather(specs, estimators, leakage)._core,
        {name: option_text(value) for name, value in options.items() if value is not None},
        None if batch is None else whole("batch", batch, 0, 2**63 - 1),
    )
    warn_of(search.warnings)
    fields = search.run(None if progress is None else lambda **fields: progress(Progress(**fields)))
    result = _network(fields)
    if result.interrupted and on_interrupt == "raise":
        raise Interrupted(result)
    for layer in result.layers:
        if not layer.found and not result.interrupted:
            warnings.warn(f"layer '{layer.name}': {layer.failure}", NoMappingWarning, outside())
    return result


# Sums over a part of the layers would look like a network that costs less.
def _network(fields: dict[str, Any]) -> NetworkResult:
    layers = tuple(_layer(layer) for layer in fields.pop("layers"))
    complete = all(layer.found for layer in layers)
    if not complete:
        fields |= dict.fromkeys(("energy_pj", "cycles", "edp", "utilization"), nan)
    fields["macs"] = sum(layer.macs * layer.repeats for layer in layers)
    return NetworkResult(layers=layers, complete=complete, **fields)


def _layer(fields: dict[str, Any]) -> LayerResult:
    points = tuple(ParetoPoint(**point) for point in fields.pop("pareto", ()))
    best = tuple(ParetoPoint(**point) for point in fields.pop("top", ()))
    return LayerResult(pareto=points, top=best, **fields)


def report(
    *results: NetworkResult | str | os.PathLike[str],
    path: str | os.PathLike[str] = "report.html",
    clock: str | None = None,
) -> Path:
    """Shows a result as one page, or two beside each other; the page works offline.

    Args:
        *results: what `map` returned, or folders of results; at most two.
        path: of the page.
        clock: of the accelerator, as "200MHz"; that of the architecture if not given.

    Returns:
        The page.

    Raises:
        UsageError: a folder holds no result, the page cannot be written, or the package `plotly`
            is not installed.
        SpecError: a file of a result is damaged.
    """
    from tilewright.report_command import make_page  # noqa: PLC0415

    if not results:
        raise UsageError("no result is given")
    with tempfile.TemporaryDirectory() as folder:
        folders = []
        for number, result in enumerate(results):
            if isinstance(result, NetworkResult):
                folders.append(str(result.save(Path(folder) / str(number) / result.network)))
            elif isinstance(result, str | os.PathLike):
                folders.append(os.fspath(result))
            else:
                raise UsageError(
                    "expected what map returns, or the folder of a result; found an object of "
                    f"type {type(result).__name__}"
                )
        return make_page(folders, Path(path), clock)[0]
