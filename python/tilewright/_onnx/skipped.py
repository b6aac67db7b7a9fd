"""How much work the operators are that no layer stands for."""

from __future__ import annotations

from math import prod

import onnx

from tilewright._onnx.graph import Graph
from tilewright._onnx.work import attributes

# They move or describe data.
_FREE = frozenset(
    """Cast CastLike Concat ConcatFromSequence Constant ConstantOfShape DepthToSpace
    DequantizeLinear Dropout DynamicQuantizeLinear Expand EyeLike Flatten Gather GatherElements
    GatherND Identity OneHot Optional OptionalGetElement Pad QuantizeLinear Range Reshape
    ReverseSequence ScatterElements ScatterND SequenceAt SequenceConstruct Shape Size Slice
    SpaceToDepth Split SplitToSequence Squeeze Tile Transpose Trilu Unsqueeze""".split()
)
_POOLS = frozenset({"AveragePool", "MaxPool", "LpPool"})
# These look at every element of their input.
_REDUCTIONS = frozenset({"GlobalAveragePool", "GlobalMaxPool", "GlobalLpPool", "ArgMax", "ArgMin"})


def is_of_onnx(node: onnx.NodeProto) -> bool:
    """Whether ONNX itself defines the operator."""
    return node.domain in ("", "ai.onnx")


def is_free(node: onnx.NodeProto) -> bool:
    """Whether the operator only moves or describes data."""
    return node.op_type in _FREE and is_of_onnx(node)


def operations(node: onnx.NodeProto, graph: Graph, is_layer: bool) -> int | None:
    """One per element of the result, of a pooling window, or of what is reduced; None: unknown.

    `is_layer`: it multiplies like a layer; its multiplications are counted where they are plain.
    """
    if is_layer:
        return _multiplications(node, graph)
    reduces = node.op_type in _REDUCTIONS or node.op_type.startswith("Reduce")
    found = graph.shape(node.input[0] if reduces and node.input else node.output[0])
    if found is None or any(size < 0 for size in found):
        return None
    window = attributes(node).get("kernel_shape", [1]) if node.op_type in _POOLS else [1]
    return prod(found) * prod(window)


def _multiplications(node: onnx.NodeProto, graph: Graph) -> int | None:
    sides = {"DeformConv": node.output, "ConvTranspose": node.input}.get(node.op_type)
    if sides is None or not is_of_onnx(node):
        return None
    image, weight = graph.shape(sides[0]), graph.shape(node.input[1])
    return None if image is None or weight is None else prod(image) * prod(weight[1:])
