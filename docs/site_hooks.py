"""Pages of the site that are made when it is built, so that they cannot go stale.

* The program's reference, from the help of `tilewright` and of each subcommand.
* `specs/README.md` and `CHANGELOG.md`, which lie outside `docs`.
* Any other file or folder that a page links to and that is no page or picture, as a page that
  shows it; notebooks cell by cell.
"""

from __future__ import annotations

import json
import os
import posixpath
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from mkdocs.exceptions import PluginError
from mkdocs.structure.files import File, Files

ROOT = Path(__file__).resolve().parent.parent
# Files outside `docs` with a page of their own.
PAGES = {"specs/README.md": "specs.md", "CHANGELOG.md": "changelog.md"}
LINK = re.compile(r"(?<!!)\[((?:[^\[\]]|\[[^\]]*\])*)\]\(([^)\s#]+)(#[^)\s]*)?\)")
LANGUAGES = {".py": "python", ".cpp": "cpp", ".hpp": "cpp", ".yaml": "yaml", ".sh": "sh"}
HIDDEN = "---\nsearch: {exclude: true}\n---\n\n"


def on_files(files: Files, config: Any) -> Files:
    """Adds the pages that are made here."""
    made = {"program.md": program_page()}
    made |= {page: (ROOT / source).read_text() for source, page in PAGES.items()}
    pages = [(file.src_uri, file.content_string) for file in files.documentation_pages()]
    pages += [(page, made[page]) for page in PAGES.values()]
    for source in sorted({path for page, text in pages for path in outside(page, text)}):
        made[shown_as(source)] = listing(source)
    # What a folder lists is shown as well.
    for source in sorted({path for page in list(made.values()) for path in listed(page)}):
        made[shown_as(source)] = listing(source)
    for page, text in made.items():
        files.append(File.generated(config, page, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, config: Any, files: Files) -> str:
    """Points links that leave `docs` to the pages that show their targets."""

    def move(link: re.Match[str]) -> str:
        source = target_of(page.file.src_uri, link[2])
        if source is None:
            return link[0]
        path = posixpath.relpath(shown_as(source), posixpath.dirname(page.file.src_uri) or ".")
        return f"[{link[1]}]({path}{link[3] or ''})"

    return LINK.sub(move, markdown)


def outside(page: str, text: str) -> Iterator[str]:
    """Paths from the root of what a page links to and that has to be shown."""
    for link in LINK.finditer(text):
        source = target_of(page, link[2])
        if source is not None and source not in PAGES and not is_page(source):
            yield source


def target_of(page: str, link: str) -> str | None:
    """The path from the root that a link means, None if it is no file or folder of ours."""
    if "://" in link or link.startswith(("/", "mailto:", "source/")):
        return None
    home = {shown: posixpath.dirname(source) for source, shown in PAGES.items()}
    folder = home.get(page, posixpath.join("docs", posixpath.dirname(page)))
    path = posixpath.normpath(posixpath.join(folder, link))
    return None if path.startswith("../") or not (ROOT / path).exists() else path


def is_page(source: str) -> bool:
    """Whether MkDocs finds the file by itself."""
    return source.startswith("docs/") and source.endswith((".md", ".svg", ".png"))


def shown_as(source: str) -> str:
    """The page of the site that shows a file or folder."""
    if source in PAGES:
        return PAGES[source]
    if is_page(source):
        return source.removeprefix("docs/")
    return f"source/{source}.md" if (ROOT / source).is_file() else f"source/{source}/index.md"


def listing(source: str) -> str:
    """A page with the text of a file, or with links to the files of a folder."""
    path = ROOT / source
    if path.suffix == ".ipynb":
        return HIDDEN + notebook(path)
    if path.is_file():
        fence = "`" * 6
        language = LANGUAGES.get(path.suffix, "text")
        return f"{HIDDEN}# {source}\n\n{fence}{language}\n{path.read_text()}\n{fence}\n"
    names = sorted(file.relative_to(path).as_posix() for file in path.rglob("*") if file.is_file())
    names = [name for name in names if "__pycache__" not in name]
    rows = "".join(f"- [{name}]({name}.md)<!-- {source}/{name} -->\n" for name in names)
    return f"{HIDDEN}# {source}\n\n{rows}"


def notebook(path: Path) -> str:
    """The cells of a notebook, without results."""
    parts = []
    for each in json.loads(path.read_text())["cells"]:
        text = "".join(each["source"])
        parts.append(text if each["cell_type"] == "markdown" else f"```python\n{text}\n```")
    return "\n\n".join(parts) + f"\n\nThe notebook is `{path.relative_to(ROOT)}`.\n"


def listed(page: str) -> list[str]:
    """The files that the page of a folder links to."""
    return re.findall(r"^- \[.*<!-- (.*) -->$", page, re.MULTILINE)


def program_page() -> str:
    """The reference of the program: a section for each subcommand."""
    program = find_program()
    whole = help_of(program)
    # Which other programs are installed does not matter here.
    shown = re.sub(r"^  \S+\s+the program tilewright-\S+\n", "", whole, flags=re.MULTILINE).strip()
    parts = [
        "# The program\n\nEvery subcommand and option of `tilewright`, as `--help` has them.\n",
        f"```text\n{shown}\n```\n",
    ]
    for name, _ in sections(shown)["Subcommands"]:
        parts.append(f"## tilewright {name}\n\n{options_of(help_of(program, name))}")
    return "\n".join(parts)


def find_program() -> str:
    """`$TILEWRIGHT`, else the program beside this Python, on the path, or built here."""
    beside = str(Path(sys.executable).parent)
    built = [str(folder) for folder in sorted(ROOT.glob("build*/*")) if folder.is_dir()]
    path = os.pathsep.join([beside, os.environ.get("PATH", ""), str(ROOT / "build"), *built])
    found = os.environ.get("TILEWRIGHT") or shutil.which("tilewright", path=path)
    if not found:
        raise PluginError("no program 'tilewright': install the package, or set TILEWRIGHT")
    return found


def help_of(program: str, *command: str) -> str:
    """What `--help` prints, in lines of any length."""
    environment = {**os.environ, "COLUMNS": "100"}
    folder = Path(program).resolve().parent
    environment["PATH"] = f"{folder}{os.pathsep}{environment.get('PATH', '')}"
    words = [program, *command, "--help"]
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        raise PluginError(f"{' '.join(words)}: exit code {done.returncode}: {done.stderr}")
    return done.stdout


def sections(text: str) -> dict[str, list[tuple[str, str]]]:
    """The lists of a help text: heading -> (option, what it does)."""
    found: dict[str, list[tuple[str, str]]] = {}
    rows: list[tuple[str, str]] | None = None
    for line in text.splitlines():
        if re.fullmatch(r"\w[\w ]*:", line):
            rows = found.setdefault(line[:-1].capitalize(), [])
        elif rows is not None and re.match(r"  \S", line):
            name, _, said = line.strip().partition("  ")
            rows.append((name, said.strip()))
        elif rows and line.startswith("   "):
            rows[-1] = (rows[-1][0], f"{rows[-1][1]} {line.strip()}".strip())
    return found


def options_of(text: str) -> str:
    """The help of a subcommand: what it does, how it is called, and its options as tables."""
    usage = re.search(r"^usage: (.*?)\n(?: {3,}(.*?)\n)*", text, re.MULTILINE | re.IGNORECASE)
    if usage is None:
        raise PluginError(f"help without usage:\n{text}")
    rest = re.split(r"^\w[\w ]*:$", text.replace(usage[0], "", 1), maxsplit=1, flags=re.MULTILINE)
    call = " ".join(line.strip() for line in usage[0].splitlines())[len("usage: ") :]
    page = f"{rest[0].strip()}\n\n```text\n{call}\n```\n"
    for heading, rows in sections(text).items():
        bar = r"\|"  # even in code a bare one ends the cell
        table = "".join(f"| `{name.replace('|', bar)}` | {cell(said)} |\n" for name, said in rows)
        page += f"\n| {heading} | |\n|---|---|\n{table}"
    return page


def cell(text: str) -> str:
    """Text that Markdown takes as it is."""
    return re.sub(r"([|*_<>\[\]])", r"\\\1", text)
