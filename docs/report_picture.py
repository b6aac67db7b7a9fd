"""Makes docs/images/report.png: the top of the report of ResNet-50 on the Eyeriss-like array.

python3 docs/report_picture.py     # with `tilewright` and its reports on the path, and Chromium
"""

from __future__ import annotations

import argparse
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
WIDTH, HEIGHT = 1280, 1150  # pixels


def run(*words: str) -> None:
    """Runs a command; what it says is shown only if it fails."""
    done = subprocess.run(words, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        sys.exit(f"{' '.join(words)}: {done.stdout}{done.stderr}")


def screenshot(page: Path, picture: Path) -> None:
    """The top of a page as Chromium shows it, in its light theme."""
    chromium = shutil.which("chromium") or shutil.which("chromium-browser")
    if chromium is None:
        sys.exit("chromium is not installed: apt-get install chromium")
    size = f"--window-size={WIDTH},{HEIGHT}"
    options = ["--headless", "--no-sandbox", "--hide-scrollbars", "--disable-gpu"]
    # Charts are drawn by a script: time for it to end.
    options += ["--virtual-time-budget=10000", size, f"--screenshot={picture}"]
    run(chromium, *options, page.as_uri())


def main(arguments: Sequence[str] | None = None) -> None:
    """Maps the network, writes the report, looks at it."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--time", default="2s", help="of the search, for each layer (default: 2s)")
    parser.add_argument("-o", "--output", type=Path, default=ROOT / "docs/images/report.png")
    chosen = parser.parse_args(arguments)
    chosen.output.parent.mkdir(exist_ok=True)
    specs = [
        str(ROOT / "specs/arch/eyeriss_like_168.yaml"),
        str(ROOT / "specs/network/resnet50.yaml"),
    ]
    with tempfile.TemporaryDirectory() as folder:
        out, page = str(Path(folder) / "out"), Path(folder) / "report.html"
        run(
            "tilewright", "map", *specs, "--batch", "4", "--time", chosen.time, "--quiet", "-o", out
        )
        run("tilewright", "report", out, "-o", str(page))
        screenshot(page, chosen.output.resolve())


if __name__ == "__main__":
    main()
