"""Sizes that a model computes from other sizes."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterable
from math import prod
from typing import Any, TypeAlias

import numpy as np
import onnx
import onnx.reference

from tilewright._onnx import stored

Shapes: TypeAlias = Callable[[str], tuple[int, ...] | None]

# What sizes are computed by. None takes more steps than it has numbers to read and to write.
_OPERATORS = frozenset(
    """Abs Add And ArgMax ArgMin Cast Ceil Clip Concat Constant ConstantOfShape CumSum Div Equal
    Expand Flatten Floor Gather GatherElements GatherND Greater GreaterOrEqual Identity Less
    LessOrEqual Max Min Mod Mul Neg NonZero Not Or Pow Range ReduceMax ReduceMin ReduceProd
    ReduceSum Reshape Round ScatterElements ScatterND Shape Sign Size Slice Sqrt Squeeze Sub Sum
    Tile Transpose Trilu Unsqueeze Where Xor""".split()
)
# In all: a chain of operators may double what it holds at each step.
_MOST_NUMBERS = 1_000_000


class Folder:
    """Computes the values of small tensors that depend on nothing that enters the network."""

    def __init__(self, graph: onnx.GraphProto, opset: Any) -> None:
        self._opset = opset
        self._numbers = 0
        self.values: dict[str, Any] = {}
        for tensor in graph.initializer:
            value = stored.value(tensor)
            if value is not None:
                self.values[tensor.name] = value

    def fold(self, graph: onnx.GraphProto, shapes: Shapes) -> bool:
        """Replaces nodes by their values where these are known. Returns whether there were any."""
        kept = []
        folded = []
        for node in graph.node:
            value = self._evaluate(node, shapes)
            if value is None:
                kept.append(node)
                continue
            name = node.output[0]
            self._numbers += value.size
            self.values[name] = value
            folded.append(onnx.numpy_helper.from_array(value, name))
        if folded:
            del graph.node[:]
            graph.node.extend(kept)
            graph.initializer.extend(folded)
        return bool(folded)

    def _evaluate(self, node: onnx.NodeProto, shapes: Shapes) -> Any:
        if not self._can_fold(node):
            return None
        if node.op_type in ("Shape", "Size"):
            return _size_of(node, shapes)
        used = [name for name in node.input if name]
        if any(name not in self.values for name in used) or not _is_small(node, shapes):
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # casts that lose digits: nothing of that is a size
                return self._run(node, used)
        except MemoryError:
            raise
        except Exception:  # what the evaluator does not know stays as it is
            return None

    def _can_fold(self, node: onnx.NodeProto) -> bool:
        return (
            node.op_type in _OPERATORS
            and node.domain in ("", "ai.onnx")
            and len(node.output) == 1
            and (any(node.input) or node.op_type == "Constant")
            and self._numbers <= _MOST_NUMBERS
        )

    def _run(self, node: onnx.NodeProto, used: list[str]) -> Any:
        session = onnx.reference.ReferenceEvaluator(_as_model(node, self._opset))
        (value,) = session.run(None, {name: self.values[name] for name in set(used)})
        value = np.asarray(value)
        small = value.size <= stored.MOST_NUMBERS and value.dtype.kind in "biuf"
        return value if small else None


def _size_of(node: onnx.NodeProto, shapes: Shapes) -> Any:
    sizes = shapes(node.input[0])
    if sizes is None:
        return None
    if node.op_type == "Size":
        count = prod(sizes)
        return np.array(count, np.int64) if count < 2**63 else None
    attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
    return np.array(sizes[attributes.get("start", 0) : attributes.get("end")], np.int64)


# Known before it is computed: a tile of a single number may take all memory.
def _is_small(node: onnx.NodeProto, shapes: Shapes) -> bool:
    if node.op_type in ("Constant", "NonZero"):  # as large as what is read
        return True
    found = shapes(node.output[0])
    return found is not None and 0 <= prod(found) <= stored.MOST_NUMBERS


def _as_model(node: onnx.NodeProto, opset: Any) -> onnx.ModelProto:
    def untyped(names: Iterable[str]) -> list[onnx.ValueInfoProto]:
        return [onnx.helper.make_empty_tensor_value_info(name) for name in names]

    used = dict.fromkeys(name for name in node.input if name)
    graph = onnx.helper.make_graph([node], "one", untyped(used), untyped(node.output))
    return onnx.helper.make_model(graph, opset_imports=opset)
