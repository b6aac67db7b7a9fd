"""ONNX graphs of known networks, built operator by operator. Weights have sizes but no data."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import onnx
from onnx import TensorProto, helper

FLOAT = TensorProto.FLOAT


class Builder:
    """Adds operators one after the other; each method returns the name of its result."""

    def __init__(self, name: str, opset: int = 17) -> None:
        self.name = name
        self.opset = opset
        self.nodes: list[onnx.NodeProto] = []
        self.inputs: list[onnx.ValueInfoProto] = []
        self.initializers: list[onnx.TensorProto] = []
        self.parameters = 0

    def input(self, name: str, shape: list[int | str], kind: int = FLOAT) -> str:
        self.inputs.append(helper.make_tensor_value_info(name, kind, shape))
        return name

    def weight(self, name: str, *dims: int, kind: int = FLOAT) -> str:
        """A tensor whose data would be in another file."""
        tensor = TensorProto(name=name, dims=dims, data_type=kind)
        tensor.data_location = TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="weights.bin")
        self.initializers.append(tensor)
        count = 1
        for dim in dims:
            count *= dim
        self.parameters += count
        return name

    def integers(self, name: str, values: list[int]) -> str:
        tensor = helper.make_tensor(name, TensorProto.INT64, [len(values)], values)
        self.initializers.append(tensor)
        return name

    def op(self, kind: str, *inputs: str, outputs: int = 1, **attributes: Any) -> str:
        made = [f"t{len(self.nodes)}_{i}" for i in range(outputs)]
        node = helper.make_node(kind, inputs, made, name=f"node{len(self.nodes)}", **attributes)
        self.nodes.append(node)
        return made[0]

    def conv(
        self,
        x: str,
        name: str,
        channels: tuple[int, int],
        kernel: int,
        stride: int = 1,
        group: int = 1,
        bias: bool = False,
    ) -> str:
        """A convolution whose output is its input's size over the stride, rounded up."""
        c, m = channels
        weights = [self.weight(f"{name}.weight", m, c // group, kernel, kernel)]
        if bias:
            weights.append(self.weight(f"{name}.bias", m))
        pad = (kernel - 1) // 2
        return self.op(
            "Conv",
            x,
            *weights,
            kernel_shape=[kernel, kernel],
            strides=[stride, stride],
            pads=[pad] * 4,
            group=group,
        )

    def norm(self, x: str, name: str, channels: int) -> str:
        """A batch normalisation; its running mean and variance are no parameters of the model."""
        scale = self.weight(f"{name}.scale", channels)
        shift = self.weight(f"{name}.shift", channels)
        mean = self.integers_as_floats(f"{name}.mean", channels)
        variance = self.integers_as_floats(f"{name}.variance", channels)
        return self.op("BatchNormalization", x, scale, shift, mean, variance)

    # Kept out of the stored floats, so that what is counted is what publications count.
    def integers_as_floats(self, name: str, count: int) -> str:
        self.integers(f"{name}.int", [0])
        size = self.integers(f"{name}.size", [count])
        whole = self.op("Expand", f"{name}.int", size)
        return self.op("Cast", whole, to=FLOAT)

    def linear(self, x: str, name: str, sizes: tuple[int, int]) -> str:
        """A Gemm as exporters write it, with its bias."""
        c, m = sizes
        weight = self.weight(f"{name}.weight", m, c)
        return self.op("Gemm", x, weight, self.weight(f"{name}.bias", m), transB=1)

    def save(self, folder: Path, output: str) -> Path:
        graph = helper.make_graph(
            self.nodes,
            self.name,
            self.inputs,
            [helper.make_empty_tensor_value_info(output)],
            self.initializers,
        )
        opsets = [helper.make_opsetid("", self.opset), helper.make_opsetid("elsewhere", 1)]
        model = helper.make_model(graph, opset_imports=opsets)
        path = folder / f"{self.name}.onnx"
        onnx.save(model, path)
        return path


def resnet50(folder: Path) -> tuple[Path, int]:
    """ResNet-50 version 1 on 224 x 224, and its number of parameters."""
    b = Builder("resnet50")

    def conv_norm(x: str, name: str, channels: tuple[int, int], kernel: int, stride: int) -> str:
        return b.norm(b.conv(x, name, channels, kernel, stride), f"{name}.bn", channels[1])

    x = b.input("image", [1, 3, 224, 224])
    x = b.op("Relu", conv_norm(x, "conv1", (3, 64), 7, 2))
    x = b.op("MaxPool", x, kernel_shape=[3, 3], strides=[2, 2], pads=[1] * 4)
    channels = 64
    for stage, (width, blocks) in enumerate([(64, 3), (128, 4), (256, 6), (512, 3)], start=2):
        for block in range(1, blocks + 1):
            stride = 2 if block == 1 and stage > 2 else 1
            name = f"conv{stage}_{block}"
            y = b.op("Relu", conv_norm(x, f"{name}.a", (channels, width), 1, stride))
            y = b.op("Relu", conv_norm(y, f"{name}.b", (width, width), 3, 1))
            y = conv_norm(y, f"{name}.c", (width, 4 * width), 1, 1)
            if block == 1:
                x = conv_norm(x, f"{name}.projection", (channels, 4 * width), 1, stride)
            x = b.op("Relu", b.op("Add", y, x))
            channels = 4 * width
    x = b.op("Flatten", b.op("GlobalAveragePool", x))
    return b.save(folder, b.linear(x, "fc", (2048, 1000))), b.parameters


def mobilenet_v1(folder: Path) -> tuple[Path, int]:
    b = Builder("mobilenet_v1")

    def conv_norm(x: str, name: str, cm: tuple[int, int], kernel: int, s: int, g: int = 1) -> str:
        x = b.norm(b.conv(x, name, cm, kernel, s, g), f"{name}.bn", cm[1])
        return b.op("Relu", x)

    x = conv_norm(b.input("image", ["batch", 3, 224, 224]), "conv1", (3, 32), 3, 2)
    c = 32
    plan = [(64, 1), (128, 2), (128, 1), (256, 2), (256, 1), (512, 2), *[(512, 1)] * 5]
    for i, (m, stride) in enumerate([*plan, (1024, 2), (1024, 1)], start=2):
        x = conv_norm(x, f"conv{i}_dw", (c, c), 3, stride, c)
        x = conv_norm(x, f"conv{i}_pw", (c, m), 1, 1)
        c = m
    x = b.op("Flatten", b.op("GlobalAveragePool", x))
    return b.save(folder, b.linear(x, "fc", (1024, 1000))), b.parameters


# Kernel, expansion, output channels, squeeze and excite, stride: table 1 of the paper.
_V3_LARGE = [
    (3, 16, 16, False, 1),
    (3, 64, 24, False, 2),
    (3, 72, 24, False, 1),
    (5, 72, 40, True, 2),
    (5, 120, 40, True, 1),
    (5, 120, 40, True, 1),
    (3, 240, 80, False, 2),
    (3, 200, 80, False, 1),
    (3, 184, 80, False, 1),
    (3, 184, 80, False, 1),
    (3, 480, 112, True, 1),
    (3, 672, 112, True, 1),
    (5, 672, 160, True, 2),
    (5, 960, 160, True, 1),
    (5, 960, 160, True, 1),
]


def _round_8(value: float) -> int:
    rounded = max(8, int(value + 4) // 8 * 8)
    return rounded + 8 if rounded < 0.9 * value else rounded


def _squeeze_excite(b: Builder, x: str, name: str, channels: int, squeezed: int) -> str:
    y = b.op("GlobalAveragePool", x)
    y = b.op("Relu", b.conv(y, f"{name}.squeeze", (channels, squeezed), 1, bias=True))
    y = b.conv(y, f"{name}.excite", (squeezed, channels), 1, bias=True)
    return b.op("Mul", x, b.op("HardSigmoid", y))


def mobilenet_v3_large(folder: Path) -> tuple[Path, int]:
    b = Builder("mobilenet_v3_large")

    def conv_norm(x: str, name: str, cm: tuple[int, int], kernel: int, s: int, g: int = 1) -> str:
        return b.norm(b.conv(x, name, cm, kernel, s, g), f"{name}.bn", cm[1])

    x = b.input("image", [1, 3, 224, 224])
    x = b.op("HardSwish", conv_norm(x, "conv1", (3, 16), 3, 2))
    c = 16
    for i, (kernel, wide, m, squeeze, stride) in enumerate(_V3_LARGE, start=1):
        y = x
        if wide != c:
            y = b.op("Relu", conv_norm(y, f"bneck{i}.expand", (c, wide), 1, 1))
        y = b.op("Relu", conv_norm(y, f"bneck{i}.dw", (wide, wide), kernel, stride, wide))
        if squeeze:
            y = _squeeze_excite(b, y, f"bneck{i}", wide, _round_8(wide / 4))
        y = conv_norm(y, f"bneck{i}.project", (wide, m), 1, 1)
        x = b.op("Add", x, y) if stride == 1 and c == m else y
        c = m
    x = b.op("HardSwish", conv_norm(x, "conv2", (160, 960), 1, 1))
    x = b.op("Flatten", b.op("GlobalAveragePool", x))
    x = b.op("HardSwish", b.linear(x, "fc1", (960, 1280)))
    return b.save(folder, b.linear(x, "fc2", (1280, 1000))), b.parameters


# Expansion, output channels, blocks, stride, kernel of stages 2 to 8 of B0.
_B0 = [
    (1, 16, 1, 1, 3),
    (6, 24, 2, 2, 3),
    (6, 40, 2, 2, 5),
    (6, 80, 3, 2, 3),
    (6, 112, 3, 1, 5),
    (6, 192, 4, 2, 5),
    (6, 320, 1, 1, 3),
]


def efficientnet_b4(folder: Path) -> tuple[Path, int]:
    """B0 with 1.4 times the channels and 1.8 times the blocks, on 380 x 380."""
    b = Builder("efficientnet_b4")

    def conv_norm(x: str, name: str, cm: tuple[int, int], kernel: int, s: int, g: int = 1) -> str:
        return b.norm(b.conv(x, name, cm, kernel, s, g), f"{name}.bn", cm[1])

    def swish(x: str) -> str:
        return b.op("Mul", x, b.op("Sigmoid", x))

    x = swish(conv_norm(b.input("image", [1, 3, 380, 380]), "stem", (3, 48), 3, 2))
    c = 48
    for stage, (expansion, base, count, first_stride, kernel) in enumerate(_B0, start=2):
        m = _round_8(base * 1.4)
        for block in range(-(-count * 18 // 10)):
            name = f"stage{stage}.{block}"
            stride = first_stride if block == 0 else 1
            wide = c * expansion
            y = swish(conv_norm(x, f"{name}.expand", (c, wide), 1, 1)) if expansion > 1 else x
            y = swish(conv_norm(y, f"{name}.dw", (wide, wide), kernel, stride, wide))
            y = _squeeze_excite(b, y, name, wide, c // 4)
            y = conv_norm(y, f"{name}.project", (wide, m), 1, 1)
            x = b.op("Add", x, y) if stride == 1 and c == m else y
            c = m
    x = swish(conv_norm(x, "head", (c, 1792), 1, 1))
    x = b.op("Flatten", b.op("GlobalAveragePool", x))
    return b.save(folder, b.linear(x, "fc", (1792, 1000))), b.parameters


def bert_base(folder: Path) -> tuple[Path, int]:
    """Embeddings and encoder of BERT-base; batch and length are open, and computed with."""
    b = Builder("bert_base")
    hidden, heads, inner = 768, 12, 3072
    ids = b.input("input_ids", ["batch", "sequence"], TensorProto.INT64)

    def dense(x: str, name: str, c: int, m: int) -> str:
        x = b.op("MatMul", x, b.weight(f"{name}.weight", c, m))
        return b.op("Add", b.weight(f"{name}.bias", m), x)

    def norm(x: str, name: str) -> str:
        scale, shift = b.weight(f"{name}.scale", hidden), b.weight(f"{name}.shift", hidden)
        return b.op("LayerNormalization", x, scale, shift, axis=-1)

    def split(x: str, name: str) -> str:
        """Batch, heads, sequence, columns, by sizes that are read from the tensor."""
        shape = b.op("Shape", x)
        ends = b.integers(f"{name}.two", [0, 1])
        outer = b.op("Gather", shape, ends, axis=0)
        inner = b.integers(f"{name}.heads", [heads, hidden // heads])
        x = b.op("Reshape", x, b.op("Concat", outer, inner, axis=0))
        return b.op("Transpose", x, perm=[0, 2, 1, 3])

    words = b.op("Gather", b.weight("embeddings.words", 30522, hidden), ids)
    kinds = b.op("Gather", b.weight("embeddings.kinds", 2, hidden), b.op("Sub", ids, ids))
    # The first rows of the table, as many as there are tokens.
    length = b.op("Gather", b.op("Shape", ids), b.integers("second", [1]), axis=0)
    table = b.weight("embeddings.positions", 512, hidden)
    positions = b.op("Slice", table, b.integers("start", [0]), length, b.integers("axis", [0]))
    x = norm(b.op("Add", b.op("Add", words, kinds), positions), "embeddings.norm")
    for i in range(12):
        name = f"layer{i}"
        q = split(dense(x, f"{name}.query", hidden, hidden), f"{name}.q")
        k = split(dense(x, f"{name}.key", hidden, hidden), f"{name}.k")
        v = split(dense(x, f"{name}.value", hidden, hidden), f"{name}.v")
        scores = b.op("MatMul", q, b.op("Transpose", k, perm=[0, 1, 3, 2]))
        b.nodes[-1].name = f"/{name}/scores/MatMul"
        y = b.op("MatMul", b.op("Softmax", scores, axis=-1), v)
        b.nodes[-1].name = f"/{name}/context/MatMul"
        y = b.op("Transpose", y, perm=[0, 2, 1, 3])
        y = b.op("Reshape", y, b.integers(f"{name}.flat", [0, 0, hidden]))
        x = norm(b.op("Add", x, dense(y, f"{name}.output", hidden, hidden)), f"{name}.norm1")
        y = b.op("Erf", dense(x, f"{name}.up", hidden, inner))
        x = norm(b.op("Add", x, dense(y, f"{name}.down", inner, hidden)), f"{name}.norm2")
    return b.save(folder, x), b.parameters
