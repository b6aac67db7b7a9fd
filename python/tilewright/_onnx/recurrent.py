"""LSTM, GRU and RNN: for each direction a product that is known beforehand, and one per step."""

from __future__ import annotations

import onnx

from tilewright._onnx.graph import Graph
from tilewright._onnx.work import Work, attributes, sizes


def recurrent(node: onnx.NodeProto, graph: Graph) -> list[Work]:
    """The half on the inputs takes all steps at once; the other waits for the step before.

    The gates (4 of an LSTM, 3 of a GRU, 1 of a plain cell) are one matrix of so many times the
    hidden size. What the cell does element by element is left out.
    """
    fields = attributes(node)
    steps, batch, features = sizes(graph, node.input[0], 3)
    if fields.get("layout", 0):
        steps, batch = batch, steps
    directions, gates, _ = sizes(graph, node.input[1], 3)
    _, _, hidden = sizes(graph, node.input[2], 3)
    works = []
    for name in ("", "reverse_")[:directions]:
        known = {"N": steps * batch, "C": features, "M": gates}
        fed_back = {"N": batch, "C": hidden, "M": gates}
        first = f"{name}input"
        works.append(Work("fully-connected", known, node.input[1], suffix=first))
        works.append(
            Work(
                "fully-connected",
                fed_back,
                node.input[2],
                repeats=steps,
                suffix=f"{name}recurrent",
                after=(first,),
            )
        )
    return works
