"""An ONNX graph whose tensors have sizes."""

from __future__ import annotations

import warnings
from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

import numpy as np
import onnx
import onnx.inliner
import onnx.reference

from tilewright._errors import SpecError
from tilewright._onnx.model import load, prepare, set_dims

# Sizes are computed from small tensors; nobody computes them from large ones.
_MOST_FOLDED = 4096
_MOST_ROUNDS = 64
_INTEGERS = {onnx.TensorProto.INT64, onnx.TensorProto.INT32, onnx.TensorProto.BOOL}


class Graph:
    """The nodes of a model in an order in which they can run, and the sizes of their tensors.

    Attributes:
        name: of the graph.
        nodes: of the main graph; functions are replaced by what they consist of.
        notes: what was assumed about sizes that the model leaves open.
    """

    def __init__(self, path: str, dims: Mapping[str, int]) -> None:
        model = load(path)
        self.notes = set_dims(model.graph, dims, path)
        model = onnx.inliner.inline_local_functions(model)
        prepare(model, path)
        self._opset = model.opset_import
        self._parameters = _parameters(model.graph)
        _drop_weights(model.graph)
        model = self._infer(model, path)
        self.name: str = model.graph.name
        self.nodes: list[onnx.NodeProto] = list(model.graph.node)
        self._note_constants()

    def shape(self, tensor: str) -> tuple[int, ...] | None:
        """Sizes of a tensor, or None if one of them is not known."""
        return self._shapes.get(tensor)

    def is_parameter(self, tensor: str) -> bool:
        """Whether the tensor depends on nothing that enters the network."""
        return tensor in self._origins

    def origins(self, tensor: str) -> frozenset[str]:
        """The stored tensors that a parameter is made from."""
        return self._origins.get(tensor, frozenset())

    def floating_parameters(self) -> dict[str, int]:
        """Number of elements of every stored tensor but integers, which are sizes and indices."""
        return {
            name: prod(tensor.dims)
            for name, tensor in self._parameters.items()
            if tensor.data_type not in _INTEGERS
        }

    # Inference leaves out what depends on values; those are computed, and it goes on.
    def _infer(self, model: onnx.ModelProto, path: str) -> onnx.ModelProto:
        self._values: dict[str, Any] = {
            tensor.name: onnx.numpy_helper.to_array(tensor)
            for tensor in model.graph.initializer
            if _is_small(tensor)
        }
        for _ in range(_MOST_ROUNDS):
            try:
                model = onnx.shape_inference.infer_shapes(model, data_prop=True)
            except Exception as error:  # onnx names no base class for what it raises
                raise SpecError(f"{path}: shape inference failed: {error}", path) from error
            self._shapes = _known_shapes(model.graph)
            if not self._fold(model.graph):
                break
        return model

    # Replaces nodes on small integers by their values. Returns whether there were any.
    def _fold(self, graph: onnx.GraphProto) -> bool:
        kept = []
        folded = []
        for node in graph.node:
            value = self._evaluate(node)
            if value is None:
                kept.append(node)
                continue
            name = node.output[0]
            self._values[name] = value
            folded.append(onnx.numpy_helper.from_array(np.asarray(value), name))
        if folded:
            del graph.node[:]
            graph.node.extend(kept)
            graph.initializer.extend(folded)
        return bool(folded)

    def _evaluate(self, node: onnx.NodeProto) -> Any:
        if len(node.output) != 1 or node.domain not in ("", "ai.onnx") or _has_body(node):
            return None
        if node.op_type in ("Shape", "Size"):
            return self._size_of(node)
        used = [name for name in node.input if name]
        is_random = not used and node.op_type != "Constant"
        if is_random or any(name not in self._values for name in used):
            return None
        try:
            with warnings.catch_warnings():
                warnings.simplefilter("ignore")  # casts that lose digits: nothing of that is a size
                return self._run(node, used)
        except Exception:  # what the evaluator does not know stays as it is
            return None

    def _size_of(self, node: onnx.NodeProto) -> Any:
        sizes = self.shape(node.input[0])
        if sizes is None:
            return None
        if node.op_type == "Size":
            return np.array(prod(sizes), np.int64)
        attributes = {a.name: onnx.helper.get_attribute_value(a) for a in node.attribute}
        return np.array(sizes[attributes.get("start", 0) : attributes.get("end")], np.int64)

    def _run(self, node: onnx.NodeProto, used: list[str]) -> Any:
        session = onnx.reference.ReferenceEvaluator(_as_model(node, self._opset))
        (value,) = session.run(None, {name: self._values[name] for name in set(used)})
        small = isinstance(value, np.ndarray | np.generic) and value.size <= _MOST_FOLDED
        return np.asarray(value) if small else None

    # Tensors that are computed from stored ones alone.
    def _note_constants(self) -> None:
        self._origins = {name: frozenset({name}) for name in self._parameters}
        self._origins |= {name: frozenset({name}) for name in self._values}
        for node in self.nodes:
            used = [name for name in node.input if name]
            if node.op_type == "Constant":
                self._origins[node.output[0]] = frozenset({node.output[0]})
            elif used and not _has_body(node) and all(name in self._origins for name in used):
                origin = frozenset().union(*(self._origins[name] for name in used))
                self._origins |= dict.fromkeys(node.output, origin)


def _parameters(graph: onnx.GraphProto) -> dict[str, onnx.TensorProto]:
    found = {tensor.name: tensor for tensor in graph.initializer}
    for node in graph.node:
        if node.op_type == "Constant" and node.attribute and node.attribute[0].HasField("t"):
            found[node.output[0]] = node.attribute[0].t
    return {name: _without_data(tensor) for name, tensor in found.items()}


def _without_data(tensor: onnx.TensorProto) -> onnx.TensorProto:
    return onnx.TensorProto(name=tensor.name, dims=tensor.dims, data_type=tensor.data_type)


def _is_small(tensor: onnx.TensorProto) -> bool:
    external = tensor.data_location == onnx.TensorProto.EXTERNAL
    return not external and prod(tensor.dims) <= _MOST_FOLDED


# Large tensors become inputs: inference copies the model, and needs their sizes only.
def _drop_weights(graph: onnx.GraphProto) -> None:
    small = [tensor for tensor in graph.initializer if _is_small(tensor)]
    present = {each.name for each in graph.input}
    for tensor in graph.initializer:
        if not _is_small(tensor) and tensor.name not in present:
            graph.input.append(
                onnx.helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims)
            )
    del graph.initializer[:]
    graph.initializer.extend(small)


def _known_shapes(graph: onnx.GraphProto) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    for tensor in graph.initializer:
        shapes[tensor.name] = tuple(tensor.dims)
    values: Iterable[onnx.ValueInfoProto] = [*graph.input, *graph.value_info, *graph.output]
    for value in values:
        kind = value.type.tensor_type
        if not kind.HasField("shape"):
            continue
        if all(dim.WhichOneof("value") == "dim_value" for dim in kind.shape.dim):
            shapes[value.name] = tuple(dim.dim_value for dim in kind.shape.dim)
    return shapes


def _has_body(node: onnx.NodeProto) -> bool:
    return any(a.HasField("g") or a.graphs for a in node.attribute)


def _as_model(node: onnx.NodeProto, opset: Any) -> onnx.ModelProto:
    def untyped(names: Iterable[str]) -> list[onnx.ValueInfoProto]:
        return [onnx.helper.make_empty_tensor_value_info(name) for name in names]

    used = dict.fromkeys(name for name in node.input if name)
    graph = onnx.helper.make_graph([node], "one", untyped(used), untyped(node.output))
    return onnx.helper.make_model(graph, opset_imports=opset)
