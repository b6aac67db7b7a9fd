"""The examples of docs/python.md and of the README run as they stand."""

import importlib.util
import re
import warnings
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from onnx_models import bert_base

import tilewright as tw

_PARTS = {
    "arch.yaml": "specs/arch/three_level.yaml",
    "problem.yaml": "specs/problem/alexnet_conv3.yaml",
    "mapping.yaml": "specs/mapping/three_level_alexnet_conv3_row_stationary.yaml",
}


def _blocks(page: Path) -> list[str]:
    return re.findall(r"^```python\n(.*?)^```", page.read_text(), re.MULTILINE | re.DOTALL)


def _run(blocks: list[str], page: str) -> dict[str, Any]:
    names: dict[str, Any] = {}
    for block in blocks:
        if "import torch" in block and importlib.util.find_spec("torch") is None:
            continue
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            exec(compile(block, page, "exec"), names)
    return names


@pytest.fixture
def clone(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder that looks like the clone, with the files that the pages speak of."""
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    for name, spec in _PARTS.items():
        (tmp_path / name).symlink_to(ROOT / spec)
    bert_base(tmp_path)[0].rename(tmp_path / "bert.onnx")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_page_of_the_package(clone: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("pandas")
    names = _run(_blocks(ROOT / "docs/python.md"), "docs/python.md")
    assert (clone / "conv3.map.yaml").exists()
    assert (clone / "net/bert.yaml").exists()
    assert names["scores"].valid.any()
    printed = capsys.readouterr().out
    assert "alexnet on eyeriss_like_168" in printed
    assert "did you mean 'optimal'?" in printed
    assert "'PsumSpad': 'registers'" in printed


def test_readme(clone: Path) -> None:
    (clone / "arch.yaml").unlink()
    text = (ROOT / "specs/arch/three_level.yaml").read_text()
    (clone / "arch.yaml").write_text(text)
    blocks = _blocks(ROOT / "README.md")
    names = _run(
        [block.replace("batch=4)", "batch=4, max_evaluated=1000)") for block in blocks], "README.md"
    )
    assert names["result"].valid
    assert len(names["scores"]) == 10_000
    assert "docs/python.md" in (ROOT / "README.md").read_text()


def _times(row: str) -> str:
    """A row of docs/benchmarks.md as a cell of the README: whole ms within 10, 5 and 1 %."""
    cells = [cell.strip() for cell in row.strip("| ").split("|")][1:4]
    shown = []
    for cell in cells:
        number, _, unit = cell.split(", ")[1].partition(" ")
        assert unit in ("ms", "s", "")
        factor = 1000 if unit == "s" else 1
        shown.append(f"{factor * float(number):.0f}" if unit else "-")
    return ", ".join(shown) + (" ms" if set(shown) != {"-"} else "")


def test_readme_has_the_figures_of_the_benchmarks() -> None:
    readme = (ROOT / "README.md").read_text()
    sections = re.split(r"^### ", (ROOT / "docs/benchmarks.md").read_text(), flags=re.MULTILINE)
    (heading,) = re.findall(r"^\| searcher \|.*$", readme, re.MULTILINE)
    archs = [cell.strip() for cell in heading.strip("| ").split("|")][1:]
    assert len(archs) == 3
    rows = re.findall(r"^\| `(\w+)`(?:, 1 thread)? \| (.*) \|$", readme, re.MULTILINE)
    assert len(rows) == 7
    for searcher, cells in rows:
        for arch, shown in zip(archs, cells.split(" | "), strict=True):
            (section,) = (each for each in sections if each.startswith(f"{arch}\n"))
            (row,) = re.findall(rf"^\| {searcher} \|.*$", section, re.MULTILINE)
            assert shown == _times(row), f"{searcher} on {arch}"
    times = {}
    for arch in archs:
        whole = re.search(
            rf"\| {arch} \| all \| 66 \| 66 \|.*?\| ([\d.]+) \|  \|", "".join(sections)
        )
        assert whole is not None
        times[arch] = f"{float(whole[1]):.1f} s on `{arch}`"
    together = "{eyeriss_like_256}, {simba_like} and {three_level}".format(**times)
    assert f"takes {together}" in " ".join(readme.split())


def _printed(page: str) -> str:
    """The first block of a page that shows output: it names no language."""
    blocks = re.findall(
        r"^```(\w*)\n(.*?)^```", (ROOT / page).read_text(), re.MULTILINE | re.DOTALL
    )
    return str(next(text for language, text in blocks if not language))


def test_the_table_of_a_run_is_what_is_printed() -> None:
    specs = ROOT / "specs/arch/eyeriss_like_168.yaml", ROOT / "specs/network/alexnet.yaml"
    assert str(tw.map(*specs)).strip() == _printed("docs/map.md").strip()


def test_the_rejection_of_a_mapping_is_what_is_printed() -> None:
    arch = tw.load(ROOT / _PARTS["arch.yaml"])
    arch["RegisterFile"].entries = 128
    rejection = tw.evaluate(
        arch, *(ROOT / _PARTS[name] for name in _PARTS if name[0] != "a")
    ).rejection
    assert _printed("docs/score.md").strip() == f"tilewright: error: {rejection}"
