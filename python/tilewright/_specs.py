"""What was read from spec files."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from tilewright import _core
from tilewright._errors import SpecWarning


@dataclass(frozen=True)
class Layer:
    """A layer of a network.

    Attributes:
        name: as the spec says.
        repeats: how often the layer occurs in the network.
        macs: operations (multiply-accumulates) of one occurrence.
        bounds: size of each dimension of the loop nest, in the order of the problem's shape.
    """

    name: str
    repeats: int
    macs: int
    bounds: Mapping[str, int]


@dataclass(frozen=True, eq=False)
class Specs:
    """What spec files say, for `tilewright.evaluate` and `tilewright.map`.

    Attributes:
        architecture: its name; that of its file unless it is named.
        network: name of the network or of the single problem.
        layers: in the order of the files.
        files: all that were read.
        has_mapping: whether `tilewright.evaluate` has something to score.
        warnings: what `tilewright.load` warned of.
    """

    architecture: str
    network: str
    layers: tuple[Layer, ...]
    files: tuple[str, ...]
    has_mapping: bool
    warnings: tuple[SpecWarning, ...]
    _paths: tuple[str, ...] = field(repr=False)
    _texts: tuple[tuple[str, str], ...] = field(repr=False)
    _core: _core.Specs = field(repr=False)

    def __repr__(self) -> str:
        macs = sum(layer.macs * layer.repeats for layer in self.layers)
        parts = [f"architecture {self.architecture!r}" if self.architecture else "no architecture"]
        if self.layers:
            count = f"{len(self.layers)} layer{'s' if len(self.layers) > 1 else ''}"
            parts.append(f"network {self.network!r} ({count}, {macs:,} MACs)")
        if self.has_mapping:
            parts.append("a mapping")
        return f"<Specs: {', '.join(parts)}>"
