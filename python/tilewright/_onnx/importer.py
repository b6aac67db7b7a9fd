"""From the operators of a model to the layers of a network."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from math import prod
from pathlib import Path
from typing import TypeAlias

import onnx

from tilewright._errors import SpecError, UsageError, one_line
from tilewright._network import Network, NetworkLayer, Skipped
from tilewright._onnx import convolutions, products
from tilewright._onnx.batch import Growth, growth
from tilewright._onnx.dataflow import Dataflow
from tilewright._onnx.graph import Graph, Model
from tilewright._onnx.limits import check_limits
from tilewright._onnx.names import Names
from tilewright._onnx.recurrent import recurrent
from tilewright._onnx.skipped import is_free, is_of_onnx, operations
from tilewright._onnx.work import NotALayerError, Work, called

_Reader: TypeAlias = Callable[[onnx.NodeProto, Graph], list[Work]]

_READERS: dict[str, _Reader] = {
    "Attention": products.attention,
    "Conv": convolutions.conv,
    "ConvInteger": convolutions.conv,
    "ConvTranspose": convolutions.transposed,
    "Einsum": products.einsum,
    "GRU": recurrent,
    "Gemm": products.gemm,
    "LSTM": recurrent,
    "MatMul": products.matmul,
    "MatMulInteger": products.matmul,
    "QLinearConv": convolutions.conv,
    "QLinearMatMul": products.matmul,
    "RNN": recurrent,
}
# They multiply as well, so that their absence deserves a word.
_KNOWN_GAPS = {
    "DeformConv": "deformable convolutions are not supported",
    "If": "what is inside of branches is not imported",
    "Loop": "what is inside of loops is not imported",
    "Scan": "what is inside of loops is not imported",
}


def from_onnx(path: str | os.PathLike[str], dims: Mapping[str, int]) -> Network:
    """Reads the layers of an ONNX model; see `tilewright.from_onnx`."""
    file = os.fspath(path)
    try:
        return _import(file, dims)
    except (SpecError, UsageError, MemoryError):
        raise
    except Exception as error:  # a rule of ONNX is broken that somebody else's code relies on
        text = f"{file}: the model is not as ONNX defines it ({one_line(error)})"
        raise SpecError(text, file) from error


def _import(file: str, dims: Mapping[str, int]) -> Network:
    model = Model(file, dims)
    graph = Graph(model)
    importer = _Importer(graph, file)
    if not importer.layers:
        why = next((f" ({kind}: {reason})" for kind, reason in importer.gaps()), "")
        raise SpecError(f"{file}: the model has no operator that can become a layer{why}", file)
    uses = growth(model, graph, importer.layers, lambda other: _Importer(other, file).layers)
    network = importer.network(Path(file).stem, uses, model.notes)
    check_limits(network, file)
    return network


def _read(node: onnx.NodeProto, graph: Graph) -> list[Work]:
    try:
        return _READERS[node.op_type](node, graph)
    except (ArithmeticError, AttributeError, LookupError, TypeError, ValueError) as error:
        # An input or attribute is missing, or of another kind than ONNX demands.
        raise NotALayerError(f"'{called(node)}' is not as ONNX defines it") from error


class _Importer:
    def __init__(self, graph: Graph, path: str) -> None:
        self.layers: list[NetworkLayer] = []
        self._graph = graph
        self._dataflow = Dataflow(path)
        self._names = Names(graph)
        # Of all layers: by what they are made from, then by the tensor.
        self._weights: dict[tuple[frozenset[str], str], dict[str, int]] = {}
        self._skipped: dict[tuple[str, str], list[int | None]] = {}
        for node in graph.nodes:
            self._add(node)

    def _add(self, node: onnx.NodeProto) -> None:
        if all(self._graph.is_parameter(name) for name in node.output if name):
            return  # computed once, not at each inference
        if not self._becomes_layers(node):
            self._dataflow.pass_on(node)

    def _becomes_layers(self, node: onnx.NodeProto) -> bool:
        if not is_of_onnx(node):
            self._skip(node, f"operator of '{node.domain}', not of ONNX")
        elif node.op_type in _READERS:
            try:
                works = _read(node, self._graph)
            except NotALayerError as error:
                self._skip(node, str(error))
            else:
                self._add_layers(node, works)
                return True
        elif not is_free(node):
            self._skip(node, _KNOWN_GAPS.get(node.op_type, ""))
        return False

    def _skip(self, node: onnx.NodeProto, reason: str) -> None:
        work = operations(node, self._graph, is_layer=bool(reason))
        self._skipped.setdefault((node.op_type, reason), []).append(work)

    def gaps(self) -> list[tuple[str, str]]:
        """Operators that should have become layers, and why they did not."""
        return [(operator, reason) for operator, reason in self._skipped if reason]

    def _add_layers(self, node: onnx.NodeProto, works: list[Work]) -> None:
        base = self._names.of(node, works[0].weight)
        names = {w.suffix: f"{base}.{w.suffix}" if w.suffix else base for w in works}
        outer = self._dataflow.before(node)
        for work in works:
            inputs = [names[suffix] for suffix in work.after] or outer
            self._dataflow.add_layer(names[work.suffix], inputs)
            weights = 0
            if self._graph.is_parameter(work.weight):
                weights = prod(self._graph.shape(work.weight) or ())
                if len(works) > 1:  # the directions of a recurrent layer share a tensor
                    weights //= (self._graph.shape(work.weight) or (1,))[0]
                key = (self._graph.origins(work.weight), work.suffix)
                self._weights.setdefault(key, {})[work.weight] = weights
            self.layers.append(
                NetworkLayer(
                    name=names[work.suffix],
                    operator=node.op_type,
                    shape=work.shape,
                    bounds=work.bounds,
                    coefficients=work.coefficients,
                    repeats=work.repeats,
                    weights=weights,
                    shares_weights=weights > 0 and work.repeats > 1,
                )
            )
        read = {suffix for work in works for suffix in work.after}
        self._dataflow.set_results(node, [names[w.suffix] for w in works if w.suffix not in read])

    # Layers may have parts of one tensor, as the projections of attention do, or each the whole of
    # it, one of them transposed.
    def _stored(self, origins: frozenset[str], weights: list[int]) -> int:
        largest = max((prod(self._graph.shape(name) or ()) for name in origins), default=0)
        return max(*weights, min(sum(weights), largest), 0)

    def network(self, name: str, uses: Sequence[Growth], notes: Sequence[str]) -> Network:
        """All of it. `uses`: what of each layer grows with the batch."""
        weights = sum(
            self._stored(origins, list(each.values()))
            for (origins, _), each in self._weights.items()
        )
        skipped = [
            Skipped(operator, len(each), None if None in each else sum(n or 0 for n in each), why)
            for (operator, why), each in self._skipped.items()
        ]
        skipped.sort(key=lambda one: (one.operations is not None, -(one.operations or 0)))
        stored = sum(self._graph.floating_parameters().values())
        return Network(
            name=name,
            layers=tuple(
                replace(layer, inputs=self._dataflow.inputs(layer.name), batch=use)
                for layer, use in zip(self.layers, uses, strict=True)
            ),
            skipped=tuple(skipped),
            weights=weights,
            other_parameters=max(stored - weights, 0),
            notes=tuple(notes),
        )
