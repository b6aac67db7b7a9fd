"""What a reader is told: batch, equal layers, ends of searches, differences, colours."""

import re
from collections import defaultdict
from html import unescape
from pathlib import Path

import pytest
from report_runs import ARCH, charts_of, network, run_map, visible

from tilewright.report import read_run, render
from tilewright.report.architecture import architecture_svg
from tilewright.report.chart import GOOD, LOST, OTHER, RUNS, level_colours, tensor_colours

pytest.importorskip("plotly", reason="plotly is not installed: pip install 'tilewright[report]'")

CONVOLUTIONS = """\
network:
  name: convolutions
  shape: conv
  layers:
  - {name: first, repeats: 2, instance: {N: 1, M: 4, C: 2, P: 4, Q: 4, R: 1, S: 1}}
  - {name: other, instance: {N: 1, M: 2, C: 2, P: 4, Q: 4, R: 3, S: 3}}
  - {name: again, repeats: 3, instance: {N: 1, M: 4, C: 2, P: 4, Q: 4, R: 1, S: 1}}
"""


def _text(page: str) -> str:
    return re.sub(r"\s+", " ", unescape(visible(page)).replace("\u00a0", " "))


@pytest.fixture(scope="module")
def proven(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three layers, two of them equal, at batch 3, all with their proof."""
    folder = tmp_path_factory.mktemp("proven")
    return run_map(folder, CONVOLUTIONS, "--batch=3", "--searcher=optimal", "--max-evaluated=0")


def test_the_batch_is_named(proven: Path) -> None:
    text = _text(render([read_run(str(proven))]))
    assert "3 layers of 2 kinds; batch 3; objective: edp" in text
    assert "6 layers, batch 3" in text  # beside the MACs, with repeats
    assert "inferences per second" in text
    assert "Batch 3 Command" in text


def test_equal_layers_are_one_with_all_their_repeats(proven: Path) -> None:
    run = read_run(str(proven))
    page = render([run])
    rows = re.findall(r"<tr><td data-label=\"Layer\">(.*?)</td><td[^>]*>(\d+)</td>", page)
    assert [(_text(name).split()[0], repeats) for name, repeats in rows] == [
        ("first", "5"),
        ("other", "1"),
    ]
    assert "+1 equal again" in _text(page)  # the filter finds it by its own name
    assert page.count('<details class="layer"') == 2
    # Nothing is lost: the layers of the page add up to the total.
    energies = next(
        chart["data"] for chart in charts_of(page) if len(chart["data"][0].get("x", ())) == 2
    )
    assert energies
    assert sum(x.energy * x.repeats for x in run.layers) == pytest.approx(run.total["energy_pJ"])


def test_layers_of_equal_sizes_but_other_mappings_stay_apart(proven: Path, tmp_path: Path) -> None:
    other = run_map(tmp_path, CONVOLUTIONS.replace("R: 3", "R: 1").replace("S: 3", "S: 1"))
    page = render([read_run(str(proven), "A"), read_run(str(other), "B")])
    assert page.count('<details class="layer"') == 2


def test_a_search_that_ended_by_proof_was_stopped_by_nothing(proven: Path, tmp_path: Path) -> None:
    text = _text(render([read_run(str(proven))]))
    assert "Ended by proof, in all layers" in text
    assert "Stopped by" not in text
    cut = run_map(tmp_path, CONVOLUTIONS, "--searcher=random", "--max-evaluated=50")
    assert "Ended by max evaluated, in all layers" in _text(render([read_run(str(cut))]))


def test_bound_and_proof_are_told_apart(proven: Path) -> None:
    text = _text(render([read_run(str(proven))]))
    assert "The bound is counted without a search" in text
    assert "Proven best says that the search has excluded every better mapping" in text


def test_the_architecture_is_drawn(proven: Path) -> None:
    run = read_run(str(proven))
    drawing = architecture_svg(run.detailed[0][1])
    names = re.findall(r'class="name"[^>]*>([^<]+)<', drawing)
    assert names == ["Main", "Buf", "Reg", "MAC"]
    text = unescape(re.sub(r"<[^>]+>", " ", drawing))
    assert "3 \u00d7 2 of 16 words of 16 bits" in text
    assert "256 words of 16 bits (512\u00a0B)" in text
    assert "1 : 6" in text
    assert drawing.count('class="dot"') == 2 * 6
    assert render([run]).count('class="chip"') == 1


def test_two_results_say_what_differs(proven: Path, tmp_path: Path) -> None:
    smaller = ARCH.replace("entries: 256", "entries: 128").replace("2e-9", "1e-9")
    other = run_map(tmp_path, CONVOLUTIONS, "--objective=energy", arch=smaller)
    page = render([read_run(str(proven), "A"), read_run(str(other), "B")])
    text = _text(page)
    differs = text[text.index("What differs") : text.index(" Architecture A ")]
    for row in (
        "Batch 3 1",
        "Objective edp energy",
        "Clock 500 MHz 1 GHz",
        "Buf 256 words of 16 bits 128 words of 16 bits",
        "Stop rules victory condition 500000, max invalid run 5e+06 max valid 200",
    ):
        assert row in differs
    assert "Reg" not in differs
    assert "Seed" not in differs
    assert page.count('class="chip"') == 2
    assert re.search(r"Against A, B has [0-9.]+\u00d7 the energy, ", text)
    assert "They do not do the same work: B has 0.33\u00d7 the MACs of A." in text
    assert re.search(
        r"Most of the difference in energy is of the level \w+: [0-9.]+ \wJ less", text
    )
    same = render([read_run(str(proven), "A"), read_run(str(proven), "B")])
    assert "same architecture, network and options" in _text(same)
    assert "B has the same energy, the same cycles" in _text(same)


def test_colours_of_levels_tensors_and_results_are_their_own() -> None:
    many = [f"level{i}" for i in range(12)]
    levels = set(level_colours(["MAC", *many]).values())
    tensors = set(tensor_colours([f"tensor{i}" for i in range(4)]).values())
    families = [levels - {OTHER}, tensors, set(RUNS.values()), {GOOD, *LOST}, {OTHER}]
    assert len(levels) == 13
    shared = levels & tensors  # the arithmetic, in both
    assert shared == {level_colours(["MAC"])["MAC"]}
    for i, one in enumerate(families):
        for other in families[i + 1 :]:
            assert one & other <= shared


def test_a_colour_means_one_thing_on_the_page(tmp_path: Path) -> None:
    page = render([read_run(str(run_map(tmp_path, network("first", "second"))))])
    names = defaultdict(set)
    for chart in charts_of(page):
        for trace in chart["data"]:
            colour = trace.get("marker", {}).get("color")
            if isinstance(colour, str) and trace["name"] != "all" and colour[0] == "#":
                names[colour].add(trace["name"])
    arithmetic = {"arithmetic", "compute", "MAC", "operations"}
    of_the_run = {"mapping", "multipliers in use", "data movement", "energy"}
    for meanings in names.values():
        assert len(meanings - arithmetic) <= 1 or meanings <= of_the_run
    assert {"Weights", "A", "B", "Z"} & {name for each in names.values() for name in each}
