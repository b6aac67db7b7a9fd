"""Progress, notebooks and frames."""

import sys
from pathlib import Path

import pytest

import tilewright as tw


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
    tw.map(specs / "arch.yaml", specs / "conv.yaml", time=1.5, progress=seen.append)
    assert len(seen) > 2
    assert [each.done for each in seen].count(True) == 1
    assert [each.evaluated for each in seen] == sorted(each.evaluated for each in seen)


def test_what_progress_raises_ends_the_search(specs: Path) -> None:
    def give_up(progress: tw.Progress) -> None:
        raise KeyError(progress.layer)

    with pytest.raises(KeyError, match="conv"):
        tw.map(specs / "arch.yaml", specs / "conv.yaml", time="10m", progress=give_up)


def test_notebook_shows_bars_and_the_nest(specs: Path) -> None:
    result = tw.evaluate(specs / "arch.yaml", specs / "conv.yaml", specs / "mapping.yaml")
    html = result._repr_html_()
    assert "<pre>" in html
    assert "Main [" in html or "Main" in html
    shares = [row for row in html.split("<tr>") if "background:" in row]
    # Three tensors on two levels, and the arithmetic.
    assert len(shares) == 7
    network = tw.map(specs / "arch.yaml", specs / "conv.yaml", max_evaluated=500)
    assert "<table" in network._repr_html_()
    assert network[0]._repr_html_().count("<pre>") == 1


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


def test_without_pandas_the_error_says_so(specs: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "pandas", None)
    result = tw.map(specs / "arch.yaml", specs / "conv.yaml", max_evaluated=500)
    with pytest.raises(tw.UsageError, match="pip install pandas"):
        result.frame()
