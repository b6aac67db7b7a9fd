"""The process that one call of a tool runs in.

Standard input has the call as a line of JSON, and stays open as long as somebody waits for the
answer. Standard output has lines of JSON: of progress, then the answer or an error.
"""

from __future__ import annotations

import json
import os
import signal
import sys
import threading
import traceback
import warnings
from collections.abc import Callable, Iterable
from typing import IO, Any

import tilewright as tw
from tilewright._command import code_of, notice
from tilewright._mcp.tools import TOOLS, Arguments, RejectedError

Line = dict[str, Any]


def main() -> None:
    """Does one call."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # the server hears it, too, and ends this process
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # what others print is no answer
    call = json.loads(sys.stdin.readline())
    threading.Thread(target=_end_with_standard_input, daemon=True).start()

    def send(line: Line) -> None:
        _send(answers, line)

    send(answer_to(call["tool"], call["arguments"], _Counter(send)))


def answer_to(tool: str, arguments: Arguments, report: Callable[[tw.Progress], object]) -> Line:
    """What a tool gives, as `answer` and `warnings`; or `error`, a notice."""
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("always")
        try:
            answer = TOOLS[tool].call(arguments, report)
        except Exception as error:
            return {"error": _error(error)}
    return {"answer": {**answer, "warnings": list(_notices(each.message for each in caught))}}


class _Counter:
    """Sends how many mappings a call has considered so far, in all layers."""

    def __init__(self, send: Callable[[Line], None]) -> None:
        self._send = send
        self._before = 0  # in layers that are done
        self._sent = 0

    def __call__(self, progress: tw.Progress) -> None:
        count = self._before + progress.evaluated
        if progress.done:
            self._before = count
        if count <= self._sent:
            return
        self._sent = count
        place = f"layer {progress.index + 1} of {progress.layers}, {progress.layer}"
        self._send({"progress": count, "message": f"{place}: {progress.evaluated:,} mappings"})


def _error(error: Exception) -> Line:
    if isinstance(error, tw.SpecError | tw.UsageError):
        return notice("error", code_of(error), str(error), error)
    if isinstance(error, RejectedError):
        return notice("error", "mapping_rejected", str(error), error)
    if isinstance(error, MemoryError):
        return notice("error", "out_of_memory", "there is not enough memory")
    traceback.print_exception(error)
    return notice("error", "internal", f"{type(error).__name__}: {error}")


def _notices(found: Iterable[Warning | str]) -> Iterable[Line]:
    for warning in found:
        if isinstance(warning, tw.NoMappingWarning):
            yield notice("error", "no_mapping", str(warning))
        elif isinstance(warning, tw.SpecWarning):
            yield notice("warning", warning.code, str(warning), warning)
        else:
            yield notice("warning", "odd_model", str(warning))


def _send(answers: IO[str], line: Line) -> None:
    answers.write(json.dumps(line, allow_nan=False) + "\n")
    answers.flush()


# Nobody waits any more, and no search need end by itself.
def _end_with_standard_input() -> None:
    while os.read(0, 1):
        pass
    os._exit(1)
