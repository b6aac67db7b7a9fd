"""The commands that the documentation shows, and what stands in for a user's files."""

import re
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from conftest import ROOT
from report_runs import network, program, run_map

PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "specs/README.md"]
PAGES += sorted((ROOT / "docs").rglob("*.md"))

# What a command starts with, or is, and why no test runs it.
LEFT_OUT = {
    "bash mapper/quickstart.sh": "installs packages and builds; a search as in the tests of `map`",
    "bash tests/run.sh": "is what runs this test",
    "bash tests/wheel.sh": "part of tests/run.sh --full",
    "bash tests/fuzz/run.sh": "minutes, with clang",
    "build/fuzz/tree/tests/fuzz/fuzz_mapping": "an input that a run of the fuzzer has found",
    "cmake -S . -B build": "builds everything; tests/run.sh has done so",
    "cmake --build build/benchmarks": "builds",
    "cmake --install build": "installs; part of tests/run.sh --full",
    "cmake --preset debug": "builds",
    "find model search": "changes sources; tests/run.sh checks the formatting",
    "python3 -m venv venv": "installs; tests/run.sh does the same",
    "venv/bin/pip install": "installs; tests/run.sh does the same",
    "pip wheel": "builds; tests/wheel.sh does the same",
    "python3 -m venv build/docs-venv": "installs; tests/run.sh does the same",
    "build/docs-venv/bin/mkdocs build": "test_site.py builds the site",
    "benchmarks/searchers.sh": "builds, and takes minutes",
    "python3 benchmarks/optimal_table.py": "half a minute, and more where nothing is left out",
    "python3 benchmarks/growth.py": "minutes",
    "python3 benchmarks/soak.py": "an hour",
    "python python/tests/test_batch_rate.py": "a test of its own",
    "python3 docs/case_studies/": "test_case_studies.py runs them",
    "python3 docs/report_picture.py": "needs Chromium; test_report_browser.py looks at reports",
}

# The one rule for times: every search gets this long for a layer.
LAYER_TIME = "0.1s"

BLOCK = re.compile(r"^```(?:sh|bash|console)\n(.*?)^```", re.MULTILINE | re.DOTALL)
# In running text: a program with a file of some name, and no placeholder such as DIR or A.
INLINE = re.compile(r"`((?:tilewright|python3?) [^`]*)`")


@dataclass(frozen=True)
class Command:
    """A line of a page, as a user would type it."""

    page: Path
    text: str

    def left_out(self) -> bool:
        return any(self.text.startswith(start) for start in LEFT_OUT)

    def shortened(self) -> str:
        """The command with the time of `LAYER_TIME`.

        What keeps several of the best comes to its end: the next commands may want each of them.
        """
        if not self.text.startswith("tilewright map") or "--top " in self.text:
            return self.text
        bare = re.sub(r" --(total-)?time \S+", "", self.text)
        return bare.replace("tilewright map", f"tilewright map --time {LAYER_TIME}", 1)


def _lines(block: str) -> list[str]:
    whole = re.sub(r"\\\n\s*", "", block)
    lines = [re.sub(r"(^|\s+)#.*", "", line).strip() for line in whole.splitlines()]
    return [line.removeprefix("$ ") for line in lines if line]


def _runs(text: str) -> bool:
    words = text.split()[1:]
    return any(re.search(r"\w\.\w|\w/", word) for word in words) and not any(
        re.fullmatch(r"\.\.\.|[A-Z]+(\.\.\.)?", word) for word in words
    )


def commands_of(page: Path) -> list[Command]:
    """The commands of a page, in order: those of its blocks, then those in its text."""
    text = page.read_text()
    found = [line for block in BLOCK.findall(text) for line in _lines(block)]
    bare = re.sub(r"^```.*?^```", "", text, flags=re.MULTILINE | re.DOTALL)
    found += [" ".join(line.split()) for line in INLINE.findall(bare) if _runs(line)]
    return [Command(page, line) for line in dict.fromkeys(found)]


def _accelergy(folder: Path) -> None:
    """Designs of our own tests; the one of version 0.3 with a memory around it."""
    designs = ROOT / "tests/data/accelergy"
    text = (designs / "v03_compound/inputs/chip.yaml").read_text()
    memory = "{name: Memory, class: DRAM, attributes: {type: LPDDR4, width: 64, datawidth: 16}}"
    shutil.copytree(designs / "v04_weight_stationary/inputs", folder, dirs_exist_ok=True)
    (folder / "chip.yaml").rename(folder / "chip_04.yaml")
    (folder / "chip.yaml").write_text(text.replace("local:\n", f"local:\n    - {memory}\n", 1))
    (folder / "components").mkdir()
    shutil.copy(designs / "v03_compound/inputs/classes.yaml", folder / "components")
    shutil.copy(ROOT / "specs/network/alexnet.yaml", folder / "network.yaml")


def lay_out(folder: Path, page: Path) -> None:
    """Makes a folder look like the clone, with the files that pages call by example names."""
    for name in ("specs", "docs", "benchmarks"):
        shutil.copytree(ROOT / name, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
    for name in ("model/energy/estimators/literature.csv", "tests/data/accelergy"):
        copy = shutil.copytree if (ROOT / name).is_dir() else shutil.copy
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        copy(ROOT / name, folder / name)
    _accelergy(folder)
    shutil.copy(ROOT / "specs/arch/three_level.yaml", folder / "arch.yaml")
    (folder / "constraints.yaml").write_text(
        "mapspace_constraints:\n- {target: RegisterFile, type: temporal, factors: R=0}\n"
    )
    (folder / "layers").mkdir()
    shutil.copy(ROOT / "specs/problem/alexnet_conv3.yaml", folder / "layers")
    if "tilewright report before after" in page.read_text():
        (folder / "results").mkdir()
        run_map(folder / "results", network("first", "second"), out="../before")
        shutil.copytree(folder / "before", folder / "after")


def call(command: str, folder: Path, path: str) -> "subprocess.CompletedProcess[str]":
    """Runs a command as a user's shell does."""
    words = ["bash", "-euo", "pipefail", "-c", command]
    environment = {"PATH": f"{Path(program()).parent}:{path}", "HOME": str(folder), "LC_ALL": "C"}
    return subprocess.run(
        words, cwd=folder, env=environment, capture_output=True, text=True, check=False
    )
