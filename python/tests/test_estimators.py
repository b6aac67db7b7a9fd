"""Energy plug-ins written in Python, and the program's options for estimators."""

import os
import re
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterable
from dataclasses import fields
from pathlib import Path

import numpy as np
import pytest

import tilewright as tw
from tilewright import _core

PRICES = {"intmac": 0.5, "SRAM": 2.0, "DRAM": 100.0}
PROGRAM = Path(sys.prefix) / "bin" / "tilewright"


class Flat:
    """The same for every action of a class of components; keeps the questions."""

    name = "flat"

    def __init__(self, **prices: float) -> None:
        self.prices = {**PRICES, **prices}
        self.questions: list[tw.EnergyQuery] = []

    def support(self, query: tw.EnergyQuery) -> tuple[float, str] | None:
        self.questions.append(query)
        known = query.quantity == "energy" and query.component_class in self.prices
        return (95, "made up") if known else None

    def estimate(self, query: tw.EnergyQuery) -> float:
        return self.prices[query.component_class]


def _files(specs: Path) -> tuple[Path, Path, Path]:
    return specs / "arch.yaml", specs / "conv.yaml", specs / "mapping.yaml"


def _alone(plug_in: tw.EnergyEstimator) -> tw.Estimators:
    """Whatever the built-in ones know."""
    return tw.Estimators(objects=[plug_in], pin="flat")


def _by_hand(result: tw.Result, **prices: float) -> float:
    """pJ from the counts of the report and the prices above."""
    known = {**PRICES, **prices}
    mac, buffer, main = result.stats["levels"]

    def accesses(level: dict[str, dict[str, dict[str, int]]]) -> int:
        tensors: Iterable[dict[str, int]] = level["dataspaces"].values()
        return sum(row["reads"] + row["fills"] + row["updates"] for row in tensors)

    assert mac["computes"] == 48
    return 48 * known["intmac"] + accesses(buffer) * known["SRAM"] + accesses(main) * known["DRAM"]


def test_class_prices_every_level(specs: Path) -> None:
    plug_in = Flat()
    result = tw.evaluate(*_files(specs), estimators=plug_in)
    # 3 weights and 18 inputs come from Main, 16 outputs go back: at least 37 of 100 pJ.
    assert result.energy_pj > 37 * 100
    assert result.energy_pj == pytest.approx(_by_hand(result))
    assert {level["energy_source"] for level in result.stats["levels"]} == {"flat"}
    plain = tw.evaluate(*_files(specs))
    assert plain.energy_pj != pytest.approx(result.energy_pj)
    assert plain.cycles == result.cycles


def test_question_tells_the_component(specs: Path) -> None:
    plug_in = Flat()
    tw.load(specs / "arch.yaml", estimators=plug_in)
    reads = [q for q in plug_in.questions if (q.action, q.component) == ("read", "Buf")]
    assert reads
    query = reads[0]
    assert (query.quantity, query.component_class) == ("energy", "SRAM")
    assert (query.attributes["width"], query.attributes["depth"]) == (16, 64)
    assert isinstance(query.attributes["width"], int)
    assert {q.action for q in plug_in.questions if q.component == "MAC"} >= {"mac_random"}
    assert {q.quantity for q in plug_in.questions} == {"energy", "area"}


def test_prices_of_the_specs_win(specs: Path) -> None:
    arch = tw.load(specs / "arch.yaml")
    arch["Buf"].vector_access_energy = 7
    result = tw.evaluate(arch, *_files(specs)[1:], estimators=Flat())
    assert result.energy_pj == pytest.approx(_by_hand(result, SRAM=7))


def test_price_follows_a_change(specs: Path) -> None:
    class BySize(Flat):
        def estimate(self, query: tw.EnergyQuery) -> float:
            if query.component_class == "SRAM":
                return float(query.attributes["depth"]) / 8
            return super().estimate(query)

    arch = tw.load(specs / "arch.yaml", estimators=BySize())
    rest = _files(specs)[1:]
    small = tw.evaluate(arch, *rest)
    assert small.energy_pj == pytest.approx(_by_hand(small, SRAM=64 / 8))
    arch["Buf"].entries = 640
    large = tw.evaluate(arch, *rest)
    assert large.energy_pj == pytest.approx(_by_hand(large, SRAM=640 / 8))


def test_search_bounds_and_batches_use_the_same_prices(specs: Path) -> None:
    arch, conv, _ = _files(specs)
    priced = tw.load(arch, estimators=[Flat()])
    (found,) = tw.map(priced, conv, max_evaluated=2000, objective="energy")
    (specs / "found.yaml").write_text(found.mapping_yaml)
    again = tw.evaluate(arch, conv, specs / "found.yaml", estimators=Flat())
    assert found.energy_pj == again.energy_pj == pytest.approx(_by_hand(again))
    (bound,) = tw.bound(arch, conv, estimators=Flat())
    # All words but one of each tensor, and the operations.
    assert bound.energy_pj == pytest.approx((37 - 3) * 100 + 48 * 0.5)
    assert bound.energy_pj <= found.energy_pj
    space = tw.Mapspace(arch, conv, estimators=Flat())
    batch = space.sample(50)
    energies = tw.score(batch).energy_pj
    for mapping, energy in zip(batch, energies, strict=True):
        result = mapping.evaluate()
        assert np.isnan(energy) if not result.valid else energy == pytest.approx(_by_hand(result))


def test_most_accurate_one_answers(specs: Path) -> None:
    class Better:
        def support(self, query: tw.EnergyQuery) -> float | None:
            return np.float64(99) if query.component_class == "DRAM" else None

        def estimate(self, query: tw.EnergyQuery) -> float:
            return np.float32(50)  # type: ignore[no-any-return]

    result = tw.evaluate(*_files(specs), estimators=[Flat(), Better()])
    assert result.energy_pj == pytest.approx(_by_hand(result, DRAM=50))
    assert result.stats["levels"][2]["energy_source"] == "Better"
    pinned = tw.evaluate(
        *_files(specs), estimators=tw.Estimators(objects=[Flat(), Better()], pin=["flat"])
    )
    assert pinned.energy_pj == pytest.approx(_by_hand(pinned))


def test_what_an_estimator_raises_is_the_cause(specs: Path) -> None:
    class Broken(Flat):
        def estimate(self, query: tw.EnergyQuery) -> float:
            raise KeyError("wafer")

    with pytest.raises(tw.UsageError, match=r"MAC: estimator 'flat' failed with") as caught:
        tw.evaluate(*_files(specs), estimators=Broken())
    assert isinstance(caught.value.__cause__, KeyError)
    assert caught.value.__cause__.__traceback__ is not None


@pytest.mark.parametrize("value", [float("nan"), float("inf"), -1.0])
def test_answer_that_is_no_price_is_an_error(specs: Path, value: float) -> None:
    with pytest.raises(tw.UsageError, match=r"estimator 'flat' answered .*, which is no price"):
        tw.evaluate(*_files(specs), estimators=Flat(DRAM=value))


def test_ctrl_c_inside_of_an_estimator_is_ctrl_c(specs: Path) -> None:
    class Interrupted(Flat):
        def estimate(self, query: tw.EnergyQuery) -> float:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        tw.evaluate(*_files(specs), estimators=Interrupted())


def test_one_that_declines_is_passed_over_with_a_warning(specs: Path) -> None:
    class Shy(Flat):
        def estimate(self, query: tw.EnergyQuery) -> float:
            if query.component_class == "SRAM":
                raise tw.Declined("no memory compiler at hand")
            return super().estimate(query)

    said = "flat: no memory compiler at hand"
    told = f"no estimator can price the class 'SRAM'(.|\n)*{said}(.|\n)*pat prices it"
    with pytest.warns(tw.SpecWarning, match=told):
        result = tw.evaluate(*_files(specs), estimators=_alone(Shy()))
    assert [level["energy_source"] for level in result.stats["levels"]] == ["flat", "PAT", "flat"]


def test_what_is_no_estimator_is_a_usage_error(specs: Path) -> None:
    arch = specs / "arch.yaml"
    with pytest.raises(tw.UsageError, match=r"an object, not a class: write Flat\(\)"):
        tw.load(arch, estimators=Flat)  # type: ignore[arg-type]
    with pytest.raises(tw.UsageError, match="5 is no estimator: it has no method 'support'"):
        tw.load(arch, estimators=[5])  # type: ignore[list-item]
    with pytest.raises(tw.UsageError, match=r"write Estimators\(python='mine.py'\)"):
        tw.load(arch, estimators="mine.py")  # type: ignore[arg-type]
    with pytest.raises(tw.UsageError, match="there are two estimators of the name 'flat'"):
        tw.load(arch, estimators=[Flat(), Flat()])
    with pytest.raises(tw.UsageError, match="different estimators"):
        tw.load(tw.load(arch, estimators=Flat()), tw.load(specs / "conv.yaml", estimators=Flat()))


@pytest.mark.filterwarnings("ignore:.*knows its leakage")
def test_leakage_counts_if_wanted(specs: Path) -> None:
    class Leaky(Flat):
        def support(self, query: tw.EnergyQuery) -> tuple[float, str] | None:
            return (95, "made up") if query.quantity == "energy" else None

        def estimate(self, query: tw.EnergyQuery) -> float:
            return 1000 if query.action == "idle" else super().estimate(query)

    without = tw.evaluate(*_files(specs), estimators=Leaky())
    leaking = tw.evaluate(*_files(specs), estimators=Leaky(), leakage=True)
    # 4 multipliers, Buf and Main take 1,000 pJ in each of 48 cycles.
    assert without.energy_pj == pytest.approx(_by_hand(without))
    assert leaking.energy_pj - without.energy_pj == pytest.approx(6 * 1000 * 48)

    class Tight(Flat):
        def support(self, query: tw.EnergyQuery) -> tuple[float, str] | None:
            return None if query.action == "idle" else super().support(query)

    with pytest.warns(tw.SpecWarning, match="Buf.* nobody knows its leakage"):
        tw.evaluate(*_files(specs), estimators=_alone(Tight()), leakage=True)


def test_options_and_defaults_are_those_of_the_program(specs: Path) -> None:
    own = {each.name: each.default for each in fields(tw.Estimators) if each.name != "objects"}
    kinds = {name.replace("-", "_"): kind for name, kind in _core.estimator_options().items()}
    assert own == {
        name: {"flag": False, "list": (), "text": None}[kind] for name, kind in kinds.items()
    }
    done = subprocess.run([PROGRAM, "map", "--help"], capture_output=True, text=True, check=True)
    group = done.stdout.split("Estimators:")[1].split("\n\n")[0]
    assert {*re.findall(r"^  --([a-z-]+)", group, re.MULTILINE)} == {
        *(name.replace("_", "-") for name in own),
        "leakage",
    }
    assert "leakage" in tw.map.__annotations__


def test_table_and_file_price_as_in_the_program(specs: Path) -> None:
    table = specs / "prices.csv"
    table.write_text(
        "class,action,energy,area,accuracy\nSRAM,*,2,1,99\nDRAM,*,100,1,99\nintmac,*,0.5,1,99\n"
    )
    arch, conv, mapping = _files(specs)
    result = tw.evaluate(arch, conv, mapping, estimators=tw.Estimators(table=table))
    assert result.energy_pj == pytest.approx(_by_hand(result))
    done = subprocess.run(
        [PROGRAM, "model", "--table", table, arch, conv, mapping, "--json", "-"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout == result.stats_json
    own = specs / "own.py"
    own.write_text(
        "class Own:\n"
        "    prices = {'SRAM': 2, 'DRAM': 100, 'intmac': 0.5}\n"
        "    def support(self, query):\n"
        "        return 96 if query.quantity == 'energy' else None\n"
        "    def estimate(self, query):\n"
        "        return self.prices[query.component_class]\n"
    )
    other = tw.evaluate(arch, conv, mapping, estimators=tw.Estimators(python=[own]))
    assert other.energy_pj == pytest.approx(_by_hand(other))


def test_ctrl_c_ends_the_wait_for_an_answer(specs: Path) -> None:
    silent = specs / "silent.py"
    silent.write_text(
        "import time\n"
        "class Silent:\n"
        "    def support(self, query):\n"
        "        time.sleep(1000)\n"
        "    def estimate(self, query):\n"
        "        return 1\n"
    )
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    start = time.monotonic()
    threading.Timer(1.0, os.kill, (os.getpid(), signal.SIGINT)).start()
    try:
        with pytest.raises(KeyboardInterrupt):
            tw.load(*_files(specs), estimators=tw.Estimators(python=silent))
    finally:
        signal.signal(signal.SIGINT, before)
    assert time.monotonic() - start < 30


def test_an_answer_may_take_so_long(specs: Path) -> None:
    silent = specs / "silent.py"
    silent.write_text("import time\ntime.sleep(1000)\n")
    patient = tw.Estimators(python=silent, answer_time="300ms")
    with pytest.raises(tw.UsageError, match=r"no answer within 0\.3 s"):
        tw.load(*_files(specs), estimators=patient)
