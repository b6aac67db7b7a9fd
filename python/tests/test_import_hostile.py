"""Models that ask for much in few bytes, that are damaged, or whose tensors are not as they say."""

import faulthandler
import os
import random
import resource
import signal
import subprocess
import sys
import time
import warnings
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import TensorProto
from onnx.helper import make_node, make_tensor
from onnx_models import Builder, bert_base, mobilenet_v1

import tilewright as tw

PROGRAM = Path(sys.prefix) / "bin" / "tilewright-import"
OPSETS = [onnx.helper.make_opsetid("", 17), onnx.helper.make_opsetid("own", 1)]


def _info(name: str, *shape: int) -> onnx.ValueInfoProto:
    return onnx.helper.make_tensor_value_info(name, TensorProto.FLOAT, shape)


def _model(
    folder: Path,
    nodes: Sequence[onnx.NodeProto],
    stored: Sequence[TensorProto] = (),
    functions: Sequence[onnx.FunctionProto] = (),
    x: Sequence[int] = (2, 2),
) -> Path:
    """The operators, and a product of 2 x 2 after them."""
    weight = make_tensor("last", TensorProto.FLOAT, [2, 2], [1.0] * 4)
    nodes = [*nodes, make_node("MatMul", ["x", "last"], ["y"])]
    output = onnx.helper.make_empty_tensor_value_info("y")
    graph = onnx.helper.make_graph(nodes, "g", [_info("x", *x)], [output], [*stored, weight])
    model = onnx.helper.make_model(graph, opset_imports=OPSETS, functions=functions)
    path = folder / "hostile.onnx"
    onnx.save(model, path)
    return path


def _numbers(name: str, *values: int) -> TensorProto:
    return make_tensor(name, TensorProto.INT64, [len(values)], values)


# --- stored tensors ---


def _tensor(**fields: object) -> TensorProto:
    return TensorProto(name="w", dims=[2, 2], **fields)  # type: ignore[arg-type]


def _stored(folder: Path, tensor: TensorProto, as_operator: bool) -> Path:
    product = make_node("MatMul", ["x", "w"], ["z"])
    if as_operator:
        return _model(folder, [make_node("Constant", [], ["w"], value=tensor), product])
    return _model(folder, [product], [tensor])


@pytest.mark.parametrize("as_operator", [False, True])
@pytest.mark.parametrize("kind", [TensorProto.FLOAT, TensorProto.BFLOAT16, TensorProto.INT4])
def test_weights_without_data_have_their_sizes(
    tmp_path: Path, kind: int, as_operator: bool
) -> None:
    network = tw.from_onnx(_stored(tmp_path, _tensor(data_type=kind), as_operator))
    assert [layer.weights for layer in network] == [4, 4]


FLOAT = TensorProto.FLOAT
_FAULTS: list[tuple[dict[str, object], str]] = [
    (dict(data_type=FLOAT, raw_data=b"abc"), "holds 3 bytes; 2 x 2 of FLOAT are 16"),
    (dict(data_type=FLOAT, raw_data=bytes(17)), "holds 17 bytes; 2 x 2 of FLOAT are 16"),
    (dict(data_type=TensorProto.INT4, raw_data=bytes(4)), "holds 4 bytes; 2 x 2 of INT4 are 2"),
    (dict(data_type=FLOAT, float_data=[1, 2, 3]), "holds 3 numbers; 2 x 2 of FLOAT are 4"),
    (dict(data_type=TensorProto.COMPLEX64, float_data=[1] * 4), "holds 4 numbers; 2 x 2 of COM"),
    (
        dict(data_type=TensorProto.STRING, string_data=[b"a"]),
        "holds 1 texts; 2 x 2 of STRING are 4",
    ),
    (dict(data_type=99, raw_data=bytes(16)), "is of the unknown type 99"),
    (dict(data_type=-3), "is of the unknown type -3"),
    (dict(), "is of the unknown type 0"),
]


@pytest.mark.parametrize("as_operator", [False, True])
@pytest.mark.parametrize(("fields", "fault"), _FAULTS)
def test_tensor_that_is_not_what_it_says_is_a_spec_error(
    tmp_path: Path, fields: dict[str, object], fault: str, as_operator: bool
) -> None:
    path = _stored(tmp_path, _tensor(**fields), as_operator)
    with pytest.raises(tw.SpecError) as caught:
        tw.from_onnx(path)
    assert str(caught.value).startswith(f"{path}: the stored tensor 'w' {fault}")


@pytest.mark.parametrize(
    ("dims", "fault"), [([-2, 2], "has a negative size, -2"), ([1] * 65, "has 65 axes; at most 64")]
)
def test_impossible_sizes_of_a_tensor(tmp_path: Path, dims: list[int], fault: str) -> None:
    path = _stored(tmp_path, TensorProto(name="w", dims=dims, data_type=FLOAT), False)
    with pytest.raises(tw.SpecError, match=f"the stored tensor 'w' {fault}"):
        tw.from_onnx(path)


# --- functions ---


def _function(name: str, called: Sequence[str]) -> onnx.FunctionProto:
    names = ["x", *(f"t{i}" for i in range(1, len(called))), "y"]
    body = [
        make_node(kind, [names[i]], [names[i + 1]], domain="" if kind == "Relu" else "own")
        for i, kind in enumerate(called)
    ]
    return onnx.helper.make_function("own", name, ["x"], ["y"], body, OPSETS)


def _call(name: str) -> onnx.NodeProto:
    return make_node(name, ["x"], ["called"], domain="own")


@pytest.mark.parametrize(
    "functions", [[_function("F", ["F"])], [_function("F", ["G"]), _function("G", ["F", "Relu"])]]
)
def test_functions_that_call_themselves(
    tmp_path: Path, functions: list[onnx.FunctionProto]
) -> None:
    path = _model(tmp_path, [_call("F")], functions=functions)
    with pytest.raises(tw.SpecError, match=r"the function '[FG]' calls itself"):
        tw.from_onnx(path)


def test_functions_that_double(tmp_path: Path) -> None:
    functions = [_function("F0", ["Relu"])]
    functions += [_function(f"F{i}", [f"F{i - 1}"] * 2) for i in range(1, 40)]
    path = _model(tmp_path, [_call("F39")], functions=functions)
    with pytest.raises(tw.SpecError, match=r"stand for 1,[0-9,]+ operators; at most 100,000"):
        tw.from_onnx(path)
    path = _model(tmp_path, [_call("F9")], functions=functions[:10])
    (relu,) = tw.from_onnx(path).skipped
    assert (relu.operator, relu.count) == ("Relu", 2**9)


# --- little that asks for much ---


def _doubling(kind: str) -> list[onnx.NodeProto]:
    fields: dict[str, Any] = {"axis": 0} if kind != "MatMul" else {}
    return [make_node(kind, [f"c{i}"] * 2, [f"c{i + 1}"], **fields) for i in range(40)]


def _chain(kind: str, other: str, count: int) -> list[onnx.NodeProto]:
    names = ["x", *(f"t{i}" for i in range(count))]
    return [make_node(kind, [names[i], other], [names[i + 1]]) for i in range(count)]


_LARGE: dict[str, tuple[list[onnx.NodeProto], list[TensorProto]]] = {
    "concatenations that double": (_doubling("Concat"), [_numbers("c0", 1, 2)]),
    "gatherings whose axes double": (
        _doubling("Gather"),
        [make_tensor("c0", TensorProto.INT64, [1, 1], [0])],
    ),
    "a large tile": (
        [make_node("Tile", ["c", "n"], ["t"])],
        [_numbers("c", 1), _numbers("n", 10**9)],
    ),
    "a large constant": ([make_node("ConstantOfShape", ["n"], ["t"])], [_numbers("n", 10**9)]),
    "a long range": (
        [make_node("Range", ["a", "n", "b"], ["t"])],
        [make_tensor(n, TensorProto.INT64, [], [v]) for n, v in (("a", 0), ("b", 1), ("n", 10**9))],
    ),
    "many that are not small": (
        [make_node("Expand", ["c", "n"], [f"t{i}"]) for i in range(5000)],
        [_numbers("c", 1), _numbers("n", 4096)],
    ),
    "a power of matrices": (
        [make_node("Einsum", ["c"] * 4, ["t"], equation="a,b,c,d->")],
        [make_tensor("c", FLOAT, [4096], [1.0] * 4096)],
    ),
    "more axes at each step": (_chain("Unsqueeze", "n", 300), [_numbers("n", *range(1000))]),
}


def _measured(path: Path) -> tuple[int, str, float, int]:
    """Exit code, messages, seconds of CPU and MiB of the command in a process of its own."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        try:
            os.dup2(writer, 2)
            os.execv(PROGRAM, [str(PROGRAM), str(path), "-o", str(path.parent)])
        finally:
            os._exit(127)
    os.close(writer)
    with os.fdopen(reader) as messages:
        text = messages.read()
    _, status, usage = os.wait4(child, 0)
    used = max(usage.ru_maxrss, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
    return os.waitstatus_to_exitcode(status), text, usage.ru_utime + usage.ru_stime, used >> 10


@pytest.mark.parametrize("case", _LARGE)
def test_little_does_not_cost_much(tmp_path: Path, case: str) -> None:
    nodes, stored = _LARGE[case]
    path = _model(tmp_path, nodes, stored)
    plain = _measured(_model(tmp_path, []))
    code, text, seconds, mebibytes = _measured(_model(tmp_path, nodes, stored))
    size = path.stat().st_size / 2**20
    assert code in (0, 2), text
    assert "Traceback" not in text
    assert text.count("\n") == (1 if code == 2 else 0), text
    assert seconds < plain[2] + 3 * (1 + size)
    assert mebibytes < plain[3] + 64 + 32 * size * 8


@pytest.mark.parametrize(
    ("build", "count"),
    [
        (lambda n: [make_node("MatMul", ["x", "w"], [f"t{i}"]) for i in range(n)], 300),
        (lambda n: _chain("MatMul", "w", n), 300),
        (lambda n: _chain("Add", "w", n), 1000),
        (lambda n: [node for i in range(n) for node in _dense(i)], 60),
    ],
)
def test_effort_is_linear(
    tmp_path: Path, build: Callable[[int], list[onnx.NodeProto]], count: int
) -> None:
    weight = make_tensor("w", FLOAT, [2, 2], [1.0] * 4)

    def seconds(times: int) -> float:
        path = _model(tmp_path, build(count * times), [weight])
        start = time.process_time()
        tw.from_onnx(path)
        return time.process_time() - start

    seconds(1)
    once = min(seconds(1) for _ in range(3))
    assert seconds(8) < 8 * 2.5 * once + 0.5


def _dense(i: int) -> list[onnx.NodeProto]:
    """A layer whose result is added to all before it, which all later ones read."""
    before = f"sum{i - 1}" if i else "x"
    product = make_node("MatMul", [before, "w"], [f"t{i}"])
    return [product, make_node("Add", [f"t{i}", before], [f"sum{i}"])]


# --- sizes that the mapper cannot count ---


@pytest.mark.parametrize(
    ("x", "message"),
    [
        ([2**40, 2], "dimension N: expected a whole number from 1 to 2147483647, found"),
        ([2**30, 2**30 + 1, 2], "operations; at most 2^62"),
    ],
)
def test_sizes_beyond_the_limits_are_refused(tmp_path: Path, x: list[int], message: str) -> None:
    path = _model(tmp_path, [], x=x)
    with pytest.raises(tw.SpecError) as caught:
        tw.from_onnx(path)
    assert str(caught.value).startswith(f"{path}: layer matmul: ")
    assert message in str(caught.value)


def test_long_names_are_cut(tmp_path: Path) -> None:
    b = Builder("names")
    name = "deep." * 20_000 + "w" + ".weight" * 20_000
    (layer,) = tw.from_onnx(
        b.save(tmp_path, b.op("MatMul", b.input("x", [1, 8]), b.weight(name, 8, 8)))
    )
    assert len(layer.name) <= 120


# --- damage ---


def _shuffled(model: onnx.ModelProto, chance: random.Random) -> bytes:
    """A model with one thing in it changed: a name, a number, an operator, an attribute, ..."""
    graph = model.graph
    node = chance.choice(graph.node)
    tensor = chance.choice(graph.initializer)
    dims = chance.choice(graph.input).type.tensor_type.shape.dim
    number = chance.choice([-1, 0, 1, 2**31, 2**62, -(2**63)])

    def change_attribute() -> None:
        attribute = node.attribute.add() if not node.attribute else chance.choice(node.attribute)
        attribute.i = number
        del attribute.ints[1:]
        attribute.type = chance.choice([1, 2, 3, 7])

    def change_dim() -> None:
        if dims:
            chance.choice(dims).dim_value = number

    changes: list[Callable[[], object]] = [
        change_attribute,
        change_dim,
        partial(tensor.dims.append, number),
        partial(setattr, tensor, "data_type", number % 60),
        partial(setattr, tensor, "raw_data", bytes(3)),
        partial(tensor.ClearField, "dims"),
        partial(setattr, tensor, "name", (*node.output, "")[0]),
        partial(node.input.append, chance.choice(graph.node).output[0]),
        *(partial(node.ClearField, field) for field in ("input", "output", "attribute")),
        partial(setattr, node, "op_type", chance.choice(graph.node).op_type),
        partial(setattr, node, "domain", "elsewhere"),
        partial(graph.node.remove, node),
        partial(graph.node.append, node),
        partial(model.ClearField, "opset_import"),
        partial(setattr, model.opset_import[0], "version", number),
        partial(setattr, model, "ir_version", number),
        *(partial(graph.ClearField, field) for field in ("input", "initializer", "output")),
    ]
    chance.choice(changes)()
    return bytes(model.SerializeToString())


def _cut(model: onnx.ModelProto, chance: random.Random) -> bytes:
    """The bytes of a model, some of them changed or gone."""
    data = bytearray(model.SerializeToString())
    for _ in range(chance.randint(1, 4)):
        data[chance.randrange(len(data))] = chance.randrange(256)
    return bytes(data[: chance.choice([len(data), len(data), chance.randrange(len(data))])])


def _try(path: Path, data: bytes) -> None:
    path.write_bytes(data)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", tw.SpecWarning)
        try:
            tw.from_onnx(path, None)
        except (tw.SpecError, tw.UsageError) as error:
            text = str(error)
            assert "\n" not in text, text


@pytest.mark.parametrize("damage", [_shuffled, _cut])
@pytest.mark.parametrize("seed", range(4))
def test_damaged_models_are_spec_errors_or_read(
    tmp_path: Path, damage: Callable[[onnx.ModelProto, random.Random], bytes], seed: int
) -> None:
    """In processes of their own: native code may not survive what Python does."""
    source = [mobilenet_v1, bert_base][seed % 2](tmp_path)[0]
    good = onnx.load(source, load_external_data=False)
    chance = random.Random(seed)
    for trial in range(12):
        model = onnx.ModelProto()
        model.CopyFrom(good)
        data = damage(model, chance)
        child = os.fork()
        if child == 0:
            code = 1
            try:
                _try(tmp_path / "damaged.onnx", data)
                code = 0
            finally:
                os._exit(code)
        _, status = os.waitpid(child, 0)
        assert status == 0, f"seed {seed}, trial {trial}: status {status}"


# --- the command ---


def _command(*arguments: object) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [PROGRAM, *map(str, arguments)], capture_output=True, text=True, check=False
    )


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (None, "this is no ONNX model ("),  # a folder
        (b"", "this is no ONNX model: it has no operators"),
        (b"\xff" * 1000, "this is no ONNX model ("),
    ],
)
def test_command_has_one_line_for_what_is_no_model(
    tmp_path: Path, content: bytes | None, message: str
) -> None:
    path = tmp_path / "model.onnx"
    path.mkdir() if content is None else path.write_bytes(content)
    done = _command(path)
    assert done.returncode == 2
    assert done.stderr.startswith(f"tilewright: error: {path}: {message}")
    assert done.stderr.count("\n") == 1


def _slow(folder: Path) -> Path:
    """A model that takes seconds to read, by far most of them in native code or under way."""
    weight = make_tensor("w", FLOAT, [2, 2], [1.0] * 4)
    return _model(folder, _chain("MatMul", "w", 30_000), [weight])


def test_command_obeys_its_time(tmp_path: Path) -> None:
    start = time.monotonic()
    done = _command(_slow(tmp_path), "-o", tmp_path / "out", "--time", "300ms")
    assert time.monotonic() - start < 10
    assert done.returncode == 2
    assert done.stderr.endswith("the model was not read to its end: its time is over\n")
    assert not (tmp_path / "out").exists()
    done = _command(_slow(tmp_path), "--time", "soon")
    assert "'soon' is no duration; write it as 10s, 500ms, 2m or 1h" in done.stderr
    assert done.returncode == 2


@pytest.fixture
def _interruptible() -> Iterator[None]:
    """Children obey SIGINT, even if the tests run in the background, where shells ignore it."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.usefixtures("_interruptible")
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_command_obeys_signals(tmp_path: Path, number: int) -> None:
    command = [str(PROGRAM), str(_slow(tmp_path)), "-o", str(tmp_path / "out")]
    before = os.times()
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True) as process:
        time.sleep(1.5)
        process.send_signal(number)
        _, errors = process.communicate()
    # Of the CPU, as others may use the machine: what it had until the signal, and a second.
    used = os.times()
    children = used.children_user + used.children_system
    assert children - before.children_user - before.children_system < 1.5 + 1.0
    assert process.returncode == 128 + number
    assert errors == "tilewright: interrupted; nothing is written\n"
    assert not (tmp_path / "out").exists()


def test_command_survives_what_native_code_does_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from tilewright import import_command  # noqa: PLC0415

    def die(*_: object) -> None:
        faulthandler.disable()  # pytest's would print the whole stack into the log
        os.kill(os.getpid(), signal.SIGSEGV)

    def hoard(*_: object) -> None:
        bytearray(4 << 30)

    for fault, message in (
        (die, "its process died of SIGSEGV"),
        (hoard, "it takes more than 1024"),
    ):
        monkeypatch.setattr(import_command, "from_onnx", fault)
        assert import_command.main([str(tmp_path / "model.onnx")]) == 2
        errors = capsys.readouterr().err
        assert f"model.onnx: the model was not read to its end: {message}" in errors
        assert errors.count("\n") == 1
