"""Progress, notebooks and frames."""

import re
import sys
from pathlib import Path

import pytest

import tilewright as tw
from tilewright import _html


def test_progress_is_told_layer_by_layer(specs: Path) -> None:
    seen: list[tw.Progress] = []
    result = tw.map(
        specs / "arch.yaml",
        specs / "conv.yaml",
        specs / "fc.yaml",
        max_evaluated=3000,
        progress=seen.append,
    )
    finished = [each for each in seen if each.done]
    assert [(each.layer, each.index, each.layers) for each in finished] == [
        ("conv", 0, 2),
        ("fc", 1, 2),
    ]
    for each, layer in zip(finished, result, strict=True):
        assert (each.evaluated, each.valid_count) == (layer.evaluated, layer.valid_count)
        assert (each.energy_pj, each.cycles) == (layer.energy_pj, layer.cycles)


def test_progress_is_told_during_a_layer(specs: Path) -> None:
    seen: list[tw.Progress] = []
    files = [specs / "arch.yaml", specs / "conv.yaml"]
    tw.map(*files, time=1.5, searcher="portfolio", progress=seen.append)
    assert len(seen) > 2
    assert [each.done for each in seen].count(True) == 1
    assert [each.evaluated for each in seen] == sorted(each.evaluated for each in seen)


def test_what_progress_raises_ends_the_search(specs: Path) -> None:
    def give_up(progress: tw.Progress) -> None:
        raise KeyError(progress.layer)

    with pytest.raises(KeyError, match="conv"):
        tw.map(
            specs / "arch.yaml",
            specs / "conv.yaml",
            time="10m",
            searcher="portfolio",
            progress=give_up,
        )


def test_notebook_shows_bars_and_the_nest(specs: Path) -> None:
    result = tw.evaluate(specs / "arch.yaml", specs / "conv.yaml", specs / "mapping.yaml")
    html = result._repr_html_()
    # A notebook's theme may set text in a font whose letters differ in width.
    assert '<pre style="font-family:monospace">' in html
    assert "Main [" in html or "Main" in html
    shares = [row for row in html.split("<tr>") if "background:" in row]
    # Three tensors on two levels, and the arithmetic.
    assert len(shares) == 7
    network = tw.map(specs / "arch.yaml", specs / "conv.yaml", max_evaluated=500)
    assert "<table" in network._repr_html_()
    assert network[0]._repr_html_().count("<pre ") == 1


def test_html_is_escaped(specs: Path) -> None:
    (specs / "arch.yaml").write_text(
        (specs / "arch.yaml").read_text().replace("name: Buf", 'name: "<b>"')
    )
    result = tw.map(specs / "arch.yaml", specs / "conv.yaml", max_evaluated=500)
    assert "<b>" not in result[0]._repr_html_().replace("<p><b>", "")
    assert "&lt;b&gt;" in result[0]._repr_html_()


def test_frames_hold_layers_and_levels(specs: Path) -> None:
    pytest.importorskip("pandas")
    result = tw.map(specs / "arch.yaml", specs / "conv.yaml", specs / "fc.yaml", max_evaluated=500)
    frame = result.frame()
    assert list(frame.index) == ["conv", "fc"]
    assert (frame["energy_pj"] * frame["repeats"]).sum() == pytest.approx(result.energy_pj)
    levels = result["conv"].levels()
    assert set(levels["level"]) == {"MAC", "Buf", "Main"}
    assert levels["energy_pj"].sum() == pytest.approx(result["conv"].energy_pj)


def test_rows_make_the_whole_energy(specs: Path) -> None:
    class Leaky:
        def support(self, query: tw.EnergyQuery) -> float | None:
            return 99 if query.quantity == "energy" else None

        def estimate(self, query: tw.EnergyQuery) -> float:
            return 5 if query.action == "idle" else 1

    arch = specs / "arch.yaml"
    wires = "entries: 64, network-word-bits: 16, wire-energy: 2, tile-width: 1000"
    arch.write_text(arch.read_text().replace("entries: 64", wires))
    (layer,) = tw.map(
        arch, specs / "conv.yaml", max_evaluated=2000, objective="delay", estimators=Leaky(),
        leakage=True,
    )  # fmt: skip
    assert layer.cycles == 12  # on all four multipliers, so that words travel
    names = [row["level"] for row in layer._rows()]
    assert "leakage" in names
    assert any("<==>" in name for name in names)
    assert sum(row["energy_pj"] for row in layer._rows()) == pytest.approx(layer.energy_pj)
    # Four multipliers and two memories leak 5 pJ in each cycle.
    assert layer._rows()[-1]["energy_pj"] == 6 * 5 * 12
    html = layer._repr_html_()
    shares = [float(share) for share in re.findall(r">([0-9.]+)%<", html)]
    assert sum(shares) == pytest.approx(100, abs=0.1 * len(shares))
    assert f">{len(shares) and shares[-1]}%<" in html


def test_energies_have_units_for_people() -> None:
    shown = [_html.energy(pj) for pj in (0, 0.5, 999, 1.5e3, 2.34e6, 1.02e9, 7e12, 4.2e16)]
    assert shown == ["0 pJ", "0.5 pJ", "999 pJ", "1.5 nJ", "2.34 µJ", "1.02 mJ", "7 J", "42,000 J"]


def test_without_pandas_the_error_says_so(specs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    result = tw.map(specs / "arch.yaml", specs / "conv.yaml", max_evaluated=500)
    with pytest.raises(tw.UsageError, match="pip install pandas"):
        result.frame()
