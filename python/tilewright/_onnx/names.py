"""Names of layers from the names in a model."""

from __future__ import annotations

import re

import onnx

from tilewright._onnx.graph import Graph

# What exporters call tensors that have no name of their own.
_MADE_UP = re.compile(r"onnx::|\d+$|val_|const|_v_|node_")
_ENDING = re.compile(r"[._/](weight|kernel|weight_quantized|W|R|w|quantized|read|ReadVariableOp)$")


_LONGEST = 120  # files are called so


class Names:
    """Gives layers names: after their stored weights, else after their operators."""

    def __init__(self, graph: Graph) -> None:
        self._graph = graph
        self._taken: dict[str, int] = {}  # and the last number that was added to it

    def of(self, node: onnx.NodeProto, weight: str) -> str:
        """A name of letters, digits and `_.-` that no other layer has."""
        is_stored = self._graph.is_parameter(weight)
        name = _of_weight(weight, self._graph) or _of_scopes(node, is_stored) or _of_node(node)
        name = name or node.op_type.lower()
        plain = re.sub(r"[^A-Za-z0-9_.-]+", "_", name[-_LONGEST:]).strip("_.-")
        plain = plain or node.op_type.lower()
        unique = plain
        while unique in self._taken:
            self._taken[plain] += 1
            unique = f"{plain}_{self._taken[plain]}"
        self._taken[unique] = 1
        return unique


# The longest name among what the weights are made from: scales and axes have shorter ones.
def _of_weight(weight: str, graph: Graph) -> str:
    stored = [name for name in graph.origins(weight) if not _MADE_UP.match(name)]
    if not stored:
        return ""
    largest = max(stored, key=lambda name: (_elements(graph, name), name))
    short = largest[-2 * _LONGEST :]
    while _ENDING.search(short):
        short = _ENDING.sub("", short)
    return short if not largest.endswith(short) else ""


def _elements(graph: Graph, tensor: str) -> int:
    count = 1
    for size in graph.shape(tensor) or ():
        count *= size
    return count


# PyTorch's present exporter notes the modules that an operator is in, each by its whole path, and
# after them the call: '', 'encoder', 'encoder.attention', 'linear'. The module itself has no path.
# A product of activations shares its module with others.
def _of_scopes(node: onnx.NodeProto, has_weights: bool) -> str:
    noted = {each.key: each.value for each in getattr(node, "metadata_props", ())}
    *modules, call = re.findall(r"'([^']*)'", noted.get("pkg.torch.onnx.name_scopes", "")) or [""]
    path = modules[-1] if modules else ""
    return path if path and has_weights else ".".join(part for part in (path, call) if part)


# Other exporters write paths of modules: /encoder/layer.0/attention/MatMul.
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
