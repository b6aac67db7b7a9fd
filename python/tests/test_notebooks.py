"""The notebooks run from the top to the end, and are stored without outputs."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT

NOTEBOOKS = sorted((ROOT / "python/notebooks").glob("*.ipynb"))


@pytest.mark.parametrize("notebook", NOTEBOOKS, ids=lambda path: path.stem)
def test_notebook_has_no_outputs(notebook: Path) -> None:
    assert notebook.stat().st_size < 20_000
    for cell in json.loads(notebook.read_text())["cells"]:
        assert not cell.get("outputs")
        assert cell.get("execution_count") is None


def test_notebooks_run(tmp_path: Path) -> None:
    """By nbmake, in a folder that looks like the clone: they write files beside them."""
    pytest.importorskip("nbmake")
    pytest.importorskip("pandas")
    (tmp_path / "specs").symlink_to(ROOT / "specs")
    folder = tmp_path / "python/notebooks"
    shutil.copytree(ROOT / "python/notebooks", folder)
    command = [
        sys.executable,
        "-m",
        "pytest",
        "-q",
        "--nbmake",
        "-p",
        "no:cacheprovider",
        str(folder),
    ]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout
    assert f"{len(NOTEBOOKS)} passed" in done.stdout
    assert len(NOTEBOOKS) == 6
