"""The subcommand `tilewright mcp`: the package as a server of the Model Context Protocol."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence

from tilewright._command import SIGNAL_BASE, Messages, Parser, duration
from tilewright._errors import SpecError, UsageError

_LONGEST_CALL = "10min"


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs the command. Returns the exit code: 0 done, 2 bad usage, 130 ended by Ctrl-C."""
    messages = Messages(arguments)
    try:
        options = _parser().parse(arguments)
        _serve(options.longest_call, options.quiet)
    except (SpecError, UsageError) as error:
        return messages.error(error)
    except KeyboardInterrupt:
        return SIGNAL_BASE + signal.SIGINT
    return 0


def _serve(seconds: float, quiet: bool) -> None:
    try:
        from tilewright._mcp.server import serve  # noqa: PLC0415
    except ModuleNotFoundError as error:
        if (error.name or "").startswith("tilewright"):
            raise
        raise UsageError(
            "the server needs the package 'mcp', version 2 or later: pip install 'tilewright[mcp]'"
        ) from error
    if sys.stdin.isatty() and not quiet:
        print("tilewright: a client is to start this; Ctrl-C ends it", file=sys.stderr)
    serve(seconds)


def _parser() -> Parser:
    parser = Parser(
        "mcp",
        "Serves map, model, bound, explain, check and compare as tools of the Model Context "
        "Protocol, on standard input and output.",
        quiet="no note where a terminal is in the place of a client",
    )
    parser.add_argument(
        "--longest-call",
        metavar="TIME",
        type=duration,
        default=_LONGEST_CALL,
        help="end calls that take longer (default: 10min): 30s, 5min, ...",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
