"""The report in a browser: wide and narrow, light and dark; sorting, filtering, opening layers."""

from pathlib import Path
from typing import Any

import pytest
from browsing import Visit, browser, needs_chromium
from report_runs import network, run_map

from tilewright.report import read_run, render

pytest.importorskip("plotly", reason="plotly is not installed: pip install 'tilewright[report]'")
pytestmark = needs_chromium
__all__ = ["browser"]  # a fixture

EVIL = "<img src=x onerror=alert(1)>"
# What sticks out of the window although no box of its own lets it scroll.
STICKS_OUT = """() => [...document.body.querySelectorAll('*')].filter((e) => {
  const box = e.getBoundingClientRect();
  return box.width > 0 && box.right > innerWidth + 1 && !e.closest('.scroll, pre, svg');
}).map((e) => e.outerHTML.slice(0, 100))"""


@pytest.fixture(scope="module")
def pages(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One result, two, and one of many layers with long names."""
    folder = tmp_path_factory.mktemp("pages")
    names = ["first", "second", EVIL, "long_" * 30]
    one = run_map(folder, network(*names), "--pareto=energy,delay")
    other = run_map(folder, network("first", "third"), out="other")
    many = run_map(
        folder, network(*(f"stage{i}/" * 8 for i in range(60))), "--max-valid=20", out="many"
    )
    runs = {
        "one": [read_run(str(one))],
        "two": [read_run(str(one), "A"), read_run(str(other), "B")],
        "many": [read_run(str(many))],
    }
    files = {}
    for name, shown in runs.items():
        files[name] = folder / f"{name}.html"
        files[name].write_text(render(shown), encoding="utf-8")
    return files


class Report(Visit):
    """A report, once its scripts have run."""

    def __init__(self, browser: Any, file: Path, width: int = 1280, scheme: str = "light") -> None:
        super().__init__(browser, file.as_uri(), "file:", width, scheme)
        self.page.wait_for_function("document.documentElement.dataset.ready === 'true'")

    def names(self) -> list[str]:
        """The layers of the table that are shown."""
        rows = self.page.locator("table.sorts tbody tr:visible td:first-child")
        found: list[str] = rows.all_text_contents()
        return found


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("width", [1280, 800, 375])
@pytest.mark.parametrize("name", ["one", "two", "many"])
def test_nothing_is_cut_off(
    browser: Any, pages: dict[str, Path], name: str, width: int, scheme: str
) -> None:
    with Report(browser, pages[name], width, scheme) as visit:
        page = visit.page
        page.evaluate("document.querySelector('details.layer').open = true")
        page.wait_for_function(
            "[...document.querySelectorAll('.chart')].every((box) =>"
            " box.closest('details.layer:not([open])') || box.querySelector('.main-svg'))"
        )
        assert page.evaluate("document.documentElement.scrollWidth") == width
        assert page.evaluate(STICKS_OUT) == []
        # The theme reaches the page and the charts.
        ink = page.evaluate("getComputedStyle(document.body).color")
        tick = page.locator(".chart .xtick text").first.evaluate("(e) => e.style.fill")
        assert tick == ink
        assert (ink == "rgb(31, 35, 40)") == (scheme == "light")


def test_charts_are_drawn_in_their_boxes(browser: Any, pages: dict[str, Path]) -> None:
    with Report(browser, pages["one"], 375) as visit:
        outside = visit.page.evaluate(
            """() => [...document.querySelectorAll('.chart')].filter((box) =>
              box.offsetParent && !box.closest('details.layer:not([open])')).filter((box) => {
                const own = box.querySelector('.main-svg').getBoundingClientRect();
                const room = box.getBoundingClientRect();
                return own.width > room.width + 1 || own.height > room.height + 1;
              }).length"""
        )
        assert outside == 0


def test_theme_follows_the_system(browser: Any, pages: dict[str, Path]) -> None:
    with Report(browser, pages["one"]) as visit:
        tick = visit.page.locator(".chart .xtick text").first
        before = tick.evaluate("(e) => e.style.fill")
        visit.page.emulate_media(color_scheme="dark")
        visit.page.wait_for_function(
            "(before) => document.querySelector('.chart .xtick text').style.fill !== before",
            arg=before,
        )


def test_table_sorts_by_any_column(browser: Any, pages: dict[str, Path]) -> None:
    with Report(browser, pages["one"]) as visit:
        order = visit.names()
        assert order == ["first", "second", EVIL, "long_" * 30]
        macs = visit.page.get_by_role("button", name="MACs", exact=True)
        macs.click()  # the largest first
        assert visit.names() == order[::-1]
        assert visit.page.locator("th[aria-sort=descending]").all_text_contents() == ["MACs"]
        macs.click()
        assert visit.names() == order
        visit.page.get_by_role("button", name="Layer", exact=True).click()
        assert visit.names() == [EVIL, "first", "long_" * 30, "second"]
        assert visit.page.locator("th[aria-sort]").count() == 1


def test_table_filters(browser: Any, pages: dict[str, Path]) -> None:
    with Report(browser, pages["one"]) as visit:
        visit.page.fill("#filter", "ir")
        assert visit.names() == ["first"]
        assert visit.page.text_content("#shown") == "1 of 4"
        visit.page.fill("#filter", "nothing like that")
        assert visit.names() == []
        visit.page.fill("#filter", "")
        assert len(visit.names()) == 4
        assert visit.page.text_content("#shown") == ""


def test_layers_are_closed_until_they_are_wanted(browser: Any, pages: dict[str, Path]) -> None:
    with Report(browser, pages["one"]) as visit:
        page = visit.page
        assert page.locator("details.layer[open]").count() == 0
        assert page.locator("details.layer .main-svg").count() == 0
        page.get_by_role("link", name="second").click()
        page.wait_for_selector("#layer-1[open] .main-svg")
        assert page.locator("details.layer[open]").count() == 1
        # Energy, ladder, Eyexam and front.
        assert page.locator("#layer-1 .chart .main-svg:first-of-type").count() >= 4
        assert page.locator("#layer-1 svg.nest").is_visible()
        assert page.locator("#layer-1 svg.array").is_visible()
        page.get_by_role("button", name="Open all").click()
        assert page.locator("details.layer[open]").count() == 4
        page.get_by_role("button", name="Close all").click()
        assert page.locator("details.layer[open]").count() == 0


def test_an_address_may_name_a_layer(browser: Any, pages: dict[str, Path]) -> None:
    with Report(browser, pages["one"]) as visit:
        visit.page.goto(pages["one"].as_uri() + "#layer-2")
        visit.page.wait_for_selector("#layer-2[open]")


def test_only_a_long_table_scrolls_up_and_down(browser: Any, pages: dict[str, Path]) -> None:
    cut = """() => {
      const box = document.querySelector('table.sorts').parentElement;
      return box.scrollHeight > box.clientHeight + 1;
    }"""
    for name, long in (("one", False), ("many", True)):
        with Report(browser, pages[name]) as visit:
            assert visit.page.evaluate(cut) == long


@pytest.fixture(scope="module")
def typical(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Layers with the names that networks have."""
    folder = tmp_path_factory.mktemp("typical")
    names = [f"conv{i}_{part}" for i in range(2, 6) for part in ("projection", "1x1a", "3x3b")]
    out = run_map(folder, network(*names), "--max-valid=20")
    file = folder / "typical.html"
    file.write_text(render([read_run(str(out))]), encoding="utf-8")
    return file


def test_a_wide_window_shows_all_columns(browser: Any, typical: Path) -> None:
    with Report(browser, typical, 1400) as visit:
        box = visit.page.locator(".scroll:has(> table.sorts)")
        assert box.evaluate("(e) => e.scrollWidth <= e.clientWidth")
        heads = visit.page.locator("table.sorts th:visible")
        assert heads.count() == 14
        assert heads.last.evaluate("(e) => e.getBoundingClientRect().right <= innerWidth")


def test_a_phone_shows_all_numbers_with_their_names(browser: Any, typical: Path) -> None:
    with Report(browser, typical, 390) as visit:
        cells = visit.page.locator("table.sorts tbody tr").first.locator("td")
        shown = cells.evaluate_all(
            """(all) => all.map((e) => {
              const box = e.getBoundingClientRect();
              const label = getComputedStyle(e, '::before').content;
              return box.width > 0 && box.left >= 0 && box.right <= innerWidth ? label : null;
            })"""
        )
        assert len(shown) == 14
        assert None not in shown
        assert '"Cycles"' in shown
        # The heads still sort.
        visit.page.get_by_role("button", name="MACs", exact=True).click()
        assert visit.names()[0].startswith("conv5_3x3b")


@pytest.mark.parametrize("width", [1400, 390])
def test_names_below_a_chart_leave_it_its_room(browser: Any, typical: Path, width: int) -> None:
    with Report(browser, typical, width) as visit:
        shares = visit.page.locator("#energy .chart, #time .chart").evaluate_all(
            """(all) => all.map((box) => {
              const plot = box.querySelector('.nsewdrag');
              return plot.getBoundingClientRect().height / box.getBoundingClientRect().height;
            })"""
        )
        assert len(shares) == 7
        assert min(shares) > 0.5
