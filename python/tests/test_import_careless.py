"""Models that are old, careless or wrong: understood, or an error that says what is wrong."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import onnx
import pytest
from onnx import TensorProto
from onnx.helper import make_graph, make_model, make_node, make_opsetid, make_tensor

import tilewright as tw

Shape = Sequence[int | str | None]


def _info(name: str, *shape: int | str | None, kind: int = TensorProto.FLOAT) -> Any:
    return onnx.helper.make_tensor_value_info(name, kind, shape)


def _weight(name: str, *dims: int) -> onnx.TensorProto:
    tensor = TensorProto(name=name, dims=dims, data_type=TensorProto.FLOAT)
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="weights.bin")
    return tensor


def _integers(name: str, *values: int) -> onnx.TensorProto:
    return make_tensor(name, TensorProto.INT64, [len(values)], values)


def _save(
    folder: Path,
    nodes: Sequence[onnx.NodeProto],
    inputs: Sequence[onnx.ValueInfoProto],
    stored: Sequence[onnx.TensorProto] = (),
    opset: int = 17,
    ir: int = 8,
) -> Path:
    output = onnx.helper.make_empty_tensor_value_info("y")
    graph = make_graph(nodes, "g", inputs, [output], stored)
    model = make_model(graph, opset_imports=[make_opsetid("", opset)])
    model.ir_version = ir
    path = folder / "careless.onnx"
    onnx.save(model, path)
    return path


def _conv(folder: Path, shape: Shape, weight: Sequence[int] = (8, 3, 3, 3), **fields: Any) -> Path:
    node = make_node("Conv", ["x", "w"], ["y"], **fields)
    return _save(folder, [node], [_info("x", *shape)], [_weight("w", *weight)])


@pytest.mark.parametrize(
    ("fields", "p", "q"),
    [
        # x is 3 * 9 * 8 (height, width). Rows: (9 + pads - 3) / 2 + 1; columns alike.
        (dict(pads=[0, 1, 2, 3], strides=[2, 1]), 8 + 1 + 3 - 3 + 1, (9 + 2 - 3) // 2 + 1),
        (dict(auto_pad="SAME_UPPER", strides=[2, 2]), 4, 5),
        (dict(auto_pad="SAME_LOWER", strides=[2, 2]), 4, 5),
        (dict(auto_pad="VALID", strides=[2, 2]), 3, 4),
        (dict(auto_pad="NOTSET", strides=[2, 2], kernel_shape=[3, 3]), 3, 4),
    ],
)
def test_paddings(tmp_path: Path, fields: dict[str, Any], p: int, q: int) -> None:
    (layer,) = tw.from_onnx(_conv(tmp_path, [1, 3, 9, 8], **fields))
    assert (layer.bounds["P"], layer.bounds["Q"]) == (p, q)
    assert layer.macs == p * q * 8 * 3 * 3 * 3


@pytest.mark.parametrize("opset", [1, 6, 7, 9, 11, 13, 18, 20, 21, 22, 23])
def test_operator_sets_old_and_new(tmp_path: Path, opset: int) -> None:
    nodes = [make_node("Conv", ["x", "w"], ["c"]), make_node("Relu", ["c"], ["y"])]
    path = _save(tmp_path, nodes, [_info("x", 1, 3, 8, 8)], [_weight("w", 8, 3, 3, 3)], opset, 3)
    network = tw.from_onnx(path)
    assert network.macs == 6 * 6 * 8 * 3 * 3 * 3
    assert [(skip.operator, skip.operations) for skip in network.skipped] == [("Relu", 288)]


def test_network_of_the_first_operator_sets(tmp_path: Path) -> None:
    # Attributes that became inputs since, and ones that are gone.
    nodes = [
        make_node("Conv", ["x", "w"], ["c"]),
        make_node("Dropout", ["c"], ["d"], is_test=1),
        make_node("GlobalAveragePool", ["d"], ["p"]),
        make_node("Reshape", ["p"], ["r"], shape=[1, 8]),
        make_node("Gemm", ["r", "v", "b"], ["y"], broadcast=1),
    ]
    stored = [_weight("w", 8, 3, 3, 3), _weight("v", 8, 4), _weight("b", 4)]
    path = _save(tmp_path, nodes, [_info("x", 1, 3, 8, 8)], stored, opset=1, ir=3)
    network = tw.from_onnx(path)
    assert [layer.operator for layer in network] == ["Conv", "Gemm"]
    assert network.macs == 6 * 6 * 8 * 27 + 8 * 4
    assert (network.weights, network.other_parameters) == (8 * 27 + 8 * 4, 4)


def test_weights_in_constant_nodes_and_sizes_computed_from_them(tmp_path: Path) -> None:
    nodes = [
        make_node("Constant", [], ["w"], value=make_tensor("", 1, [8, 3, 3, 3], [0.0] * 216)),
        make_node("Conv", ["x", "w"], ["c"]),
        make_node("Shape", ["c"], ["s"]),
        make_node("Constant", [], ["zero"], value_int=0),
        make_node("Gather", ["s", "zero"], ["n"]),
        make_node("Constant", [], ["axes"], value_ints=[0]),
        make_node("Unsqueeze", ["n", "axes"], ["n1"]),
        make_node("Constant", [], ["rest"], value_ints=[-1]),
        make_node("Concat", ["n1", "rest"], ["size"], axis=0),
        make_node("Reshape", ["c", "size"], ["r"]),
        make_node("MatMul", ["r", "v"], ["y"]),
    ]
    path = _save(tmp_path, nodes, [_info("x", "batch", 3, 8, 8)], [_weight("v", 288, 10)])
    network = tw.from_onnx(path, {"batch": 2})
    assert network.weights == 216 + 2880
    assert network.macs == 2 * (6 * 6 * 8 * 27 + 2880)


@pytest.mark.parametrize("batch", [None, -1, "N"])
def test_open_batch_however_it_is_written(tmp_path: Path, batch: int | str | None) -> None:
    with pytest.warns(tw.SpecWarning, match=r"leaves the size '(N|x_0)' open; 1 is assumed"):
        (layer,) = tw.from_onnx(_conv(tmp_path, [batch, 3, 8, 8]))
    assert layer.bounds["N"] == 1


def test_operators_in_any_order(tmp_path: Path) -> None:
    nodes = [
        make_node("MatMul", ["a", "w2"], ["y"], name="second"),
        make_node("MatMul", ["x", "w1"], ["a"], name="first"),
    ]
    stored = [_weight("w1", 8, 6), _weight("w2", 6, 4)]
    first, second = tw.from_onnx(_save(tmp_path, nodes, [_info("x", 2, 8)], stored))
    assert (first.macs, second.macs) == (2 * 8 * 6, 2 * 6 * 4)
    assert second.inputs == (first.name,)


def test_sparse_weights_have_their_dense_size(tmp_path: Path) -> None:
    path = _save(tmp_path, [make_node("MatMul", ["x", "w"], ["y"])], [_info("x", 2, 8)])
    model = onnx.load(path)
    values = make_tensor("w", TensorProto.FLOAT, [2], [1.0, 2.0])
    sparse = onnx.helper.make_sparse_tensor(values, _integers("i", 0, 5), [8, 4])
    model.graph.sparse_initializer.append(sparse)
    onnx.save(model, path)
    (layer,) = tw.from_onnx(path)
    assert (layer.macs, layer.weights) == (2 * 8 * 4, 32)


def test_einsum_with_dots(tmp_path: Path) -> None:
    node = make_node("Einsum", ["x", "w"], ["y"], equation="...i, ij -> ...j")
    path = _save(tmp_path, [node], [_info("x", 2, 3, 8)], [_weight("w", 8, 4)])
    assert tw.from_onnx(path).macs == 2 * 3 * 8 * 4
    node = make_node("Einsum", ["x", "z"], ["y"], equation="...qc,...kc->...qk")
    path = _save(tmp_path, [node], [_info("x", 2, 3, 5, 8), _info("z", 2, 3, 7, 8)])
    (layer,) = tw.from_onnx(path)
    assert layer.bounds == dict(N=1, G=6, P=5, C=8, M=7)


def test_transposed_convolution_of_three_axes_can_be_mapped(specs: Path, tmp_path: Path) -> None:
    node = make_node("ConvTranspose", ["x", "w"], ["y"], strides=[2, 1, 1])
    weight = _weight("w", 2, 3, 2, 1, 2)
    network = tw.from_onnx(_save(tmp_path, [node], [_info("x", 1, 2, 3, 4, 5)], [weight]))
    assert network.macs == 2 * 3 * 4 * 5 * 3 * 2 * 2
    assert network[0].coefficients == {"Dstride": 2}
    assert tw.map(specs / "arch.yaml", network, max_evaluated=5000)[0].found


def _branches() -> onnx.NodeProto:
    then, other = (
        make_graph([make_node("MatMul", ["x", w], [out])], out, [], [_info(out, 2, 4)])
        for w, out in (("w1", "t"), ("w2", "e"))
    )
    return make_node("If", ["flag"], ["r"], then_branch=then, else_branch=other)


def _loop() -> onnx.NodeProto:
    values = [_info("i", kind=TensorProto.INT64), _info("c", kind=TensorProto.BOOL)]
    body = make_graph(
        [make_node("MatMul", ["v", "w1"], ["vo"]), make_node("Identity", ["c"], ["co"])],
        "body",
        [*values, _info("v", 2, 4)],
        [_info("co", kind=TensorProto.BOOL), _info("vo", 2, 4)],
    )
    return make_node("Loop", ["count", "", "x"], ["r"], body=body)


@pytest.mark.parametrize(
    ("node", "reason"),
    [(_branches(), "what is inside of branches"), (_loop(), "what is inside of loops")],
)
def test_branches_and_loops_are_listed(tmp_path: Path, node: onnx.NodeProto, reason: str) -> None:
    stored = [_weight("w1", 4, 4), _weight("w2", 4, 4), _weight("w3", 4, 5)]
    inputs = [_info("x", 2, 4), _info("flag", kind=TensorProto.BOOL)]
    inputs.append(_info("count", kind=TensorProto.INT64))
    nodes = [node, make_node("MatMul", ["x", "w3"], ["y"])]
    network = tw.from_onnx(_save(tmp_path, nodes, inputs, stored))
    assert network.macs == 2 * 4 * 5
    (skip,) = network.skipped
    assert (skip.operator, skip.operations) == (node.op_type, None)
    assert skip.reason.startswith(reason)
    assert " unknown        ? " in repr(network)


# What is wrong, and what the error says of it.
_WRONG: list[tuple[str, Shape, Sequence[int], dict[str, Any], str]] = [
    ("Conv", [1, 3, 1, 1], (8, 3, 3, 3), {}, "'y' would be 1 x 8 x -1 x -1: what enters is too"),
    ("Conv", [1, 3, 8, 8], (8, 2, 3, 3), {}, "channels and groups of 'Conv' do not match"),
    ("Conv", [1, 6, 8, 8], (8, 2, 3, 3), {"group": 5}, "channels and groups of 'Conv' do not"),
    ("Conv", [1, 3, 8, 8], (8, 3, 3, 3), {"group": 0}, "channels and groups of 'Conv' do not"),
    ("Conv", [1, 3, 8, 8], (8, 3, 3, 3), {"strides": [0, 0]}, "the size of 'y' is not known"),
    ("Conv", [0, 3, 8, 8], (8, 3, 3, 3), {}, "'y' is empty"),
    ("Conv", [1, 3] + [5] * 4, [8, 3] + [3] * 4, {}, "convolutions of more than 3 axes"),
    ("ConvTranspose", [1, 3] + [5] * 4, [3, 8] + [3] * 4, {}, "transposed convolutions of more"),
    ("MatMul", [3, 6], (5, 3), {}, "'MatMul' multiplies rows of 6 by columns of 5"),
    ("Gemm", [1, 2, 8], (8, 8), {}, "'x' has 3 axes where 2 are expected"),
    ("LSTM", [12, 8], (1, 64, 8), {"hidden_size": 16}, "'x' has 2 axes where 3 are expected"),
    ("Einsum", [2, 7], (8, 8), {"equation": "ai,ij->aj"}, "sizes 7 and 8 of one axis"),
    ("Einsum", [2, 8], (8, 8), {"equation": "abi,ij->aj"}, "a factor has 2 axes"),
    ("Einsum", [2, 8], (8, 8), {"equation": "aa,ij->ij"}, "'aa,ij->ij'"),
    ("Einsum", [2, 8], (8, 8), {}, "'Einsum' is not as ONNX defines it"),
]


@pytest.mark.parametrize(("kind", "shape", "weight", "fields", "message"), _WRONG)
def test_what_cannot_be_is_a_spec_error(
    tmp_path: Path,
    kind: str,
    shape: Shape,
    weight: Sequence[int],
    fields: dict[str, Any],
    message: str,
) -> None:
    node = make_node(kind, ["x", "w", "r"][: 3 if kind == "LSTM" else 2], ["y"], **fields)
    stored = [_weight("w", *weight), _weight("r", 1, 64, 16)]
    path = _save(tmp_path, [node], [_info("x", *shape)], stored)
    with pytest.raises(tw.SpecError) as caught:
        tw.from_onnx(path)
    assert message in str(caught.value)
    assert str(caught.value).startswith(
        f"{path}: the model has no operator that can become a layer"
    )


def test_operator_that_lacks_an_input(tmp_path: Path) -> None:
    path = _save(tmp_path, [make_node("MatMul", ["x"], ["y"])], [_info("x", 2, 8)])
    with pytest.raises(tw.SpecError, match="'MatMul' is not as ONNX defines it"):
        tw.from_onnx(path)


def test_operators_that_wait_for_each_other(tmp_path: Path) -> None:
    nodes = [make_node("MatMul", ["b", "w"], ["a"]), make_node("MatMul", ["a", "w"], ["b"])]
    path = _save(tmp_path, nodes, [_info("x", 2, 8)], [_weight("w", 8, 8)])
    with pytest.raises(tw.SpecError, match="operator 'MatMul' waits for its own result"):
        tw.from_onnx(path)


def test_input_without_sizes_is_named(tmp_path: Path) -> None:
    nodes = [make_node("Conv", ["x", "w"], ["c"]), make_node("MatMul", ["z", "v"], ["y"])]
    nothing = onnx.helper.make_tensor_value_info("x", TensorProto.FLOAT, None)
    stored = [_weight("w", 8, 3, 3, 3), _weight("v", 8, 8)]
    path = _save(tmp_path, nodes, [nothing, _info("z", 2, 8)], stored)
    with pytest.warns(tw.SpecWarning, match="does not say the size of its input 'x'"):
        network = tw.from_onnx(path)
    assert network.skipped[0].reason == "the size of 'c' is not known"


@pytest.mark.parametrize("size", [0, -5, "12", 2.5, True, 2**31])
def test_senseless_size_is_a_usage_error(tmp_path: Path, size: Any) -> None:
    path = _conv(tmp_path, [1, 3, "height", 8])
    with pytest.raises(tw.UsageError, match=f"size 'height': expected a whole .*, found '{size}'"):
        tw.from_onnx(path, {"height": size})
