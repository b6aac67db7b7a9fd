"""No way to a score calls valid what beats a proven optimum."""

from pathlib import Path

import numpy as np
import pytest

import tilewright as tw

ROOT = Path(__file__).resolve().parents[2]

# One PE array below a buffer: two levels without fan-out, one with.
ARCH = """\
arch:
  arithmetic: {name: MAC, instances: 6, meshX: 3, word-bits: 16}
  storage:
  - {name: Reg, entries: 12, instances: 6, meshX: 3, word-bits: 16}
  - {name: Buf, entries: 64, instances: 1, word-bits: 16}
  - {name: Main, technology: DRAM, instances: 1, word-bits: 16}
"""


def specs(sizes: dict[str, int]) -> tuple[str, tw.Specs]:
    return ARCH, tw.problem("layer", "gemm", **sizes)


def random_factors(space: tw.Mapspace, sizes: list[int], count: int, seed: int) -> tw.Mappings:
    """Prime factors thrown at all loops, whether or not something fans out there."""
    random = np.random.default_rng(seed)
    mappings = space.sample(count, seed)
    levels = len(space.levels)
    mappings.factors[:] = 1
    for dim, size in enumerate(sizes):
        rest = size
        for prime in (2, 3, 5):
            while rest % prime == 0:
                rest //= prime
                places = random.integers(levels, size=count), random.integers(3, size=count)
                mappings.factors[np.arange(count), places[0], places[1], dim] *= prime
    return mappings


@pytest.mark.parametrize("objective", ["edp", "energy", "delay"])
@pytest.mark.parametrize("sizes", [{"M": 6, "N": 4, "K": 8}, {"M": 3, "N": 5, "K": 2}])
def test_nothing_valid_beats_a_proven_optimum(sizes: dict[str, int], objective: str) -> None:
    arch, problem = specs(sizes)
    best = tw.map(arch, problem, searcher="optimal", objective=objective)[0]
    assert best.proven
    attribute = {"edp": "edp", "energy": "energy_pj", "delay": "cycles"}[objective]
    optimum = getattr(best, attribute) * (1 - 1e-9)
    space = tw.Mapspace(arch, problem)
    order = [sizes[dim] for dim in space.dims]
    batch = random_factors(space, order, 20_000, seed=3)
    scores = tw.score(batch)
    assert 0 < scores.valid.sum() < len(batch)
    assert np.nanmin(getattr(scores, attribute)) >= optimum
    again = space.score(batch.factors, batch.orders, batch.keep)
    np.testing.assert_array_equal(again.valid, scores.valid)
    for i in range(300):
        one = batch[i].evaluate()
        assert one.valid == scores.valid[i] == (batch[i] in space and not one.rejection)
        try:
            other = tw.evaluate(arch, problem, batch[i])
        except tw.SpecError:
            continue
        if scores.valid[i]:
            assert other.valid
        if other.valid:
            assert getattr(other, attribute) >= optimum


def test_spatial_factors_without_fan_out_are_rejected_with_a_reason() -> None:
    arch, problem = specs({"M": 6, "N": 4, "K": 8})
    space = tw.Mapspace(arch, problem)
    temporal, x = tw.Mappings.KINDS.index("temporal"), tw.Mappings.KINDS.index("spatial X")
    batch = space.blank(1)
    batch.factors[:] = 1
    batch.factors[0, 2, temporal] = [{"M": 6, "N": 4, "K": 8}[dim] for dim in space.dims]
    assert tw.score(batch).valid.all()
    dim = space.dims.index("K")
    batch.factors[0, 2, temporal, dim] = 1
    for level, reason in ((0, "for each Reg; one is there"), (2, "Buf: the mapping uses 8 inst")):
        mapping = batch.copy()
        mapping.factors[0, level, x, dim] = 8
        assert not tw.score(mapping).valid.any()
        assert not space.score(mapping.factors, mapping.orders, mapping.keep).valid.any()
        result = mapping[0].evaluate()
        assert not result.valid
        assert reason in result.rejection
        assert np.isnan(result.cycles)
        written = tw.evaluate(arch, problem, mapping[0])
        assert not written.valid
        assert "has no spatial loops" in written.rejection
