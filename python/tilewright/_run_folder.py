"""The folder of a run, by the rules of `tilewright map` (mapper/result_folder.hpp).

It holds one run, files of others stay, and nobody else writes there meanwhile.
"""

from __future__ import annotations

import fcntl
import json
import os
import re
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tilewright._errors import UsageError

FORMAT = "tilewright run 1"
_JOURNAL = "journal.jsonl"
_FIXED = ("run.json", "summary.json", "certificate.json", "summary.csv", "bound.json")
_ENDINGS = (".map.yaml", ".nest.txt", ".stats.json", ".pareto.csv")
_STEM = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9_.-]*")


@contextmanager
def taken(folder: Path, stems: Sequence[str]) -> Iterator[None]:
    """Empties the folder of what an earlier run has written, for files that begin with `stems`.

    Args:
        folder: is made; or is empty or holds a run.
        stems: what the names of the files of each layer begin with.

    Raises:
        UsageError: the folder holds something else, or another run is writing there.
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    journal = folder / _JOURNAL
    if not journal.exists() and not (folder / "run.json").exists():
        _refuse_foreign(folder, [entry.name for entry in _visible(folder)])
    with _locked(journal) as file:
        earlier = _earlier(folder, file)
        foreign = [entry.name for entry in _visible(folder) if _is_of(entry.name, stems)]
        _refuse_foreign(folder, [name for name in foreign if not _is_of(name, earlier)])
        # Until all files of the earlier run are gone, the journal says that they are its.
        _restart(file, earlier)
        _remove(folder, earlier)
        _restart(file, stems)
        yield
        journal.unlink()


def write(file: Path, text: str) -> None:
    """Writes a file that appears whole or not at all."""
    temporary = file.with_name(f"{file.name}.{os.getpid()}.tmp")
    temporary.write_text(text, encoding="utf-8")
    temporary.replace(file)


@contextmanager
def _locked(journal: Path) -> Iterator[int]:
    file = os.open(journal, os.O_RDWR | os.O_CREAT | os.O_APPEND | os.O_NOFOLLOW, 0o666)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        yield file
    except BlockingIOError as error:
        text = f"cannot write '{journal.parent}': another run is writing there"
        raise UsageError(text) from error
    finally:
        os.close(file)


def _restart(file: int, stems: Sequence[str]) -> None:
    header = {"format": FORMAT, "settings": None, "files": list(stems)}
    os.ftruncate(file, 0)
    os.write(file, (json.dumps(header) + "\n").encode())


# What the names of the files of the run begin with that was here.
def _earlier(folder: Path, file: int) -> list[str]:
    with open(os.dup(file), encoding="utf-8") as journal:
        journal.seek(0)
        text = journal.readline()
    if not text.endswith("\n"):
        text = (folder / "run.json").read_text("utf-8") if (folder / "run.json").exists() else ""
    try:
        found: Any = json.loads(text) if text else {"format": FORMAT, "files": []}
        stems = [str(stem) for stem in found["files"]]
        known = found["format"] == FORMAT and all(_STEM.fullmatch(stem) for stem in stems)
    except (ValueError, KeyError, TypeError):
        known = False
    if not known:
        raise UsageError(f"cannot write '{folder}': another version of tilewright has written it")
    return stems


# Hidden files, such as those of a file manager, are in nobody's way.
def _visible(folder: Path) -> list[Path]:
    return sorted(x for x in folder.iterdir() if x.name[0] != "." and x.name != _JOURNAL)


def _refuse_foreign(folder: Path, names: list[str]) -> None:
    if names:
        listed = ", ".join(names[:3])
        raise UsageError(f"cannot write '{folder}': it holds files that are of no run ({listed})")


# The name that a temporary file was to take, or that of any other file.
def _final(name: str) -> str:
    return re.sub(r"\.\d+\.tmp$", "", name)


def _is_of(name: str, stems: Sequence[str]) -> bool:
    final = _final(name)
    known = set(stems)
    endings = (*_ENDINGS, ".pareto", ".top")
    return final in _FIXED or any(
        final.endswith(ending) and final.removesuffix(ending) in known for ending in endings
    )


# First what says that the others belong together.
def _remove(folder: Path, stems: Sequence[str]) -> None:
    for name in _FIXED:
        (folder / name).unlink(missing_ok=True)
    for entry in _visible(folder):
        if not _is_of(entry.name, stems):
            continue
        if not entry.is_dir() or entry.is_symlink():
            entry.unlink()
            continue
        for point in entry.iterdir():
            if re.fullmatch(r"\d+\.map\.yaml", _final(point.name)):
                point.unlink()
        if not any(entry.iterdir()):
            entry.rmdir()
