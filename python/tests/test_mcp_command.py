"""`tilewright mcp` as a command: how it is reached, and what it says without a client."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from report_runs import program

from tilewright import mcp_command


def _run(*words: str) -> "subprocess.CompletedProcess[str]":
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    return subprocess.run(
        [program(), *words],
        env={**os.environ, "PATH": path},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
    )


def test_the_program_has_it() -> None:
    done = _run("help", "mcp")
    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout.startswith("usage: tilewright mcp ")
    assert "--longest-call TIME" in done.stdout
    assert (
        "  mcp                         serve tools of the Model Context Protocol\n"
        in _run("help").stdout
    )


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("--longest-cal", "unknown option '--longest-cal'; did you mean '--longest-call'?"),
        ("--longest-call=soon", "--longest-call"),
    ],
)
def test_options_that_make_no_sense(option: str, message: str) -> None:
    done = _run("mcp", option)
    assert (done.returncode, done.stdout) == (2, "")
    assert message in done.stderr


@pytest.mark.parametrize("missing", ["anyio", "mcp", "mcp.server.context"])  # the last: version 1
def test_the_missing_package_is_named(
    missing: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("tilewright._mcp")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, missing, None)
    assert mcp_command.main([]) == 2
    assert capsys.readouterr().err == (
        "tilewright: error: the server needs the package 'mcp', version 2 or later: "
        "pip install 'tilewright[mcp]'\n"
    )
