"""The numbers and the picture of docs/model.md are what the program says."""

import ast
import importlib.util
import json
import math
import operator
import re
import subprocess
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from report_runs import program

PAGE = ROOT / "docs/model.md"
EXAMPLE = ROOT / "docs/model_example"
# `24 + 12 = 36`<!-- mapping/Buffer/used -->: a calculation, and the count that it gives.
MARKED = re.compile(r"`([^`]*)`<!-- (\w+)/([\w/]+) -->")
OPERATORS: dict[type[ast.operator], Callable[[Any, Any], Any]] = {
    ast.Add: operator.add,
    ast.Sub: operator.sub,
    ast.Mult: operator.mul,
    ast.Div: operator.truediv,
}


def _drawing() -> Any:
    spec = importlib.util.spec_from_file_location("drawing", ROOT / "docs/model_drawing.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def counts(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Any]:
    """Counts of each mapping of the example, and the layer's best."""
    names = [file.stem for file in EXAMPLE.glob("*.yaml") if file.stem not in ("arch", "layer")]
    found = {name: _drawing().counts_of(program(), name) for name in names}
    out = tmp_path_factory.mktemp("best")
    words = [program(), "map", str(EXAMPLE / "arch.yaml"), str(EXAMPLE / "layer.yaml")]
    subprocess.run([*words, "--quiet", "-o", str(out)], check=True, capture_output=True)
    (best,) = json.loads((out / "summary.json").read_text())["layers"]
    assert best["proven"]
    return {**found, "best": best}


def _count(counts: dict[str, Any], path: str) -> float:
    """The count that a mark names: of a mapping, a level, or a tensor in a level."""
    *place, name = path.split("/")
    if not place:
        return float(counts[name])
    if place == ["dimensions"]:
        return float(counts["dimensions"][name])
    (level,) = (each for each in counts["levels"] if each["name"] == place[0])
    if len(place) > 1:
        space = level["dataspaces"][place[1]]
        arrivals = space["fills"] * level["specs"]["instances"]
        return float({**space, "arrivals": arrivals}[name])
    if name in level or name in level.get("specs", {}):
        return float(level.get(name, level.get("specs", {}).get(name)))
    if level["kind"] == "arithmetic":
        assert name == "price"
        return float(level["energy_total"]) / float(level["computes"])
    return _sum_of_level(level, name)


def _sum_of_level(level: dict[str, Any], name: str) -> float:
    spaces = level["dataspaces"].values()
    kinds = ("reads", "fills", "updates")
    block = level["specs"]["block_size"]
    accesses = sum(math.ceil(space[kind] / block) for space in spaces for kind in kinds)
    accesses *= level["specs"]["instances"]
    sums = {
        "used": sum(space["utilized_capacity"] for space in spaces),
        "words": sum(space[kind] for space in spaces for kind in kinds),
        "served": sum(space["reads"] + space["updates"] for space in spaces),
        "accesses": accesses,
        "price": level["energy_total"] / accesses,
    }
    return float(sums[name])


def _worth(text: str) -> float:
    """The value of a sum of products."""

    def walk(node: ast.expr) -> float:
        if isinstance(node, ast.BinOp):
            return float(OPERATORS[type(node.op)](walk(node.left), walk(node.right)))
        assert isinstance(node, ast.Constant), text
        assert isinstance(node.value, int | float), text
        return float(node.value)

    return walk(ast.parse(text, mode="eval").body)


def test_marked_numbers(counts: dict[str, Any]) -> None:
    marks = MARKED.findall(PAGE.read_text())
    assert len(marks) > 60
    for said, mapping, path in marks:
        *left, right = (part.strip() for part in said.split("="))
        count = _count(counts[mapping], path)
        if right.endswith("%"):
            assert round(100 * count) == float(right[:-1]), said
            assert round(100 * _worth(left[0])) == float(right[:-1]), said
            continue
        assert count == pytest.approx(float(right), abs=1e-9), (
            f"{said}: {mapping}/{path} is {count}"
        )
        for part in left:
            assert not re.search(r"\d", part) or _worth(part) == float(right), said


def test_every_number_is_marked() -> None:
    """Nothing is left that could go stale."""
    text = MARKED.sub("", PAGE.read_text())
    text = re.sub(r"^```.*?^```|\]\([^)]*\)", "", text, flags=re.M | re.S)
    names = r"[mp][01]|\D*|Outputs\[.*"  # of loops and tensors
    text = re.sub(r"`([^`]*)`", lambda m: "" if re.fullmatch(names, m[1]) else m[1], text)
    assert re.findall(r".*\d.*", text) == []


def test_picture(counts: dict[str, Any]) -> None:
    picture = (ROOT / "docs/model.svg").read_text()
    assert _drawing().draw(counts["mapping"]) == picture, "python3 docs/model_drawing.py"
    flows = re.findall(r'class="flow">(.*?) words<', picture)
    assert flows == ["↓ 24", "↓ 20", "↑ 32", "↓ 48", "↓ 24", "↓ 32   ↑ 64"]


def test_variants_differ_in_one_thing() -> None:
    """What the page calls one change is one."""
    lines = {
        path.stem: [line for line in path.read_text().splitlines() if not line.startswith("#")]
        for path in EXAMPLE.glob("*.yaml")
    }
    for name in ("order", "bypass", "reduction"):
        changed = set(lines[name]) ^ set(lines["mapping"])
        assert 1 <= len(changed) <= 4, name
        assert len(changed) == {"order": 2, "bypass": 1, "reduction": 4}[name], Path(name)
