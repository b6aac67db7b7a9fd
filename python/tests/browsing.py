"""A browser for tests, and what goes wrong in its pages."""

import os
import shutil
from collections.abc import Iterator
from typing import Any, TypeVar

import pytest

playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is not installed: pip install playwright"
)
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser")
needs_chromium = pytest.mark.skipif(
    CHROMIUM is None, reason="chromium is not installed: apt-get install chromium"
)


Opened = TypeVar("Opened", bound="Visit")


@pytest.fixture(scope="module")
def browser() -> Iterator[Any]:
    options = ["--no-sandbox"] if os.geteuid() == 0 else []
    with playwright.sync_playwright() as driver:
        started = driver.chromium.launch(executable_path=CHROMIUM, args=options)
        yield started
        started.close()


class Visit:
    """A page in the browser; errors, dialogs and requests elsewhere than `own` fail the test."""

    def __init__(
        self, browser: Any, address: str, own: str, width: int = 1280, scheme: str = "light"
    ) -> None:
        self.wrong: list[str] = []
        self.own = (own, "data:", "blob:")
        size = {"width": width, "height": 900}
        self.context = browser.new_context(viewport=size, color_scheme=scheme)
        self.context.set_default_timeout(180_000)  # ms: a machine may be busy
        self.page = self.context.new_page()
        self.page.on("console", lambda said: self._note(said.type, said.text))
        self.page.on("pageerror", lambda error: self.wrong.append(str(error)))
        self.page.on("dialog", lambda dialog: self.wrong.append(dialog.message))
        self.page.on("request", lambda request: self._request(request.url))
        self.page.goto(address)

    def __enter__(self: Opened) -> Opened:
        return self

    def __exit__(self, *_: object) -> None:
        self.context.close()
        assert self.wrong == []

    def _note(self, kind: str, text: str) -> None:
        if kind in ("error", "warning"):
            self.wrong.append(text)

    def _request(self, url: str) -> None:
        if not url.startswith(self.own):
            self.wrong.append(f"asked for {url}")
