"""The schemas in docs/schema take what the program writes."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from conftest import ROOT
from report_runs import network, program, run_map

jsonschema = pytest.importorskip("jsonschema")
SCHEMAS = sorted((ROOT / "docs" / "schema").glob("*.schema.json"))


def _validator(name: str) -> Any:
    schema = json.loads((ROOT / "docs" / "schema" / f"{name}.schema.json").read_text())
    return jsonschema.Draft202012Validator(schema)


def _run(*words: object, **environment: str) -> "subprocess.CompletedProcess[str]":
    command = [program(), *map(str, words)]
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{os.environ.get('PATH', '')}"
    settings = {**os.environ, "PATH": path, **environment}
    return subprocess.run(command, env=settings, capture_output=True, text=True, check=False)


def _document(*words: object) -> Any:
    return json.loads(_run(*words, "--json", "-").stdout)


@pytest.mark.parametrize("path", SCHEMAS, ids=lambda path: path.name)
def test_schemas_are_schemas(path: Path) -> None:
    jsonschema.Draft202012Validator.check_schema(json.loads(path.read_text()))


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("run")
    return run_map(folder, network("first", "second"), "--pareto=energy,delay")


def test_results_of_map(run: Path) -> None:
    _validator("summary").validate(json.loads((run / "summary.json").read_text()))
    _validator("bound").validate(json.loads((run / "bound.json").read_text()))
    _validator("certificate").validate(json.loads((run / "certificate.json").read_text()))
    for path in run.glob("*.stats.json"):
        _validator("stats").validate(json.loads(path.read_text()))


def test_summary_without_mappings(tmp_path: Path) -> None:
    out = run_map(tmp_path, network("first"), "--max-delay=1", "--estimate")
    summary = json.loads((out / "summary.json").read_text())
    assert summary["without_mapping"]
    _validator("summary").validate(summary)


def test_what_commands_print(run: Path) -> None:
    specs = (run.parent / "arch.yaml", run.parent / "net.yaml")
    _validator("verification").validate(_document("verify", run))
    _validator("bound").validate(_document("bound", *specs))
    for merge in ([], ["--merge"]):
        _validator("network").validate(_document("network", run.parent / "net.yaml", *merge))
    energy = _document("energy", ROOT / "specs/arch/eyeriss_like_168.yaml")
    assert energy["components"]
    _validator("energy").validate(energy)


def test_what_is_written_elsewhere(run: Path, tmp_path: Path) -> None:
    arch = ROOT / "specs/arch/eyeriss_like_168.yaml"
    for form in ("tilewright", "v0.3"):
        converted = _document("convert", arch, "--to", form)
        assert converted["form"] == form
        assert "GlobalBuffer" in converted["text"]
        _validator("conversion").validate(converted)
    page = tmp_path / "page.html"
    told = _document("report", run, "-o", page)
    assert told["file"] == str(page)
    assert page.is_file()
    _validator("report").validate(told)


def test_what_is_imported(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    from onnx_models import mobilenet_v1  # noqa: PLC0415

    model, parameters = mobilenet_v1(tmp_path)
    told = _document("import", model, "-o", tmp_path)
    assert told["macs"] == 568_740_352  # specs/network/mobilenet_v1.yaml: from the paper
    assert told["weights"] + told["other_parameters"] == parameters
    assert Path(told["file"]).is_file()
    _validator("import").validate(told)
    counted = _document("network", told["file"])
    assert [layer["name"] for layer in counted["layers"]] == [x["name"] for x in told["layers"]]


def test_explanations(tmp_path: Path) -> None:
    schema = _validator("explanation")
    problem = ROOT / "specs/problem/alexnet_conv3.yaml"
    arch = ROOT / "specs/arch/three_level.yaml"
    good = _document("explain", arch, problem)
    assert good["layers"][0]["gains"]
    schema.validate(good)
    mapping = ROOT / "specs/mapping/three_level_alexnet_conv3_row_stationary.yaml"
    given = _document("explain", arch, problem, mapping)
    assert given["layers"][0]["differences"]
    schema.validate(given)
    limits = tmp_path / "limits.yaml"
    limits.write_text(
        "mapspace: [{target: RegisterFile, type: temporal, factors: P=7 M=384 C=256}]\n"
    )
    bad = _document("explain", arch, problem, limits)
    assert bad["layers"][0]["conflicts"]
    assert bad["layers"][0]["repairs"]
    schema.validate(bad)
    schema.validate(_document("explain", arch, problem, "--max-delay", "10"))


def test_counts_of_a_mapping(specs: Path) -> None:
    files = [specs / name for name in ("arch.yaml", "conv.yaml", "mapping.yaml")]
    good = _document("model", *files)
    assert good["status"] == "ok"
    _validator("stats").validate(good)
    for text in ("R=3 P=5", "R=1 P=1"):
        (specs / "mapping.yaml").write_text(
            f"mapping:\n- {{target: Buf, type: temporal, factors: {text}}}\n"
        )
        bad = _document("model", *files)
        assert bad["status"] == "reject"
        _validator("stats").validate(bad)


def test_errors_of_all_commands(tmp_path: Path) -> None:
    nowhere = tmp_path / "nowhere.yaml"
    for words in (["map", nowhere], ["report", nowhere], ["import", nowhere], ["mpa"]):
        for done in (
            _run("--error-format", "json", *words),
            _run(*words, TILEWRIGHT_ERROR_FORMAT="json"),
        ):
            assert done.returncode == 2
            (line,) = done.stderr.splitlines()
            _validator("notice").validate(json.loads(line))


def test_commands_in_python_know_what_was_meant() -> None:
    cases = {
        ("report", "out", "--outpt", "x"): "--output",
        ("import", "--tme", "1s"): "--time",
        ("import", "model.onnx", "-O", "x"): "-o",
        ("report", "-clock", "1GHz"): "--clock",
    }
    for words, meant in cases.items():
        done = _run(*words)
        assert done.returncode == 2
        assert done.stderr == (
            f"tilewright: error: unknown option '{words[-2]}'; did you mean '{meant}'?\n"
        )
        done = _run(*words, "--error-format", "json")
        assert json.loads(done.stderr)["suggestion"] == meant


def test_commands_in_python_have_the_same_options() -> None:
    for command in ("import", "report"):
        text = _run("help", command).stdout
        for option in (
            "-h, --help",
            "-q, --quiet",
            "-o ",
            "--json FILE",
            "--error-format text|json",
        ):
            assert option in text
