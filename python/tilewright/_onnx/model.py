"""ONNX files: reading them, open sizes, and what old and careless writers leave to be mended."""

from __future__ import annotations

import os
from collections.abc import Mapping
from graphlib import CycleError, TopologicalSorter
from typing import Any

import onnx
import onnx.version_converter

from tilewright import _core
from tilewright._errors import SpecError, UsageError

# Before, inputs had to repeat all stored tensors; many models do not.
_LEAST_IR = 4
# Inference knows little of older operators. Conversion beyond needs sizes that it lacks.
_LEAST_OPSET = 6


def load(path: str) -> onnx.ModelProto:
    """Reads a file, without weights that lie in others. Raises SpecError."""
    if not os.path.exists(path):
        raise SpecError(f"{path}: there is no such file", path)
    try:
        model = onnx.load(path, load_external_data=False)
    except Exception as error:  # protobuf has a class per implementation
        raise SpecError(f"{path}: this is no ONNX model ({error})", path) from error
    if not model.graph.node:
        raise SpecError(f"{path}: this is no ONNX model: it has no operators", path)
    return model


def set_dims(graph: onnx.GraphProto, dims: Mapping[str, int], path: str) -> list[str]:
    """Gives a number to every size that the model leaves open; tells what was assumed."""
    _check_dims(dims)
    stored = {tensor.name for tensor in graph.initializer}
    inputs = [each for each in graph.input if each.name not in stored]
    open_dims: dict[str, bool] = {}  # and whether it only ever comes first
    for each in inputs:
        for axis, dim in enumerate(each.type.tensor_type.shape.dim):
            if dim.WhichOneof("value") == "dim_param":
                only_first = axis == 0 and open_dims.get(dim.dim_param, True)
                open_dims[dim.dim_param] = only_first
            elif dim.WhichOneof("value") is None or dim.dim_value < 0:  # some write -1
                dim.dim_param = f"{each.name}_{axis}"
                open_dims[dim.dim_param] = axis == 0
    for name in dims:
        if name not in open_dims:
            raise UsageError(_core.unknown_name_message("open size", name, list(open_dims)))
    missing = [name for name, first in open_dims.items() if name not in dims and not first]
    if missing:
        names = ", ".join(f"'{name}'" for name in missing)
        raise UsageError(
            f"{path}: the model leaves the size {names} open; give it, as {missing[0]}=128"
        )
    assumed = [name for name in open_dims if name not in dims]
    for each in inputs:
        for dim in each.type.tensor_type.shape.dim:
            if dim.WhichOneof("value") == "dim_param":
                dim.dim_value = dims.get(dim.dim_param, 1)
    # What was inferred or declared with open sizes would contradict the numbers.
    del graph.value_info[:]
    for output in graph.output:
        output.type.tensor_type.ClearField("shape")
    return [
        *(f"the model leaves the size '{name}' open; 1 is assumed" for name in assumed),
        *(
            f"the model does not say the size of its input '{each.name}'"
            for each in inputs
            if not each.type.tensor_type.HasField("shape")
            and not each.type.HasField("sequence_type")
        ),
    ]


def _check_dims(dims: Mapping[str, Any]) -> None:
    for name, size in dims.items():
        if isinstance(size, bool) or not hasattr(size, "__index__") or not 0 < size < 2**31:
            raise UsageError(
                f"size '{name}': expected a whole number from 1 to {2**31 - 1}, found '{size}'"
            )


def prepare(model: onnx.ModelProto, path: str) -> None:
    """Brings operators into an order in which they can run, and old models up to date.

    Raises:
        SpecError: operators wait for each other.
    """
    model.ir_version = max(model.ir_version, _LEAST_IR)
    _sort(model.graph, path)
    _name_sparse(model.graph)
    if any(
        opset.domain in ("", "ai.onnx") and opset.version < _LEAST_OPSET
        for opset in model.opset_import
    ):
        try:
            model.CopyFrom(onnx.version_converter.convert_version(model, _LEAST_OPSET))
        except Exception:  # what the converter does not know stays as it is, and is listed
            return


def _sort(graph: onnx.GraphProto, path: str) -> None:
    nodes = list(graph.node)
    maker = {name: i for i, node in enumerate(nodes) for name in node.output if name}
    before = {
        i: {maker[name] for name in node.input if name in maker} for i, node in enumerate(nodes)
    }
    if all(other < i for i, others in before.items() for other in others):
        return
    try:
        order = list(TopologicalSorter(before).static_order())
    except CycleError as error:
        node = nodes[error.args[1][0]]
        raise SpecError(
            f"{path}: the operator '{node.name or node.op_type}' waits for its own result", path
        ) from error
    del graph.node[:]
    graph.node.extend(nodes[i] for i in order)


# A sparse tensor is a weight like others; its sizes are all that matters.
def _name_sparse(graph: onnx.GraphProto) -> None:
    for sparse in graph.sparse_initializer:
        tensor = graph.initializer.add(
            name=sparse.values.name, dims=sparse.dims, data_type=sparse.values.data_type
        )
        tensor.data_location = onnx.TensorProto.EXTERNAL
        tensor.external_data.add(key="location", value="")
    del graph.sparse_initializer[:]
