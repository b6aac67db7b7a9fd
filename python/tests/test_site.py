"""The site of the documentation is built without a warning, and links in Markdown resolve."""

import os
import re
import subprocess
from html import unescape
from pathlib import Path

import pytest
from conftest import ROOT
from report_runs import program
from site_build import build_site

import tilewright as tw

LINK = re.compile(r"(?<!\\)\]\(([^)\s]+)\)")


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return build_site(tmp_path_factory.mktemp("site"))


def _page(site: Path, name: str) -> str:
    return unescape((site / name / "index.html").read_text())


def _text(page: str) -> str:
    return re.sub(r"<[^>]+>", "", page)


def test_pages_hold_what_is_generated(site: Path) -> None:
    reference = _page(site, "program")
    for command in ("model", "map", "bound", "energy", "network", "report", "import"):
        assert reference.count(f'<h2 id="tilewright-{command}">') == 1
    for option in ("--searcher NAME", "--dim NAME=SIZE", "--clock FREQUENCY"):
        assert f"<code>{option}</code>" in re.sub(r"-o FILE, ", "", reference)
    assert 'id="networks"' in _page(site, "specs")
    assert "tw.from_onnx" in _text(_page(site, "source/python/notebooks/5_from_onnx.ipynb"))


def test_every_option_is_in_the_reference(site: Path) -> None:
    reference = _page(site, "program")
    for command in ("map", "energy", "report", "import"):
        words = [program(), command, "--help"]
        path = f"{Path(program()).parent}{os.pathsep}{os.environ.get('PATH', '')}"
        environment = {**os.environ, "PATH": path}
        text = subprocess.run(words, env=environment, capture_output=True, text=True, check=True)
        section = reference.split(f'id="tilewright-{command}"')[1].split("<h2")[0]
        options = set(re.findall(r"^  (?:-\w[^-]*)?(--[\w-]+)", text.stdout, re.MULTILINE))
        assert options
        assert [option for option in sorted(options) if option not in section] == []


def test_every_public_name_is_in_the_reference(site: Path) -> None:
    found = set(re.findall(r'id="tilewright\.(\w+)"', _page(site, "python-reference")))
    assert set(tw.__all__) - {"__version__"} <= found


def test_pages_need_no_network(site: Path) -> None:
    for page in site.rglob("*.html"):
        text = page.read_text()
        asked = re.findall(r'<(?:script|img)[^>]*src="(https?:[^"]*)"', text)
        asked += re.findall(r'<link[^>]*rel="stylesheet"[^>]*href="(https?:[^"]*)"', text)
        assert asked == [], page


@pytest.mark.parametrize(
    "page",
    sorted(path for path in ROOT.rglob("*.md") if "build" not in path.relative_to(ROOT).parts[0]),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_links_in_markdown(page: Path) -> None:
    """As they stand in the repository, for those who read them there."""
    generated = {"program.md", "specs.md", "changelog.md"}
    text = re.sub(r"^```.*?^```", "", page.read_text(), flags=re.MULTILINE | re.DOTALL)
    for link in LINK.findall(text):
        target = link.split("#")[0]
        if "://" in link or not target or (page.parent.name == "docs" and target in generated):
            continue
        assert (page.parent / target).exists(), link
