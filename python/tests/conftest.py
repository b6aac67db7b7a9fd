"""A tiny accelerator and problems whose numbers can be worked out by hand."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

import tilewright as tw

ROOT = Path(__file__).resolve().parents[2]

ARCH = """\
arch:
  arithmetic: {name: MAC, instances: 4, word-bits: 16}
  storage:
  - {name: Buf, entries: 64, instances: 1, word-bits: 16}
  - {name: Main, technology: DRAM, instances: 1, word-bits: 16}
"""

# One row of a convolution: 3 * 16 operations on 3 weights, 18 inputs and 16 outputs.
SHAPE = """\
problem:
  shape:
    name: Conv1D
    dimensions: [R, P]
    data-spaces:
    - {name: Weights, projection: [[[R]]]}
    - {name: Inputs, projection: [[[R], [P]]]}
    - {name: Outputs, projection: [[[P]]], read-write: True}
  instance: {R: 3, P: 16}
"""

MAPPING = """\
mapping:
- {target: Buf, type: temporal, factors: R=3 P=16, permutation: RP}
- {target: Main, type: temporal, factors: R=1 P=1, permutation: RP}
"""


@pytest.fixture
def specs(tmp_path: Path) -> Path:
    """A folder with arch.yaml, conv.yaml, fc.yaml and mapping.yaml."""
    (tmp_path / "arch.yaml").write_text(ARCH)
    (tmp_path / "conv.yaml").write_text(SHAPE)
    (tmp_path / "mapping.yaml").write_text(MAPPING)
    (tmp_path / "fc.yaml").write_text(
        "problem:\n  shape: cnn-layer\n  instance: {R: 1, S: 1, P: 1, Q: 1, C: 8, K: 6, N: 1}\n"
    )
    return tmp_path


@pytest.fixture(autouse=True)
def _imported_networks_have_one_batch(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch
) -> Iterator[None]:
    """Of every network that a test imports: what grows is one batch, and no weights grow."""
    networks: list[tw.Network] = []
    read = tw.from_onnx

    def from_onnx(*arguments: Any, **named: Any) -> tw.Network:
        networks.append(read(*arguments, **named))
        return networks[-1]

    if request.path.name.startswith("test_import"):
        monkeypatch.setattr(tw, "from_onnx", from_onnx)
    yield
    for network in networks:
        grown = [(layer, *each) for layer in network for each in (layer.batch or {}).items()]
        assert len({layer.bounds[dim] / each for layer, dim, each in grown}) <= 1
        assert all(layer.weights == 0 or dim in ("N", "P") for layer, dim, _ in grown)
