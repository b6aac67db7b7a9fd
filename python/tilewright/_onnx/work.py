"""What an operator of a model is to the mapper: loop nests, or nothing but operations."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import onnx

from tilewright._network import Shape
from tilewright._onnx.graph import Graph


@dataclass(frozen=True)
class Work:
    """A loop nest that an operator stands for.

    Attributes:
        shape: a name that the program knows, or a shape of its own.
        bounds: size of each dimension.
        coefficients: strides and dilations other than 1.
        repeats: how often it runs; all with the same weights.
        weight: the tensor in the role of the weights.
        suffix: added to the operator's name, for operators of several loop nests.
        after: suffixes of the loop nests of this operator that come before this one; none: it
            reads what enters the operator.
    """

    shape: str | Shape
    bounds: Mapping[str, int]
    weight: str
    coefficients: Mapping[str, int] = field(default_factory=dict)
    repeats: int = 1
    suffix: str = ""
    after: tuple[str, ...] = ()


class NotALayerError(Exception):
    """An operator that multiplies, but cannot become a layer. Its text says why."""


def attributes(node: onnx.NodeProto) -> dict[str, Any]:
    """The attributes of a node by name."""
    return {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}


def called(node: onnx.NodeProto) -> str:
    """What messages call an operator: many have no name."""
    return node.name or node.op_type


def sizes(graph: Graph, tensor: str, axes: int | None = None) -> tuple[int, ...]:
    """Sizes of a tensor. Raises NotALayerError if they are not known or make no sense."""
    found = graph.shape(tensor)
    if found is None:
        raise NotALayerError(f"the size of '{tensor}' is not known")
    if 0 in found:
        raise NotALayerError(f"'{tensor}' is empty")
    if any(size < 0 for size in found):
        text = " x ".join(map(str, found))
        raise NotALayerError(f"'{tensor}' would be {text}: what enters is too small")
    if axes is not None and len(found) != axes:
        raise NotALayerError(f"'{tensor}' has {len(found)} axes where {axes} are expected")
    return found
