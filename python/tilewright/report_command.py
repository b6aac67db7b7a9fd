"""The subcommand `tilewright report`: shows results as a page."""

from __future__ import annotations

import argparse
import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import NoReturn

from tilewright._errors import SpecError, UsageError
from tilewright._files import write_whole
from tilewright._printable import printable
from tilewright.report import Run, read_run, render
from tilewright.report.units import clock

_BAD_INPUT = 2
_INTERRUPTED = 128 + signal.SIGINT
_MOST_RESULTS = 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see `tilewright report --help`")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command. Returns the exit code: 0 done, 2 bad input or usage, 130 interrupted."""
    try:
        options = _parser().parse_args(arguments)
        target, runs = make_page(options.results, Path(options.output), options.clock)
    except (SpecError, UsageError) as error:
        print(printable(f"tilewright: error: {error}"), file=sys.stderr)
        return _BAD_INPUT
    except KeyboardInterrupt:
        print("tilewright: interrupted; nothing is written", file=sys.stderr)
        return _INTERRUPTED
    for run in runs:
        for note in run.notes:
            side = f"{run.label}: " if run.label else ""
            print(printable(f"tilewright: warning: {side}{note}"), file=sys.stderr)
    print(printable(f"Written: {target}"))
    return 0


def make_page(
    folders: Sequence[str], target: Path, frequency: str | None
) -> tuple[Path, list[Run]]:
    """Writes the page of the results in one or two folders."""
    runs = _read(folders, clock(frequency) if frequency is not None else None)
    write_whole(target, render(runs))
    return target, runs


def _read(folders: Sequence[str], hertz: float | None) -> list[Run]:
    if len(folders) > _MOST_RESULTS:
        raise UsageError(f"a report shows one result or two beside each other, not {len(folders)}")
    labels = ["A", "B"] if len(folders) == _MOST_RESULTS else [""]
    return [read_run(folder, label, hertz) for folder, label in zip(folders, labels, strict=True)]


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tilewright report",
        description="Shows a result of `tilewright map` as one page, or two beside each other.",
    )
    parser.add_argument(
        "results", metavar="DIR", nargs="+", help="folder that `tilewright map` wrote; at most two"
    )
    parser.add_argument(
        "-o",
        "--output",
        metavar="FILE",
        default="report.html",
        help="the page (default: report.html)",
    )
    parser.add_argument(
        "--clock",
        metavar="FREQUENCY",
        help="clock of the accelerator, as 200MHz (default: that of the architecture)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
