"""The subcommand `tilewright import`: writes the layers of a model as a spec file."""

from __future__ import annotations

import argparse
import os
import signal
import sys
import warnings
from collections.abc import Sequence
from dataclasses import asdict
from typing import Any

from tilewright._command import SIGNAL_BASE, Messages, Parser, deliver, duration
from tilewright._errors import SpecError, UsageError
from tilewright._models import from_onnx
from tilewright._network import Network
from tilewright._printable import printable
from tilewright._supervised import EndedError, supervised

# What reading may take: bytes, and so many for each of the file.
_MEMORY = 1 << 30
_MEMORY_TIMES = 32


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command. Returns the exit code: 0 done, 2 bad input or usage, 128 + a signal."""
    messages = Messages(arguments)
    warnings.showwarning = lambda message, *_: messages.warning("odd_model", message)
    try:
        options = _parser().parse(arguments)
        network = _read(options.model, dict(options.dim), options.time)
        file = network.save(options.output)
        if options.json is not None:
            deliver(_document(network, str(file)), options.json)
    except (SpecError, UsageError) as error:
        return messages.error(error)
    except KeyboardInterrupt as stop:
        messages.interrupted()
        return SIGNAL_BASE + (stop.args[0] if stop.args else signal.SIGINT)
    if not options.quiet and options.json is None:
        print(printable(f"{network}\n\nWritten: {file}"))
    return 0


# In a process of its own: what reads a model is not ours alone.
def _read(model: str, dims: dict[str, int], seconds: float | None) -> Network:
    size = os.path.getsize(model) if os.path.isfile(model) else 0
    memory = _MEMORY + _MEMORY_TIMES * size
    try:
        return supervised(lambda: from_onnx(model, dims), seconds, memory)
    except EndedError as error:
        raise SpecError(f"{model}: the model was not read to its end: {error}", model) from error


def _document(network: Network, file: str) -> dict[str, Any]:
    return {
        "format": "tilewright import 1",
        "file": file,
        "network": network.name,
        "macs": network.macs,
        "weights": network.weights,
        "other_parameters": network.other_parameters,
        "layers": [
            {
                "name": layer.name,
                "operator": layer.operator,
                "macs": layer.macs,
                "repeats": layer.repeats,
                "weights": layer.weights,
                "inputs": list(layer.inputs),
            }
            for layer in network.layers
        ],
        "skipped": [asdict(skipped) for skipped in network.skipped],
        "notes": list(network.notes),
    }


def _parser() -> Parser:
    parser = Parser(
        "import",
        "Writes the layers of an ONNX model as a network for `tilewright map`.",
        quiet="do not list what was imported",
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
    parser.add_json("what was imported")
    parser.add_argument(
        "--time",
        metavar="TIME",
        type=duration,
        help="give up after 10s, 2m, ... (default: no limit)",
    )
    return parser


def _dim(text: str) -> tuple[str, int]:
    name, _, size = text.rpartition("=")
    if not name or not size.isdecimal() or int(size) < 1:
        raise argparse.ArgumentTypeError(f"'{text}' is no size; write it as NAME=SIZE")
    return name, int(size)


if __name__ == "__main__":
    sys.exit(main())
