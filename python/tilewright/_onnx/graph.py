"""An ONNX graph whose tensors have sizes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import prod
from typing import Any

import onnx

from tilewright._errors import SpecError, one_line
from tilewright._onnx import stored
from tilewright._onnx.bounds import Bounds
from tilewright._onnx.folding import Folder
from tilewright._onnx.functions import inlined
from tilewright._onnx.model import load, prepare
from tilewright._onnx.sizes import set_dims

# Each time all operators are looked at.
_MOST_ROUNDS = 64
_MOST_STEPS = 100_000
# Of all sets of tensors that something is computed from, together.
_MOST_ORIGINS = 2_000_000


class Model:
    """A model as read, without its weights.

    Attributes:
        path: of the file.
        proto: with numbers for all sizes that enter, and without functions of its own.
        parameters: the stored tensors, without their data.
        notes: what was assumed about sizes that the model leaves open.
    """

    def __init__(self, path: str, dims: Mapping[str, int]) -> None:
        self.path = path
        proto = load(path)
        self.notes = set_dims(proto.graph, dims, path)
        proto = inlined(proto, path)
        prepare(proto, path)
        stored.gather(proto.graph, path)
        self.parameters = {t.name: stored.sizes_of(t) for t in proto.graph.initializer}
        stored.drop_large(proto.graph)
        self.proto = proto

    def copy(self) -> Model:
        """The same, to be changed."""
        other = object.__new__(Model)
        other.path, other.notes, other.parameters = self.path, self.notes, self.parameters
        other.proto = onnx.ModelProto()
        other.proto.CopyFrom(self.proto)
        return other


class Graph:
    """The nodes of a model in an order in which they can run, and the sizes of their tensors.

    Attributes:
        nodes: of the main graph.
    """

    def __init__(self, model: Model) -> None:
        self._parameters = model.parameters
        self._folder = Folder(model.proto.graph, model.proto.opset_import)
        proto = self._infer(model)
        self.nodes: list[onnx.NodeProto] = list(proto.graph.node)
        self._origins = self._find_origins(model.path)

    def shape(self, tensor: str) -> tuple[int, ...] | None:
        """Sizes of a tensor, or None if one of them is not known."""
        return self._shapes.get(tensor)

    def value(self, tensor: str) -> Any:
        """Numbers of a small tensor that depends on nothing that enters the network, or None."""
        return self._folder.values.get(tensor)

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
            if not stored.is_size_or_index(tensor)
        }

    # Inference leaves out what depends on values; those are computed, and it goes on.
    def _infer(self, model: Model) -> onnx.ModelProto:
        proto = model.proto
        rounds = min(_MOST_ROUNDS, 1 + _MOST_STEPS // len(proto.graph.node))
        for _ in range(rounds):
            carry = Bounds(proto.graph, values=True).fit
            if not carry and not Bounds(proto.graph, values=False).fit:
                raise SpecError(f"{model.path}: tensors would have too many axes", model.path)
            try:
                proto = onnx.shape_inference.infer_shapes(proto, data_prop=carry)
            except MemoryError:
                raise
            except Exception as error:  # onnx names no base class for what it raises
                text = f"{model.path}: shape inference failed: {one_line(error)}"
                raise SpecError(text, model.path) from error
            self._shapes = _known_shapes(proto.graph)
            if not self._folder.fold(proto.graph, self.shape):
                break
        return proto

    # Tensors that are computed from stored ones alone.
    def _find_origins(self, path: str) -> dict[str, frozenset[str]]:
        found = {name: frozenset({name}) for name in (*self._parameters, *self._folder.values)}
        size = 0
        for node in self.nodes:
            used = [name for name in node.input if name]
            if node.op_type == "Constant":
                found[node.output[0]] = frozenset({node.output[0]})
            elif used and not _has_body(node) and all(name in found for name in used):
                sets = {id(found[name]): found[name] for name in used}
                origin = next(iter(sets.values()))
                if len(sets) > 1:
                    origin = origin.union(*sets.values())
                    size += len(origin)
                if size > _MOST_ORIGINS:
                    raise SpecError(f"{path}: weights are computed from too many tensors", path)
                found |= dict.fromkeys(node.output, origin)
        return found


def _known_shapes(graph: onnx.GraphProto) -> dict[str, tuple[int, ...]]:
    shapes: dict[str, tuple[int, ...]] = {}
    for tensor in graph.initializer:
        shapes[tensor.name] = tuple(tensor.dims)
    values: Iterable[onnx.ValueInfoProto] = [*graph.input, *graph.value_info, *graph.output]
    for value in values:
        kind = value.type.tensor_type
        if not kind.HasField("shape") or len(kind.shape.dim) > stored.MOST_AXES:
            continue
        if all(dim.WhichOneof("value") == "dim_value" for dim in kind.shape.dim):
            shapes[value.name] = tuple(dim.dim_value for dim in kind.shape.dim)
    return shapes


def _has_body(node: onnx.NodeProto) -> bool:
    return any(a.HasField("g") or a.graphs for a in node.attribute)
