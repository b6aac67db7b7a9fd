"""What shape inference would carry along, bounded before it runs: a few bytes may ask for much."""

from __future__ import annotations

from math import prod

import onnx

from tilewright._onnx import stored
from tilewright._onnx.functions import with_bodies

# A chain of operators may double what it holds at each step.
_MOST_NUMBERS = 1_000_000
_MOST_AXES = 4_000_000


class Bounds:
    """The most axes, and numbers in tensors of sizes, that the tensors of a graph can have in all.

    `values`: whether inference carries along the values of sizes that operators compute.
    """

    def __init__(self, graph: onnx.GraphProto, values: bool) -> None:
        self._values = values
        self._all_counts = 0
        self._all_axes = 0
        self._counts: dict[str, int] = {}  # of tensors of sizes and indices
        self._axes: dict[str, int] = {}
        self._stored: dict[str, onnx.TensorProto] = {}
        for tensor in graph.initializer:
            self._axes[tensor.name] = len(tensor.dims)
            if stored.is_size_or_index(tensor):
                self._counts[tensor.name] = prod(tensor.dims)
                self._stored[tensor.name] = tensor
        for each in graph.input:
            self._axes[each.name] = len(each.type.tensor_type.shape.dim)
        for node in with_bodies(graph.node):
            self._add(node)
            if not self.fit:
                break

    @property
    def fit(self) -> bool:
        """Whether that is no more than a model can need."""
        counts = self._all_counts if self._values else 0
        return counts <= _MOST_NUMBERS and self._all_axes <= _MOST_AXES

    def _add(self, node: onnx.NodeProto) -> None:
        axes, count = self._axes_of(node), self._count_of(node)
        self._all_axes += axes * len(node.output)
        self._all_counts += count * len(node.output)
        self._axes |= dict.fromkeys(node.output, axes)
        self._counts |= dict.fromkeys(node.output, count)

    def _count_of(self, node: onnx.NodeProto) -> int:
        entering = [self._counts.get(name, 0) for name in node.input]
        if node.op_type == "Shape":
            return self._axes.get(node.input[0], 0) if self._values and node.input else 0
        if node.op_type == "Concat":
            return sum(entering)
        if node.op_type == "Gather":
            return self._named(node, 1)
        if node.op_type == "Slice":
            return min(self._sliced(node), max(entering, default=0))
        if node.op_type == "Constant":
            return _listed(node)
        return max(entering, default=0)

    def _axes_of(self, node: onnx.NodeProto) -> int:
        entering = [self._axes.get(name, 0) for name in node.input]
        first = max(entering[:1], default=0)
        if node.op_type == "Unsqueeze":
            return first + (self._named(node, 1) or _listed(node))
        if node.op_type in ("Gather", "GatherND", "OneHot"):
            return max(sum(entering[:2]) - 1, first + 1)
        if node.op_type in ("Reshape", "Expand"):
            return max(
                self._named(node, 1), _listed(node), 1 if node.op_type == "Reshape" else first
            )
        if node.op_type == "ConstantOfShape":
            return self._named(node, 0)
        return max([*entering, _listed(node)])

    # How many numbers an input holds; of a size that only inference knows, none.
    def _named(self, node: onnx.NodeProto, place: int) -> int:
        return self._counts.get(node.input[place], 0) if len(node.input) > place else 0

    # Between a start and an end that are both counted from the same side.
    def _sliced(self, node: onnx.NodeProto) -> int:
        ends = [self._stored.get(name) for name in node.input[1:3]]
        values = [stored.value(each) for each in ends if each is not None]
        if len(values) < len(("start", "end")) or any(v is None or v.size != 1 for v in values):
            return _MOST_NUMBERS
        start, end = (int(value.flat[0]) for value in values)
        return max(end - start, 0) if (start < 0) == (end < 0) else _MOST_NUMBERS


def _listed(node: onnx.NodeProto) -> int:
    return max((len(each.ints) for each in node.attribute), default=0)
