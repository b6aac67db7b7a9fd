"""ONNX files: reading them, and what old and careless writers leave to be mended."""

from __future__ import annotations

import os
from graphlib import CycleError, TopologicalSorter

import onnx
import onnx.version_converter

from tilewright._errors import SpecError, one_line

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
    except MemoryError:
        raise
    except Exception as error:  # protobuf has a class per implementation
        raise SpecError(f"{path}: this is no ONNX model ({one_line(error)})", path) from error
    if not model.graph.node:
        raise SpecError(f"{path}: this is no ONNX model: it has no operators", path)
    return model


def prepare(model: onnx.ModelProto, path: str) -> None:
    """Brings operators into an order in which they can run, and old models up to date.

    Raises:
        SpecError: operators wait for each other.
    """
    model.ir_version = max(model.ir_version, _LEAST_IR)
    _sort(model.graph, path)
    if any(
        opset.domain in ("", "ai.onnx") and opset.version < _LEAST_OPSET
        for opset in model.opset_import
    ):
        try:
            model.CopyFrom(onnx.version_converter.convert_version(model, _LEAST_OPSET))
        except MemoryError:
            raise
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
