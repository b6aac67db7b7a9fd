"""A network as layers for the mapper, and its spec file."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from math import prod
from pathlib import Path

from tilewright._errors import UsageError
from tilewright._files import write_whole
from tilewright._layers import Layered


@dataclass(frozen=True)
class Shape:
    """A loop nest that the program does not know by name, to be written into the spec file.

    Attributes:
        name: of the shape.
        dimensions: names, in any order.
        spaces: of each tensor its name and projection: coordinates separated by blanks, terms of a
            coordinate by `+`, a term being `dimension` or `dimension*coefficient`. The last tensor
            is the output.
    """

    name: str
    dimensions: str
    spaces: tuple[tuple[str, str], ...]

    @property
    def coefficients(self) -> tuple[str, ...]:
        """Names of the coefficients, in the order of their first use; 1 unless given."""
        found = re.findall(r"\*(\w+)", " ".join(projection for _, projection in self.spaces))
        return tuple(dict.fromkeys(found))

    def yaml(self) -> str:
        """The shape as lines of YAML, to be indented under a key."""
        lines = [f"name: {self.name}", f"dimensions: [{', '.join(self.dimensions.split())}]"]
        if self.coefficients:
            each = ", ".join(f"{{name: {name}, default: 1}}" for name in self.coefficients)
            lines.append(f"coefficients: [{each}]")
        lines.append("data-spaces:")
        for name, projection in self.spaces:
            output = ", read-write: True" if name == self.spaces[-1][0] else ""
            lines.append(f"- {{name: {name}, projection: {_projection(projection)}{output}}}")
        return "\n".join(lines)


def _projection(text: str) -> str:
    coordinates = [
        "[" + ", ".join(f"[{term.replace('*', ', ')}]" for term in coordinate.split("+")) + "]"
        for coordinate in text.split()
    ]
    return "[" + ", ".join(coordinates) + "]"


@dataclass(frozen=True)
class NetworkLayer:
    """A layer of a network that was imported.

    Attributes:
        name: unique in the network.
        operator: what the model calls it, such as "Conv".
        shape: of the loop nest: a name that the program knows, or a `Shape`.
        bounds: size of each dimension of the loop nest.
        coefficients: strides and dilations other than 1.
        repeats: how often the layer runs for one inference.
        weights: parameters in it, those of all repeats together; 0 for products of activations.
        shares_weights: whether all repeats use the same, as the steps of a recurrent layer do.
        inputs: names of the layers whose results it reads.
        batch: the dimension that grows with the number of inferences at once, and its size for
            one; empty: nothing grows; None: not known.
    """

    name: str
    operator: str
    shape: str | Shape
    bounds: Mapping[str, int]
    coefficients: Mapping[str, int] = field(default_factory=dict)
    repeats: int = 1
    weights: int = 0
    shares_weights: bool = False
    inputs: tuple[str, ...] = ()
    batch: Mapping[str, int] | None = field(default_factory=lambda: {"N": 1})

    @property
    def macs(self) -> int:
        """Multiply-accumulates of one occurrence."""
        return prod(self.bounds.values())


@dataclass(frozen=True)
class Skipped:
    """Operators of a model that no layer stands for.

    Attributes:
        operator: what the model calls it, such as "Softmax".
        count: how many of them there are.
        operations: how many operations they take, each counted like a multiply-accumulate: one for
            each element of the result, of a pooling window, and of what is reduced. None if a size
            is not known.
        reason: why it is not a layer, if one would expect it to be; else empty.
    """

    operator: str
    count: int
    operations: int | None
    reason: str = ""


@dataclass(frozen=True, repr=False)
class Network(Layered[NetworkLayer]):
    """The layers of a network, for `tilewright.map` or to be saved as a spec file.

    Attributes:
        name: of the network.
        layers: in an order in which they can run.
        skipped: what the model has beside these layers, most operations first.
        weights: parameters in all layers; those that several layers share count once.
        other_parameters: parameters outside of layers: biases, normalisation, embeddings.
        notes: what had to be assumed.
    """

    name: str
    layers: tuple[NetworkLayer, ...]
    skipped: tuple[Skipped, ...] = ()
    weights: int = 0
    other_parameters: int = 0
    notes: tuple[str, ...] = ()

    @property
    def macs(self) -> int:
        """Multiply-accumulates of all layers, repeats included."""
        return sum(layer.macs * layer.repeats for layer in self.layers)

    def yaml(self) -> str:
        """The network as spec text, as `tilewright map` reads it."""
        totals = f"{self.macs:,} MACs, {self.weights:,} weights in {len(self.layers)} layers"
        lines = [f"# {totals}", "network:", f"  name: {quoted(self.name)}", "  layers:"]
        written: set[str] = set()
        for layer in self.layers:
            lines.append(f"  - name: {quoted(layer.name)}  # {layer.operator}")
            lines += _shape_lines(layer.shape, written)
            if layer.repeats > 1:
                lines.append(f"    repeats: {layer.repeats}")
            if layer.weights == 0 or layer.shares_weights:
                lines.append(f"    weights: {'shared' if layer.shares_weights else 'none'}")
            lines += _batch_lines(layer.batch)
            if layer.inputs:
                lines.append(f"    inputs: [{', '.join(map(quoted, layer.inputs))}]")
            sizes = {**layer.bounds, **layer.coefficients}
            lines.append(f"    instance: {{{', '.join(f'{k}: {v}' for k, v in sizes.items())}}}")
        return "\n".join(lines) + "\n"

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes the spec file.

        Args:
            path: the file, ending in `.yaml` or `.yml`; or a folder, made if there is none, where
                the file is called after the network.

        Returns:
            The file.

        Raises:
            UsageError: the file cannot be written.
        """
        target = Path(path)
        if target.suffix not in (".yaml", ".yml"):
            target = target / f"{re.sub(r'[^A-Za-z0-9_.-]', '_', self.name)}.yaml"
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            raise UsageError(f"cannot write '{target}': {error.strerror}") from error
        write_whole(target, self.yaml())
        return target

    def skipped_table(self) -> str:
        """What was skipped, with its share of all operations; empty if nothing was."""
        total = self.macs + sum(skip.operations or 0 for skip in self.skipped)
        lines = []
        for skip in self.skipped:
            known = skip.operations is not None
            work = f"{skip.operations:,}" if known else "unknown"
            share = f"{(skip.operations or 0) / max(total, 1):.2%}" if known else "?"
            lines.append(
                f"{skip.operator:<24} {skip.count:>6} {work:>18} {share:>8}  {skip.reason}".rstrip()
            )
        if not lines:
            return ""
        head = f"{'skipped':<24} {'number':>6} {'operations':>18} {'share':>8}"
        return "\n".join([head, *lines])

    def __repr__(self) -> str:
        text = (
            f"{self.name}: {len(self.layers)} layers, {self.macs:,} MACs, {self.weights:,} weights"
            f" ({self.other_parameters:,} other parameters)"
        )
        table = self.skipped_table()
        return f"{text}\n\n{table}" if table else text


# A shape is spelled out where it is used first and referred to afterwards.
def _shape_lines(shape: str | Shape, written: set[str]) -> list[str]:
    if isinstance(shape, str):
        return [f"    shape: {shape}"]
    anchor = re.sub(r"\W", "_", shape.name)
    if anchor in written:
        return [f"    shape: *{anchor}"]
    written.add(anchor)
    return [f"    shape: &{anchor}", *(f"      {line}" for line in shape.yaml().splitlines())]


def _batch_lines(batch: Mapping[str, int] | None) -> list[str]:
    if batch is None:
        return ["    batch: unknown"]
    if not batch:
        return ["    batch: none"]
    if batch == {"N": 1}:  # as without a word
        return []
    return [f"    batch: {{{', '.join(f'{name}: {each}' for name, each in batch.items())}}}"]


def quoted(text: str) -> str:
    """A text as a scalar of YAML: plain where that cannot be misread."""
    plain = re.fullmatch(r"[A-Za-z_][A-Za-z0-9_.-]*", text)
    if plain and text.lower() not in {"true", "false", "yes", "no", "on", "off", "null", "y", "n"}:
        return text
    escaped = text.replace("\\", "\\\\").replace('"', '\\"')
    printable = "".join(c if c.isprintable() else f"\\u{ord(c):04x}" for c in escaped)
    return f'"{printable}"'
