"""Bounds against hand calculation and against searches."""

from pathlib import Path

import pytest

import tilewright as tw

ROOT = Path(__file__).resolve().parents[2]


def test_bounds_of_a_small_problem(specs: Path) -> None:
    bound = tw.bound(specs / "arch.yaml", specs / "conv.yaml")
    (layer,) = bound
    # 48 operations on 4 multipliers; 3 weights, 18 inputs and 16 outputs.
    assert (layer.operations, layer.cycles, layer.peak) == (48, 12, 4)
    assert layer.compulsory_words == {"Weights": 3, "Inputs": 18, "Outputs": 16}
    assert layer.intensity == pytest.approx(48 / 37)
    assert [step.name for step in layer.steps] == ["multipliers", "array", "constraints"]
    assert layer.limited_by == "multipliers"
    assert layer.work.training_operations == 48 + 48 + 3
    assert repr(bound).startswith("conv on arch\n")


def test_bandwidth_is_a_roof(specs: Path) -> None:
    arch = tw.load(specs / "arch.yaml")
    arch["Main"].read_bandwidth = 0.25
    (layer,) = tw.bound(arch, specs / "conv.yaml")
    (roof,) = layer.rooflines
    assert (roof.name, roof.words) == ("Main read bandwidth", 21)
    assert roof.operations_per_cycle == pytest.approx(48 / 21 * 0.25)
    assert layer.limited_by == "Main read bandwidth"
    assert 60 < layer.cycles <= 84  # 21 words, less what the model may round


def test_no_search_beats_a_bound() -> None:
    arch = ROOT / "specs/arch/eyeriss_like_168.yaml"
    network = ROOT / "specs/network/alexnet.yaml"
    bound = tw.bound(arch, network)
    for objective in ("energy", "delay"):
        found = tw.map(arch, network, objective=objective, max_evaluated=5000)
        for layer, limit in zip(found, bound, strict=True):
            assert layer.energy_pj >= limit.energy_pj
            assert layer.cycles >= limit.cycles
    assert bound.work.operations == 724_406_816
    assert bound.work.weights == 60_954_656


@pytest.mark.parametrize(
    ("network", "macs", "weights"),
    [
        ("resnet50", 3_857_973_248, 25_502_912),
        ("mobilenet_v3_large", 216_589_760, 5_451_272),
        ("bert_base_encoder", 48_318_382_080, 84_934_656),
        ("lstm_layer", 630_000_000, 18_000_000),
    ],
)
def test_work_of_networks_is_that_of_their_headers(network: str, macs: int, weights: int) -> None:
    bound = tw.bound(ROOT / "specs/arch/three_level.yaml", ROOT / f"specs/network/{network}.yaml")
    assert bound.work.operations == macs
    assert bound.work.weights == weights


def test_small_capacity_demands_traffic() -> None:
    arch = ROOT / "specs/arch/three_level.yaml"
    product = tw.problem("product", "fully-connected", N=1024, C=1024, M=1024)
    (small,) = tw.bound(arch, product, capacity=1000)
    (large,) = tw.bound(arch, product, capacity=10_000_000)
    assert large.traffic_words == 3 * 1024**2
    assert small.traffic_words == pytest.approx((2 / 1000) ** 0.5 * 1024**3 - 4000)
    with pytest.raises(tw.UsageError, match="capacity 0 is out of range"):
        tw.bound(arch, product, capacity=0)


def test_frame_has_a_row_per_layer() -> None:
    pytest.importorskip("pandas")
    bound = tw.bound(ROOT / "specs/arch/three_level.yaml", ROOT / "specs/network/lenet5.yaml")
    frame = bound.frame()
    assert list(frame.index) == [layer.name for layer in bound]
    assert (frame["cycles"] * frame["repeats"]).sum() == bound.cycles
    assert frame["weights"].sum() == bound.work.weights
