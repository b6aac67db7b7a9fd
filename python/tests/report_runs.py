"""Small real runs of the program, for the tests of its reports."""

import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

# A tree of fan-outs: 2 x 3 multipliers, each with registers, below a buffer and main memory.
ARCH = """\
arch:
  global_cycle_seconds: 2e-9
  arithmetic: {name: MAC, instances: 6, meshX: 3, meshY: 2, word-bits: 16}
  storage:
  - {name: Reg, entries: 16, instances: 6, meshX: 3, meshY: 2, word-bits: 16}
  - {name: Buf, entries: 256, instances: 1, word-bits: 16, multiple-buffering: 2}
  - {name: Main, technology: DRAM, instances: 1, word-bits: 16, shared_bandwidth: 0.5}
"""


def network(*names: str) -> str:
    """Matrix products under these names, each repeated once more than the one before."""
    lines = ["network:", "  name: net", "  layers:"]
    for i, name in enumerate(names):
        sizes = f"{{M: {6 * (i + 1)}, N: 4, K: 8}}"
        lines.append(
            f"  - {{name: {json.dumps(name)}, shape: gemm, repeats: {i + 1}, instance: {sizes}}}"
        )
    return "\n".join(lines) + "\n"


def program() -> str:
    """The program that the package came with."""
    found = shutil.which("tilewright", path=str(Path(sys.prefix) / "bin"))
    assert found is not None
    return found


def run_map(folder: Path, text: str, *options: str, arch: str = ARCH, out: str = "out") -> Path:
    """A folder of results."""
    (folder / "arch.yaml").write_text(arch)
    (folder / "net.yaml").write_text(text)
    limit = [] if any(option.startswith("--max-") for option in options) else ["--max-valid=200"]
    words = [program(), "map", "arch.yaml", "net.yaml", "--quiet", "-o", out, *limit, *options]
    done = subprocess.run(words, cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode in (0, 3), done.stderr
    return folder / out


def report(*arguments: object, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    """`tilewright report`, as a user calls it."""
    words = [program(), "report", *map(str, arguments)]
    # The subcommand is found beside the program or on the path.
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    environment = {**os.environ, "PATH": path}
    return subprocess.run(
        words, cwd=cwd, env=environment, capture_output=True, text=True, check=False
    )


def charts_of(page: str) -> list[dict[str, Any]]:
    """The data of the charts of a page."""
    found = re.search(r'<script type="application/json" id="charts">(.*?)</script>', page, re.S)
    assert found is not None
    charts: list[dict[str, Any]] = json.loads(found[1])
    return charts


def visible(page: str) -> str:
    """The text of a page, without its scripts and styles."""
    bare = re.sub(r"<(script|style)\b.*?</\1>", " ", page, flags=re.S)
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", bare))
