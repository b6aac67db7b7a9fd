"""The Model Context Protocol: tools by name, their arguments checked, their answers told."""

from __future__ import annotations

import json
import signal
from typing import Any

import anyio
import jsonschema
from mcp import types
from mcp.server.context import ServerRequestContext
from mcp.server.lowlevel import Server
from mcp.server.stdio import stdio_server

from tilewright import __version__
from tilewright._command import notice
from tilewright._errors import UsageError, unknown
from tilewright._mcp.calls import ToolError, call
from tilewright._mcp.tools import TOOLS

_INSTRUCTIONS = (
    "Tilewright finds how to run the layers of a neural network on an accelerator: the mapping "
    "(loop nest) with the least energy, time or energy-delay product. Tools read the YAML of "
    "Timeloop: give paths as `files`, or YAML as `texts`. Energies are in pJ, times in cycles. "
    "An error is JSON with file, line, column and, where a name is misspelt, a suggestion."
)

_Context = ServerRequestContext[Any]


def serve(seconds: float) -> None:
    """Serves on standard input and output until the input ends.

    Args:
        seconds: the longest that a call may take.
    """
    # Python's own way would wait for the thread that reads from the client.
    signal.signal(signal.SIGINT, signal.SIG_DFL)

    async def run() -> None:
        server = make_server(seconds)
        async with stdio_server() as (incoming, outgoing):
            await server.run(incoming, outgoing, server.create_initialization_options())

    anyio.run(run)


def make_server(seconds: float) -> Server[Any]:
    """The server, for any transport.

    Args:
        seconds: the longest that a call may take.
    """

    async def on_call(
        context: _Context, params: types.CallToolRequestParams
    ) -> types.CallToolResult:
        async def progress(count: int, message: str) -> None:
            await context.session.report_progress(count, message=message)

        arguments = params.arguments or {}
        try:
            _check(params.name, arguments)
            answer = await call(params.name, arguments, seconds, progress)
        except UsageError as error:
            return _result(notice("error", "bad_usage", str(error), error), is_error=True)
        except ToolError as error:
            return _result(error.notice, is_error=True)
        return _result(answer)

    return Server(
        "tilewright",
        version=__version__,
        instructions=_INSTRUCTIONS,
        on_list_tools=_on_list,
        on_call_tool=on_call,
    )


async def _on_list(
    _context: _Context, _params: types.PaginatedRequestParams | None
) -> types.ListToolsResult:
    reads = types.ToolAnnotations(read_only_hint=True, open_world_hint=False)
    return types.ListToolsResult(
        tools=[
            types.Tool(
                name=name,
                description=tool.description,
                input_schema=tool.schema,
                annotations=reads,
            )
            for name, tool in TOOLS.items()
        ]
    )


def _check(name: str, arguments: dict[str, Any]) -> None:
    if name not in TOOLS:
        raise unknown("tool", name, TOOLS)
    tool = TOOLS[name]
    for argument in arguments:
        if argument not in tool.arguments:
            raise unknown("argument", argument, tool.arguments)
    validator = jsonschema.Draft202012Validator(tool.schema)
    error = jsonschema.exceptions.best_match(validator.iter_errors(arguments))
    if error is not None:
        raise UsageError(f"{name}: {error.json_path.removeprefix('$.')}: {error.message}")


# As structure, and as text for clients that know only that.
def _result(content: dict[str, Any], is_error: bool = False) -> types.CallToolResult:
    text = json.dumps(content, allow_nan=False)
    return types.CallToolResult(
        content=[types.TextContent(type="text", text=text)],
        structured_content=content,
        is_error=is_error,
    )
