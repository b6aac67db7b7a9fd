"""`from_torch`: with a stand-in for torch, and with torch where it is installed."""

import importlib.util
import sys
import types
import warnings
from importlib.machinery import ModuleSpec
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx_models import Builder

import tilewright as tw

has_torch = importlib.util.find_spec("torch") is not None
if has_torch:
    import torch  # type: ignore[import-not-found, unused-ignore]
needs_torch = pytest.mark.skipif(not has_torch, reason="torch is not installed")
EXPORTERS = ["older", "present"]


class _FakeTensor:
    def __init__(self, *shape: int) -> None:
        self.shape = shape


class _Module:
    """A module as torch has them: `refused` by exporters of these names."""

    def __init__(self, *parts: "_Module", refused: tuple[str, ...] = ()) -> None:
        self.parts, self.refused = parts, refused
        self.training = True

    def modules(self) -> list["_Module"]:
        return [self, *(each for part in self.parts for each in part.modules())]

    def eval(self) -> None:
        for each in self.modules():
            each.training = False


class _Program:
    """An exported program."""

    refused = ()


class _Fake:
    """A stand-in that exports any module as a small network, and notes what it was asked for."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.asked: list[str] = []
        self.shapes: list[list[tuple[int, ...]]] = []
        b = Builder("small")
        x = b.op("Relu", b.linear(b.input("x", ["rows", 8]), "fc", (8, 4)))
        self._model = b.save(folder, b.op("MatMul", x, b.weight("yes", 4, 3))).read_bytes()
        self._monkeypatch = monkeypatch
        fake: Any = types.ModuleType("torch")
        fake.Tensor = fake.zeros = _FakeTensor
        fake.onnx = types.SimpleNamespace(export=self._export)
        fake.export = types.SimpleNamespace(ExportedProgram=_Program)
        monkeypatch.setitem(sys.modules, "torch", fake)
        self.install(False)

    def install(self, onnxscript: bool) -> None:
        found = importlib.util.find_spec

        def find(name: str, package: str | None = None) -> ModuleSpec | None:
            if name == "onnxscript":
                return ModuleSpec("onnxscript", None) if onnxscript else None
            return found(name, package)

        self._monkeypatch.setattr(importlib.util, "find_spec", find)

    def _export(
        self,
        module: Any,
        inputs: tuple[_FakeTensor, ...],
        path: str,
        *,
        verbose: bool | None = None,
        opset_version: int | None = None,
        dynamo: bool = True,
    ) -> None:
        assert verbose is False  # torch would print its steps
        assert dynamo == (opset_version is None)
        exporter = "present" if dynamo else "older"
        self.asked.append(exporter)
        if exporter in module.refused:
            cause = RuntimeError(f"the {exporter} one does not know it\n\nAdvice: ask")
            raise ValueError("\x1b[96mThis is step 1\x1b[0m\nReport:") from cause
        assert not any(each.training for each in getattr(module, "modules", list)())
        self.shapes.append([each.shape for each in inputs])
        Path(path).write_bytes(self._model)


@pytest.fixture
def fake(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> _Fake:
    return _Fake(tmp_path, monkeypatch)


def test_without_torch_the_error_says_what_is_missing(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch", None)
    with pytest.raises(tw.UsageError, match="needs the package 'torch'"):
        tw.from_torch(object(), (1, 3, 224, 224))


@pytest.mark.filterwarnings("ignore:.*'rows' open")
def test_module_is_exported_with_inputs_of_the_shape(fake: _Fake) -> None:
    network = tw.from_torch(_Module(), (2, 8))
    assert (network.name, network.macs) == ("_Module", 8 * 4 + 4 * 3)
    assert tw.from_torch(_Module(), [(2, 8), (1, 3)], name="two").name == "two"
    tw.from_torch(_Module(), _FakeTensor(5))
    assert fake.shapes == [[(2, 8)], [(2, 8), (1, 3)], [(5,)]]
    for wrong in ("28", 3, ("a", "b")):
        with pytest.raises(tw.UsageError, match="input_shape: expected sizes"):
            tw.from_torch(_Module(), wrong)
    with pytest.raises(tw.UsageError, match="input_shape: a module does not know"):
        tw.from_torch(_Module())


@pytest.mark.filterwarnings("ignore:.*'rows' open")
def test_each_exporter_is_asked_for_what_the_other_refuses(fake: _Fake) -> None:
    tw.from_torch(_Module(), (2, 8))
    assert fake.asked == ["older"]  # the present one needs its package
    fake.install(onnxscript=True)
    fake.asked.clear()
    tw.from_torch(_Module(), (2, 8))
    assert fake.asked == ["present"]
    fake.asked.clear()
    tw.from_torch(_Module(refused=("present",)), (2, 8))
    assert fake.asked == ["present", "older"]


def test_module_that_torch_cannot_export_is_a_usage_error(fake: _Fake) -> None:
    refused = _Module(refused=("present", "older"))
    expected = "torch cannot export _Module to ONNX: the older one does not know it"
    with pytest.raises(tw.UsageError) as caught:
        tw.from_torch(refused, (2, 8))
    hint = "; torch's present exporter needs the package 'onnxscript'"
    assert str(caught.value) == expected + hint
    fake.install(onnxscript=True)
    with pytest.raises(tw.UsageError) as caught:
        tw.from_torch(refused, (2, 8))
    assert str(caught.value) == expected.replace("older", "present")
    assert refused.training


@pytest.mark.filterwarnings("ignore:.*'rows' open")
def test_module_is_read_for_inference_and_stays_in_its_mode(fake: _Fake) -> None:
    trained, frozen = _Module(), _Module()
    frozen.training = False
    module = _Module(trained, frozen)
    tw.from_torch(module, (2, 8))
    assert (module.training, trained.training, frozen.training) == (True, True, False)


def test_exported_program_knows_its_inputs(fake: _Fake) -> None:
    with pytest.warns(tw.SpecWarning, match=r"^mine: .*'rows' open; 1 is assumed"):
        tw.from_torch(_Program(), name="mine")
    network = tw.from_torch(_Program(), dims={"rows": 5})
    assert fake.shapes[-1] == []
    assert fake.asked[-1] == "present"
    assert network["fc"].bounds == {"N": 5, "C": 8, "M": 4}


# As the present exporter writes a transformer's layer: weights that it transposed have no name, and
# operators have none but a number.
def test_layers_are_called_after_the_modules_that_torch_notes(tmp_path: Path) -> None:
    b = Builder("encoder")

    def scopes(*names: str) -> None:
        b.nodes[-1].name = f"node_MatMul_{len(b.nodes)}"
        b.nodes[-1].metadata_props.add(key="pkg.torch.onnx.name_scopes", value=str(list(names)))

    x = b.op("MatMul", b.input("x", [3, 8]), b.weight("val_0", 8, 8))
    scopes("", "layer.0", "layer.0.linear1", "linear_2")
    y = b.op("MatMul", x, b.weight("val_1", 8, 3))
    scopes("", "linear_3")
    z = b.op("MatMul", y, x)
    scopes("", "layer.0", "layer.0.attention", "scaled_dot_product_attention")
    network = tw.from_onnx(b.save(tmp_path, z))
    assert [layer.name for layer in network] == [
        "layer.0.linear1",
        "linear_3",
        "layer.0.attention.scaled_dot_product_attention",
    ]


# Queries, keys and values: three layers with a part each of one stored tensor.
def test_parts_of_a_tensor_count_as_weights_each(tmp_path: Path) -> None:
    b = Builder("attention", opset=18)
    whole = b.weight("in_proj_weight", 8, 24)
    b.op("Split", whole, outputs=3, axis=1, num_outputs=3)
    x = b.input("x", [3, 8])
    q, k, v = (b.op("MatMul", x, f"t0_{part}") for part in range(3))
    y = b.op("Sum", q, k, v)
    network = tw.from_onnx(b.save(tmp_path, y))
    assert [layer.weights for layer in network] == [64, 64, 64]
    assert (network.weights, network.other_parameters) == (192, 0)
    # The same tensor twice, the second time transposed.
    b = Builder("tied")
    x = b.op("MatMul", b.input("x", [3, 8]), b.weight("w", 8, 5))
    y = b.op("MatMul", x, b.op("Transpose", "w", perm=[1, 0]))
    assert tw.from_onnx(b.save(tmp_path, y)).weights == 40


@pytest.fixture(params=EXPORTERS)
def exporter(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> str:
    if request.param == "older":
        found = importlib.util.find_spec
        monkeypatch.setattr(
            importlib.util,
            "find_spec",
            lambda name, *rest: None if name == "onnxscript" else found(name, *rest),
        )
    elif importlib.util.find_spec("onnxscript") is None:
        pytest.skip("onnxscript is not installed")
    return str(request.param)


@needs_torch
@pytest.mark.filterwarnings("ignore:You are using the legacy")
@pytest.mark.usefixtures("exporter")
def test_single_layers_of_torch() -> None:
    cases: list[tuple[Any, tuple[int, ...], dict[str, int], int]] = [
        (torch.nn.Linear(8, 4), (2, 8), dict(N=2, C=8, M=4), 32),
        (torch.nn.Linear(8, 4), (8,), dict(N=1, C=8, M=4), 32),
        (torch.nn.Linear(8, 4), (2, 5, 8), dict(N=2, P=5, C=8, M=4), 32),
        # (17 - 7) / 2 + 1 = 6 rows and columns
        (
            torch.nn.Conv2d(3, 4, 7, stride=2),
            (1, 3, 17, 17),
            dict(N=1, M=4, C=3, P=6, Q=6, R=7, S=7),
            4 * 3 * 49,
        ),
        (
            torch.nn.Conv1d(3, 4, 3),
            (1, 3, 8),
            dict(N=1, M=4, C=3, P=6, Q=1, R=3, S=1),
            36,
        ),
    ]
    for module, shape, bounds, weights in cases:
        (layer,) = network = tw.from_torch(module, shape)
        assert layer.bounds == bounds
        assert (layer.weights, network.other_parameters) == (weights, 4)
        assert network.name == type(module).__name__
        assert module.training
    heads = torch.nn.MultiheadAttention(8, 2)
    network = tw.from_torch(heads, [(5, 1, 8)] * 3)
    assert network.weights == 4 * 64  # three projections and the one of the result
    assert len(network.layers) == 6


@needs_torch
@pytest.mark.usefixtures("exporter")
def test_recurrent_layer_of_torch() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        network = tw.from_torch(torch.nn.LSTM(8, 4), (5, 1, 8))
    assert [layer.bounds for layer in network] == [
        {"N": 5, "C": 8, "M": 16},
        {"N": 1, "C": 4, "M": 16},
    ]
    assert [layer.repeats for layer in network] == [1, 5]


@needs_torch
def test_program_exported_by_torch() -> None:
    pytest.importorskip("onnxscript")
    sizes = ({0: torch.export.Dim("batch")},)
    program = torch.export.export(torch.nn.Linear(8, 4), (torch.zeros(2, 8),), dynamic_shapes=sizes)
    with pytest.warns(tw.SpecWarning, match=r"^linear: the model leaves the size"):
        network = tw.from_torch(program, name="linear")
    assert (network.name, network["linear"].batch) == ("linear", {"N": 1})
    in_memory = torch.onnx.export(program, dynamo=True, verbose=False)
    assert isinstance(in_memory.model_proto, onnx.ModelProto)
    with pytest.warns(tw.SpecWarning, match="leaves the size"):
        assert tw.from_onnx(in_memory).layers == network.layers


@needs_torch
def test_module_whose_path_depends_on_data() -> None:
    class Branching(torch.nn.Module):  # type: ignore[misc, unused-ignore]
        def __init__(self) -> None:
            super().__init__()
            self.fc = torch.nn.Linear(8, 4)

        def forward(self, x: Any) -> Any:
            return self.fc(x) if x.sum() > 0 else 2 * self.fc(x)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        assert tw.from_torch(Branching(), (2, 8))["fc"].macs == 64
        with pytest.raises(tw.UsageError, match="torch cannot export Linear") as caught:
            tw.from_torch(torch.nn.Linear(8, 4), (2, 9))
    assert "\n" not in str(caught.value)
