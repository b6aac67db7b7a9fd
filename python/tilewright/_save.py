"""Results as the folders that `tilewright report` reads."""

from __future__ import annotations

import json
import os
import re
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tilewright._core import __version__
from tilewright._errors import UsageError
from tilewright._run_folder import FORMAT, taken, write

if TYPE_CHECKING:
    from tilewright._results import LayerResult, NetworkResult


def save_result(result: NetworkResult, folder: str | os.PathLike[str]) -> Path:
    """See `NetworkResult.save`."""
    target = Path(folder)
    stems = _stems(layer.name for layer in result.layers)
    try:
        if target.exists() and not target.is_dir():
            raise UsageError(f"cannot write '{target}': it is no folder")
        with taken(target, list(stems.values())):
            _write_files(result, target, stems)
    except OSError as error:
        raise UsageError(f"cannot write '{target}': {error.strerror}") from error
    return target


def _write_files(result: NetworkResult, folder: Path, stems: dict[str, str]) -> None:
    summary = json.loads(result.summary_json)
    for entry in summary["layers"]:
        entry["files"] = stems[entry["files"]]
    for layer in result.layers:
        if layer.found:
            _write_layer(layer, folder, stems[layer.name])
    run = {
        "format": FORMAT,
        "tool": {"name": "tilewright", "version": __version__},
        "seconds": sum(layer.seconds for layer in result.layers if layer.same_as == layer.name),
        "interrupted": result.interrupted,
        "complete": result.complete,
        "files": list(stems.values()),
    }
    if result.bound_json:
        write(folder / "bound.json", result.bound_json)
    write(folder / "summary.json", json.dumps(summary, indent=2) + "\n")
    write(folder / "run.json", json.dumps(run, indent=2) + "\n")


def _write_layer(layer: LayerResult, folder: Path, stem: str) -> None:
    texts = {"map.yaml": layer.mapping_yaml, "nest.txt": layer.nest, "stats.json": layer.stats_json}
    for ending, text in texts.items():
        write(folder / f"{stem}.{ending}", text)
    for name, scored in (("pareto", layer.pareto), ("top", layer.top)):
        if not scored:
            continue
        points = folder / f"{stem}.{name}"
        points.mkdir(exist_ok=True)
        digits = max(2, len(str(len(scored))))
        for number, point in enumerate(scored, 1):
            write(points / f"{number:0{digits}}.map.yaml", point.mapping_yaml)


# Names of files for names of layers, all different.
def _stems(names: Iterable[str]) -> dict[str, str]:
    stems: dict[str, str] = {}
    known: set[str] = set()
    copies: dict[str, int] = {}
    for name in names:
        stem = re.sub(r"[^A-Za-z0-9_.-]", "_", name).lstrip(".")[:100] or "layer"
        unique = stem
        while unique in known:
            copies[stem] = copies.get(stem, 1) + 1
            unique = f"{stem}-{copies[stem]}"
        known.add(unique)
        stems[name] = unique
    return stems
