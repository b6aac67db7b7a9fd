"""What subcommands in Python share with those of the program: options, errors, exit codes."""

from __future__ import annotations

import argparse
import json
import os
import re
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import Any, NoReturn

from tilewright import _core
from tilewright._errors import SpecError, UsageError
from tilewright._files import write_whole
from tilewright._printable import printable

BAD_INPUT = 2
SIGNAL_BASE = 128

_FORMAT = "--error-format"
_FORMATS = ("text", "json")
_VARIABLE = "TILEWRIGHT_ERROR_FORMAT"


class Parser(argparse.ArgumentParser):
    """Arguments of `tilewright NAME`, with the options that every subcommand has."""

    def __init__(self, name: str, description: str, quiet: str) -> None:
        self._names: list[str] = []  # of options
        super().__init__(
            prog=f"tilewright {name}", description=description, allow_abbrev=False, add_help=False
        )
        self.add_argument("-h", "--help", action="help", help="print this help message and exit")
        self.add_argument("-q", "--quiet", action="store_true", help=quiet)
        self.add_argument(
            _FORMAT,
            choices=_FORMATS,
            metavar="|".join(_FORMATS),
            help="errors and warnings as text (default), or each as a line of JSON",
        )

    def add_argument(self, *names: Any, **settings: Any) -> argparse.Action:
        """The same as everywhere, but for the names, which are noted."""
        self._names += [name for name in names if name.startswith("-")]
        return super().add_argument(*names, **settings)

    def add_json(self, what: str) -> None:
        """Adds `--json FILE`, which writes `what` as JSON and prints nothing else."""
        self.add_argument(
            "--json",
            metavar="FILE",
            help=f"write {what} as JSON and print nothing else; - is standard output",
        )

    def parse(self, arguments: Sequence[str] | None) -> argparse.Namespace:
        """The options.

        Raises:
            UsageError: with the option that was meant, where one is misspelt.
        """
        words = sys.argv[1:] if arguments is None else list(arguments)
        for word in words[: words.index("--")] if "--" in words else words:
            self._check(word.partition("=")[0])
        return self.parse_args(words)

    def _check(self, word: str) -> None:
        if not re.match(r"--?[^\W\d]", word) or word in self._names:
            return
        if not word.startswith("--") and word[:2] in self._names:
            return  # `-oFILE`
        meant = self._meant(word)
        hint = f"did you mean '{meant}'?" if meant else f"see `{self.prog} --help`"
        raise UsageError(f"unknown option '{word}'; {hint}", meant)

    def _meant(self, word: str) -> str:
        if len(word) > 2:  # noqa: PLR2004
            return _core.nearest(word if word.startswith("--") else f"-{word}", self._names)
        same = [name for name in self._names if name.lower() == word.lower()]
        starts = [name for name in self._names if name.startswith(f"-{word}")]
        return same[0] if same else starts[0] if len(starts) == 1 else ""

    def error(self, message: str) -> NoReturn:
        """Raises what `main` tells."""
        raise UsageError(f"{message}; see `{self.prog} --help`")


def duration(text: str) -> float:
    """Seconds, of an argument such as 500ms or 2m."""
    try:
        return _core.parse_duration(text)
    except UsageError as error:
        raise argparse.ArgumentTypeError(str(error)) from error


def deliver(document: dict[str, Any], target: str) -> None:
    """Writes a JSON document to a file, or to standard output if that is called `-`."""
    text = json.dumps(document, indent=2) + "\n"
    if target == "-":
        sys.stdout.write(text)
    else:
        write_whole(Path(target), text)


class Messages:
    """Errors and warnings on standard error, as text or as lines of JSON."""

    def __init__(self, arguments: Sequence[str] | None) -> None:
        words = list(sys.argv[1:] if arguments is None else arguments)
        chosen = os.environ.get(_VARIABLE, "")
        for word, value in zip(words, [*words, ""][1:], strict=True):
            if word == _FORMAT:
                chosen = value
            elif word.startswith(f"{_FORMAT}="):
                chosen = word.partition("=")[2]
        self._json = chosen == "json"

    def error(self, error: SpecError | UsageError) -> int:
        """Tells it. Returns the exit code."""
        self._tell("error", code_of(error), str(error), error)
        return BAD_INPUT

    def warning(self, code: str, message: str | Warning) -> None:
        """Tells it."""
        self._tell("warning", code, str(message), message)

    def interrupted(self) -> None:
        """Tells that Ctrl-C or SIGTERM came."""
        message = "interrupted; nothing is written"
        if self._json:
            self._tell("error", "interrupted", message, None)
        else:
            print(f"tilewright: {message}", file=sys.stderr)

    def _tell(self, severity: str, code: str, message: str, source: object) -> None:
        if not self._json:
            print(printable(f"tilewright: {severity}: {message}"), file=sys.stderr)
            return
        print(json.dumps(notice(severity, code, message, source)), file=sys.stderr)


def code_of(error: SpecError | UsageError) -> str:
    """What kind of error it is, as docs/errors.md lists them."""
    return "bad_spec" if isinstance(error, SpecError) else "bad_usage"


def notice(severity: str, code: str, message: str, source: object = None) -> dict[str, Any]:
    """A message as `--error-format json` has it: docs/schema/notice.schema.json.

    Args:
        severity: "error", "warning" or "note".
        code: what kind of thing it is.
        message: with the place before it, if it has one.
        source: the error or warning, which knows its place and what was meant.
    """
    place = {key: getattr(source, key, None) or None for key in ("file", "line", "column")}
    line = {"severity": severity, "code": code, "message": _bare(message, place), **place}
    return {**line, "suggestion": getattr(source, "suggestion", None) or None}


def _bare(message: str, place: dict[str, Any]) -> str:
    """The message without the place that it begins with."""
    if place["file"] is None:
        return message
    for start in (f"{place['file']}:{place['line']}:{place['column']}: ", f"{place['file']}: "):
        if message.startswith(start):
            return message[len(start) :]
    return message
