"""Files of Timeloop v0.4: templates with variables, snapshots, changes."""

import copy
import pickle
import shutil
from pathlib import Path

import pytest

import tilewright as tw

DESIGN = Path(__file__).resolve().parents[2] / "specs" / "v04"


@pytest.fixture
def design(tmp_path: Path) -> Path:
    return Path(shutil.copytree(DESIGN, tmp_path / "design"))


def test_nodes_are_the_levels_of_a_chain(design: Path) -> None:
    specs = tw.load(design)
    assert [level.name for level in reversed(specs.levels)] == [
        "DRAM",
        "global_buffer",
        "inter_column_spatial",
        "inter_PE_spatial",
        "weights_spad",
        "sums_spad",
    ]
    assert specs["weights_spad"].mesh == (16, 8)
    assert specs["global_buffer"].entries == 16384 * 8
    assert specs.arithmetic.instances == 128


def test_variables_of_templates(design: Path) -> None:
    template = design / "top.yaml.jinja2"
    assert tw.load(template, define={"columns": 8}).arithmetic.instances == 8 * 4
    with pytest.raises(tw.SpecError, match=r"there is no file 'fc\.yaml'"):
        tw.load(template, define={"problem": "fc.yaml"})


def test_folders_outside(design: Path) -> None:
    shutil.move(design / "conv3.yaml", design.parent / "conv3.yaml")
    with pytest.raises(tw.SpecError, match="allow-outside"):
        tw.load(design, define={"problem": "../conv3.yaml"})
    specs = tw.load(design, define={"problem": "../conv3.yaml"}, allow_outside=[design.parent])
    assert specs.layers[0].macs == 256 * 384 * 13 * 13 * 9


def test_a_template_is_read_once(design: Path) -> None:
    specs = tw.load(design, define={"columns": 8})
    shutil.rmtree(design)
    same = pickle.loads(pickle.dumps(specs))
    assert same == specs == copy.deepcopy(specs)
    assert same.arithmetic.instances == 32
    assert tw.map(same, objective="delay").cycles == tw.map(specs, objective="delay").cycles


def test_attributes_of_nodes_can_be_changed(design: Path) -> None:
    specs = tw.load(design)
    before = tw.map(specs)
    specs["weights_spad"].entries = 4
    assert specs["weights_spad"].entries == 4
    assert tw.map(specs).edp > before.edp


def test_sparse_optimizations_are_refused_unless_ignored(design: Path) -> None:
    sparse = "sparse_optimizations:\n  targets:\n  - {name: DRAM, action_optimization: []}\n"
    with pytest.raises(tw.SpecError, match="--dense"):
        tw.load(design, sparse)
    with pytest.warns(tw.SpecWarning, match="all tensors are dense"):
        specs = tw.load(design, sparse, dense=True)
    assert pickle.loads(pickle.dumps(specs)).arithmetic.instances == 128


def test_mappings_score_as_they_were_found(design: Path) -> None:
    found = tw.map(design)
    layer = found.layers[0]
    assert layer.proven
    assert tw.evaluate(design, layer).edp == layer.edp
