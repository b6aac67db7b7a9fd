"""The examples of docs/python.md and of the README run as they stand."""

import importlib.util
import re
import warnings
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from onnx_models import bert_base

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
