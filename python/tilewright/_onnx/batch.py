"""What of each layer grows with the batch: found by reading the model again with a larger one."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import TypeAlias

import numpy as np
import onnx
import onnx.numpy_helper

from tilewright._errors import SpecError
from tilewright._network import NetworkLayer
from tilewright._onnx.graph import Graph, Model
from tilewright._onnx.sizes import Batch, batches

Growth: TypeAlias = Mapping[str, int] | None  # of a layer, as in NetworkLayer.batch
_Layers: TypeAlias = Sequence[NetworkLayer]

_TIMES = 7  # a factor that sizes of models seldom have, so that nothing grows so by chance
# Their first axis is the batch by definition.
_DEFINES_BATCH = frozenset(
    "Attention Conv ConvInteger ConvTranspose GRU LSTM QLinearConv RNN".split()
)


def growth(
    model: Model, graph: Graph, layers: _Layers, read: Callable[[Graph], _Layers]
) -> list[Growth]:
    """What of each layer grows with the batch. `graph` and `layers` are those of `model` itself.

    Where the sizes are fixed and nothing says which of them is the batch, it is an axis of size 1
    in front, or one that a convolution or a recurrent cell takes for it.
    """
    best: list[Growth] = [None] * len(layers)
    for batch in batches(model.proto.graph):
        found = _growth(model, graph, layers, read, batch)
        grows = any(found)
        if not batch.is_said:
            grows = any(
                use == {"N": 1} and layer.operator in _DEFINES_BATCH
                for use, layer in zip(found, layers, strict=True)
            )
        if grows and found.count(None) < best.count(None):
            best = found
        if None not in best:
            break
    return best


def _growth(
    model: Model,
    graph: Graph,
    layers: _Layers,
    read: Callable[[Graph], _Layers],
    batch: Batch,
) -> list[Growth]:
    larger = model.copy()
    batch.resize(larger.proto.graph, batch.size * _TIMES)
    _open_reshapes(larger.proto.graph, graph)
    try:
        others = {layer.name: layer for layer in read(Graph(larger))}
    except SpecError:  # fixed sizes elsewhere contradict the larger batch
        others = {}
    return [_grown(layer, others.get(layer.name), batch.size) for layer in layers]


def _grown(layer: NetworkLayer, larger: NetworkLayer | None, size: int) -> Growth:
    if larger is None or layer.bounds.keys() != larger.bounds.keys():
        return None
    if (layer.shape, layer.repeats) != (larger.shape, larger.repeats):
        return None
    changed = [name for name, bound in layer.bounds.items() if larger.bounds[name] != bound]
    if not changed:
        return {}
    name, *others = changed
    bound = layer.bounds[name]
    if others or larger.bounds[name] != bound * _TIMES or bound % size != 0:
        return None
    return {name: bound // size}


# Writers of models with a fixed batch write it into every target of a Reshape. The axes that stay
# as they are, and one that follows from the others, need not be numbers.
def _open_reshapes(graph: onnx.GraphProto, known: Graph) -> None:
    for node in graph.node:
        if node.op_type != "Reshape" or len(node.input) != len(("data", "shape")):
            continue
        before, after = known.shape(node.input[0]), known.shape(node.output[0])
        target = known.value(node.input[1])
        if node.attribute or before is None or after is None or target is None:
            continue
        name = f"{node.output[0]}:target"
        opened = np.array(_opened(target.tolist(), before, after), np.int64)
        graph.initializer.append(onnx.numpy_helper.from_array(opened, name))
        node.input[1] = name


def _opened(target: list[int], before: Sequence[int], after: Sequence[int]) -> list[int]:
    opened = list(target)
    for axis, size in enumerate(after):
        if axis >= len(before) or before[axis] != size:
            if -1 not in opened:
                opened[axis] = -1
            break
        opened[axis] = 0
    return opened
