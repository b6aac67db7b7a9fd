"""The subcommand `tilewright import`: writes the layers of a model as a spec file."""

from __future__ import annotations

import argparse
import sys
import warnings
from collections.abc import Sequence
from typing import NoReturn

from tilewright._errors import SpecError, UsageError
from tilewright._models import from_onnx
from tilewright._printable import printable

_BAD_INPUT = 2


class _Parser(argparse.ArgumentParser):
    def error(self, message: str) -> NoReturn:
        raise UsageError(f"{message}; see `tilewright import --help`")


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command. Returns the exit code: 0 done, 2 bad input or usage."""
    warnings.showwarning = lambda message, *_: print(
        printable(f"tilewright: warning: {message}"), file=sys.stderr
    )
    try:
        options = _parser().parse_args(arguments)
        network = from_onnx(options.model, dict(options.dim))
        file = network.save(options.output)
    except (SpecError, UsageError) as error:
        print(printable(f"tilewright: error: {error}"), file=sys.stderr)
        return _BAD_INPUT
    print(printable(f"{network}\n\nWritten: {file}"))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = _Parser(
        prog="tilewright import",
        description="Writes the layers of an ONNX model as a network for `tilewright map`.",
    )
    parser.add_argument("model", metavar="MODEL.onnx", help="the model")
    parser.add_argument(
        "-o",
        "--output",
        metavar="DIR",
        default=".",
        help="folder for <model>.yaml, or a file ending in .yaml (default: here)",
    )
    parser.add_argument(
        "--dim",
        metavar="NAME=SIZE",
        action="append",
        default=[],
        type=_dim,
        help="a size that the model leaves open, as sequence=128; may be repeated",
    )
    return parser


def _dim(text: str) -> tuple[str, int]:
    name, _, size = text.rpartition("=")
    if not name or not size.isdecimal() or int(size) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no size; write it as NAME=SIZE")
    return name, int(size)


if __name__ == "__main__":
    sys.exit(main())
