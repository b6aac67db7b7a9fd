"""Builds the site of the documentation, for the tests that look at it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest
from conftest import ROOT
from report_runs import program


def build_site(out: Path) -> Path:
    """The folder with the site; a warning fails the test."""
    for module in ("material", "mkdocs", "mkdocstrings_handlers.python"):
        pytest.importorskip(module, reason="pip install 'tilewright[docs]'")
    words = [sys.executable, "-m", "mkdocs", "build", "--strict", "--site-dir", str(out)]
    environment = {**os.environ, "TILEWRIGHT": program(), "NO_MKDOCS_2_WARNING": "1"}
    done = subprocess.run(
        words, cwd=ROOT, env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    assert "WARNING" not in done.stderr, done.stderr
    return out
