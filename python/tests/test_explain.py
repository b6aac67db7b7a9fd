"""What `explain` says, and the best mappings that `map` keeps."""

from pathlib import Path

import pytest
from conftest import ROOT

import tilewright as tw

ARCH = ROOT / "specs/arch/three_level.yaml"
PROBLEM = ROOT / "specs/problem/alexnet_conv3.yaml"


def test_why_the_best_mapping_costs_what_it_does() -> None:
    found = tw.explain(ARCH, PROBLEM)
    (layer,) = found.layers
    best = tw.map(ARCH, PROBLEM)
    assert found.runs
    assert layer["mapping"]["cost"]["edp_pJ_cycles"] == best["alexnet_conv3"].edp
    assert sum(part["energy_pJ"] for part in layer["energy"]) == pytest.approx(
        best["alexnet_conv3"].energy_pj
    )
    assert str(found) == found.text
    assert "What would gain most" in found.text


def test_why_nothing_runs(tmp_path: Path) -> None:
    limits = tmp_path / "limits.yaml"
    limits.write_text(
        "mapspace: [{target: RegisterFile, type: temporal, factors: P=7 M=384 C=256}]\n"
    )
    found = tw.explain(ARCH, PROBLEM, limits)
    (layer,) = found.layers
    assert not found.runs
    members = {member["text"] for conflict in layer["conflicts"] for member in conflict}
    assert any("P=7" in member for member in members)
    assert layer["repairs"][0]["changes"]


def test_mappings_beside_each_other() -> None:
    best = tw.map(ARCH, PROBLEM, top=3, top_by="tilings")["alexnet_conv3"]
    assert len(best.top) == 3
    assert best.top_proven
    assert [each.edp for each in best.top] == sorted(each.edp for each in best.top)
    found = tw.explain(ARCH, PROBLEM, mappings=[best.top[0].mapping_yaml, best.top[2].mapping_yaml])
    assert found.layers[0]["differences"]
    with pytest.raises(tw.UsageError, match="two at most"):
        tw.explain(ARCH, PROBLEM, mappings=[best.top[0].mapping_yaml] * 3)


def test_dataflows_are_constraints() -> None:
    free = tw.map(ARCH, PROBLEM)["alexnet_conv3"]
    still = tw.map(tw.load(ARCH, PROBLEM, dataflow="output-stationary"))["alexnet_conv3"]
    assert still.proven
    assert still.edp >= free.edp
    with pytest.raises(tw.UsageError, match="did you mean 'row-stationary'"):
        tw.load(ARCH, PROBLEM, dataflow="row-stationry")
