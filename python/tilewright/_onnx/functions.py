"""Functions of a model: replaced by what they consist of."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from graphlib import CycleError, TopologicalSorter
from typing import TypeAlias

import onnx
import onnx.inliner

from tilewright._errors import SpecError, one_line

# Calls multiply: thirty functions of two calls each stand for a billion operators.
_MOST_OPERATORS = 100_000

_Key: TypeAlias = tuple[str, str, str]  # domain, name and overload


def inlined(model: onnx.ModelProto, path: str) -> onnx.ModelProto:
    """The model without functions of its own.

    Raises:
        SpecError: functions call each other in a circle, or stand for too many operators.
    """
    if not model.functions:
        return model
    _check_size(model, path)
    try:
        return onnx.inliner.inline_local_functions(model)
    except MemoryError:
        raise
    except Exception as error:  # onnx names no base class for what it raises
        text = f"{path}: the functions of the model are wrong: {one_line(error)}"
        raise SpecError(text, path) from error


def _check_size(model: onnx.ModelProto, path: str) -> None:
    bodies = {(f.domain, f.name, _overload(f)): f.node for f in model.functions}
    calls = {
        key: [_key(node) for node in with_bodies(nodes) if _key(node) in bodies]
        for key, nodes in bodies.items()
    }
    try:
        order = list(
            TopologicalSorter({key: set(each) for key, each in calls.items()}).static_order()
        )
    except CycleError as error:
        name = error.args[1][0][1]
        raise SpecError(f"{path}: the function '{name}' calls itself", path) from error
    sizes: dict[_Key, int] = {}
    for key in order:
        sizes[key] = len(bodies[key]) + sum(sizes[called] for called in calls[key])
    total = sum(1 + sizes.get(_key(node), 0) for node in with_bodies(model.graph.node))
    if total > _MOST_OPERATORS:
        raise SpecError(
            f"{path}: the functions of the model stand for {total:,} operators; at most "
            f"{_MOST_OPERATORS:,} are supported",
            path,
        )


def _key(node: onnx.NodeProto) -> _Key:
    return node.domain, node.op_type, _overload(node)


# Files of older versions have no such field, nor has older onnx.
def _overload(item: onnx.NodeProto | onnx.FunctionProto) -> str:
    return getattr(item, "overload", "")


def with_bodies(nodes: Iterable[onnx.NodeProto]) -> Iterator[onnx.NodeProto]:
    """Operators, and those inside of loops and branches."""
    waiting: list[Sequence[onnx.NodeProto]] = [list(nodes)]
    while waiting:
        for node in waiting.pop():
            yield node
            for attribute in node.attribute:
                graphs = [attribute.g] if attribute.HasField("g") else []
                waiting.extend(graph.node for graph in (*graphs, *attribute.graphs))
