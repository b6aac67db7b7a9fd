"""Bounds against hand calculation and against searches."""

from pathlib import Path

import pytest

import tilewright as tw

ROOT = Path(__file__).resolve().parents[2]


def test_bounds_of_a_small_problem(specs: Path) -> None:
    bound = tw.bound(specs / "arch.yaml", specs / "conv.yaml")
    (layer,) = bound
    # 48 operations on 4 multipliers; 3 weights, 18 inputs and 16 outputs.
    assert (layer.macs, layer.cycles, layer.peak) == (48, 12, 4)
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
    assert bound.work.macs == 724_406_816
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
    assert bound.work.macs == macs
    assert bound.work.weights == weights


def test_work_of_training_by_hand(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(
        "network:\n  name: net\n  layers:\n"
        "  - {name: conv, shape: conv, instance: {N: 2, C: 3, M: 4, P: 5, Q: 5, R: 3, S: 3}}\n"
        "  - {name: fc, shape: fully-connected, inputs: [conv], instance: {N: 2, C: 100, M: 7}}\n"
        "  - {name: step, shape: fully-connected, inputs: [fc], repeats: 10, weights: shared,\n"
        "     instance: {N: 2, C: 8, M: 32}}\n"
    )
    conv, fc, step = (
        layer.work
        for layer in tw.bound(ROOT / "specs/arch/three_level.yaml", tmp_path / "net.yaml")
    )
    # 2 * 4 * 5 * 5 outputs of 3 * 3 * 3 operations; inputs of 7 * 7. Nobody wants the gradients of
    # the image.
    assert (conv.macs, conv.weights, conv.inputs, conv.outputs) == (5400, 108, 294, 200)
    assert (conv.backward_operations, conv.gradient_operations) == (0, 5400)
    assert conv.training_operations == 5400 + 0 + 5400 + 108
    # Gradients of 2 * 100 inputs sum over 7 outputs, those of 100 * 7 weights over 2 images.
    assert (fc.macs, fc.weights, fc.inputs, fc.outputs) == (1400, 700, 200, 14)
    assert (fc.backward_operations, fc.gradient_operations) == (200 * 7, 700 * 2)
    assert fc.training_operations == 3 * 1400 + 700
    assert fc.kept_activations == 200
    # Ten steps share 8 * 32 weights, which are updated once.
    assert (step.macs, step.weights, step.inputs) == (10 * 2 * 256, 256, 10 * 16)
    assert (step.update_operations, step.training_operations) == (256, 3 * 5120 + 256)


def test_small_capacity_demands_traffic() -> None:
    arch = ROOT / "specs/arch/three_level.yaml"
    product = tw.problem("product", "fully-connected", N=1024, C=1024, M=1024)
    (small,) = tw.bound(arch, product, capacity=1000)
    (large,) = tw.bound(arch, product, capacity=10_000_000)
    assert large.traffic_words == 3 * 1024**2
    assert small.traffic_words == pytest.approx((2 / 1000) ** 0.5 * 1024**3 - 4000)
    with pytest.raises(tw.UsageError, match="capacity: '0' is no whole number from 1"):
        tw.bound(arch, product, capacity=0)


def test_frame_has_a_row_per_layer() -> None:
    pytest.importorskip("pandas")
    bound = tw.bound(ROOT / "specs/arch/three_level.yaml", ROOT / "specs/network/lenet5.yaml")
    frame = bound.frame()
    assert list(frame.index) == [layer.name for layer in bound]
    assert (frame["cycles"] * frame["repeats"]).sum() == bound.cycles
    assert frame["weights"].sum() == bound.work.weights
