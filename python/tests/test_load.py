import subprocess
import sys
from pathlib import Path

import pytest

import tilewright as tw

ROOT = Path(__file__).resolve().parents[2]


def test_program_of_the_same_version_is_installed() -> None:
    program = Path(sys.prefix) / "bin" / "tilewright"
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=True)
    assert done.stdout == f"tilewright {tw.__version__}\n"


def test_layers_tell_names_repeats_and_work(specs: Path) -> None:
    loaded = tw.load(specs / "arch.yaml", str(specs / "conv.yaml"))
    (layer,) = loaded.layers
    assert (layer.name, layer.repeats, layer.macs) == ("conv", 1, 3 * 16)
    assert layer.bounds == {"R": 3, "P": 16}
    assert (loaded.architecture, loaded.network) == ("arch", "conv")
    assert not loaded.has_mapping
    assert loaded.files == (str(specs / "arch.yaml"), str(specs / "conv.yaml"))


def test_repeats_of_a_network_are_read() -> None:
    loaded = tw.load(ROOT / "specs/network/resnet50.yaml")
    # 53 convolutions and the classifier, of which equal neighbours are written once.
    assert sum(layer.repeats for layer in loaded.layers) == 54
    assert len(loaded.layers) < 54


def test_repr_says_what_there_is(specs: Path) -> None:
    loaded = tw.load(specs / "arch.yaml", specs / "conv.yaml", specs / "mapping.yaml")
    assert repr(loaded) == (
        "<Specs: architecture 'arch', network 'conv' (1 layer, 48 MACs), a mapping>"
    )


def test_unknown_key_is_a_warning_at_its_place(specs: Path) -> None:
    arch = specs / "arch.yaml"
    arch.write_text(arch.read_text().replace("entries: 64,", "entries: 64, colour: red,"))
    with pytest.warns(tw.SpecWarning, match="colour") as caught:
        loaded = tw.load(arch)
    assert (caught[0].filename, caught[0].lineno) == (str(arch), 4)
    (warning,) = loaded.warnings
    assert (warning.file, warning.line) == (str(arch), 4)
    assert warning.column > 0


def test_bad_file_raises_with_its_place(specs: Path) -> None:
    arch = specs / "arch.yaml"
    arch.write_text(arch.read_text().replace("instances: 4", "instances: 0"))
    with pytest.raises(tw.SpecError, match="instances") as caught:
        tw.load(arch)
    error = caught.value
    column = "  arithmetic: {name: MAC, instances: 0".index("0") + 1
    assert (error.file, error.line, error.column) == (str(arch), 2, column)
    assert str(error).startswith(f"{arch}:2:{column}: instances: ")
    assert isinstance(error, ValueError)


def test_missing_file_is_named(specs: Path) -> None:
    with pytest.raises(tw.SpecError, match=r"nowhere\.yaml") as caught:
        tw.load(specs / "nowhere.yaml")
    assert caught.value.line == 0


def test_texts_of_errors_are_those_of_the_program(specs: Path) -> None:
    arch = specs / "arch.yaml"
    arch.write_text(arch.read_text().replace("word-bits: 16", "word-bits: many"))
    program = Path(sys.prefix) / "bin" / "tilewright"
    done = subprocess.run([program, "model", arch], capture_output=True, text=True, check=False)
    with pytest.raises(tw.SpecError) as caught:
        tw.load(arch)
    assert done.stderr == f"tilewright: error: {caught.value}\n"


def test_nothing_to_load_is_a_usage_error() -> None:
    with pytest.raises(tw.UsageError, match="no spec files"):
        tw.load()


def test_section_that_is_left_out_is_a_warning_at_its_place(specs: Path) -> None:
    arch = specs / "arch.yaml"
    arch.write_text(arch.read_text() + "notes_ignore: nothing\n")
    with pytest.warns(tw.SpecWarning, match="ignored: .*notes_ignore") as caught:
        tw.load(arch)
    assert caught[0].filename == str(arch)
