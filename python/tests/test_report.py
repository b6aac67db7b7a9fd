"""Reports of real runs: what stands in the page, and what is refused."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from html import unescape
from pathlib import Path

import pytest
from report_runs import ARCH, charts_of, network, program, report, run_map, visible

from tilewright import UsageError, report_command
from tilewright.report import read_run, render, result, units
from tilewright.report.nest import array_svg, array_text, nest_svg
from tilewright.report.network_charts import losses

pytest.importorskip("plotly", reason="plotly is not installed: pip install 'tilewright[report]'")


@pytest.fixture(scope="module")
def two_layers(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("two")
    return run_map(folder, network("first", "second"), "--pareto=energy,delay", "--seed=7")


@pytest.fixture(scope="module")
def page(two_layers: Path) -> str:
    return render([read_run(str(two_layers))])


def test_page_opens_with_the_totals_of_the_summary(two_layers: Path, page: str) -> None:
    total = json.loads((two_layers / "summary.json").read_text())["total"]
    text = unescape(visible(page)).replace("\u00a0", " ")
    opening = text[: text.index("Energy by level")]
    # 500 MHz: a cycle is 2 ns.
    for shown in (
        f"Energy {units.energy(total['energy_pJ'])}",
        f"Latency {units.si(total['cycles'] * 2e-9, 's')} {total['cycles']:,} cycles",
        f"Utilisation {units.share(total['utilization'])}",
        f"Power {units.si(total['energy_pJ'] * 1e-12 / (total['cycles'] * 2e-9), 'W')} at 500 MHz",
        "Energy against bound",
        "Latency against bound",
        "Off-chip accesses",
    ):
        assert shown.replace("\u00a0", " ") in opening
    assert re.search(r"takes [0-9.]+ % of the energy", opening)


def test_control_characters_in_names_are_written_out(two_layers: Path, tmp_path: Path) -> None:
    folder = tmp_path / "evil"
    shutil.copytree(two_layers, folder)
    file = folder / "summary.json"
    summary = json.loads(file.read_text())
    summary["network"] = "n\x1b]0;title\x07"
    summary["layers"][0]["name"] = "l\x1b[2J\x9b\u202e"
    file.write_text(json.dumps(summary))
    page = render([read_run(str(folder))])
    assert not re.search("[\x00-\x08\x0b-\x1f\x7f-\x9f\u202e]", visible(page))
    assert "l\\u001b[2J\\u009b\\u202e" in visible(page)


def test_energies_by_level_add_up_to_the_total(two_layers: Path) -> None:
    run = read_run(str(two_layers))
    parts = sum(sum(row.values()) for row in run.parts.values())
    assert parts == pytest.approx(run.total["energy_pJ"], rel=1e-9)
    for layer, detail in run.detailed:
        each = sum(sum(row.values()) for row in detail.parts.values())
        assert each == pytest.approx(layer.energy, rel=1e-9)


def test_leakage_and_wires_are_parts_of_the_total(tmp_path: Path) -> None:
    wired = ARCH.replace("multiple-buffering: 2", "wire-energy: 0.1, tile-width: 100") + (
        "ERT:\n  version: 0.3\n  tables:\n  - name: system.Buf\n    actions:\n"
        "    - {name: read, energy: 2}\n    - {name: write, energy: 3}\n"
        "    - {name: leak, energy: 0.5}\n"
    )
    run = read_run(str(run_map(tmp_path, network("first"), "--leakage", arch=wired)))
    (layer,) = run.layers
    # Half a pJ in each cycle.
    assert run.parts["leakage"][""] == pytest.approx(0.5 * layer.cycles)
    assert run.parts["networks"][""] > 0
    parts = sum(sum(row.values()) for row in run.parts.values())
    assert parts == pytest.approx(run.total["energy_pJ"], rel=1e-9)
    assert "leakage" in str(charts_of(render([run])))


def test_nothing_beats_its_bound(two_layers: Path) -> None:
    run = read_run(str(two_layers))
    for layer in run.layers:
        assert layer.over_energy is not None
        assert layer.over_energy >= 1 - 1e-9
        assert layer.over_cycles is not None
        assert layer.over_cycles >= 1
    assert run.bound_cycles == sum(
        layer.bound.cycles * layer.repeats for layer in run.layers if layer.bound
    )


def test_main_memory_moves_every_tensor_at_least_once(two_layers: Path) -> None:
    run = read_run(str(two_layers))
    # 6x8 + 4x8 + 6x4 words, and twice 12x8 + 4x8 + 12x4.
    assert run.off_chip_words is not None
    assert run.off_chip_words >= 104 + 2 * 176
    (level,) = run.detailed[0][1].off_chip
    assert level.name == "Main"


def test_occupancy_counts_what_multiple_buffering_leaves(two_layers: Path) -> None:
    detail = read_run(str(two_layers)).detailed[0][1]
    levels = {level.name: level for level in detail.levels}
    assert levels["Buf"].size == 256
    assert levels["Buf"].usable == 128
    assert levels["Buf"].occupancy == levels["Buf"].held / 128
    assert levels["Main"].occupancy is None


def test_losses_of_speed_add_up_to_the_peak(two_layers: Path) -> None:
    for layer in read_run(str(two_layers)).layers:
        shares = losses(layer)
        assert sum(shares.values()) == pytest.approx(1)
        assert shares["used"] == pytest.approx(layer.utilization)


def test_charts_are_what_plotly_accepts(page: str) -> None:
    figures = pytest.importorskip("plotly.graph_objects")
    charts = charts_of(page)
    # Eight of the network; energy, ladder, Eyexam and front of each of two layers.
    assert len(charts) == 9 + 2 * 4
    for chart in charts:
        text = json.dumps(chart).replace('"@scale"', '"Blues"')
        themed = json.loads(re.sub(r'"@(text|muted)"', '"#000000"', text))
        figures.Figure(themed)
    kinds = {trace["type"] for chart in charts for trace in chart["data"]}
    assert kinds == {"bar", "scatter", "waterfall", "heatmap"}


def test_page_needs_nothing_else(page: str) -> None:
    assert not re.search(r"<(script|img|iframe)[^>]+src=|<link[^>]+href=\"(?!data:)", page)
    styles = re.findall(r"<style>.*?</style>", page, re.S)
    assert not any("url(" in style or "@import" in style for style in styles)
    assert page.count("</script>") == 3


def test_page_names_where_it_comes_from(page: str) -> None:
    text = unescape(visible(page))
    assert "--pareto=energy,delay --seed=7" in text
    assert "Seed 7" in text
    assert re.search(r"arch\.yaml \(SHA-256 [0-9a-f]{64}\)", text)
    assert "Prices" in text
    assert "of the mapspace" not in text


def test_nest_and_array_show_the_mapping(two_layers: Path) -> None:
    for _, detail in read_run(str(two_layers)).detailed:
        picture = unescape(nest_svg(detail))
        for level in detail.levels:
            assert f">{level.name}</text>" in picture
            for loop in level.loops:
                assert f"{loop.dimension} \u00d7 {loop.bound}" in picture
        # The loops make up the whole problem.
        for name, size in detail.dimensions.items():
            product = 1
            for level in detail.levels:
                for loop in level.loops:
                    product *= loop.bound if loop.dimension == name else 1
            assert product == size
        assert f"{detail.arithmetic.used} of 6 multipliers work" in array_text(detail)
        assert array_svg(detail).startswith("<svg")


def test_elements_that_are_no_words_fill_bits(tmp_path: Path) -> None:
    bits = ", data-bits: {A: 4, Z: 24}}"
    arch = "\n".join(
        line[:-1] + bits if "name: Buf" in line else line for line in ARCH.splitlines()
    )
    run = read_run(str(run_map(tmp_path, network("only"), arch=arch)))
    ((_, detail),) = run.detailed
    buffer = next(level for level in detail.levels if level.name == "Buf")
    words = {"A": 4 / 16, "B": 1, "Z": 24 / 16}
    assert {tensor.name: tensor.size for tensor in buffer.tensors} == words
    held = sum(words[x.name] * x.tile for x in buffer.tensors if x.keep)
    assert 0 < held <= buffer.held < held + 1
    assert buffer.accesses == pytest.approx(sum(words[x.name] * x.accesses for x in buffer.tensors))
    assert buffer.passed("shared") == buffer.accesses
    others = [level for level in detail.levels if level.name != "Buf"]
    assert {tensor.size for level in others for tensor in level.tensors} == {1}


def test_guesses_are_named_in_one_line(tmp_path: Path, page: str) -> None:
    guessed = visible(render([read_run(str(run_map(tmp_path, network("only"), "--estimate")))]))
    # The default of arithmetic without a node is 65 nm, beyond what the model was fitted to.
    assert re.search(r"Guesses, by what their estimators say: [^.]*\bMAC\b[^.]*\.", guessed)
    assert "Guesses" not in visible(page)


def test_multipliers_at_work_lie_where_the_fan_outs_put_them() -> None:
    def level(name: str, mesh: tuple[int, int], *loops: result.Loop) -> result.Level:
        return result.Level(
            name, False, mesh[0] * mesh[1], mesh, 16, None, None, {}, 1, 0.0, "", (), loops
        )

    # Two groups of four columns, of which each uses three: columns 0-2 and 4-6.
    detail = result.Detail(
        dimensions={"M": 6},
        arithmetic=result.Arithmetic("MAC", 8, (8, 1), 6, 16, 0.0, 0.0, ""),
        levels=(
            level("Inner", (2, 1), result.Loop("M", 3, 3, "x")),
            level("Outer", (1, 1), result.Loop("M", 2, 2, "x")),
        ),
        links=(),
        idle=0.0,
        area=0.0,
        nest="",
        prices=(),
    )
    busy = re.findall(r'class="busy" x="([0-9.]+)" y="0" width="([0-9.]+)"', array_svg(detail))
    assert busy == [("0", "66"), ("88", "66")]
    assert "6 of 8 columns (M 2 \u00b7 M 3)" in array_text(detail)


def test_names_are_text_wherever_they_stand(tmp_path: Path) -> None:
    evil = "</script><img src=x onerror=alert(1)>&amp;"
    arch = ARCH.replace("name: Buf", 'name: "<b>Buf</b>"')
    out = run_map(tmp_path, network(evil, "x" * 300), arch=arch)
    page = render([read_run(str(out))])
    assert "<img" not in page
    assert "<b>Buf" not in page
    assert page.count("</script>") == 3
    assert evil in unescape(visible(page.replace("&lt;", "\u2039"))).replace("\u2039", "<")
    labels = [x for chart in charts_of(page) for x in chart["layout"]["xaxis"].get("ticktext", ())]
    assert labels
    assert not any("<" in label for label in labels)


def test_command_writes_the_page(two_layers: Path, tmp_path: Path) -> None:
    done = report(two_layers, "-o", "page.html", "--clock", "1GHz", cwd=tmp_path)
    assert done.returncode == 0, done.stderr
    assert done.stderr == ""
    assert done.stdout == "Written: page.html\n"
    assert "at 1 GHz" in visible((tmp_path / "page.html").read_text()).replace("\u00a0", " ")
    assert [path.name for path in tmp_path.iterdir()] == ["page.html"]


def test_ctrl_c_ends_the_command_without_a_page(
    two_layers: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupted(*_: object) -> str:
        raise KeyboardInterrupt

    monkeypatch.setattr(report_command, "render", interrupted)
    page = tmp_path / "page.html"
    assert report_command.main([str(two_layers), "-o", str(page)]) == 128 + signal.SIGINT
    assert capsys.readouterr().err == "tilewright: interrupted; nothing is written\n"
    assert not page.exists()


def test_two_results_stand_beside_each_other(two_layers: Path, tmp_path: Path) -> None:
    # The second one has another layer, and lacks one.
    larger = ARCH.replace("entries: 256", "entries: 1024").replace("name: Buf", "name: Large")
    other = run_map(tmp_path, network("first", "third"), arch=larger)
    done = report(two_layers, other, "-o", tmp_path / "both.html")
    assert done.returncode == 0, done.stderr
    text = unescape(visible((tmp_path / "both.html").read_text()))
    for name in ("first", "second", "third", "Buf", "Large", "B / A"):
        assert name in text
    assert text.count("This result has no such layer.") == 2


def _ratio(page: str, figure: str) -> str:
    """What the card of a figure says of B against A."""
    found = re.search(rf"<dt>{figure}</dt>.*?B / A: ([^<]*)</dd>", page)
    assert found is not None
    return found[1]


def test_what_is_divided_has_one_unit(two_layers: Path) -> None:
    timed = read_run(str(two_layers), "A", clock=1e9)
    fast = read_run(str(two_layers), "B", clock=2e9)
    untimed = replace(fast, clock=None)
    # The same mappings: only the clock can make a difference, and only where both have one.
    for runs in ([timed, untimed], [replace(untimed, label="A"), replace(timed, label="B")]):
        page = render(runs)
        for figure in ("Latency", "Energy-delay product", "Throughput", "Power"):
            assert _ratio(page, figure) == "1.00\u00d7"
        text = unescape(visible(page)).replace("\u00a0", " ")
        assert "MAC/cycle" in text
        assert "MAC/s" not in text
        assert "so both are compared in cycles" in text
    page = render([timed, fast])
    assert _ratio(page, "Latency") == "0.50\u00d7"
    assert _ratio(page, "Energy-delay product") == "0.50\u00d7"
    assert _ratio(page, "Throughput") == "2.00\u00d7"
    assert _ratio(page, "Power") == "2.00\u00d7"
    assert "compared in cycles" not in visible(page)


def test_two_results_of_different_work(two_layers: Path, tmp_path: Path) -> None:
    # 6 * 4 * 8 MACs, and those with 2 * 12 * 4 * 8 more.
    other = run_map(tmp_path, network("first"))
    page = render([read_run(str(two_layers), "A"), read_run(str(other), "B")])
    text = unescape(visible(page)).replace("\u00a0", " ")
    assert "They do not do the same work: B has 0.20\u00d7 the MACs of A." in text
    same = visible(render([read_run(str(two_layers), "A"), read_run(str(two_layers), "B")]))
    assert "the same work" not in same
    # Lying bars are drawn from below: A comes last to stand above B.
    (energy,) = (
        c
        for c in charts_of(page)
        if c["layout"].get("barmode") == "group" and c["layout"].get("legend")
    )
    assert [trace["name"] for trace in energy["data"]] == ["B", "A"]
    assert energy["layout"]["legend"] == {"traceorder": "reversed"}


def test_sources_of_prices_have_one_name(page: str) -> None:
    cells = re.findall(r"<td[^>]*>(pat)</td>", page, re.IGNORECASE)
    assert cells
    assert set(cells) == {"pat"}


def test_a_layer_without_mapping_says_why(tmp_path: Path) -> None:
    # Registers hold 16 words: not these three tensors in a buffer of 2 words.
    tiny = ARCH.replace("entries: 256", "entries: 2") + (
        "architecture_constraints:\n  targets:\n"
        "  - {target: Buf, type: bypass, keep: [A, B, Z], bypass: []}\n"
    )
    out = run_map(tmp_path, network("lost"), arch=tiny)
    done = report(out, "-o", tmp_path / "page.html")
    assert done.returncode == 0
    assert "warning: Without a mapping, and in no total: lost." in done.stderr
    text = unescape(visible((tmp_path / "page.html").read_text()))
    assert "no valid mapping among" in text
    assert "Where speed is lost" in text


def test_interrupted_and_lost_parts_are_told(two_layers: Path, tmp_path: Path) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(two_layers, copy)
    (copy / "run.json").unlink()
    (copy / "bound.json").unlink()
    (copy / "second.stats.json").unlink()
    summary = json.loads((copy / "summary.json").read_text())
    summary["not_searched"] = ["third", "fourth"]
    (copy / "summary.json").write_text(json.dumps(summary))
    run = read_run(str(copy))
    assert len(run.notes) == 4
    text = unescape(visible(render([run])))
    for note in (
        "The run did not end",
        "Not searched, and in no total: third, fourth.",
        "The counts of these layers are missing (no stats.json): second.",
        "The bounds are missing",
    ):
        assert note in text
    machine = {"format": "tilewright run 1", "interrupted": True}
    (copy / "run.json").write_text(json.dumps(machine))
    assert "interrupted" in read_run(str(copy)).notes[0]


def test_a_run_that_was_ended_makes_a_page(tmp_path: Path) -> None:
    (tmp_path / "arch.yaml").write_text(ARCH)
    (tmp_path / "net.yaml").write_text(network("first", "second", "third"))
    words = [program(), "map", "arch.yaml", "net.yaml", "--quiet", "-o", "out", "--time=1s"]
    words += ["--searcher=portfolio"]
    with subprocess.Popen(words, cwd=tmp_path, stdout=subprocess.DEVNULL) as running:
        end = time.monotonic() + 60
        while not (tmp_path / "out/summary.json").exists() and time.monotonic() < end:
            time.sleep(0.02)
        # As a reader sees it meanwhile, and when it was ended.
        assert any("did not end" in note for note in read_run(str(tmp_path / "out")).notes)
        running.send_signal(signal.SIGTERM)
    run = read_run(str(tmp_path / "out"))
    assert "interrupted" in run.notes[0]
    assert "interrupted" in visible(render([run]))
    assert run.layers[0].found


def test_large_arrays_stay_small_pictures() -> None:
    def detail(*loops: result.Loop, mesh: tuple[int, int]) -> result.Detail:
        outer = result.Level(
            "Outer", False, 1, (1, 1), 16, None, None, {}, 1, 0.0, "", (), tuple(loops)
        )
        unit = result.Arithmetic("MAC", mesh[0] * mesh[1], mesh, 1, 16, 0.0, 0.0, "")
        return result.Detail({}, unit, (outer,), (), 0.0, 0.0, "", ())

    wide = detail(result.Loop("M", 200, 200, "x"), mesh=(256, 256))
    assert array_svg(wide).count("<rect") == 2
    assert len(array_svg(wide)) < 1000
    assert array_svg(detail(result.Loop("M", 1 << 20, 1 << 20, "x"), mesh=(1 << 20, 1))) == ""
    # Cumulative limits let a level use more than its own fan-out: that has no place to be drawn.
    assert array_svg(detail(result.Loop("M", 9, 9, "x"), mesh=(8, 8))) == ""


def _refused(*arguments: object, cwd: Path) -> str:
    done = report(*arguments, cwd=cwd)
    assert done.returncode == 2
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert not (cwd / "report.html").exists()
    return done.stderr


def test_what_is_no_result_is_refused(two_layers: Path, tmp_path: Path) -> None:
    assert "there is no folder 'nowhere'" in _refused("nowhere", cwd=tmp_path)
    (tmp_path / "file").write_text("")
    assert "'file' is not a folder" in _refused("file", cwd=tmp_path)
    (tmp_path / "empty").mkdir()
    assert "'empty' holds no result of `tilewright map`" in _refused("empty", cwd=tmp_path)
    inside = _refused(two_layers.parent, cwd=tmp_path)
    assert f"results are in '{two_layers}'" in inside
    (tmp_path / "half").mkdir()
    (tmp_path / "half" / "first.stats.json").write_text("{}")
    assert "ended before its first layer" in _refused("half", cwd=tmp_path)
    assert "not 3" in _refused(two_layers, two_layers, two_layers, cwd=tmp_path)
    assert "--clock: expected a frequency" in _refused(two_layers, "--clock=fast", cwd=tmp_path)
    assert "cannot write 'no/page.html'" in _refused(two_layers, "-o", "no/page.html", cwd=tmp_path)
    assert "required: DIR" in _refused(cwd=tmp_path)


@pytest.mark.parametrize(
    ("file", "text", "message"),
    [
        ("summary.json", '{"layers": [\n', r"summary\.json:2:1: the file is damaged"),
        ("summary.json", "[]", r"summary\.json:1:1: expected a map"),
        ("summary.json", "{VERSION}", r"summary\.json: 'layers' is missing"),
        (
            "summary.json",
            '{VERSION, "layers": 3}',
            r"summary\.json: not as `tilewright map` writes it",
        ),
        ("first.stats.json", '{VERSION, "levels": []}', r"first\.stats\.json: not as"),
        ("first.stats.json", "{VERSION}", r"first\.stats\.json: 'levels' is missing"),
        ("bound.json", "{", r"bound\.json:1:2: the file is damaged"),
        ("bound.json", '{VERSION, "layers": [{}]}', r"bound\.json: 'name' is missing"),
    ],
)
def test_damaged_files_are_named(
    two_layers: Path, tmp_path: Path, file: str, text: str, message: str
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(two_layers, copy)
    kind = file.removesuffix(".json").rpartition(".")[2]
    (copy / file).write_text(text.replace("VERSION", f'"format": "tilewright {kind} 1"'))
    assert re.search(message, _refused("copy", cwd=tmp_path))


@pytest.mark.parametrize("file", ["summary.json", "run.json", "bound.json", "first.stats.json"])
@pytest.mark.parametrize("version", ["tilewright summary 99", None, 1])
def test_files_of_other_versions_are_named(
    two_layers: Path, tmp_path: Path, file: str, version: object
) -> None:
    copy = tmp_path / "copy"
    shutil.copytree(two_layers, copy)
    found = json.loads((copy / file).read_text())
    (copy / file).write_text(json.dumps({**found, "format": version}))
    message = _refused("copy", cwd=tmp_path)
    assert f"{file}: expected the format 'tilewright " in message
    assert "another version of tilewright may have written it" in message


def test_missing_plotly_is_a_usage_error(two_layers: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "plotly.offline", None)
    with pytest.raises(UsageError, match=r"the package 'plotly': pip install 'tilewright\[report"):
        render([read_run(str(two_layers))])


@pytest.mark.parametrize(
    ("text", "hertz"), [("200MHz", 200e6), ("1.2 GHz", 1.2e9), ("5e8", 5e8), ("3 kHz", 3e3)]
)
def test_clocks(text: str, hertz: float) -> None:
    assert units.clock(text) == pytest.approx(hertz)


@pytest.mark.parametrize("text", ["", "0", "-1GHz", "1 GHZ", "1e999", "1.2.3MHz"])
def test_bad_clocks(text: str) -> None:
    with pytest.raises(UsageError, match="expected a frequency"):
        units.clock(text)


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.0, "0 J"),
        (0.0163864, "16.39 mJ"),
        (1.0, "1 J"),
        (999.96e-6, "1 mJ"),
        (2.5e-15, "2.5 fJ"),
        (123456.0, "123.5 kJ"),
        (1.62e26, "1.62e+26 J"),
        (float("nan"), "\u2013"),
    ],
)
def test_numbers_with_units(value: float, shown: str) -> None:
    assert units.si(value, "J").replace("\u00a0", " ") == shown
