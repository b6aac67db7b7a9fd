"""Every command of the README and of docs/ runs, in the order of its page."""

import os
from pathlib import Path

import pytest
from conftest import ROOT
from documented import LEFT_OUT, PAGES, Command, call, commands_of, lay_out

COMMANDS = {page: commands_of(page) for page in PAGES}
TRIED = [page for page in PAGES if any(not command.left_out() for command in COMMANDS[page])]


@pytest.mark.parametrize("page", TRIED, ids=lambda page: str(page.relative_to(ROOT)))
def test_commands(page: Path, tmp_path: Path) -> None:
    commands = [command for command in COMMANDS[page] if not command.left_out()]
    needed = "\n".join(command.text for command in commands)
    if "tilewright report" in needed:
        pytest.importorskip("plotly")
    lay_out(tmp_path, page)
    if ".onnx" in needed:
        models = pytest.importorskip("onnx_models")
        models.mobilenet_v1(tmp_path)[0].rename(tmp_path / "model.onnx")
        models.bert_base(tmp_path)[0].rename(tmp_path / "bert.onnx")
    for command in commands:
        done = call(command.shortened(), tmp_path, os.environ["PATH"])
        assert done.returncode == 0, f"{command.text}\n{done.stdout}{done.stderr}"


def test_commands_are_found() -> None:
    texts = [command.text for commands in COMMANDS.values() for command in commands]
    assert "bash mapper/quickstart.sh" in texts
    assert "tilewright import bert.onnx -o net --dim sequence=128" in texts
    assert "python3 docs/energy_models.py cacti" in texts
    assert not any("\\" in text or text.endswith("#") for text in texts)
    tried = [text for text in texts if not Command(ROOT, text).left_out()]
    assert len(tried) >= 20
    for command in ("model", "map", "bound", "energy", "network", "report", "import"):
        assert any(text.startswith(f"tilewright {command} ") for text in tried), command


def test_nothing_is_left_out_that_is_not_there() -> None:
    texts = [command.text for commands in COMMANDS.values() for command in commands]
    gone = [start for start in LEFT_OUT if not any(text.startswith(start) for text in texts)]
    assert gone == []


def test_times_are_short() -> None:
    long = Command(ROOT, "tilewright map a.yaml --time 10s --total-time 5m -o out")
    assert long.shortened() == "tilewright map --time 0.1s a.yaml -o out"
    other = Command(ROOT, "tilewright model a.yaml")
    assert other.shortened() == other.text
