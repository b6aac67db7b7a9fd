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


def sizes(graph: Graph, tensor: str) -> tuple[int, ...]:
    """Sizes of a tensor. Raises NotALayerError if they are not known."""
    found = graph.shape(tensor)
    if found is None:
        raise NotALayerError(f"the size of '{tensor}' is not known")
    if 0 in found:
        raise NotALayerError(f"'{tensor}' is empty")
    return found
