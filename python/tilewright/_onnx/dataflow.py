"""Which layer reads the results of which others, through all that lies between them."""

from __future__ import annotations

from collections.abc import Iterable

import onnx

from tilewright._errors import SpecError
from tilewright._onnx.skipped import is_free

_MOST_ENTRIES = 2_000_000  # of the sets of layers behind all tensors


class Dataflow:
    """Grows operator by operator, each after those that it reads.

    An operator between layers that computes on the results of several, such as the addition of a
    shortcut, counts as the end of the last of these layers, which so gets the others as inputs. One
    that only moves data, such as a concatenation, hands all of them on.
    """

    def __init__(self, path: str) -> None:
        self._path = path
        self._size = 0  # of all sets
        self._ranks: dict[str, int] = {}  # of the layers, in the order of their addition
        self._inputs: dict[str, dict[str, None]] = {}  # ordered sets, here and below
        self._behind: dict[str, dict[str, None]] = {}  # the layers behind each tensor

    def add_layer(self, name: str, inputs: Iterable[str]) -> None:
        """A layer that reads the results of others."""
        self._ranks[name] = len(self._ranks)
        self._inputs[name] = dict.fromkeys(inputs)

    def set_results(self, node: onnx.NodeProto, layers: Iterable[str]) -> None:
        """The layers that make what the operator puts out."""
        self._put(node, dict.fromkeys(layers))

    def pass_on(self, node: onnx.NodeProto) -> None:
        """An operator that is no layer."""
        found = self.before(node)
        sources = [self._behind[name] for name in node.input if name in self._behind]
        distinct = {tuple(sorted(source)) for source in sources if source}
        if len(sources) == 1:
            self._put(node, sources[0])
            return
        self._size += len(found)
        if self._size > _MOST_ENTRIES:
            raise SpecError(f"{self._path}: too many layers read the same results", self._path)
        if is_free(node) or len(distinct) < len(("one", "another")):
            self._put(node, dict.fromkeys(found))
            return
        last = max(found, key=self._ranks.__getitem__)
        self._inputs[last] |= dict.fromkeys(name for name in found if name != last)
        self._put(node, {last: None})

    def before(self, node: onnx.NodeProto) -> list[str]:
        """The layers whose results enter an operator."""
        found: dict[str, None] = {}
        for name in node.input:
            found |= self._behind.get(name, {})
        return list(found)

    def inputs(self, name: str) -> tuple[str, ...]:
        """The layers that a layer reads, in their order."""
        return tuple(sorted(self._inputs[name], key=self._ranks.__getitem__))

    def _put(self, node: onnx.NodeProto, layers: dict[str, None]) -> None:
        for name in node.output:
            if name:
                self._behind[name] = layers
