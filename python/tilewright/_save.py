"""Results as the folders that `tilewright report` reads."""

from __future__ import annotations

import json
import os
import re
import shutil
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from tilewright._core import __version__
from tilewright._errors import UsageError

if TYPE_CHECKING:
    from tilewright._results import LayerResult, NetworkResult


def save_result(result: NetworkResult, folder: str | os.PathLike[str]) -> Path:
    """See `NetworkResult.save`."""
    target = Path(folder)
    try:
        _check_target(target)
        target.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{target.name}.", dir=target.parent))
        try:
            _write_files(result, made)
            umask = os.umask(0)
            os.umask(umask)
            made.chmod(0o777 & ~umask)
            if target.exists():
                shutil.rmtree(target)
            made.rename(target)
        except BaseException:
            shutil.rmtree(made, ignore_errors=True)
            raise
    except OSError as error:
        raise UsageError(f"cannot write '{target}': {error.strerror}") from error
    return target


def _check_target(target: Path) -> None:
    if not target.exists():
        return
    if not target.is_dir():
        raise UsageError(f"cannot write '{target}': it is no folder")
    if any(target.iterdir()) and not (target / "summary.json").is_file():
        raise UsageError(f"cannot write '{target}': it holds files that are no result")


def _write_files(result: NetworkResult, folder: Path) -> None:
    stems = _stems(layer.name for layer in result.layers)
    summary = json.loads(result.summary_json)
    for entry in summary["layers"]:
        entry["files"] = stems[entry["files"]]
    for layer in result.layers:
        if layer.found:
            _write_layer(layer, folder, stems[layer.name])
    run = {
        "format": "tilewright run 1",
        "tool": {"name": "tilewright", "version": __version__},
        "seconds": sum(layer.seconds for layer in result.layers if layer.same_as == layer.name),
        "interrupted": result.interrupted,
        "complete": result.complete,
        "files": list(stems.values()),
    }
    (folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
    (folder / "run.json").write_text(json.dumps(run, indent=2) + "\n", encoding="utf-8")
    if result.bound_json:
        (folder / "bound.json").write_text(result.bound_json, encoding="utf-8")


def _write_layer(layer: LayerResult, folder: Path, stem: str) -> None:
    texts = {"map.yaml": layer.mapping_yaml, "nest.txt": layer.nest, "stats.json": layer.stats_json}
    for ending, text in texts.items():
        (folder / f"{stem}.{ending}").write_text(text, encoding="utf-8")
    if layer.pareto:
        points = folder / f"{stem}.pareto"
        points.mkdir()
        digits = max(2, len(str(len(layer.pareto))))
        for number, point in enumerate(layer.pareto, 1):
            file = points / f"{number:0{digits}}.map.yaml"
            file.write_text(point.mapping_yaml, encoding="utf-8")


# Names of files for names of layers, all different.
def _stems(names: Iterable[str]) -> dict[str, str]:
    stems: dict[str, str] = {}
    for name in names:
        stem = re.sub(r"[^A-Za-z0-9_.-]", "_", name).lstrip(".")[:100] or "layer"
        unique, copies = stem, 1
        while unique in stems.values():
            copies += 1
            unique = f"{stem}-{copies}"
        stems[name] = unique
    return stems
