"""Folders of results, shared by the package and the program."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from report_runs import ARCH, network, program, run_map

import tilewright as tw
from tilewright._run_folder import taken


def _saved(folder: Path, *names: str) -> tw.NetworkResult:
    (folder / "arch.yaml").write_text(ARCH)
    (folder / "net.yaml").write_text(network(*names))
    return tw.map(folder / "arch.yaml", folder / "net.yaml", max_evaluated=200)


def test_package_and_program_take_each_others_folders(tmp_path: Path) -> None:
    result = _saved(tmp_path, "first", "second")
    out = result.save(tmp_path / "out")
    (out / "notes.txt").write_text("mine")
    run_map(tmp_path, network("third"))
    assert not list(out.glob("first*"))
    assert (out / "third.map.yaml").exists()
    result.save(out)
    assert not list(out.glob("third*"))
    assert sorted(file.name for file in out.glob("*.map.yaml")) == [
        "first.map.yaml",
        "second.map.yaml",
    ]
    assert not (out / "certificate.json").exists()
    assert (out / "notes.txt").read_text() == "mine"


def test_nobody_writes_into_a_folder_that_is_taken(tmp_path: Path) -> None:
    result = _saved(tmp_path, "first")
    out = tmp_path / "out"
    with taken(out, ["other"]):
        with pytest.raises(tw.UsageError, match="another run is writing there"):
            result.save(out)
        words = [program(), "map", "arch.yaml", "net.yaml", "--quiet", "-o", "out"]
        done = subprocess.run(words, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 2
        assert "another run is writing into 'out'" in done.stderr
    assert result.save(out) == out


def test_a_save_that_breaks_off_leaves_a_folder_of_a_run(tmp_path: Path) -> None:
    result = _saved(tmp_path, "first")
    out = result.save(tmp_path / "out")
    code = (
        "import os, pathlib; from tilewright._run_folder import taken, write\n"
        f"with taken(pathlib.Path({str(out)!r}), ['half']):\n"
        f"    write(pathlib.Path({str(out)!r}) / 'half.map.yaml', 'mapping: []')\n"
        "    os.kill(os.getpid(), 9)\n"
    )
    subprocess.run([sys.executable, "-c", code], check=False)
    assert sorted(file.name for file in out.iterdir()) == ["half.map.yaml", "journal.jsonl"]
    result.save(out)
    assert not (out / "half.map.yaml").exists()
    assert (out / "first.map.yaml").exists()


@pytest.mark.parametrize("stem", ["../precious", "/tmp/precious", ".", ""])
def test_forged_folders_remove_nothing_elsewhere(tmp_path: Path, stem: str) -> None:
    result = _saved(tmp_path, "first")
    out = result.save(tmp_path / "out")
    (tmp_path / "precious.map.yaml").write_text("keep me")
    run = json.loads((out / "run.json").read_text())
    (out / "run.json").write_text(json.dumps({**run, "files": [stem]}))
    with pytest.raises(tw.UsageError, match="cannot write"):
        result.save(out)
    assert (tmp_path / "precious.map.yaml").exists()
