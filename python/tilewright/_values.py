"""Values: equal when what they hold is, also where that is no number."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import fields
from typing import Any


class Value:
    """A frozen dataclass whose instances are compared and hashed by what its fields hold.

    Two that lack the same number are equal, as copies must be; for floats nan differs from nan.
    """

    def _key(self) -> tuple[object, ...]:
        own = fields(self)  # type: ignore[arg-type]
        return tuple(_comparable(getattr(self, each.name)) for each in own if each.compare)

    def __eq__(self, other: object) -> bool:
        if type(other) is not type(self):
            return NotImplemented
        return self is other or self._key() == other._key()

    def __hash__(self) -> int:
        return hash((type(self), self._key()))


def _comparable(value: Any) -> Any:
    if isinstance(value, float) and value != value:  # noqa: PLR0124
        return None
    if isinstance(value, Mapping):
        return tuple((key, _comparable(each)) for key, each in value.items())
    if isinstance(value, tuple | list):
        return tuple(_comparable(each) for each in value)
    return value
