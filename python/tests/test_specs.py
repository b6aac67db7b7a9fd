"""Specs that are changed, built in code, and saved."""

import copy
import pickle
import subprocess
import sys
from pathlib import Path

import pytest

import tilewright as tw

ROOT = Path(__file__).resolve().parents[2]


def test_levels_are_found_by_name_and_tell_what_they_are(specs: Path) -> None:
    arch = tw.load(specs / "arch.yaml")
    assert [level.name for level in arch.levels] == ["Buf", "Main"]
    buffer = arch["Buf"]
    assert (buffer.entries, buffer.word_bits, buffer.technology) == (64, 16, "SRAM")
    assert buffer.size_kib == 64 * 16 / 8 / 1024
    assert arch["Main"].entries is None
    assert (arch.arithmetic.name, arch.arithmetic.instances) == ("MAC", 4)
    assert "entries=64" in repr(buffer)
    with pytest.raises(tw.UsageError, match="unknown level 'Bu'; did you mean 'Buf'"):
        arch["Bu"]


def test_data_bits_are_read_and_changed(specs: Path) -> None:
    arch = tw.load(specs / "arch.yaml", specs / "conv.yaml")
    assert arch["Buf"].data_bits is None
    arch["Buf"].data_bits = {"Weights": 4, "Outputs": 24}
    assert arch["Buf"].data_bits == {"Weights": 4, "Outputs": 24}
    with pytest.raises(tw.SpecError, match="no layer has a dataspace 'Weigth'"):
        arch["Buf"].data_bits = {"Weigth": 4}
    arch["Buf"].data_bits = None
    assert arch["Buf"].data_bits is None


def test_change_holds_from_then_on(specs: Path) -> None:
    arch = tw.load(specs / "arch.yaml")
    twin = arch.copy()
    before = tw.map(arch, specs / "conv.yaml", max_evaluated=2000)
    arch["Buf"].entries = 8
    assert arch["Buf"].entries == 8
    after = tw.map(arch, specs / "conv.yaml", max_evaluated=2000)
    assert after[0].valid_count < before[0].valid_count
    assert twin["Buf"].entries == 64
    assert tw.map(twin, specs / "conv.yaml", max_evaluated=2000) == before
    arch["Buf"].size_kib = 256
    assert arch["Buf"].entries == 256 * 1024 * 8 // 16
    arch["Buf"].entries = None
    assert arch["Buf"].entries is None


def test_mistyped_attribute_is_an_error(specs: Path) -> None:
    arch = tw.load(specs / "arch.yaml")
    with pytest.raises(tw.UsageError, match="unknown attribute 'entris'; did you mean 'entries'"):
        arch["Buf"].entris = 8  # type: ignore[attr-defined]
    with pytest.raises(AttributeError):
        arch["Buf"].technology = "DRAM"  # type: ignore[misc]
    assert [level.name for level in arch] == ["Buf", "Main"]


def test_size_may_be_unlimited(specs: Path) -> None:
    arch = tw.load(specs / "arch.yaml")
    arch["Buf"].size_kib = None
    assert (arch["Buf"].size_kib, arch["Buf"].entries) == (None, None)


def test_meshes_and_prices_change(specs: Path) -> None:
    arch = tw.load(specs / "arch.yaml")
    arch.arithmetic.mesh = (4, 2)
    assert (arch.arithmetic.instances, arch.arithmetic.mesh) == (8, (4, 2))
    arch.arithmetic.energy = 0
    arch["Main"].vector_access_energy = 0
    arch["Buf"].vector_access_energy = 1.5
    arch["Buf"].read_bandwidth = 0.5
    assert arch["Buf"].read_bandwidth == 0.5
    result = tw.evaluate(arch, specs / "conv.yaml", specs / "mapping.yaml")
    # Each access of the buffer costs 1.5 pJ, nothing else costs anything.
    rows = result.stats["levels"][1]["dataspaces"].values()
    accesses = sum(row["reads"] + row["fills"] + row["updates"] for row in rows)
    assert result.energy_pj == pytest.approx(1.5 * accesses)


@pytest.mark.parametrize(
    ("key", "value", "message"),
    [
        ("entries", -1, r"<change of Buf>:1:\d+: entries: expected"),
        ("read_bandwidth", 0, "read_bandwidth: expected"),
        ("word_bits", "many", "word-bits: expected"),
        ("min_utilization", 2, "min-utilization: expected a share"),
        ("mesh", (3, 1), "mesh"),
    ],
)
def test_senseless_change_is_refused_and_changes_nothing(
    specs: Path, key: str, value: object, message: str
) -> None:
    arch = tw.load(specs / "arch.yaml")
    before = repr(arch["Buf"])
    with pytest.raises(tw.SpecError, match=message):
        setattr(arch["Buf"], key, value)
    assert repr(arch["Buf"]) == before


def test_unknown_key_of_a_change_is_a_warning(specs: Path) -> None:
    arch = tw.load(specs / "arch.yaml")
    with pytest.warns(tw.SpecWarning, match="'entris' .did you mean 'entries'"):
        arch["Buf"].change({"entris": 3})


class Cheap:
    def support(self, query: tw.EnergyQuery) -> float | None:
        return 99 if query.quantity == "energy" else None

    def estimate(self, query: tw.EnergyQuery) -> float:
        return 1


def test_specs_survive_pickling_and_copies(specs: Path) -> None:
    arch = tw.load(specs / "arch.yaml", estimators=Cheap(), leakage=True)
    arch["Buf"].entries = 50
    rest = specs / "conv.yaml", specs / "mapping.yaml"
    expected = tw.evaluate(arch, *rest)
    for twin in (pickle.loads(pickle.dumps(arch)), copy.deepcopy(arch), copy.copy(arch)):
        assert twin["Buf"].entries == 50
        assert tw.evaluate(twin, *rest) == expected
        twin["Buf"].entries = 60
        assert arch["Buf"].entries == 50


def test_saved_specs_hold_changes_and_constraints(tmp_path: Path) -> None:
    arch = tw.load(ROOT / "specs/arch/eyeriss_like_168.yaml")
    name = arch.levels[-2].name
    arch[name].size_kib = 32
    again = tw.load(arch.save(tmp_path / "changed.yaml"))
    assert again[name].size_kib == 32
    conv = ROOT / "specs/problem/alexnet_conv3.yaml"
    one, two = (tw.map(specs, conv, max_evaluated=3000, seed=3) for specs in (arch, again))
    assert one[0].mapping_yaml == two[0].mapping_yaml
    with pytest.raises(tw.UsageError, match="cannot write"):
        arch.save(tmp_path / "none" / "changed.yaml")


def test_architecture_and_problem_are_built_in_code() -> None:
    arch = tw.architecture(
        "small",
        [
            {"name": "Buf", "entries": 64, "instances": 1},
            {"name": "Main", "technology": "DRAM", "instances": 1},
        ],
        {"name": "MAC", "instances": 4},
    )
    fc = tw.problem("fc", "fully-connected", N=2, C=8, M=6)
    result = tw.map(arch, fc, max_evaluated=500)
    assert (result.architecture, result.network, result.macs) == ("small", "fc", 96)
    assert result[0].found
    with pytest.raises(tw.SpecError, match="unknown shape 'fully-conected'; did you mean"):
        tw.problem("fc", "fully-conected", N=2, C=8, M=6)
    with pytest.raises(tw.SpecError, match="the size of dimension M is missing"):
        tw.problem("fc", "fully-connected", N=2, C=8)


def test_layers_tell_shape_and_inputs(tmp_path: Path) -> None:
    (tmp_path / "net.yaml").write_text(
        "network:\n  shape: fully-connected\n  layers:\n"
        "  - {name: a, instance: {N: 1, C: 2, M: 3}}\n"
        "  - {name: b, instance: {N: 1, C: 3, M: 3}, inputs: [a]}\n"
    )
    first, second = tw.load(tmp_path / "net.yaml").layers
    assert (first.shape, first.inputs) == ("fully-connected", ())
    assert second.inputs == ("a",)


def test_network_is_drawn_as_by_the_program(tmp_path: Path) -> None:
    net = ROOT / "specs/network/resnet50.yaml"
    program = Path(sys.prefix) / "bin" / "tilewright"
    for options, merge in (([], False), (["--merge"], True)):
        command = [str(program), "network", str(net), "--dot", "-", *options]
        done = subprocess.run(command, capture_output=True, text=True, check=True)
        assert tw.load(net).dot(merge=merge) == done.stdout
        assert done.stdout.startswith("digraph")
    with pytest.raises(tw.UsageError, match="no problem"):
        tw.load(ROOT / "specs/arch/three_level.yaml").dot()
