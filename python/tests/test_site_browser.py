"""The site in a browser: no error, nothing cut off, no request to others; wide, narrow, dark."""

import functools
import http.server
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from browsing import Visit, browser, needs_chromium
from site_build import build_site

pytestmark = needs_chromium
__all__ = ["browser"]  # a fixture

PAGES = ["", "model/", "program/", "python-reference/", "case_studies/alexnet/", "benchmarks/"]
# What sticks out of the window although no box of its own lets it scroll.
STICKS_OUT = """() => [...document.querySelectorAll('article *')].filter((e) => {
  const box = e.getBoundingClientRect();
  return box.width > 0 && box.right > innerWidth + 1 &&
    !e.closest('.md-typeset__scrollwrap, pre, code, svg, .md-clipboard');
}).map((e) => e.outerHTML.slice(0, 100))"""


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Files of a folder, without a line for each."""

    def log_message(self, *_: object) -> None:
        pass


@pytest.fixture(scope="module")
def address(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """Where the built site is served."""
    folder: Path = build_site(tmp_path_factory.mktemp("site"))
    handler = functools.partial(Quiet, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/"
        server.shutdown()


@pytest.mark.parametrize(("width", "scheme"), [(1280, "light"), (375, "dark")])
def test_pages_are_whole(browser: Any, address: str, width: int, scheme: str) -> None:
    with Visit(browser, address, address, width, scheme) as visit:
        page = visit.page
        for name in PAGES:
            page.goto(address + name)
            page.wait_for_load_state("load")
            assert page.evaluate("document.documentElement.scrollWidth") == width, name
            assert page.evaluate(STICKS_OUT) == [], name
            pictures = "[...document.images].every((i) => i.complete && i.naturalWidth > 0)"
            page.wait_for_function(pictures)
            shown = page.evaluate("document.body.dataset.mdColorScheme")
            assert shown == ("default" if scheme == "light" else "slate")
