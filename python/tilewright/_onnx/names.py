"""Names of layers from the names in a model."""

from __future__ import annotations

import re

import onnx

from tilewright._onnx.graph import Graph

# What exporters call tensors that have no name of their own.
_MADE_UP = re.compile(r"onnx::|\d+$|val_|const|_v_|node_")
_ENDING = re.compile(r"[._/](weight|kernel|weight_quantized|W|R|w|quantized|read|ReadVariableOp)$")


def layer_name(node: onnx.NodeProto, weight: str, graph: Graph, taken: set[str]) -> str:
    """After the stored weights, else after the operator; unique, of letters, digits and `_.-`."""
    name = _of_weight(weight, graph) or _of_node(node) or node.op_type.lower()
    plain = re.sub(r"[^A-Za-z0-9_.-]+", "_", name).strip("_.-") or node.op_type.lower()
    unique = plain
    number = 1
    while unique in taken:
        number += 1
        unique = f"{plain}_{number}"
    taken.add(unique)
    return unique


# The longest name among what the weights are made from: scales and axes have shorter ones.
def _of_weight(weight: str, graph: Graph) -> str:
    stored = [name for name in graph.origins(weight) if not _MADE_UP.match(name)]
    if not stored:
        return ""
    largest = max(stored, key=lambda name: (_elements(graph, name), name))
    short = largest
    while _ENDING.search(short):
        short = _ENDING.sub("", short)
    return short if short != largest else ""


def _elements(graph: Graph, tensor: str) -> int:
    count = 1
    for size in graph.shape(tensor) or ():
        count *= size
    return count


# Exporters write paths of modules: /encoder/layer.0/attention/MatMul.
def _of_node(node: onnx.NodeProto) -> str:
    parts = [part for part in re.split(r"[/:]", node.name) if part]
    if len(parts) > 1 and re.fullmatch(rf"{re.escape(node.op_type)}(_\d+)?", parts[-1]):
        last = parts.pop()
        if node.op_type in ("MatMul", "Einsum"):  # several in a module
            parts.append(last)
    # A part that the next one begins with says nothing: layer1, layer1.0, conv1.
    kept = [
        part
        for part, after in zip(parts, [*parts[1:], ""], strict=False)
        if not after.startswith(f"{part}.")
    ]
    return ".".join(kept)
