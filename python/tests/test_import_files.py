"""Files and errors of `from_onnx` and `tilewright import`."""

import subprocess
import sys
import types
from pathlib import Path

import onnx
import pytest
from onnx_models import Builder, mobilenet_v1

import tilewright as tw
from tilewright import import_command


def _small(folder: Path, name: str = "small") -> Path:
    b = Builder(name)
    x = b.op("Relu", b.linear(b.input("x", [2, 8]), "fc: first", (8, 4)))
    return b.save(folder, b.op("MatMul", x, b.weight("yes", 4, 3)))


def test_saved_file_is_read_back(tmp_path: Path) -> None:
    network = tw.from_onnx(_small(tmp_path))
    folder = tmp_path / "new" / "folder"
    assert network.save(folder) == folder / "small.yaml"
    assert network.save(tmp_path / "other.yaml") == tmp_path / "other.yaml"
    loaded = tw.load(folder)
    assert loaded.network == "small"
    assert [layer.name for layer in loaded.layers] == ["fc_first", "node2"]
    assert [layer.bounds for layer in loaded.layers] == [
        {"N": 2, "C": 8, "M": 4},
        {"N": 2, "C": 4, "M": 3},
    ]


def test_model_stands_for_its_network(specs: Path, tmp_path: Path) -> None:
    result = tw.map(specs / "arch.yaml", _small(tmp_path), max_evaluated=1000)
    assert result.network == "small"
    assert result.macs == 2 * 8 * 4 + 2 * 4 * 3


def test_network_that_cannot_be_written_is_a_usage_error(tmp_path: Path) -> None:
    network = tw.from_onnx(_small(tmp_path))
    (tmp_path / "file").write_text("")
    with pytest.raises(tw.UsageError, match=r"cannot write '.*file/small\.yaml'"):
        network.save(tmp_path / "file")


def test_missing_broken_and_empty_models_are_spec_errors(tmp_path: Path) -> None:
    with pytest.raises(tw.SpecError, match=r"nowhere\.onnx: there is no such file"):
        tw.from_onnx(tmp_path / "nowhere.onnx")
    (tmp_path / "text.onnx").write_text("network:\n")
    with pytest.raises(tw.SpecError, match="is no ONNX model") as caught:
        tw.from_onnx(tmp_path / "text.onnx")
    assert caught.value.file == str(tmp_path / "text.onnx")
    b = Builder("idle")
    path = b.save(tmp_path, b.op("Relu", b.input("x", [2, 8])))
    with pytest.raises(tw.SpecError, match="no operator that can become a layer"):
        tw.from_onnx(path)


def _command(*arguments: object) -> "subprocess.CompletedProcess[str]":
    program = Path(sys.prefix) / "bin" / "tilewright-import"
    return subprocess.run(
        [program, *map(str, arguments)], capture_output=True, text=True, check=False
    )


def test_command_writes_the_network_and_says_what_it_left_out(tmp_path: Path) -> None:
    path, _ = mobilenet_v1(tmp_path)
    done = _command(path, "-o", tmp_path / "out", "--dim", "batch=2")
    assert done.returncode == 0
    assert done.stderr == ""
    assert "28 layers, 1,137,480,704 MACs, 4,209,088 weights" in done.stdout
    assert "GlobalAveragePool" in done.stdout
    assert done.stdout.endswith(f"Written: {tmp_path}/out/mobilenet_v1.yaml\n")
    (loaded,) = {sum(each.macs for each in tw.load(tmp_path / "out").layers)}
    assert loaded == 2 * 568_740_352


def test_command_says_what_is_wrong_as_the_program_does(tmp_path: Path) -> None:
    path, _ = mobilenet_v1(tmp_path)
    cases: list[tuple[list[object], str]] = [
        ([tmp_path / "nowhere.onnx"], f"{tmp_path}/nowhere.onnx: there is no such file"),
        ([path, "--dim", "btch=1"], "unknown open size 'btch'; did you mean 'batch'?"),
        ([path, "--dim", "batch"], "argument --dim: 'batch' is no size; write it as NAME=SIZE; "),
        ([], "the following arguments are required: MODEL.onnx; see `tilewright import --help`"),
    ]
    for arguments, message in cases:
        done = _command(*arguments)
        assert done.returncode == 2
        assert done.stderr.startswith(f"tilewright: error: {message}")
        assert done.stdout == ""


def test_program_finds_the_command(tmp_path: Path) -> None:
    program = str(Path(sys.prefix) / "bin" / "tilewright")
    command = [program, "import", str(_small(tmp_path)), "-o", str(tmp_path / "net")]
    done = subprocess.run(command, capture_output=True, text=True, check=True, env={})
    assert done.stdout.endswith(f"Written: {tmp_path}/net/small.yaml\n")


def test_without_onnx_the_error_says_how_to_get_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "onnx", None)
    with pytest.raises(tw.UsageError, match=r"pip install 'tilewright\[onnx\]'"):
        tw.from_onnx("model.onnx")
    assert import_command.main(["model.onnx"]) == 2


def test_model_in_memory_is_read_too(tmp_path: Path) -> None:
    network = tw.from_onnx(_small(tmp_path))
    again = tw.from_onnx(onnx.load(tmp_path / "small.onnx", load_external_data=False))
    assert (again.name, again.layers) == ("small", network.layers)
    b = Builder("idle")
    path = b.save(tmp_path, b.op("Relu", b.input("x", [2, 8])))
    with pytest.raises(tw.SpecError, match=r"^idle: the model has no operator") as caught:
        tw.from_onnx(onnx.load(path))
    assert caught.value.file == "idle"  # not a file that is gone by now
    # What holds a model, as torch's exporter returns it.
    holder = types.SimpleNamespace(model_proto=onnx.load(tmp_path / "small.onnx", None, False))
    assert tw.from_onnx(holder).layers == network.layers
    with pytest.raises(tw.UsageError, match=r"expected a file or an onnx\.ModelProto, found"):
        tw.from_onnx(3)  # type: ignore[arg-type]
