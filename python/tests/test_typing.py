"""Types for users: a script of theirs under mypy --strict, and the stub against the module."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import tilewright as tw

SCRIPT = """\
import numpy as np
import tilewright as tw

class Mine:
    name = "mine"
    def support(self, query: tw.EnergyQuery) -> float | None:
        return 90 if query.quantity == "energy" else None
    def estimate(self, query: tw.EnergyQuery) -> float:
        return 2.0

def show(progress: tw.Progress) -> None:
    print(progress.layer, progress.energy_pj)

arch: tw.Specs = tw.load("a.yaml", estimators=[Mine()], leakage=True)
arch["GLB"].size_kib = 256
arch["GLB"].entries = None
arch.arithmetic.mesh = (4, 4)
bits: int = arch.levels[0].word_bits
result: tw.NetworkResult = tw.map(arch, objective="edp", time="1s", seed=3, progress=show)
for layer in result:
    first: tw.ParetoPoint | None = layer.pareto[0] if layer.pareto else None
    print(layer.nest, layer.energy_pj, first, layer.levels().sum())
one: tw.Result = tw.evaluate(arch, "map.yaml", estimators=tw.Estimators(table="x.csv"))
space = tw.Mapspace(arch, "p.yaml", layer="conv1")
batch: tw.Mappings = space.sample(100, seed=1)
batch.factors[0, 0, 2] = np.array([3, 16], np.int32)
scores: tw.Scores = tw.score(batch)
best: tw.Mapping = batch[int(np.nanargmin(scores.edp))]
part: tw.Mappings = batch[scores.valid]
more: tw.Scores = space.score(batch.factors, keep=[[7, 7]])
network: tw.Network = tw.from_onnx("m.onnx", {"sequence": 3})
limit: tw.NetworkBound = tw.bound(arch, network)
print(limit["conv1"].rooflines[0].words, best.mapping_yaml)
try:
    tw.load("x")
except tw.SpecError as error:
    print(error.file, error.line, error.column)
"""
WRONG = """\
import tilewright as tw
arch = tw.load("a.yaml")
arch["GLB"].entries = "many"
tw.map(arch, objectiv="edp")
tw.score(arch)
"""


def test_package_says_that_it_is_typed() -> None:
    assert (Path(tw.__file__).parent / "py.typed").exists()
    assert (Path(tw.__file__).parent / "_core.pyi").exists()


def test_scripts_of_users(tmp_path: Path) -> None:
    pytest.importorskip("mypy")
    pytest.importorskip("pandas")
    (tmp_path / "right.py").write_text(SCRIPT)
    (tmp_path / "wrong.py").write_text(WRONG)
    command = [sys.executable, "-m", "mypy", "--strict", "--config-file=", "right.py", "wrong.py"]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    errors = [line.split(":")[:2] for line in done.stdout.splitlines() if ": error: " in line]
    assert errors == [["wrong.py", "3"], ["wrong.py", "4"], ["wrong.py", "5"]]


def test_stub_is_that_of_the_module() -> None:
    pytest.importorskip("mypy")
    command = [sys.executable, "-m", "mypy.stubtest", "--concise", "tilewright._core"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    lines = [line for line in done.stdout.splitlines() if line.startswith("tilewright.")]
    # pybind11 has a metaclass of its own, and classes that Python cannot make.
    known = r"metaclass differs|_core\.(Batch|Specs)\.__init__ is inconsistent"
    assert [line for line in lines if not re.search(known, line)] == []
    assert lines  # it ran
