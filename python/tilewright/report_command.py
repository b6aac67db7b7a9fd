"""The subcommand `tilewright report`: shows results as a page."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tilewright._command import SIGNAL_BASE, Messages, Parser, deliver
from tilewright._errors import SpecError, UsageError
from tilewright._files import write_whole
from tilewright._printable import printable
from tilewright.report import Run, read_run, render
from tilewright.report.units import clock

_MOST_RESULTS = 2


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command. Returns the exit code: 0 done, 2 bad input or usage, 130 interrupted."""
    messages = Messages(arguments)
    try:
        options = _parser().parse(arguments)
        target, runs = make_page(options.results, Path(options.output), options.clock)
        if options.json is not None:
            deliver(_document(target, options.results, runs), options.json)
    except (SpecError, UsageError) as error:
        return messages.error(error)
    except KeyboardInterrupt:
        messages.interrupted()
        return SIGNAL_BASE + signal.SIGINT
    for run in runs:
        for note in run.notes:
            side = f"{run.label}: " if run.label else ""
            messages.warning("odd_result", f"{side}{note}")
    if not options.quiet and options.json is None:
        print(printable(f"Written: {target}"))
    return 0


def make_page(
    folders: Sequence[str], target: Path, frequency: str | None
) -> tuple[Path, list[Run]]:
    """Writes the page of the results in one or two folders."""
    runs = _read(folders, clock(frequency) if frequency is not None else None)
    write_whole(target, render(runs))
    return target, runs


def _document(target: Path, folders: Sequence[str], runs: Sequence[Run]) -> dict[str, Any]:
    return {
        "format": "tilewright report 1",
        "file": str(target),
        "results": [
            {"folder": folder, "notes": list(run.notes)}
            for folder, run in zip(folders, runs, strict=True)
        ],
    }


def _read(folders: Sequence[str], hertz: float | None) -> list[Run]:
    if len(folders) > _MOST_RESULTS:
        raise UsageError(f"a report shows one result or two beside each other, not {len(folders)}")
    labels = ["A", "B"] if len(folders) == _MOST_RESULTS else [""]
    return [read_run(folder, label, hertz) for folder, label in zip(folders, labels, strict=True)]


def _parser() -> Parser:
    parser = Parser(
        "report",
        "Shows a result of `tilewright map` as one page, or two beside each other.",
        quiet="do not say where the page is",
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
    parser.add_json("where the page is, and what is odd about the results,")
    parser.add_argument(
        "--clock",
        metavar="FREQUENCY",
        help="clock of the accelerator, as 200MHz (default: that of the architecture)",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
