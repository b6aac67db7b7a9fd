"""Sessions with the real server, for tests: the client of the package `mcp`."""

import json
import os
import sys
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, TypeVar

import anyio
from anyio.from_thread import start_blocking_portal
from mcp import Client, StdioServerParameters, stdio_client
from report_runs import program

_T = TypeVar("_T")


@dataclass(frozen=True)
class Answer:
    """What a call of a tool gave."""

    failed: bool
    content: dict[str, Any]


@dataclass(frozen=True)
class Session:
    """A client and the server that it has started."""

    client: Client
    server: int  # its process

    async def call(self, tool: str, arguments: dict[str, Any], **options: Any) -> Answer:
        """Calls a tool. What is there as text must be the same as the structure."""
        result = await self.client.call_tool(tool, arguments, **options)
        (text,) = result.content
        assert result.structured_content is not None
        assert text.type == "text"
        assert json.loads(text.text) == result.structured_content
        return Answer(result.is_error, result.structured_content)

    def calls(self) -> list[int]:
        """Processes of the calls that run."""
        return children(self.server)

    async def until(self, holds: Callable[[], bool]) -> None:
        """Waits for something that must come soon."""
        with anyio.fail_after(20):
            while not holds():
                await anyio.sleep(0.02)


@asynccontextmanager
async def session(folder: Path, *options: str, mode: Any = "auto") -> AsyncIterator[Session]:
    """A session with `tilewright mcp` in a folder."""
    before = set(children(os.getpid()))
    server = StdioServerParameters(command=program(), args=["mcp", *options], cwd=folder)
    transport = stdio_client(server, errlog=sys.__stderr__ or sys.stderr)
    async with Client(transport, mode=mode) as client:
        (process,) = set(children(os.getpid())) - before
        yield Session(client, process)


def in_session(
    folder: Path, work: Callable[[Session], Awaitable[_T]], *options: str, mode: Any = "auto"
) -> _T:
    """Does some work in a session of its own, and returns what it gives."""

    async def run() -> _T:
        async with session(folder, *options, mode=mode) as opened:
            return await work(opened)

    return anyio.run(run)


@contextmanager
def asking(folder: Path) -> Iterator[Callable[..., Answer]]:
    """A session for many calls: `ask(tool, **arguments)`."""
    with (
        start_blocking_portal() as portal,
        portal.wrap_async_context_manager(session(folder)) as opened,
    ):

        def ask(tool: str, **arguments: Any) -> Answer:
            found: Answer = portal.call(opened.call, tool, arguments)
            return found

        yield ask


def children(process: int) -> list[int]:
    """Processes that a process has started and that have not ended."""
    numbers = [int(folder.name) for folder in Path("/proc").glob("[0-9]*")]
    return [number for number in numbers if is_alive(number, parent=process)]


def is_alive(process: int, parent: int | None = None) -> bool:
    """Whether a process has not ended, and if asked for has that parent."""
    try:
        stat = Path(f"/proc/{process}/stat").read_text()
    except OSError:
        return False
    state, its_parent = stat.rpartition(")")[2].split()[:2]
    return state != "Z" and parent in (None, int(its_parent))
