"""Mapspaces, batches of mappings and their scores."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from other_thread import ticking

import tilewright as tw

ROOT = Path(__file__).resolve().parents[2]


@pytest.fixture
def space(specs: Path) -> tw.Mapspace:
    return tw.Mapspace(specs / "arch.yaml", specs / "conv.yaml")


def test_size_is_a_product_that_the_search_reports_too(specs: Path, space: tw.Mapspace) -> None:
    sizes = space.sizes
    parts = sizes["factorizations"] * sizes["permutations"] * sizes["bypasses"]
    assert space.size == sizes["total"] == parts
    assert sizes["reduced"] <= sizes["total"]
    found = tw.map(specs / "arch.yaml", specs / "conv.yaml", max_evaluated=10)
    assert found[0].mapspace_size == space.size
    assert repr(space).startswith(f"<Mapspace of conv: {space.size:,} mappings")
    assert (space.dims, space.levels) == (("R", "P"), ("Buf", "Main"))


def test_every_number_is_a_mapping_of_its_own(space: tw.Mapspace) -> None:
    every = space.at(range(space.size))
    assert len(every) == space.size
    assert len({mapping.mapping_yaml for mapping in every}) > space.size // 10
    assert space[5].mapping_yaml == every[5].mapping_yaml
    assert space[-1] == every[-1] == space[np.int64(space.size - 1)]
    assert list(space[3:9:2]) == [every[3], every[5], every[7]]
    for index in (-1 - space.size, space.size):
        with pytest.raises(IndexError):
            space[index]
        with pytest.raises(IndexError):
            space.at([0, index])


def test_scores_are_those_of_single_mappings(specs: Path) -> None:
    arch = tw.load(specs / "arch.yaml")
    arch["Buf"].entries = 20  # so that some do not fit
    space = tw.Mapspace(arch, specs / "conv.yaml")
    mappings = space.sample(300, seed=7)
    scores = tw.score(mappings)
    assert scores.valid.any()
    assert not scores.valid.all()
    for i, mapping in enumerate(mappings):
        result = mapping.evaluate()
        assert result.valid == scores.valid[i]
        if not result.valid:
            assert result.rejection
            for column in (scores.energy_pj, scores.cycles, scores.edp, scores.utilization):
                assert np.isnan(column[i])
            continue
        assert (result.energy_pj, result.cycles) == (scores.energy_pj[i], scores.cycles[i])
        assert (result.edp, result.utilization) == (scores.edp[i], scores.utilization[i])
    best = scores.best()
    assert best == int(np.nanargmin(scores.edp))
    assert scores.best("utilization") == int(np.nanargmax(scores.utilization))
    with pytest.raises(KeyError, match="unknown metric 'energy'; expected energy_pj, cycles"):
        scores.best("energy")
    assert scores.frame()["cycles"].min() == np.nanmin(scores.cycles)
    found = specs / "found.yaml"
    found.write_text(mappings[best].mapping_yaml)
    again = tw.evaluate(arch, specs / "conv.yaml", found)
    assert again.edp == scores.edp[best]
    assert again.nest == mappings[best].nest


def test_same_seed_draws_the_same_and_threads_do_not_matter(space: tw.Mapspace) -> None:
    one = tw.score(space.sample(3000, seed=1), threads=1)
    two = tw.score(space.sample(3000, seed=1), threads=2)
    other = tw.score(space.sample(3000, seed=2))
    np.testing.assert_array_equal(one.energy_pj, two.energy_pj)
    assert not np.array_equal(one.energy_pj, other.energy_pj)


def test_views_show_factors_that_make_the_bounds(space: tw.Mapspace) -> None:
    mappings = space.sample(50)
    assert mappings.factors.shape == (50, 2, 3, 2)
    assert mappings.orders.shape == (50, 2, 3, 2)
    assert mappings.keep.shape == (50, 2)
    assert (mappings.factors.prod(axis=(1, 2)) == [3, 16]).all()
    assert (np.sort(mappings.orders, axis=-1) == [0, 1]).all()


def test_mappings_are_written_through_numpy(space: tw.Mapspace) -> None:
    temporal = tw.Mappings.KINDS.index("temporal")
    mappings = space.blank(5)
    mappings.factors[:] = 1
    for i, inner in enumerate([1, 2, 4, 8, 16]):
        mappings.factors[i, 0, temporal] = [3, inner]
        mappings.factors[i, 1, temporal] = [1, 16 // inner]
    mappings.keep[:] = 7
    scores = tw.score(mappings)
    # 3 weights, inner + 2 inputs and inner outputs have to fit into 64 words: they all do.
    assert scores.valid.all()
    assert (scores.cycles == 48).all()
    assert "P=8" in mappings[3].mapping_yaml.replace("P8", "P=8")
    assert [len(part) for part in (mappings[1:3], mappings[[0, 4]], mappings[scores.valid])] == [
        2,
        2,
        5,
    ]
    assert mappings[-1].evaluate().cycles == 48


@pytest.mark.parametrize(
    ("write", "message"),
    [
        (lambda m: m.factors.__setitem__((3, 0, 2, 1), 5), "mapping 3: .*dimension P"),
        (
            lambda m: m.factors.__setitem__((3, 1, 2, 0), 0),
            "mapping 3: level 1: a factor is below 1",
        ),
        (
            lambda m: m.factors.__setitem__((3, 1, 2, 0), -1),
            "mapping 3: level 1: a factor is below 1",
        ),
        (lambda m: m.factors.__setitem__(3, 1), "mapping 3: the factors of dimension R make 1"),
        (lambda m: m.orders.__setitem__((3, 1, 2), [0, 0]), "mapping 3: level 1: an order"),
        (lambda m: m.orders.__setitem__((3, 1, 2), [0, 9]), "mapping 3: level 1: an order"),
        (lambda m: m.keep.__setitem__((3, 0), 8), "mapping 3: level 0: keep has bits beyond"),
    ],
)
def test_senseless_mapping_is_a_usage_error(
    space: tw.Mapspace, write: "object", message: str
) -> None:
    mappings = space.blank(5)
    mappings.factors[:] = 1
    mappings.factors[:, 0, 2] = [3, 16]
    tw.score(mappings)
    write(mappings)  # type: ignore[operator]
    with pytest.raises(tw.UsageError, match=message):
        tw.score(mappings)
    with pytest.raises(tw.UsageError):
        mappings[3].evaluate()
    assert mappings[0].evaluate().valid


def test_arrays_are_scored_as_they_are(space: tw.Mapspace) -> None:
    mappings = space.sample(3000, seed=4)
    expected = tw.score(mappings)
    scores = space.score(mappings.factors, mappings.orders, mappings.keep)
    np.testing.assert_array_equal(scores.energy_pj, expected.energy_pj)
    np.testing.assert_array_equal(scores.cycles, expected.cycles)
    one = space.score(mappings.factors.tolist(), mappings.orders.astype(int), mappings.keep)
    np.testing.assert_array_equal(one.energy_pj, expected.energy_pj)
    # By hand: all 48 operations in Buf, on one of the multipliers.
    factors = np.ones((1, 2, 3, 2), np.int32)
    factors[0, 0, 2] = [3, 16]
    assert space.score(factors).cycles == [48]
    assert len(space.score(factors[:0])) == 0


@pytest.mark.parametrize(
    ("arrays", "message"),
    [
        ((np.ones((5, 2, 3), int),), r"factors: expected an array of shape \(5, 2, 3, 2\), found"),
        ((np.ones((1, 2, 3, 2), int),), "mapping 0: the factors of dimension R make 1, not 3"),
        ((np.full((1, 2, 3, 2), 1.5),), "factors: expected an array of whole numbers, as int32"),
        ((np.full((1, 2, 3, 2), 2**32 + 1),), "factors: expected an array of whole numbers"),
        ((np.ones((1, 2, 3, 2), int), np.zeros((1, 2, 3, 2), int)), "mapping 0: level 0: an order"),
        ((np.ones((1, 2, 3, 2), int), None, np.zeros(2, int)), "keep: expected an array of shape"),
    ],
)
def test_senseless_arrays_are_a_usage_error(
    space: tw.Mapspace, arrays: tuple[np.ndarray[Any, Any]], message: str
) -> None:
    with pytest.raises(tw.UsageError, match=message):
        space.score(*arrays)


def test_numbers_may_be_those_of_numpy(space: tw.Mapspace) -> None:
    numbers = np.array([0, 5, space.size - 1])
    assert [mapping.mapping_yaml for mapping in space.at(numbers)] == [
        space[int(number)].mapping_yaml for number in numbers
    ]
    assert len(space.sample(numbers[1])) == 5


def test_senseless_numbers_are_usage_errors(space: tw.Mapspace) -> None:
    batch = space.sample(3)
    calls: list[tuple[Callable[[], object], str]] = [
        (lambda: space.sample(-1), "count: '-1' is no whole number from 0"),
        (lambda: space.sample(1.5), "count: '1.5' is no whole number"),  # type: ignore[arg-type]
        (lambda: space.sample(5, seed=-1), "seed: '-1' is no whole number from 0 to 184467440"),
        (lambda: space.blank(-1), "count: '-1' is no whole number"),
        (lambda: tw.score(batch, threads=-1), "threads: '-1' is no whole number from 0 to 4096"),
        (lambda: space.score(batch.factors, threads=5000), "threads: '5000' is no whole number"),
    ]
    for call, message in calls:
        with pytest.raises(tw.UsageError, match=message):
            call()


def test_views_keep_the_mappings_alive(space: tw.Mapspace) -> None:
    factors = space.sample(1000).factors
    assert (factors.prod(axis=(1, 2)) == [3, 16]).all()


def test_network_needs_the_name_of_a_layer(specs: Path) -> None:
    files = [specs / "arch.yaml", specs / "conv.yaml", specs / "fc.yaml"]
    assert tw.Mapspace(*files, layer="fc").layer == "fc"
    with pytest.raises(tw.UsageError, match="2 problems"):
        tw.Mapspace(*files)
    with pytest.raises(tw.UsageError, match="unknown layer 'fd'"):
        tw.Mapspace(*files, layer="fd")


def test_constraints_narrow_the_space(specs: Path, space: tw.Mapspace) -> None:
    (specs / "constraints.yaml").write_text(
        "mapspace_constraints:\n- {target: Buf, type: temporal, factors: R=3}\n"
    )
    narrow = tw.Mapspace(specs / "arch.yaml", specs / "conv.yaml", specs / "constraints.yaml")
    assert narrow.size < space.size


def test_large_batches_are_refused_before_the_memory_is_gone(space: tw.Mapspace) -> None:
    for make in (space.sample, space.blank):
        with pytest.raises(MemoryError, match="more than half of the memory"):
            make(10**12)
    assert len(tw.score(space.sample(0))) == 0


def test_other_threads_run_while_a_batch_is_scored() -> None:
    space = tw.Mapspace(
        ROOT / "specs/arch/eyeriss_like_168.yaml", ROOT / "specs/problem/alexnet_conv3.yaml"
    )
    mappings = space.sample(20_000)
    with ticking() as ticks:
        end = time.monotonic() + 0.3
        while time.monotonic() < end:
            tw.score(mappings, threads=1)
    assert ticks.count > 5


def test_slices_share_the_arrays_as_in_numpy(space: tw.Mapspace) -> None:
    mappings = space.sample(10)
    mappings[2:4].keep[:] = 7
    assert (mappings.keep[2:4] == 7).all()
    twin = mappings.copy()
    twin.keep[:] = 4
    assert (mappings.keep[2:4] == 7).all()


def test_batches_are_compact_and_made_while_others_run() -> None:
    space = tw.Mapspace(
        ROOT / "specs/arch/eyeriss_like_168.yaml", ROOT / "specs/problem/alexnet_conv3.yaml"
    )
    levels, dims = len(space.levels), len(space.dims)
    mappings = space.sample(1000)
    numbers = 3 * levels * dims
    size = mappings.factors.nbytes + mappings.orders.nbytes + mappings.keep.nbytes
    assert size == 1000 * (numbers * 4 + numbers + levels)
    with ticking() as ticks:
        end = time.monotonic() + 0.5
        while time.monotonic() < end:
            space.sample(20_000)
            space.blank(20_000)
    assert ticks.count > 5


def test_membership_and_neighbours(specs: Path, space: tw.Mapspace) -> None:
    for mapping in space.sample(50):
        assert mapping in space
        assert space[space.index(mapping)] == mapping
        around = space.neighbours(mapping)
        assert len(around) > 0
        assert all(other in space and other != mapping for other in around)
    (specs / "constraints.yaml").write_text(
        "mapspace_constraints:\n- {target: Buf, type: temporal, factors: R=3}\n"
    )
    narrow = tw.Mapspace(specs / "arch.yaml", specs / "conv.yaml", specs / "constraints.yaml")
    outside = [mapping for mapping in space.sample(50) if mapping not in narrow]
    assert outside
    for mapping in outside:
        assert "the loops of R at 'Buf' are not allowed" in narrow.why_outside(mapping)
        with pytest.raises(ValueError, match="only mappings of the mapspace have neighbours"):
            narrow.neighbours(mapping)
        with pytest.raises(ValueError, match="not in the mapspace"):
            narrow.index(mapping)
        scores = narrow.score(mapping.factors[None], mapping.orders[None], mapping.keep[None])
        assert not scores.valid[0]
    assert "nothing" not in narrow


def test_any_numbers_are_projected_onto_the_constraints(specs: Path) -> None:
    (specs / "constraints.yaml").write_text(
        "mapspace_constraints:\n"
        "- {target: Buf, type: temporal, factors: P<=4, permutation: PR}\n"
        "- {target: Buf, type: bypass, bypass: [Weights]}\n"
    )
    space = tw.Mapspace(specs / "arch.yaml", specs / "conv.yaml", specs / "constraints.yaml")
    random = np.random.default_rng(1)
    wishes = random.uniform(-3, 20, size=(200, 2, 3, 2))
    near = space.project(wishes)
    assert all(mapping in space for mapping in near)
    assert tw.score(near).valid.any()
    drawn = space.sample(50)
    again = space.project(drawn.factors, drawn.orders, drawn.keep)
    assert list(again) == list(drawn)
    with pytest.raises(tw.UsageError, match="expected numbers, found nan"):
        space.project(np.full((1, 2, 3, 2), np.nan))
    with pytest.raises(tw.UsageError, match="factors: expected an array of shape"):
        space.project(np.ones((1, 2, 3)))
    with pytest.raises(tw.UsageError, match="an order does not name each dimension once"):
        space.project(np.ones((1, 2, 3, 2)), np.zeros((1, 2, 3, 2), np.uint8))


def test_wrong_kinds_of_arguments_say_what_is_wanted(space: tw.Mapspace) -> None:
    score: Any = tw.score
    batch = space.sample(2)
    calls: list[tuple[Callable[[], object], str]] = [
        (lambda: score(batch.factors), "expected Mappings such as space.sample"),
        (lambda: score(batch[0]), "one mapping is scored by its method evaluate"),
        (lambda: space.score(batch), r"write tilewright.score\(mappings\)"),  # type: ignore[arg-type]
        (lambda: space.neighbours("R=3"), "expected a Mapping"),  # type: ignore[arg-type]
    ]
    for call, message in calls:
        with pytest.raises(tw.UsageError, match=message):
            call()
