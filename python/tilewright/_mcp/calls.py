"""Calls of tools, each in a process of its own: it can be ended at any moment, and may fail."""

from __future__ import annotations

import json
import signal
import sys
from collections.abc import Awaitable, Callable
from contextlib import suppress
from typing import Any

import anyio
from anyio.abc import Process
from anyio.streams.buffered import BufferedByteReceiveStream

from tilewright._command import notice

Progress = Callable[[int, str], Awaitable[None]]

# Finds the modules that this process finds, and none of the folder that it happens to be in.
_START = "import sys; sys.path[:] = sys.argv[1:]; from tilewright._mcp.worker import main; main()"
_LONGEST = 1 << 30  # bytes of an answer


class ToolError(Exception):
    """A call that gave no answer.

    Attributes:
        notice: why, as `--error-format json` has it.
    """

    def __init__(self, notice: dict[str, Any]) -> None:
        super().__init__(notice["message"])
        self.notice = notice


async def call(
    tool: str, arguments: dict[str, Any], seconds: float, progress: Progress
) -> dict[str, Any]:
    """Calls a tool. If the caller is cancelled, so is the process.

    Args:
        tool: name of one of `TOOLS`.
        arguments: as its schema describes them.
        seconds: after which the process is ended.
        progress: told now and then how many mappings were considered, and where it is.

    Raises:
        ToolError: the tool failed, died or took too long.
    """
    command = [sys.executable, "-I", "-c", _START, *sys.path]
    try:
        with anyio.fail_after(seconds):
            async with await anyio.open_process(command, stderr=None) as process:
                try:
                    await _ask(process, {"tool": tool, "arguments": arguments})
                    return await _answer(process, progress)
                finally:
                    _end(process)
    except TimeoutError:
        message = f"{tool} took longer than {seconds:g} s, and was ended"
        raise ToolError(notice("error", "interrupted", message)) from None


async def _ask(process: Process, question: dict[str, Any]) -> None:
    assert process.stdin is not None
    with suppress(anyio.BrokenResourceError):  # it has died, and _answer says of what
        await process.stdin.send(json.dumps(question).encode() + b"\n")


async def _answer(process: Process, progress: Progress) -> dict[str, Any]:
    assert process.stdout is not None
    lines = BufferedByteReceiveStream(process.stdout)
    while True:
        try:
            line = json.loads(await lines.receive_until(b"\n", _LONGEST))
        except anyio.IncompleteRead:
            raise ToolError(notice("error", "internal", await _cause_of_death(process))) from None
        if "progress" in line:
            await progress(line["progress"], line["message"])
        elif "error" in line:
            raise ToolError(line["error"])
        else:
            answer: dict[str, Any] = line["answer"]
            return answer


async def _cause_of_death(process: Process) -> str:
    code = await process.wait()
    if code >= 0:
        return f"the process of the call ended with code {code}"
    return f"the process of the call died of {signal.Signals(-code).name}"


def _end(process: Process) -> None:
    if process.returncode is None:
        process.kill()
