"""A tiny accelerator and problems whose numbers can be worked out by hand."""

from pathlib import Path

import pytest

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
