"""Convolutions as loop nests. R and P are widths of the filter and the output, S and Q heights."""

from __future__ import annotations

from typing import Any

import onnx

from tilewright._network import Shape
from tilewright._onnx.graph import Graph
from tilewright._onnx.work import NotALayerError, Work, attributes, called, sizes

_INPUT = "R*Wdilation+P*Wstride S*Hdilation+Q*Hstride"
_CONV_3D = Shape(
    "conv_3d",
    "N G M C P Q D R S T",
    (
        ("Weights", "G C M R S T"),
        ("Inputs", f"N G C {_INPUT} T*Ddilation+D*Dstride"),
        ("Outputs", "N G M Q P D"),
    ),
)
# P and Q count columns and rows of the input here: each meets the whole filter, and what they make
# overlaps in the output.
_TRANSPOSED = Shape(
    "transposed_conv",
    "N G M C P Q R S",
    (("Weights", "G C M R S"), ("Inputs", "N G C Q P"), ("Outputs", f"N G M {_INPUT}")),
)
_TRANSPOSED_3D = Shape(
    "transposed_conv_3d",
    "N G M C P Q D R S T",
    (
        ("Weights", "G C M R S T"),
        ("Inputs", "N G C Q P D"),
        ("Outputs", f"N G M {_INPUT} T*Ddilation+D*Dstride"),
    ),
)
_MOST_AXES = 3


def conv(node: onnx.NodeProto, graph: Graph) -> list[Work]:
    """Conv, ConvInteger and QLinearConv: of one to three axes, grouped, strided, dilated."""
    weight = node.input[3 if node.op_type == "QLinearConv" else 1]
    outputs, per_group, *kernel = sizes(graph, weight)
    batch, channels, *image = sizes(graph, node.output[0])
    fields = attributes(node)
    group = int(fields.get("group", 1))
    entering = (graph.shape(node.input[0]) or (0, per_group * group))[1]
    _check(entering == per_group * group, node)
    _check(outputs == channels and outputs % group == 0, node)
    bounds = {"N": batch, "G": group, "M": outputs // group, "C": per_group}
    return [Work(**_conv_shape(bounds, image, kernel), coefficients=_steps(fields), weight=weight)]


def transposed(node: onnx.NodeProto, graph: Graph) -> list[Work]:
    """ConvTranspose: every element of the input times the whole filter."""
    batch, channels, *image = sizes(graph, node.input[0])
    rows, per_group, *kernel = sizes(graph, node.input[1])
    fields = attributes(node)
    group = int(fields.get("group", 1))
    _check(rows == channels and channels % group == 0, node)
    if len(image) > _MOST_AXES:
        raise NotALayerError("transposed convolutions of more than 3 axes are not supported")
    bounds = {"N": batch, "G": group, "M": per_group, "C": channels // group}
    bounds |= _named("PQ", image) | _named("RS", kernel)
    shape = _TRANSPOSED
    if len(image) == _MOST_AXES:
        shape = _TRANSPOSED_3D
        bounds |= {"D": image[0], "T": kernel[0]}
    return [Work(shape, bounds, node.input[1], _steps(fields))]


def _check(good: bool, node: onnx.NodeProto) -> None:
    if not good:
        raise NotALayerError(f"channels and groups of '{called(node)}' do not match")


def _conv_shape(bounds: dict[str, int], image: list[int], kernel: list[int]) -> dict[str, Any]:
    if len(image) > _MOST_AXES:
        raise NotALayerError("convolutions of more than 3 axes are not supported")
    axes = _named("PQ", image) | _named("RS", kernel)
    if len(image) == _MOST_AXES:
        return {"shape": _CONV_3D, "bounds": bounds | axes | {"D": image[0], "T": kernel[0]}}
    if bounds["G"] == 1:
        return {"shape": "conv", "bounds": _without(bounds, "G") | axes}
    if bounds["M"] == bounds["C"] == 1:
        one_each = {"N": bounds["N"], "C": bounds["G"]}
        return {"shape": "depthwise-conv", "bounds": one_each | axes}
    return {"shape": "grouped-conv", "bounds": bounds | axes}


def _without(bounds: dict[str, int], name: str) -> dict[str, int]:
    return {key: value for key, value in bounds.items() if key != name}


# ONNX lists the width last; what has no height is one high.
def _named(names: str, values: list[int]) -> dict[str, int]:
    backwards = [*reversed(values), 1, 1]
    return {name: backwards[i] for i, name in enumerate(names)}


def _steps(fields: dict[str, Any]) -> dict[str, int]:
    found: dict[str, int] = {}
    for attribute, what in (("strides", "stride"), ("dilations", "dilation")):
        for axis, value in zip("WHD", reversed(fields.get(attribute, [])), strict=False):
            if value != 1:
                found[axis + what] = int(value)
    return found
