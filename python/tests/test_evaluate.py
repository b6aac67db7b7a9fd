import math
import pickle
from pathlib import Path

import pytest

import tilewright as tw

ROOT = Path(__file__).resolve().parents[2]
ALEXNET_CONV3 = (
    ROOT / "specs/arch/three_level.yaml",
    ROOT / "specs/problem/alexnet_conv3.yaml",
    ROOT / "specs/mapping/three_level_alexnet_conv3_row_stationary.yaml",
)


def test_costs_equal_those_of_timeloop() -> None:
    result = tw.evaluate(*ALEXNET_CONV3)
    assert result.valid
    assert result.macs == 384 * 256 * 13 * 13 * 3 * 3
    # 13 columns of 4 filters * 3 filter rows work side by side, of 16 * 16.
    assert result.cycles == result.macs // (13 * 4 * 3)
    assert result.utilization == pytest.approx(156 / 256)
    # Timeloop v3.0.3 reports 1113.09 uJ.
    assert result.energy_pj == pytest.approx(1113.09e6, rel=5e-6)
    assert result.edp == pytest.approx(result.energy_pj * result.cycles)


def test_stats_hold_every_level() -> None:
    stats = tw.evaluate(*ALEXNET_CONV3).stats
    assert stats["status"] == "ok"
    names = [level["name"] for level in stats["levels"]]
    assert names == ["MAC", "RegisterFile", "GlobalBuffer", "DRAM"]


def test_loop_nest_is_text() -> None:
    nest = tw.evaluate(*ALEXNET_CONV3).nest
    assert "for Q in [0:13) (Spatial-X)" in nest


def test_repr_is_a_line() -> None:
    text = repr(tw.evaluate(*ALEXNET_CONV3))
    assert text.startswith("<Result alexnet_conv3: 1.11309e+09 pJ, 958,464 cycles, EDP ")
    assert text.endswith("pJ*cycles, utilization 60.9%>")


def test_specs_may_be_loaded_before_and_completed_later() -> None:
    loaded = tw.load(*ALEXNET_CONV3[:2])
    assert tw.evaluate(loaded, ALEXNET_CONV3[2]) == tw.evaluate(*ALEXNET_CONV3)
    assert tw.evaluate(tw.load(*ALEXNET_CONV3)) == tw.evaluate(*ALEXNET_CONV3)


def test_result_survives_pickling() -> None:
    result = tw.evaluate(*ALEXNET_CONV3)
    assert pickle.loads(pickle.dumps(result)) == result


def test_tiles_that_do_not_fit_are_a_rejection(specs: Path) -> None:
    arch = specs / "arch.yaml"
    # 3 weights, 18 inputs and 16 outputs are one word too many.
    arch.write_text(arch.read_text().replace("entries: 64", "entries: 36"))
    result = tw.evaluate(arch, specs / "conv.yaml", specs / "mapping.yaml")
    assert not result.valid
    assert "Buf: the kept tiles take 37 words" in result.rejection
    assert "36 are available" in result.rejection
    assert math.isnan(result.energy_pj)
    assert math.isnan(result.cycles)
    assert result.stats["status"] == "reject"
    assert result.rejection in repr(result)


def test_factors_that_miss_the_bound_are_a_rejection_with_a_place(specs: Path) -> None:
    mapping = specs / "mapping.yaml"
    mapping.write_text(mapping.read_text().replace("P=16", "P=8"))
    result = tw.evaluate(specs / "arch.yaml", specs / "conv.yaml", mapping)
    assert not result.valid
    assert result.rejection.startswith(f"{mapping}:")
    assert result.stats["reason"] == "mapping"
    assert result.nest == ""


def test_layer_is_chosen_by_name(specs: Path) -> None:
    files = [specs / name for name in ("arch.yaml", "conv.yaml", "fc.yaml", "mapping.yaml")]
    assert tw.evaluate(*files, layer="conv").macs == 3 * 16
    with pytest.raises(tw.UsageError, match="2 problems"):
        tw.evaluate(*files)
    with pytest.raises(tw.UsageError, match="did you mean 'conv'"):
        tw.evaluate(*files, layer="cov")


def test_missing_part_is_a_usage_error(specs: Path) -> None:
    with pytest.raises(tw.UsageError, match="no architecture"):
        tw.evaluate(specs / "conv.yaml", specs / "mapping.yaml")
    with pytest.raises(tw.UsageError, match="no mapping"):
        tw.evaluate(specs / "arch.yaml", specs / "conv.yaml")
