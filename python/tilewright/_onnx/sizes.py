"""The sizes of what enters a model: those that it leaves open, and which of them are the batch."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import onnx

from tilewright import _core
from tilewright._errors import UsageError

# An open size in front is the batch, unless its name says that it counts something else.
_COUNTS_ELSE = re.compile(r"seq|len|step|time|token|word|frame", re.IGNORECASE)
_BATCH = "DATA_BATCH"  # what ONNX calls it
_MATRIX = 2  # axes
_SEQUENCES = 3  # axes of what enters a recurrent cell: steps, batch, features


@dataclass(frozen=True)
class Batch:
    """Where a model may have the batch.

    Attributes:
        size: of the batch now.
        places: of each input that has it, the axis.
        is_said: whether the model says that it is the batch, rather than its place alone.
    """

    size: int
    places: Mapping[str, int]
    is_said: bool

    def resize(self, graph: onnx.GraphProto, size: int) -> None:
        """Gives the inputs another batch."""
        for each in graph.input:
            if each.name in self.places:
                dim = each.type.tensor_type.shape.dim[self.places[each.name]]
                dim.dim_value = size


def set_dims(graph: onnx.GraphProto, dims: Mapping[str, int], path: str) -> list[str]:
    """Gives a number to every size that the model leaves open; tells what was assumed.

    The batch is marked, for `batches`.
    """
    _check_dims(dims)
    open_dims = _open_dims(graph)
    for name in dims:
        if name not in open_dims:
            known = list(open_dims)
            message = _core.unknown_name_message("open size", name, known)
            raise UsageError(message, _core.nearest(name, known))
    missing = [name for name, is_batch in open_dims.items() if name not in dims and not is_batch]
    if missing:
        names = ", ".join(f"'{name}'" for name in missing)
        raise UsageError(
            f"{path}: the model leaves the size {names} open; give it, as {missing[0]}=128"
        )
    assumed = [name for name in open_dims if name not in dims]
    for each in _inputs(graph):
        for dim in each.type.tensor_type.shape.dim:
            if dim.WhichOneof("value") == "dim_param":
                dim.denotation = _BATCH if open_dims[dim.dim_param] else ""
                dim.dim_value = dims.get(dim.dim_param, 1)
    # What was inferred or declared with open sizes would contradict the numbers.
    del graph.value_info[:]
    for output in graph.output:
        output.type.tensor_type.ClearField("shape")
    return [
        *(f"the model leaves the size '{name}' open; 1 is assumed" for name in assumed),
        *(
            f"the model does not say the size of its input '{each.name}'"
            for each in _inputs(graph)
            if not each.type.tensor_type.HasField("shape")
            and not each.type.HasField("sequence_type")
        ),
    ]


def batches(graph: onnx.GraphProto) -> list[Batch]:
    """Where the batch is, if the model says so, else where it may be, likeliest first."""
    said = {
        each.name: (axis, dim.dim_value)
        for each in _inputs(graph)
        for axis, dim in enumerate(each.type.tensor_type.shape.dim)
        if dim.denotation == _BATCH
    }
    if said:
        found = [_batch(said, is_said=True)]
    else:
        found = [
            _batch({name: (axis, sizes[axis]) for name, sizes in _sizes(graph, axes)})
            for axis, axes in ((0, _MATRIX), (1, _SEQUENCES))
        ]
    return [each for each in found if each]


# The inputs that have as many at that place as the first of them.
def _batch(places: Mapping[str, tuple[int, int]], is_said: bool = False) -> Batch | None:
    if not places:
        return None
    _, size = next(iter(places.values()))
    same = {name: axis for name, (axis, each) in places.items() if each == size}
    if size < 1 or (is_said and len(same) < len(places)):
        return None
    return Batch(size, same, is_said or size == 1)


def _sizes(graph: onnx.GraphProto, least_axes: int) -> Iterator[tuple[str, list[int]]]:
    for each in _inputs(graph):
        dims = [dim.dim_value for dim in each.type.tensor_type.shape.dim]
        if len(dims) >= least_axes:
            yield each.name, dims


def _inputs(graph: onnx.GraphProto) -> list[onnx.ValueInfoProto]:
    stored = {tensor.name for tensor in graph.initializer}
    return [each for each in graph.input if each.name not in stored]


# Names of open sizes, and whether they are the batch: those that only ever come first.
def _open_dims(graph: onnx.GraphProto) -> dict[str, bool]:
    found: dict[str, bool] = {}
    for each in _inputs(graph):
        for axis, dim in enumerate(each.type.tensor_type.shape.dim):
            if dim.WhichOneof("value") is None or dim.dim_value < 0:  # some write -1
                dim.dim_param = f"{each.name}_{axis}"
            if dim.WhichOneof("value") == "dim_param":
                name = dim.dim_param
                in_front = axis == 0 and not _COUNTS_ELSE.search(name) and found.get(name, True)
                found[name] = "batch" in name.lower() or in_front
    return found


def _check_dims(dims: Mapping[str, Any]) -> None:
    for name, size in dims.items():
        if isinstance(size, bool) or not hasattr(size, "__index__") or not 0 < size < 2**31:
            raise UsageError(
                f"size '{name}': expected a whole number from 1 to {2**31 - 1}, found '{size}'"
            )
