"""Whole networks against totals worked out in the headers of the files in specs/network."""

from collections import Counter
from collections.abc import Callable
from pathlib import Path

import pytest
from onnx_models import (
    bert_base,
    efficientnet_b4,
    mobilenet_v1,
    mobilenet_v3_large,
    resnet50,
)

import tilewright as tw

NETWORKS = Path(__file__).resolve().parents[2] / "specs/network"
# Multiply-accumulates, weights of layers, and all parameters (published, or derived there).
CASES = [
    (resnet50, "resnet50", 3_857_973_248, 25_502_912, 25_557_032),
    (mobilenet_v1, "mobilenet_v1", 568_740_352, 4_209_088, 4_231_976),
    (mobilenet_v3_large, "mobilenet_v3_large", 216_589_760, 5_451_272, 5_483_032),
    (efficientnet_b4, "efficientnet_b4", 4_393_771_024, 19_186_376, 19_341_616),
    # Without the pooler, 768 * 768 + 768.
    (bert_base, "bert_base_encoder", 48_318_382_080, 84_934_656, 109_482_240 - 590_592),
]


def _work(specs: tw.Specs) -> Counter[tuple[int, ...]]:
    """How often which sizes occur, whatever the dimensions are called."""
    found: Counter[tuple[int, ...]] = Counter()
    for layer in specs.layers:
        sizes = sorted(size for size in layer.bounds.values() if size > 1)
        found[tuple(sizes)] += layer.repeats
    return found


@pytest.mark.filterwarnings("ignore:.*'batch' open")
@pytest.mark.parametrize(("build", "spec", "macs", "weights", "parameters"), CASES)
def test_network_is_that_of_the_publication(
    build: Callable[[Path], tuple[Path, int]],
    spec: str,
    macs: int,
    weights: int,
    parameters: int,
    tmp_path: Path,
) -> None:
    path, stored = build(tmp_path)
    assert stored == parameters  # the graph itself is the network meant
    network = tw.from_onnx(path, {"sequence": 512} if build is bert_base else None)
    assert network.macs == macs
    assert network.weights == weights
    assert network.weights + network.other_parameters == parameters
    # What the mapper reads from it is what it reads from our own file.
    loaded = tw.load(network)
    assert sum(layer.macs * layer.repeats for layer in loaded.layers) == macs
    assert _work(loaded) == _work(tw.load(NETWORKS / f"{spec}.yaml"))


def test_skipped_operators_are_listed_with_their_share(tmp_path: Path) -> None:
    network = tw.from_onnx(resnet50(tmp_path)[0])
    # One operation per element: 112 * 112 * 64 after conv1; per block of a stage with images of
    # n * n and width w, two of n * n * w and one of n * n * 4w; the first of the two in a stage.
    relu = 112 * 112 * 64 + sum(
        blocks * n * n * 6 * w
        for n, w, blocks in ((56, 64, 3), (28, 128, 4), (14, 256, 6), (7, 512, 3))
    )
    skipped = {skip.operator: skip for skip in network.skipped}
    assert (skipped["Relu"].count, skipped["Relu"].operations) == (49, relu)
    assert skipped["MaxPool"].operations == 56 * 56 * 64 * 9
    assert set(skipped) == {"BatchNormalization", "Relu", "Add", "MaxPool", "GlobalAveragePool"}
    total = 3_857_973_248 + sum(skip.operations or 0 for skip in network.skipped)
    row = next(line for line in repr(network).splitlines() if line.startswith("Relu"))
    assert row.split() == ["Relu", "49", f"{relu:,}", f"{relu / total:.2%}"]


def test_names_are_those_of_the_weights(tmp_path: Path) -> None:
    network = tw.from_onnx(resnet50(tmp_path)[0])
    assert [layer.name for layer in network][:3] == ["conv1", "conv2_1.a", "conv2_1.b"]
    assert network["fc"].bounds == {"N": 1, "C": 2048, "M": 1000}


def test_open_length_has_to_be_given_by_its_name(tmp_path: Path) -> None:
    path, _ = bert_base(tmp_path)
    with pytest.raises(tw.UsageError, match="leaves the size 'sequence' open; give it"):
        tw.from_onnx(path)
    with pytest.raises(tw.UsageError, match="unknown open size 'sequnce'; did you mean 'sequence'"):
        tw.from_onnx(path, {"sequnce": 128})


def test_open_batch_is_one_and_said(tmp_path: Path) -> None:
    path, _ = bert_base(tmp_path)
    with pytest.warns(tw.SpecWarning, match="'batch' open; 1 is assumed"):
        one = tw.from_onnx(path, {"sequence": 128})
    four = tw.from_onnx(path, {"sequence": 128, "batch": 4})
    assert four.macs == 4 * one.macs
    # Linear layers grow with the length, attention with its square.
    assert one.macs == 12 * (128 * 768 * 768 * 12 + 2 * 128 * 128 * 768)
