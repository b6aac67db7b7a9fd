"""Components of an architecture: storage levels, and the arithmetic below them."""

from __future__ import annotations

from collections.abc import Mapping
from operator import index
from typing import TYPE_CHECKING, Any, Generic, TypeVar, overload

from tilewright import _core
from tilewright._errors import SpecError, UnknownAttributeError, UsageError

if TYPE_CHECKING:
    from tilewright._specs import Specs

_T = TypeVar("_T")


class Key(Generic[_T]):
    """An attribute of a component that a key of the spec stands for."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    @overload
    def __get__(self, component: None, owner: type) -> Key[_T]: ...
    @overload
    def __get__(self, component: Component, owner: type) -> _T: ...
    def __get__(self, component: Component | None, owner: type) -> _T | Key[_T]:
        if component is None:
            return self  # of the class
        value: _T = component._fields()[self.name]
        return value

    def __set__(self, component: Component, value: _T) -> None:
        component._set(self.name, {self.key: value})

    def __repr__(self) -> str:
        return f"<attribute {self.name}: the key {self.key} of a spec>"


class Component:
    """A level of the architecture, or its arithmetic. Writing an attribute changes the specs.

    What is written is checked like a spec: what makes no sense is a `SpecError`, and nothing is
    changed.
    """

    def __init__(self, specs: Specs, name: str) -> None:
        self._specs = specs
        self._name = name

    @property
    def name(self) -> str:
        """Its name."""
        return self._name

    @property
    def instances(self) -> int:
        """How many there are."""
        return int(self._fields()["instances"])

    @property
    def mesh(self) -> tuple[int, int]:
        """How many there are along X and along Y; writing sets `instances` to the product."""
        x, y = self._fields()["mesh"]
        return x, y

    @mesh.setter
    def mesh(self, size: tuple[int, int]) -> None:
        self._set("mesh", mesh_keys(size))

    word_bits = Key[int]("word-bits")

    def change(self, keys: Mapping[str, Any]) -> None:
        """Sets keys of the spec together, such as `{"meshX": 4, "meshY": 2, "instances": 8}`."""
        self._specs.change({self._name: keys})

    # What is refused is told in the words of the attribute that was set.
    def _set(self, attribute: str, keys: Mapping[str, Any]) -> None:
        try:
            self.change(keys)
        except SpecError as error:
            message = f"{self._name}.{attribute}: {error}"
            raise SpecError(message, error.file, error.line, error.column) from None

    if not TYPE_CHECKING:  # to type checkers it would mean that any name will do

        def __setattr__(self, name: str, value: Any) -> None:
            # A name that is mistyped would change nothing, silently.
            known = [each for each in dir(type(self)) if not each.startswith("_")]
            if not name.startswith("_") and name not in known:
                raise UnknownAttributeError(_core.unknown_name_message("attribute", name, known))
            super().__setattr__(name, value)

    def _fields(self) -> dict[str, Any]:
        return self._specs._component(self._name)

    def __repr__(self) -> str:
        shown = ", ".join(f"{k}={v}" for k, v in self._fields().items() if v is not None)
        return f"<{type(self).__name__} {self._name}: {shown}>"


class Level(Component):
    """A storage level.

    Attributes:
        entries: capacity in words; None = unlimited.
        word_bits: bits of a word.
        data_bits: bits of an element by tensor, where that is no word; None = all are words.
        block_size: words of one access.
        cluster_size: instances that share one memory macro.
        multiple_buffering: a mapping may use `entries` divided by it.
        min_utilization: least share of the capacity that a mapping must use.
        read_bandwidth: words per cycle and instance; None = unlimited.
        write_bandwidth: the same for writes.
        shared_bandwidth: the same for both together.
        num_ports: for the technology model.
        num_banks: for the technology model.
        vector_access_energy: pJ per access; None = from tables or the technology model.
        addr_gen_energy: pJ per address.
        cluster_area: um2.
        technology: "SRAM" or "DRAM"; not to be changed.
    """

    entries = Key[int | None]("entries")
    data_bits = Key[dict[str, int] | None]("data-bits")
    block_size = Key[int]("block-size")
    cluster_size = Key[int]("cluster-size")
    multiple_buffering = Key[float]("multiple-buffering")
    min_utilization = Key[float]("min-utilization")
    read_bandwidth = Key[float | None]("read_bandwidth")
    write_bandwidth = Key[float | None]("write_bandwidth")
    shared_bandwidth = Key[float | None]("shared_bandwidth")
    num_ports = Key[int]("num-ports")
    num_banks = Key[int]("num-banks")
    vector_access_energy = Key[float | None]("vector-access-energy")
    addr_gen_energy = Key[float | None]("addr-gen-energy")
    cluster_area = Key[float | None]("cluster-area")

    @property
    def technology(self) -> str:
        """What kind of memory it is."""
        return str(self._fields()["technology"])

    @property
    def size_kib(self) -> float | None:
        """Capacity of an instance in units of 1,024 bytes; None = unlimited."""
        entries = self.entries
        return None if entries is None else float(entries * self.word_bits / 8192)

    @size_kib.setter
    def size_kib(self, size: float | None) -> None:
        self._set("size_kib", size_keys(size, self.word_bits))


class Arithmetic(Component):
    """The multipliers.

    Attributes:
        word_bits: bits of a word.
        energy: pJ per operation; None = from tables or the technology model.
        area: um2; None = from tables.
    """

    energy = Key[float | None]("energy")
    area = Key[float | None]("area")


def keys_of(kind: type[Component], fields: Mapping[str, Any], values: Mapping[str, Any]) -> Any:
    """The keys of a spec that stand for attributes of a component.

    Args:
        kind: of the component.
        fields: what it is now.
        values: by attribute.

    Raises:
        UnknownAttributeError: it has no such attribute.
    """
    keys: dict[str, Any] = {}
    for attribute, value in values.items():
        own = getattr(kind, attribute, None)
        if isinstance(own, Key):
            keys[own.key] = value
        elif attribute == "mesh":
            keys |= mesh_keys(value)
        elif attribute == "size_kib" and kind is Level:
            keys |= size_keys(value, values.get("word_bits", fields["word_bits"]))
        else:
            known = [each for each in dir(kind) if isinstance(getattr(kind, each), Key)]
            known += ["mesh", *(["size_kib"] if kind is Level else [])]
            raise UnknownAttributeError(_core.unknown_name_message("attribute", attribute, known))
    return keys


def mesh_of(size: Any) -> tuple[int, int]:
    try:
        x, y = size
        return index(x), index(y)
    except (TypeError, ValueError):
        raise UsageError(f"mesh: expected columns and rows as (14, 12), found {size!r}") from None


def mesh_keys(size: Any) -> dict[str, Any]:
    x, y = mesh_of(size)
    return {"instances": x * y, "meshX": x, "meshY": y}


def size_keys(kib: float | None, word_bits: int) -> dict[str, Any]:
    return {"entries": None if kib is None else round(kib * 8192) // word_bits}
