"""Specs, mapspaces, mappings and results are values."""

import copy
import json
import os
import pickle
import shutil
from pathlib import Path

import numpy as np
import pytest
from test_specs import Cheap

import tilewright as tw

ROOT = Path(__file__).resolve().parents[2]
SHIPPED = sorted((ROOT / "specs/arch").glob("*.yaml"))


def test_loaded_specs_do_not_know_their_files_any_more(
    specs: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(specs)
    arch = tw.load("arch.yaml", "conv.yaml", "mapping.yaml")
    expected = tw.evaluate(arch)
    Path("arch.yaml").write_text("arch: {nonsense: 1}\n")
    other = tmp_path / "elsewhere"
    other.mkdir()
    monkeypatch.chdir(other)
    for twin in (arch, pickle.loads(pickle.dumps(arch)), copy.deepcopy(arch), arch.copy()):
        assert tw.evaluate(twin) == expected
        twin["Buf"].entries = 60
        assert twin["Buf"].entries == 60
        twin["Buf"].entries = 64
        assert tw.evaluate(twin) == expected
    shutil.rmtree(specs, ignore_errors=True)
    arch["Buf"].entries = 50
    assert tw.map(arch, max_evaluated=100).complete


def test_layers_in_files_and_folders_are_kept_too(specs: Path) -> None:
    (specs / "net").mkdir()
    (specs / "net.yaml").write_text("network:\n  layers:\n  - {file: conv.yaml, repeats: 2}\n")
    for name in ("conv", "fc"):
        shutil.copy(specs / f"{name}.yaml", specs / "net")
    network, folder = tw.load(specs / "net.yaml"), tw.load(specs / "net")
    before = [(s.network, s.layers, s.files) for s in (network, folder)]
    assert [name for name, *_ in before] == ["net", "net"]
    shutil.rmtree(specs / "net")
    os.unlink(specs / "conv.yaml")
    again = [pickle.loads(pickle.dumps(each)) for each in (network, folder)]
    assert [(s.network, s.layers, s.files) for s in again] == before
    assert again == [network, folder]


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_shipped_architectures_are_values(path: Path) -> None:
    arch = tw.load(path)
    for twin in (tw.load(path), tw.load(path.read_text()), pickle.loads(pickle.dumps(arch))):
        assert (twin.levels[0].entries, twin.arithmetic.mesh) == (
            arch.levels[0].entries,
            arch.arithmetic.mesh,
        )
        if "\n" not in twin.architecture and twin.architecture == arch.architecture:
            assert (twin, hash(twin)) == (arch, hash(arch))
    assert arch.diff(tw.load(path)) == {}


@pytest.mark.parametrize("path", SHIPPED, ids=lambda path: path.stem)
def test_arrays_are_resized_with_all_their_levels(path: Path) -> None:
    arch = tw.load(path)
    x, y = arch.arithmetic.mesh
    large = arch.copy()
    large.resize((2 * x, 3 * y))
    assert large.arithmetic.mesh == (2 * x, 3 * y)
    assert large.arithmetic.instances == 6 * x * y
    for level in arch:
        inside = level.mesh == arch.arithmetic.mesh != (1, 1)
        assert large[level.name].mesh == ((2 * x, 3 * y) if inside else level.mesh)
    large.resize((x, y))
    assert [level.mesh for level in large] == [level.mesh for level in arch]


def test_equal_specs_are_one_key(specs: Path) -> None:
    arch = tw.load(specs / "arch.yaml")
    shutil.copy(specs / "arch.yaml", specs / "copy.yaml")
    other = tw.load(specs / "copy.yaml", specs / "conv.yaml")
    assert other != arch
    named = tw.load(
        "# a comment\n"
        + (specs / "arch.yaml").read_text().replace("arch:\n", "arch:\n  name: arch\n")
    )
    own = tw.load((specs / "arch.yaml").read_text().replace("arch:\n", "arch:\n  name: arch\n"))
    assert (named, hash(named)) == (own, hash(own))
    assert len({named: 1, own: 2}) == 1
    assert tw.load(specs / "conv.yaml", specs / "arch.yaml") == tw.load(
        specs / "arch.yaml", specs / "conv.yaml"
    )
    changed = arch.copy()
    changed["Buf"].entries = 32
    assert changed != arch
    assert arch.diff(changed) == {"Buf.entries": (64, 32)}
    assert tw.load(arch, estimators=Cheap()) != arch
    assert arch != "arch"


def test_replace_makes_a_copy_with_other_attributes(specs: Path) -> None:
    arch = tw.load(specs / "arch.yaml")
    twin = arch.replace(
        {"Buf": {"size_kib": 1, "read_bandwidth": 2}, "MAC": {"mesh": (4, 2), "energy": 0.5}}
    )
    assert (arch["Buf"].entries, arch.arithmetic.instances) == (64, 4)
    assert (twin["Buf"].entries, twin["Buf"].read_bandwidth) == (512, 2)
    assert (twin.arithmetic.instances, twin.arithmetic.energy) == (8, 0.5)
    with pytest.raises(KeyError, match="unknown component 'Bfu'; expected MAC, Buf or Main"):
        arch.replace({"Bfu": {"entries": 2}})
    with pytest.raises(AttributeError, match="unknown attribute 'entris'; did you mean 'entries'"):
        arch.replace({"Buf": {"entris": 2}})
    with pytest.raises(tw.SpecError, match="entries: expected"):
        arch.replace({"Buf": {"entries": -2}})


def test_numbers_out_of_range_name_the_attribute(specs: Path) -> None:
    arch = tw.load(specs / "arch.yaml")
    for name, value in (("entries", -1), ("mesh", (0, 1)), ("size_kib", -1), ("word_bits", 0)):
        with pytest.raises(tw.SpecError, match=rf"^Buf\.{name}: "):
            setattr(arch["Buf"], name, value)
    with pytest.raises(tw.UsageError, match=r"mesh: expected columns and rows"):
        arch["Buf"].mesh = 3  # type: ignore[assignment]
    arch["Buf"].entries = np.int64(48)
    assert arch["Buf"].entries == 48
    assert "attribute entries" in repr(tw.Level.entries)


def test_a_network_is_built_in_code() -> None:
    net = tw.network(
        "two",
        [
            {"name": "fc1", "instance": {"C": 8, "M": 6}},
            {"name": "fc2", "instance": {"C": 6, "M": 2}, "inputs": ["fc1"], "repeats": 3},
        ],
        shape="fully-connected",
        N=1,
    )
    first, second = net.layers
    assert (net.network, first.macs, second.repeats, second.inputs) == ("two", 48, 3, ("fc1",))
    with pytest.raises(tw.SpecError, match="the size of dimension M is missing"):
        tw.network("net", [{"name": "fc1", "instance": {"C": 8}}], "fully-connected", N=1)


def test_mapspaces_and_mappings_are_values(specs: Path) -> None:
    space = tw.Mapspace(specs / "arch.yaml", specs / "conv.yaml")
    twin = pickle.loads(pickle.dumps(space))
    assert (twin, hash(twin), twin.size) == (space, hash(space), space.size)
    assert copy.deepcopy(space) == space
    assert tw.Mapspace(specs / "arch.yaml", specs / "conv.yaml", both_axes=True) != space
    batch = space.sample(20, seed=2)
    for other in (pickle.loads(pickle.dumps(batch)), copy.deepcopy(batch), twin.sample(20, 2)):
        assert list(other) == list(batch)
        assert {*other} == {*batch}
    assert len({*batch, *space.sample(20, seed=3)}) > len({*batch})


def test_specs_of_a_mapspace_do_not_change_it(specs: Path) -> None:
    arch = tw.load(specs / "arch.yaml", specs / "conv.yaml")
    space = tw.Mapspace(arch)
    before = tw.score(space.sample(100)).energy_pj
    arch["Buf"].entries = 3
    np.testing.assert_array_equal(tw.score(space.sample(100)).energy_pj, before)
    assert tw.Mapspace(arch) != space


def test_results_are_values_even_without_numbers(specs: Path) -> None:
    conv = tw.load(specs / "arch.yaml", specs / "conv.yaml")
    good = tw.map(conv, max_evaluated=300, pareto="energy,delay")
    conv["Buf"].entries = 1
    with pytest.warns(tw.NoMappingWarning):
        bad = tw.map(conv, max_delay=1, max_evaluated=30)
    space = tw.Mapspace(conv)
    rejected = space.blank(1)
    rejected.factors[0, 1, 2] = [3, 16]
    results = (good, bad, good[0], bad[0], good[0].pareto[0], rejected[0].evaluate())
    for result in results:
        twin = pickle.loads(pickle.dumps(result))
        assert (twin, hash(twin)) == (result, hash(result))
        assert copy.deepcopy(result) == result
    assert good != bad


def test_mappings_and_results_are_sources(specs: Path) -> None:
    conv = tw.load(specs / "arch.yaml", specs / "conv.yaml")
    layer = tw.map(conv, max_evaluated=300, pareto="energy,delay")[0]
    assert tw.evaluate(conv, layer).edp == layer.edp
    point = layer.pareto[0]
    assert tw.evaluate(conv, point).edp == point.edp
    mapping = tw.Mapspace(conv).sample(1)[0]
    assert tw.evaluate(conv, mapping).nest == mapping.nest
    text = mapping.mapping_yaml
    assert tw.evaluate(conv, text) == tw.evaluate(conv, mapping)
    with pytest.raises(tw.UsageError, match=r"expected paths, texts of specs.*found an object of"):
        tw.evaluate(conv, 3)  # type: ignore[arg-type]


def test_results_are_saved_and_shown_as_a_page(specs: Path) -> None:
    conv = tw.load(specs / "arch.yaml", specs / "conv.yaml", specs / "fc.yaml")
    result = tw.map(conv, max_evaluated=300, pareto="energy,delay")
    folder = result.save(specs / "out" / "run")
    summary = json.loads((folder / "summary.json").read_text())
    assert summary["total"]["energy_pJ"] == result.energy_pj
    assert [layer["files"] for layer in summary["layers"]] == ["conv", "fc"]
    again = tw.evaluate(specs / "arch.yaml", specs / "conv.yaml", folder / "conv.map.yaml")
    assert again.edp == result["conv"].edp
    assert json.loads((folder / "conv.stats.json").read_text()) == result["conv"].stats
    assert len(list((folder / "conv.pareto").iterdir())) == len(result["conv"].pareto)
    # Another result takes the place of the whole folder.
    small = tw.map(specs / "arch.yaml", specs / "fc.yaml", max_evaluated=300)
    assert small.save(folder) == folder
    assert not list(folder.glob("conv*"))
    page = tw.report(result, folder, path=specs / "page.html")
    text = page.read_text()
    assert "fc" in text
    assert "did not end" not in text
    assert callable(tw.report)
    # Files of others stay, in the folder of a result, too.
    (folder / "notes.txt").write_text("mine")
    result.save(folder)
    small.save(folder)
    assert (folder / "notes.txt").read_text() == "mine"
    (folder / "conv.map.yaml").write_text("mine")
    with pytest.raises(tw.UsageError, match=r"files that are of no run \(conv\.map\.yaml\)"):
        result.save(folder)
    (specs / "own").mkdir()
    (specs / "own" / "notes.txt").write_text("mine")
    for target in (specs / "own", specs / "arch.yaml"):
        with pytest.raises(tw.UsageError, match="cannot write"):
            result.save(target)
    assert (specs / "own" / "notes.txt").exists()
    with pytest.raises(tw.UsageError, match="expected what map returns, or the folder"):
        tw.report(3)  # type: ignore[arg-type]
    with pytest.raises(tw.UsageError, match="one result or two"):
        tw.report(result, result, result)


def test_layers_are_found_by_what_finds_items_of_lists(specs: Path) -> None:
    result = tw.map(specs / "arch.yaml", specs / "conv.yaml", specs / "fc.yaml", max_evaluated=100)
    assert "fc" in result
    assert "fd" not in result
    assert result[0] in result
    assert result[np.int64(1)] is result["fc"]
    assert result[:1] == result.layers[:1]
    with pytest.raises(KeyError, match="unknown layer 'fd'; did you mean 'fc'"):
        result["fd"]
    loaded = tw.load(specs / "arch.yaml")
    assert "Buf" in loaded
    assert "Bof" not in loaded
    with pytest.raises(KeyError, match="unknown level 'Bof'"):
        loaded["Bof"]


def test_import_of_everything_leaves_pythons_own_names() -> None:
    names: dict[str, object] = {}
    exec("from tilewright import *", names)
    import builtins  # noqa: PLC0415

    assert not {name for name in vars(builtins) if name in names} - {"__builtins__", "__doc__"}
    assert "Mapspace" in names


def test_warnings_come_once_for_each_place(specs: Path, recwarn: pytest.WarningsRecorder) -> None:
    import warnings  # noqa: PLC0415

    (specs / "arch.yaml").write_text(
        (specs / "arch.yaml").read_text().replace("entries: 64", "entries: 64, entris: 3")
    )
    with warnings.catch_warnings(record=True) as caught:
        warnings.simplefilter("default")
        for _ in range(50):
            tw.load(specs / "arch.yaml")
    assert [str(each.message) for each in caught if each.category is tw.SpecWarning] != []
    assert len(caught) == 1
