import inspect
import math
import os
import pickle
import re
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path
from types import FrameType
from typing import Any, Literal

import numpy as np
import pytest
from other_thread import ticking

import tilewright as tw
from tilewright import _core

ROOT = Path(__file__).resolve().parents[2]


def test_every_layer_gets_a_mapping_that_scores_the_same(specs: Path) -> None:
    result = tw.map(specs / "arch.yaml", specs / "conv.yaml", max_evaluated=500)
    (layer,) = result
    assert layer.found
    assert layer.evaluated == 500
    assert 0 < layer.valid_count <= 500
    found = specs / "found.yaml"
    found.write_text(layer.mapping_yaml)
    again = tw.evaluate(specs / "arch.yaml", specs / "conv.yaml", found)
    assert (again.energy_pj, again.cycles) == (layer.energy_pj, layer.cycles)
    assert again.nest == layer.nest
    assert again.stats == layer.stats


def test_result_does_not_depend_on_the_number_of_threads() -> None:
    loaded = tw.load(
        ROOT / "specs/arch/eyeriss_like_168.yaml", ROOT / "specs/problem/alexnet_conv3.yaml"
    )
    one = tw.map(loaded, max_evaluated=20_000, seed=7, threads=1)
    two = tw.map(loaded, max_evaluated=20_000, seed=7, threads=2)
    assert one == two
    assert one.reproducible
    assert tw.map(loaded, max_evaluated=20_000, seed=8, threads=2) != one


def test_totals_count_repeats_and_equal_layers_are_searched_once(specs: Path) -> None:
    same = (specs / "conv.yaml").read_text()
    (specs / "same.yaml").write_text(same)
    network = tw.load(specs / "arch.yaml", specs / "conv.yaml", specs / "same.yaml")
    result = tw.map(network, max_evaluated=500)
    first, second = result.layers
    assert [first.same_as, second.same_as] == [first.name, first.name]
    assert first.mapping_yaml == second.mapping_yaml
    assert result.energy_pj == pytest.approx(2 * first.energy_pj)
    assert result.cycles == 2 * first.cycles
    assert result.macs == 2 * 48
    assert result.edp == pytest.approx(result.energy_pj * result.cycles)


def test_layers_are_found_by_name_and_place(specs: Path) -> None:
    result = tw.map(specs / "arch.yaml", specs / "conv.yaml", specs / "fc.yaml", max_evaluated=500)
    assert len(result) == 2
    assert result["fc"] is result[1]
    with pytest.raises(KeyError):
        result["nothing"]


def test_repr_is_the_table_of_the_program(specs: Path) -> None:
    result = tw.map(specs / "arch.yaml", specs / "conv.yaml", max_evaluated=500)
    lines = repr(result).splitlines()
    assert lines[0] == "conv on arch"
    assert lines[2].split()[:2] == ["layer", "times"]
    assert [line.split()[0] for line in lines[3:]] == ["conv", "total"]
    assert repr(result[0]).startswith("<LayerResult conv: ")


def test_objective_and_batch_are_honoured(specs: Path) -> None:
    arch, fc = specs / "arch.yaml", specs / "fc.yaml"
    result = tw.map(arch, fc, objective="delay,energy", batch=5, max_evaluated=500)
    assert result.objective == "delay,energy"
    assert result.macs == 8 * 6 * 5
    assert tw.load(fc).layers[0].macs == 8 * 6


# What the signature says in other words than the table: None is the program's default.
_OWN = {
    "progress",
    "estimators",
    "leakage",
    "on_interrupt",
}  # of the last two see test_estimators.py
_OF_THE_PROGRAM = {"help", "output", "resume", "force", "quiet", "json", "error-format"}
_OF_THE_PROGRAM |= {"show-dataflow", "max-file-size"}
_OF_THE_PROGRAM |= {"define", "include", "dense", "dataflow"}  # these are load()'s


def test_options_are_those_of_the_program() -> None:
    """By name, short of those that only a program needs; and each is explained."""
    program = Path(sys.prefix) / "bin" / "tilewright"
    done = subprocess.run([program, "map", "--help"], capture_output=True, text=True, check=True)
    help_text = done.stdout.split("\nEstimators:")[0]
    found = set(re.findall(r"^  (?:-\w,)?--([a-z-]+)", help_text, re.MULTILINE))
    parameters = inspect.signature(tw.map).parameters.values()
    keywords = {p.name: p for p in parameters if p.kind is inspect.Parameter.KEYWORD_ONLY}
    python = {name.rstrip("_").replace("_", "-") for name in keywords.keys() - _OWN}
    assert python == found - _OF_THE_PROGRAM
    assert python == {name.replace("_", "-") for name in _core.option_names()} | {"batch"}
    for name in keywords:
        assert f"        {name}: " in (tw.map.__doc__ or "")


def test_defaults_are_those_of_the_program() -> None:
    table = _core.option_defaults()
    for parameter in inspect.signature(tw.map).parameters.values():
        if parameter.kind is not inspect.Parameter.KEYWORD_ONLY or parameter.name in _OWN:
            continue
        if parameter.default is None or parameter.default is False:
            continue  # not handed on: what holds is the program's own
        assert table[parameter.name.rstrip("_")] == str(parameter.default)
    conv = tw.load(
        ROOT / "specs/arch/eyeriss_like_168.yaml", ROOT / "specs/problem/alexnet_conv3.yaml"
    )
    result = tw.map(conv, max_evaluated=200)
    assert (result.objective, result.searcher) == (table["objective"], table["searcher"])
    assert str(result.seed) == table["seed"]
    doc = tw.map.__doc__ or ""
    assert f'objective: what to minimise: "{table["objective"]}" (default)' in doc
    assert f'searcher: "{table["searcher"]}" (default)' in doc
    assert f"improvement ({int(table['victory_condition'].split()[0]):,} if no other" in doc
    names = {name.strip() for name in _core.option_choices("searcher")}
    assert names - {"none"} <= set(re.findall(r'"([a-z-]+)"', doc))


def test_lists_and_round_floats_are_understood(specs: Path) -> None:
    conv = tw.load(specs / "arch.yaml", specs / "conv.yaml")
    many: Any = 1e3
    result = tw.map(conv, objective=["energy", "delay"], max_evaluated=many, threads=np.int64(1))
    assert (result.objective, result[0].evaluated) == ("energy,delay", 1000)
    assert tw.map(conv, pareto=("energy", "delay"), max_evaluated=100)[0].pareto
    with pytest.raises(tw.UsageError, match=r"max_evaluated: '1\.5' is no whole number"):
        tw.map(conv, max_evaluated=1.5)  # type: ignore[arg-type]


def test_slices_of_an_exhaustive_search_cover_the_whole(specs: Path) -> None:
    conv = tw.load(specs / "arch.yaml", specs / "conv.yaml")
    (whole,) = tw.map(conv, searcher="exhaustive")
    (inner,) = tw.map(conv, searcher="exhaustive", to=5)
    (outer,) = tw.map(conv, searcher="exhaustive", from_=5)
    assert inner.evaluated + outer.evaluated == whole.evaluated


def test_refused_layer_does_not_cost_the_others(specs: Path) -> None:
    layers = "network:\n  name: pair\n  layers:\n"
    layer = "  - {{name: {}, shape: gemm, instance: {{M: {}, N: 2, K: 3}}}}\n"
    network = specs / "network.yaml"
    network.write_text(layers + layer.format("large", 2) + layer.format("small", 1))
    # Of the small one there are 8 factorizations, of the large one more.
    arch = specs / "arch.yaml"
    with pytest.warns(tw.NoMappingWarning, match="layer 'small': no slice"):
        large, small = tw.map(arch, network, searcher="exhaustive", to=9)
    assert large.found
    assert not small.found
    with pytest.raises(tw.UsageError, match="no slice"):
        tw.map(arch, network, searcher="exhaustive", to=10**9)


def test_budgets_are_met_or_the_nearest_is_told(specs: Path) -> None:
    # 48 operations on 4 multipliers: 12 cycles are the least.
    conv = tw.load(specs / "arch.yaml", specs / "conv.yaml")
    (layer,) = tw.map(conv, objective="energy", max_delay=16, max_evaluated=2000)
    assert layer.cycles <= 16
    assert 0 < layer.over_budget < layer.valid_count
    with pytest.warns(tw.NoMappingWarning, match="12 cycles where 11 are allowed"):
        (layer,) = tw.map(conv, max_delay=11, max_evaluated=2000)
    assert layer.over_budget == layer.valid_count


def test_front_holds_a_mapping_per_point(specs: Path) -> None:
    conv = tw.load(specs / "arch.yaml", specs / "conv.yaml")
    (layer,) = tw.map(conv, pareto="energy,delay,accesses:Buf", max_evaluated=2000)
    assert layer.pareto
    for point in layer.pareto:
        assert list(point.metrics) == ["energy", "delay", "accesses:Buf"]
        assert point.metrics["delay"] == point.cycles
        (specs / "point.yaml").write_text(point.mapping_yaml)
        again = tw.evaluate(specs / "arch.yaml", specs / "conv.yaml", specs / "point.yaml")
        assert (again.energy_pj, again.cycles) == (point.energy_pj, point.cycles)


def test_settings_of_the_spec_hold_unless_given(specs: Path) -> None:
    mapper = specs / "mapper.yaml"
    mapper.write_text("mapper: {optimization-metrics: [delay], search-size: 40}\n")
    files = [specs / "arch.yaml", specs / "conv.yaml", mapper]
    with pytest.warns(tw.SpecWarning, match="--searcher mapper follows it"):
        assert tw.map(*files).objective == "delay"
    assert tw.map(*files, searcher="mapper")[0].valid_count == 40
    assert tw.map(*files, searcher="mapper", objective="energy").objective == "energy"
    assert tw.map(*files, searcher="mapper", max_valid=30)[0].valid_count == 30


def test_setting_that_is_not_honoured_is_a_warning(specs: Path) -> None:
    mapper = specs / "mapper.yaml"
    mapper.write_text("mapper: {algorithm: sorcery}\n")
    with pytest.warns(tw.SpecWarning, match="sorcery") as caught:
        tw.map(specs / "arch.yaml", specs / "conv.yaml", mapper, max_evaluated=100)
    assert caught[0].filename == str(mapper)


def test_layer_without_a_mapping_is_warned_of_and_left_out(specs: Path) -> None:
    # Buf must hold all three tensors: 3 words are the least, of which 2 fit.
    arch = specs / "arch.yaml"
    arch.write_text(
        arch.read_text().replace("entries: 64", "entries: 2")
        + "architecture_constraints:\n  targets:\n"
        "  - {target: Buf, type: bypass, keep: [Weights, Inputs, Outputs], bypass: []}\n"
    )
    with pytest.warns(tw.NoMappingWarning, match="layer 'conv': no valid mapping") as caught:
        result = tw.map(arch, specs / "conv.yaml", max_evaluated=500)
    assert caught[0].filename == __file__
    (layer,) = result
    assert not layer.found
    assert math.isnan(layer.energy_pj)
    assert layer.stats == {}
    assert not result.complete
    for total in (result.energy_pj, result.cycles, result.edp, result.utilization, layer.cycles):
        assert math.isnan(total)
    assert result.macs == 48
    assert "no valid mapping" in repr(result)
    assert repr(result).endswith("incomplete: 0 of 1 layers have a mapping")
    row = result.frame().loc["conv"]
    assert math.isnan(row["cycles"])
    assert "no valid mapping" in row["failure"]


def test_time_may_be_seconds_or_text(specs: Path) -> None:
    conv = tw.load(specs / "arch.yaml", specs / "conv.yaml")
    for limit in (0.05, "50ms"):
        result = tw.map(conv, time=limit, threads=1, searcher="portfolio")
        assert result[0].stopped_by == "deadline"
        assert not result.reproducible
    result = tw.map(conv, total_time=0.05, searcher="portfolio")
    assert result[0].stopped_by == "deadline"


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        ({"objective": "edpp"}, "did you mean 'edp'"),
        ({"max_energy": "3W"}, "'3W' is no energy"),
        ({"min_utilization": 2}, "'2' is no share"),
        ({"pareto": "energy"}, "a Pareto front needs 2 to 3 metrics"),
        ({"objective": "accesses:Bif"}, "did you mean 'Buf'"),
        ({"searcher": "randm"}, "did you mean 'random'"),
        ({"time": "soon"}, "'soon' is no duration"),
        ({"time": -1}, "is no duration"),
        ({"batch": 0}, "batch 0 is out of range"),
        ({"batch": 4}, "no dimension N"),
        ({"threads": 5000}, "threads: '5000' is no whole number from 0 to 4096"),
        ({"max_evaluated": -1}, "max_evaluated: '-1' is no whole number"),
        ({"seed": 2**64}, "seed: '18446744073709551616' is no whole number"),
        ({"objective": ""}, "objective: the value is empty"),
        ({"on_interrupt": "stop"}, "on_interrupt: expected 'raise' or 'return'"),
    ],
)
def test_senseless_argument_is_a_usage_error(
    specs: Path, arguments: dict[str, int | str], message: str
) -> None:
    with pytest.raises(tw.UsageError, match=message):
        tw.map(specs / "arch.yaml", specs / "conv.yaml", **arguments)  # type: ignore[arg-type]


def test_missing_part_is_a_usage_error(specs: Path) -> None:
    with pytest.raises(tw.UsageError, match="no architecture"):
        tw.map(specs / "conv.yaml")
    with pytest.raises(tw.UsageError, match="no problem"):
        tw.map(specs / "arch.yaml")


def test_other_threads_run_during_the_search(specs: Path) -> None:
    conv = tw.load(specs / "arch.yaml", specs / "conv.yaml")
    with ticking() as ticks:
        before = ticks.count
        during = 0
        for _ in range(10):  # a busy machine may give the other thread little time
            tw.map(conv, time=0.5, threads=1, searcher="portfolio")
            during = ticks.count - before
            if during > 20:
                break
    assert during > 20  # of 500 in one search on an idle machine; 0 or 1 with the lock held


@pytest.mark.parametrize("on_interrupt", ["raise", "return"])
def test_ctrl_c_keeps_what_was_found_so_far(
    specs: Path, on_interrupt: Literal["raise", "return"]
) -> None:
    conv = tw.load(specs / "arch.yaml", specs / "conv.yaml", specs / "fc.yaml")
    # A parent that runs the tests in the background may have switched the signal off.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    start = time.monotonic()
    threading.Timer(0.5, os.kill, (os.getpid(), signal.SIGINT)).start()
    try:
        result = tw.map(conv, time="10m", searcher="portfolio", on_interrupt=on_interrupt)
    except KeyboardInterrupt as interrupt:
        raised: BaseException | None = interrupt
    else:
        raised = None
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - start < 60
    assert (raised is None) == (on_interrupt == "return")
    if raised is not None:
        assert isinstance(raised, tw.Interrupted)
        result = raised.result
    assert result.interrupted
    assert not result.reproducible
    assert result[0].found
    assert result[0].stopped_by == "cancelled"
    assert result[1].failure == "not searched"
    assert repr(result).endswith("interrupted: the best so far")
    assert not result.complete
    assert math.isnan(result.edp)
    assert result.macs == 48 * 2


def test_what_another_signal_handler_raises_ends_the_search(specs: Path) -> None:
    def give_up(number: int, frame: FrameType | None) -> None:
        raise TimeoutError(number)

    conv = tw.load(specs / "arch.yaml", specs / "conv.yaml")
    before = signal.signal(signal.SIGALRM, give_up)
    try:
        signal.setitimer(signal.ITIMER_REAL, 0.3)
        with pytest.raises(TimeoutError):
            tw.map(conv, time="10m", searcher="portfolio")
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGALRM, before)


def test_result_survives_pickling(specs: Path) -> None:
    result = tw.map(specs / "arch.yaml", specs / "conv.yaml", max_evaluated=500)
    assert pickle.loads(pickle.dumps(result)) == result


def test_gaps_and_imperfect_factors(specs: Path) -> None:
    conv = tw.load(specs / "arch.yaml", specs / "conv.yaml")
    best = tw.map(conv, searcher="optimal")[0]
    near = tw.map(conv, searcher="optimal", gap=0.5)[0]
    assert near.edp <= best.edp / 0.5
    assert tw.map(conv, searcher="optimal", imperfect=True)[0].edp <= best.edp
    with pytest.raises(tw.UsageError, match="imperfect"):
        tw.map(conv, searcher="random", imperfect=True)


def test_a_proof_names_its_scope(specs: Path) -> None:
    conv = tw.load(specs / "arch.yaml", specs / "conv.yaml")
    perfect = tw.map(conv, perfect=True)[0]
    assert (perfect.proven, perfect.scope, perfect.imperfect_gap) == (True, "perfect", None)
    asked = tw.map(conv, imperfect=True)[0]
    assert (asked.proven, asked.scope, asked.imperfect_gap) == (True, "imperfect", 0)
    tried = tw.map(conv)[0]
    assert tried.scope in ("perfect", "imperfect")
    assert tried.imperfect_gap is not None
    assert tried.edp * (1 - tried.imperfect_gap) <= asked.edp * (1 + 1e-9)
    assert tw.map(conv, searcher="random", max_evaluated=100)[0].scope == ""
    with pytest.raises(tw.UsageError, match="exclude each other"):
        tw.map(conv, perfect=True, imperfect=True)


def test_results_say_what_limits(specs: Path) -> None:
    layer = tw.map(specs / "arch.yaml", specs / "conv.yaml")[0]
    levels = [level["name"] for level in layer.stats["levels"]]
    assert layer.slowest in levels
    assert layer.dearest in levels
