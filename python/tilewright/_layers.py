"""What everything that consists of named layers can do."""

from __future__ import annotations

from collections.abc import Iterator
from operator import index
from typing import Generic, Protocol, SupportsIndex, TypeVar, overload

from tilewright._errors import unknown


class _Named(Protocol):
    @property
    def name(self) -> str: ...


L = TypeVar("L", bound=_Named)


class Layered(Generic[L]):
    """Layers in the order of the network, by number, by name, or several by a slice.

    The field is a dataclass's.
    """

    layers: tuple[L, ...]

    def __iter__(self) -> Iterator[L]:
        return iter(self.layers)

    def __len__(self) -> int:
        return len(self.layers)

    @overload
    def __getitem__(self, key: SupportsIndex | str) -> L: ...
    @overload
    def __getitem__(self, key: slice) -> tuple[L, ...]: ...
    def __getitem__(self, key: SupportsIndex | str | slice) -> L | tuple[L, ...]:
        if isinstance(key, slice):
            return self.layers[key]
        if not isinstance(key, str):
            return self.layers[index(key)]
        for layer in self.layers:
            if layer.name == key:
                return layer
        raise unknown("layer", key, (layer.name for layer in self.layers))

    def __contains__(self, key: object) -> bool:
        """Whether a layer, or one of that name, is among them."""
        return any(key in (layer.name, layer) for layer in self.layers)
