"""Single operators: the loop nests that they become, worked out by hand."""

from pathlib import Path

import onnx
import pytest
from onnx_models import FLOAT, Builder

import tilewright as tw


def _one(b: Builder, output: str, folder: Path) -> tw.NetworkLayer:
    (layer,) = tw.from_onnx(b.save(folder, output))
    return layer


def test_strided_dilated_convolution_of_unequal_axes(tmp_path: Path) -> None:
    b = Builder("conv")
    x = b.input("x", [2, 8, 33, 64])
    y = b.op("Conv", x, b.weight("w", 16, 8, 3, 5), strides=[2, 1], dilations=[1, 3])
    layer = _one(b, y, tmp_path)
    assert layer.shape == "conv"
    # Rows: (33 - 3) / 2 + 1 = 16; columns: 64 - (5 - 1) * 3 = 52.
    assert layer.bounds == {"N": 2, "M": 16, "C": 8, "P": 52, "Q": 16, "R": 5, "S": 3}
    assert layer.coefficients == {"Hstride": 2, "Wdilation": 3}
    assert layer.weights == 16 * 8 * 3 * 5


def test_grouped_and_depthwise_convolutions(tmp_path: Path) -> None:
    b = Builder("groups")
    x = b.input("x", [1, 12, 10, 10])
    x = b.op("Conv", x, b.weight("grouped.weight", 24, 3, 3, 3), group=4)
    x = b.op("Conv", x, b.weight("depthwise.weight", 24, 1, 3, 3), group=24)
    x = b.op("Conv", x, b.weight("multiplied.weight", 48, 1, 3, 3), group=24)
    grouped, depthwise, multiplied = tw.from_onnx(b.save(tmp_path, x))
    assert grouped.shape == "grouped-conv"
    assert grouped.bounds == dict(N=1, G=4, M=6, C=3, P=8, Q=8, R=3, S=3)
    assert depthwise.shape == "depthwise-conv"
    assert depthwise.bounds == dict(N=1, C=24, P=6, Q=6, R=3, S=3)
    assert multiplied.shape == "grouped-conv"
    assert multiplied.bounds == dict(N=1, G=24, M=2, C=1, P=4, Q=4, R=3, S=3)


def test_convolutions_of_one_and_three_axes(tmp_path: Path) -> None:
    b = Builder("axes")
    y = b.op("Conv", b.input("x", [1, 4, 100]), b.weight("one", 8, 4, 5), strides=[3])
    one = _one(b, y, tmp_path)
    assert one.bounds == dict(N=1, M=8, C=4, P=32, Q=1, R=5, S=1)
    assert one.coefficients == {"Wstride": 3}
    b = Builder("axes")
    volume = b.input("x", [1, 4, 9, 16, 20])
    y = b.op("Conv", volume, b.weight("three", 8, 4, 3, 3, 5), strides=[2, 1, 1])
    three = _one(b, y, tmp_path)
    assert three.macs == 8 * 4 * (4 * 14 * 16) * (3 * 3 * 5)
    assert three.bounds["D"] == 4
    assert three.bounds["T"] == 3
    assert three.coefficients == {"Dstride": 2}


def test_transposed_convolution_meets_every_element_with_the_whole_filter(tmp_path: Path) -> None:
    b = Builder("transposed")
    x = b.input("x", [1, 16, 7, 9])
    y = b.op("ConvTranspose", x, b.weight("w", 16, 8, 4, 4), strides=[2, 2], pads=[1, 1, 1, 1])
    layer = _one(b, y, tmp_path)
    assert layer.macs == 16 * 7 * 9 * 8 * 4 * 4
    assert layer.weights == 16 * 8 * 4 * 4
    assert layer.coefficients == {"Wstride": 2, "Hstride": 2}


def test_gemm_in_all_orientations(tmp_path: Path) -> None:
    for trans_a in (0, 1):
        for trans_b in (0, 1):
            b = Builder("gemm")
            x = b.input("x", [3, 5] if not trans_a else [5, 3])
            w = b.weight("w", *((7, 5) if trans_b else (5, 7)))
            y = b.op("Gemm", x, w, transA=trans_a, transB=trans_b)
            layer = _one(b, y, tmp_path)
            assert layer.bounds == {"N": 3, "C": 5, "M": 7}
            assert layer.weights == 35


@pytest.mark.parametrize(
    ("a", "b", "bounds"),
    [
        ([6, 8], [8, 10], {"N": 6, "C": 8, "M": 10}),
        ([8], [8, 10], {"N": 1, "C": 8, "M": 10}),
        ([2, 6, 8], [8, 10], {"N": 2, "P": 6, "C": 8, "M": 10}),
        ([2, 3, 6, 8], [8, 10], {"N": 2, "P": 18, "C": 8, "M": 10}),
        ([2, 12, 6, 8], [2, 12, 8, 10], {"N": 2, "G": 12, "P": 6, "C": 8, "M": 10}),
        ([24, 6, 8], [24, 8, 10], {"N": 1, "G": 24, "P": 6, "C": 8, "M": 10}),
        # Four heads of queries to each of three heads of keys.
        ([2, 3, 4, 6, 8], [2, 3, 1, 8, 10], {"N": 2, "G": 3, "P": 24, "C": 8, "M": 10}),
        ([1, 6, 8], [5, 8, 10], {"N": 1, "P": 6, "C": 8, "M": 50}),
        ([6, 8], [8], {"N": 6, "C": 8, "M": 1}),
    ],
)
def test_products_of_activations(
    a: list[int], b: list[int], bounds: dict[str, int], tmp_path: Path
) -> None:
    builder = Builder("product")
    y = builder.op("MatMul", builder.input("a", [*a]), builder.input("b", [*b]))
    layer = _one(builder, y, tmp_path)
    assert layer.bounds == bounds
    assert layer.weights == 0
    session = onnx.shape_inference.infer_shapes(onnx.load(tmp_path / "product.onnx"))
    sizes = [dim.dim_value for dim in session.graph.output[0].type.tensor_type.shape.dim]
    outputs = 1
    for size in sizes:
        outputs *= size
    assert layer.macs == outputs * 8  # each element of the result sums over 8


def test_parameters_on_the_left_are_the_weights(tmp_path: Path) -> None:
    b = Builder("left")
    layer = _one(b, b.op("MatMul", b.weight("w", 6, 8), b.input("x", [8, 10])), tmp_path)
    assert layer.bounds == {"N": 10, "C": 8, "M": 6}
    assert layer.weights == 48


def test_einsum_is_a_product(tmp_path: Path) -> None:
    b = Builder("einsum")
    q, k = b.input("q", [2, 6, 3, 8]), b.input("k", [2, 10, 3, 8])
    layer = _one(b, b.op("Einsum", q, k, equation="bqhd,bkhd->bhqk"), tmp_path)
    assert layer.bounds == {"N": 1, "G": 6, "P": 6, "C": 8, "M": 10}


def test_grouped_query_attention(tmp_path: Path) -> None:
    b = Builder("attention", opset=23)
    q = b.input("q", [2, 8, 128, 64])
    k, v = b.input("k", [2, 2, 100, 64]), b.input("v", [2, 2, 100, 48])
    network = tw.from_onnx(b.save(tmp_path, b.op("Attention", q, k, v)))
    scores, context = network
    assert scores.macs == 2 * 8 * 128 * 100 * 64
    assert context.macs == 2 * 8 * 128 * 100 * 48
    assert scores.bounds["G"] == 2
    assert network.weights == 0


def test_bidirectional_lstm(tmp_path: Path) -> None:
    b = Builder("lstm")
    x = b.input("x", [35, 1, 1500])
    gates = b.weight("lstm.W", 2, 4 * 1500, 1500), b.weight("lstm.R", 2, 4 * 1500, 1500)
    y = b.op("LSTM", x, *gates, hidden_size=1500, direction="bidirectional")
    network = tw.from_onnx(b.save(tmp_path, y))
    assert [(layer.name, layer.repeats) for layer in network] == [
        ("lstm.input", 1),
        ("lstm.recurrent", 35),
        ("lstm.reverse_input", 1),
        ("lstm.reverse_recurrent", 35),
    ]
    assert network.macs == 2 * 630_000_000  # twice specs/network/lstm_layer.yaml
    assert network.weights == 2 * 18_000_000


def test_gru_has_three_gates(tmp_path: Path) -> None:
    b = Builder("gru")
    x = b.input("x", [10, 4, 32])
    y = b.op("GRU", x, b.weight("W", 1, 3 * 64, 32), b.weight("R", 1, 3 * 64, 64), hidden_size=64)
    network = tw.from_onnx(b.save(tmp_path, y))
    assert network.macs == 10 * 4 * 3 * 64 * (32 + 64)
    assert network.weights == 3 * 64 * (32 + 64)


def test_quantised_operators(tmp_path: Path) -> None:
    b = Builder("quantised")
    int8, uint8 = onnx.TensorProto.INT8, onnx.TensorProto.UINT8
    scale, zero = b.weight("scale"), b.weight("zero", kind=uint8)
    x = b.op("QuantizeLinear", b.input("x", [1, 8, 14, 14]), scale, zero)
    w = b.weight("conv.weight_quantized", 16, 8, 3, 3, kind=int8)
    y = b.op("QLinearConv", x, scale, zero, w, scale, b.weight("wz", kind=int8), scale, zero)
    y = b.op("DequantizeLinear", y, scale, zero)
    w2 = b.op("DequantizeLinear", b.weight("conv2.weight", 4, 16, 1, 1, kind=int8), scale)
    layers = tw.from_onnx(b.save(tmp_path, b.op("Conv", y, w2))).layers
    assert [(layer.name, layer.weights) for layer in layers] == [
        ("conv", 16 * 8 * 9),
        ("conv2", 64),
    ]
    assert [layer.macs for layer in layers] == [12 * 12 * 16 * 8 * 9, 12 * 12 * 4 * 16]


def test_shared_weights_count_once(tmp_path: Path) -> None:
    b = Builder("shared")
    w = b.weight("w", 8, 8)
    y = b.op("MatMul", b.op("MatMul", b.input("x", [4, 8]), w), w)
    network = tw.from_onnx(b.save(tmp_path, y))
    assert [layer.weights for layer in network] == [64, 64]
    assert network.weights == 64
    assert [layer.name for layer in network] == ["node0", "node1"]


def test_what_is_computed_from_parameters_alone_is_no_layer(tmp_path: Path) -> None:
    b = Builder("folded")
    w = b.op("MatMul", b.weight("u", 100, 4), b.weight("v", 4, 100))
    layer = _one(b, b.op("MatMul", b.input("x", [3, 100]), w), tmp_path)
    assert layer.bounds == {"N": 3, "C": 100, "M": 100}


def test_function_of_the_model_is_looked_into(tmp_path: Path) -> None:
    body = [
        onnx.helper.make_node("MatMul", ["a", "b"], ["ab"]),
        onnx.helper.make_node("Relu", ["ab"], ["y"]),
    ]
    opsets = [onnx.helper.make_opsetid("", 17), onnx.helper.make_opsetid("own", 1)]
    function = onnx.helper.make_function("own", "Dense", ["a", "b"], ["y"], body, opsets)
    b = Builder("functions")
    node = onnx.helper.make_node("Dense", ["x", "w"], ["out"], domain="own")
    b.input("x", [2, 8])
    b.weight("w", 8, 3)
    graph = onnx.helper.make_graph(
        [node], "g", b.inputs, [onnx.helper.make_empty_tensor_value_info("out")], b.initializers
    )
    model = onnx.helper.make_model(graph, opset_imports=opsets, functions=[function])
    onnx.save(model, tmp_path / "functions.onnx")
    (layer,) = tw.from_onnx(tmp_path / "functions.onnx")
    assert layer.macs == 2 * 8 * 3


def test_what_cannot_become_a_layer_is_listed_with_its_reason(tmp_path: Path) -> None:
    b = Builder("gaps", opset=19)
    x = b.input("x", [1, 8, 10, 10])
    y = b.op("DeformConv", x, b.weight("d", 4, 8, 3, 3), b.input("offset", [1, 18, 8, 8]))
    y = b.op("MatMul", y, b.weight("w", 8, 5))
    b.nodes.append(onnx.helper.make_node("Odd", [y], ["z"], domain="elsewhere"))
    b.op("MatMul", "z", b.weight("w2", 5, 5))
    network = tw.from_onnx(b.save(tmp_path, b.nodes[-1].output[0]))
    assert len(network) == 1
    reasons = {skip.operator: (skip.operations, skip.reason) for skip in network.skipped}
    assert reasons["DeformConv"] == (
        4 * 8 * 8 * 8 * 9,
        "deformable convolutions are not supported",
    )
    assert reasons["Odd"] == (None, "operator of 'elsewhere', not of ONNX")
    assert reasons["MatMul"] == (None, "the size of 'z' is not known")
    assert "unknown" in repr(network)


def test_every_shape_can_be_mapped(specs: Path, tmp_path: Path) -> None:
    b = Builder("all", opset=23)
    x = b.input("x", [1, 4, 6, 6])
    x = b.op("Conv", x, b.weight("conv", 4, 4, 3, 3), pads=[1] * 4)
    x = b.op("Conv", x, b.weight("grouped", 4, 2, 3, 3), group=2, pads=[1] * 4)
    x = b.op("Conv", x, b.weight("depthwise", 4, 1, 3, 3), group=4, pads=[1] * 4)
    x = b.op("ConvTranspose", x, b.weight("up", 4, 2, 2, 2), strides=[2, 2])
    x = b.op("MatMul", x, b.weight("linear", 12, 3))
    x = b.op("MatMul", x, b.op("Transpose", x, perm=[0, 1, 3, 2]))
    x = b.op("Unsqueeze", x, b.integers("axis", [2]))
    x = b.op("Conv", x, b.weight("volume", 2, 2, 1, 3, 3))
    x = b.op("Reshape", x, b.integers("flat", [2, -1]))
    x = b.op("MatMul", x, b.weight("last", 100, 5))
    network = tw.from_onnx(b.save(tmp_path, x))
    assert [layer.shape if isinstance(layer.shape, str) else layer.shape.name for layer in network]
    result = tw.map(specs / "arch.yaml", network, max_evaluated=20_000)
    assert len(result) == len(network) == 8
    assert all(layer.found for layer in result)
    assert result.macs == network.macs


def test_half_open_type_is_no_obstacle(tmp_path: Path) -> None:
    b = Builder("half")
    b.inputs.append(onnx.helper.make_tensor_value_info("x", FLOAT, [None, 8]))
    with pytest.warns(tw.SpecWarning, match="'x_0' open; 1 is assumed"):
        layer = _one(b, b.op("MatMul", "x", b.weight("w", 8, 4)), tmp_path)
    assert layer.bounds == {"N": 1, "C": 8, "M": 4}
