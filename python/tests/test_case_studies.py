"""The tables and charts of the case studies are those that their commands make."""

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from report_runs import program

import tilewright as tw

STUDIES = ROOT / "docs/case_studies"


def _study(name: str, folder: Path, *options: str) -> tuple[str, str]:
    """Page and chart after a run of a study's script."""
    shutil.copy(STUDIES / f"{name}.md", folder)
    words = [sys.executable, str(STUDIES / f"{name}.py"), "--program", program(), *options]
    subprocess.run([*words, "-o", str(folder)], check=True, capture_output=True)
    return (folder / f"{name}.md").read_text(), (folder / f"{name}.svg").read_text()


def _rows(page: str, name: str = "table") -> dict[str, list[str]]:
    """The cells of a table by the first of its row."""
    (text,) = re.findall(rf"<!-- {name}: begin -->(.*)<!-- {name}: end -->", page, re.DOTALL)
    rows = [re.split(r" *\| *", line.strip("| ")) for line in text.strip().splitlines()]
    return {row[0]: [cell.strip("*") for cell in row[1:]] for row in rows[2:]}


def test_alexnet_on_eyeriss(tmp_path: Path) -> None:
    """Every mapping is a proven optimum, so that nothing may differ."""
    page, chart = _study("alexnet", tmp_path)
    assert page == (STUDIES / "alexnet.md").read_text(), "python3 docs/case_studies/alexnet.py"
    assert chart == (STUDIES / "alexnet.svg").read_text()


def test_what_the_page_on_alexnet_says() -> None:
    page = (STUDIES / "alexnet.md").read_text()
    factors, layers = _rows(page, "factors"), _rows(page, "layers")
    assert factors["all layers"][0] == "2,898 M"  # 4 * 724,406,816
    # What the authors publish: 100 and 1400 times, 0.0029 accesses per MAC.
    chip = factors["convolutions on the chip"]
    assert (chip[2], chip[4], chip[5]) == ("102 x", "1,383 x", "0.0029")
    assert factors["convolutions"][2] == "110 x"
    assert "We count 110 times" in page
    assert factors["convolutions"][4] == "934 x"
    assert "we count 930 times fewer" in page
    assert factors["convolutions, each word once"][4] == "1,557 x"
    assert factors["fully connected"][4] == "16 x"
    assert factors["all layers"][4] == "165 x"
    for name in ("conv3", "conv4", "conv5"):
        assert float(layers[name][0]) == pytest.approx(float(layers[name][1]), rel=0.01)
    assert (layers["conv1"][4], layers["conv5"][4]) == ("1.0", "2.0")
    for name in ("conv1", "conv3", "conv4", "conv5"):
        assert 1 < float(layers[name][8]) / float(layers[name][7]) < 1.14


def test_first_layer_as_on_the_chip() -> None:
    """By hand, against the best mapping whose factors divide."""
    arch = ROOT / "specs/arch/eyeriss_like_168.yaml"
    result = tw.evaluate(arch, STUDIES / "alexnet_conv1.yaml")
    (buffer,) = (each for each in result.stats["levels"] if each["name"] == "GlobalBuffer")
    words = sum(
        space[kind]
        for space in buffer["dataspaces"].values()
        for kind in ("reads", "fills", "updates")
    )
    assert result.stats["levels"][0]["utilized_instances"] == 154
    assert result.cycles == 8 * 4 * 3 * 3 * 55 * 11 * 16  # Q, N, M outside; C, P; R, M inside
    (conv1, *_) = tw.map(arch, ROOT / "specs/network/alexnet.yaml", batch=4, time=20, perfect=True)
    assert conv1.proven
    page = (STUDIES / "alexnet.md").read_text()
    less = f"{100 * (1 - result.edp / conv1.edp):.0f} %\n  less energy x delay"
    assert f"{less}, {2 * words / 1e6:.1f} MB at the buffer" in page
    assert f"and {result.cycles / 200_000:.1f} ms (the second" in page


def test_dataflows_in_short(tmp_path: Path) -> None:
    """A short search finds no better mapping than those that are proven, and none far off."""
    page, chart = _study("dataflows", tmp_path, "--time", "0.1s")
    short, committed = _rows(page), _rows((STUDIES / "dataflows.md").read_text())
    assert list(short) == list(committed)
    for name, cells in committed.items():
        assert float(short[name][0]) == 1
        best = float(cells[4])
        if cells[7] == "5 of 5":
            assert float(short[name][4]) >= best - 0.005, name
        assert float(short[name][4]) <= 1.25 * best, name
        parts = [float(cell) for cell in cells[:4]]
        assert sum(parts) == pytest.approx(best, abs=0.021)
        assert best + float(cells[5]) == pytest.approx(float(cells[6]), abs=0.011)
    assert chart.count("<rect") == 1 + 5 + 5 * 5


def test_what_the_page_on_dataflows_says() -> None:
    page = (STUDIES / "dataflows.md").read_text()
    rows = _rows(page)
    dataflows = {name: cells for name, cells in rows.items() if name != "no constraint"}
    assert all(cells[7] == "5 of 5" for cells in dataflows.values())
    free = {name: float(cells[4]) for name, cells in rows.items()}
    wires = {name: float(cells[6]) for name, cells in rows.items()}
    assert max(free, key=lambda name: free[name]) == "row stationary"
    assert min(free, key=lambda name: free[name]) == "no constraint"
    assert min(wires, key=lambda name: wires[name]) == "row stationary"
    row = rows["row stationary"]
    others = [wires[name] / wires["row stationary"] for name in dataflows if "row" not in name]
    assert f"{min(others):.2f} to {max(others):.2f} times less" in page
    assert f"registers, {100 * float(row[1]) / float(row[6]):.0f} %" in page
    assert 1 / (float(row[5]) / 2) == pytest.approx(9, abs=0.5)
    svg = (STUDIES / "dataflows.svg").read_text()
    assert re.findall(r">([\d.]+) pJ<", svg) == [cells[6] for cells in rows.values()]
