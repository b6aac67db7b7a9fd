"""What was read from spec files, to be looked at, changed and saved."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Generic, TypeAlias, TypeVar

from tilewright import _core
from tilewright._errors import SpecWarning, UsageError, outside
from tilewright._estimators import Estimators, EstimatorSource, as_estimators
from tilewright._models import from_onnx
from tilewright._network import Network, quoted

Found = tuple[str, str, int, int]
Number = int | float
_T = TypeVar("_T")


@dataclass(frozen=True)
class Layer:
    """A layer of a network.

    Attributes:
        name: as the spec says.
        repeats: how often the layer occurs in the network.
        macs: operations (multiply-accumulates) of one occurrence.
        bounds: size of each dimension of the loop nest, in the order of the problem's shape.
        inputs: names of the layers whose results it reads.
        shape: name of the problem's shape.
    """

    name: str
    repeats: int
    macs: int
    bounds: Mapping[str, int]
    inputs: tuple[str, ...] = ()
    shape: str = ""


class _Key(Generic[_T]):
    """An attribute of a component that a key of the spec stands for."""

    def __init__(self, key: str) -> None:
        self.key = key

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, component: Component, owner: type) -> _T:
        value: _T = component._fields()[self.name]
        return value

    def __set__(self, component: Component, value: _T) -> None:
        component.change({self.key: value})


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
        x, y = size
        self.change({"instances": x * y, "meshX": x, "meshY": y})

    word_bits = _Key[int]("word-bits")

    def change(self, keys: Mapping[str, Any]) -> None:
        """Sets keys of the spec together, such as `{"meshX": 4, "meshY": 2, "instances": 8}`."""
        self._specs._change([(self._name, keys)])

    if not TYPE_CHECKING:  # to type checkers it would mean that any name will do

        def __setattr__(self, name: str, value: Any) -> None:
            # A name that is mistyped would change nothing, silently.
            known = [each for each in dir(type(self)) if not each.startswith("_")]
            if not name.startswith("_") and name not in known:
                raise UsageError(_core.unknown_name_message("attribute", name, known))
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

    entries = _Key[int | None]("entries")
    data_bits = _Key[dict[str, int] | None]("data-bits")
    block_size = _Key[int]("block-size")
    cluster_size = _Key[int]("cluster-size")
    multiple_buffering = _Key[float]("multiple-buffering")
    min_utilization = _Key[float]("min-utilization")
    read_bandwidth = _Key[float | None]("read_bandwidth")
    write_bandwidth = _Key[float | None]("write_bandwidth")
    shared_bandwidth = _Key[float | None]("shared_bandwidth")
    num_ports = _Key[int]("num-ports")
    num_banks = _Key[int]("num-banks")
    vector_access_energy = _Key[float | None]("vector-access-energy")
    addr_gen_energy = _Key[float | None]("addr-gen-energy")
    cluster_area = _Key[float | None]("cluster-area")

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
        entries = None if size is None else round(size * 8192) // self.word_bits
        self.change({"entries": entries})


class Arithmetic(Component):
    """The multipliers.

    Attributes:
        word_bits: bits of a word.
        energy: pJ per operation; None = from tables or the technology model.
        area: um2; None = from tables.
    """

    energy = _Key[float | None]("energy")
    area = _Key[float | None]("area")


class Specs:
    """What spec files say, for `tilewright.evaluate` and `tilewright.map`.

    `specs["GLB"]` is a component of the architecture by its name, and `specs["GLB"].size_kib = 256`
    changes it. The files stay as they are; `save` writes what holds now.
    """

    def __init__(
        self,
        paths: Iterable[str],
        texts: Iterable[tuple[str, str]],
        estimators: Estimators | None = None,
        leakage: bool = False,
    ) -> None:
        self._paths = tuple(paths)
        self._texts = tuple(texts)
        self._estimators = estimators
        self._leakage = leakage
        self._changes: tuple[tuple[str, str], ...] = ()
        self._load()
        self.warnings = warn_of(self._core.warnings)

    def _load(self) -> None:
        self._core = _core.load(
            list(self._paths),
            [*self._texts, *self._changes],
            self._estimators._core if self._estimators else None,
            self._leakage,
        )
        self._components: dict[str, dict[str, Any]] = self._core.components

    @property
    def architecture(self) -> str:
        """Name of the architecture; that of its file unless it is named."""
        return self._core.architecture

    @property
    def network(self) -> str:
        """Name of the network or of the single problem."""
        return self._core.network

    @property
    def layers(self) -> tuple[Layer, ...]:
        """In the order of the files."""
        return tuple(Layer(**layer) for layer in self._core.layers)

    @property
    def files(self) -> tuple[str, ...]:
        """All that were read."""
        texts = {name for name, _ in (*self._texts, *self._changes)}
        return tuple(file for file in self._core.files if file not in texts)

    @property
    def has_mapping(self) -> bool:
        """Whether `tilewright.evaluate` has something to score."""
        return self._core.has_mapping

    @property
    def levels(self) -> tuple[Level, ...]:
        """The storage levels, innermost first."""
        names = [name for name, fields in self._components.items() if "entries" in fields]
        return tuple(Level(self, name) for name in names)

    @property
    def arithmetic(self) -> Arithmetic:
        """The multipliers."""
        for name, fields in self._components.items():
            if "entries" not in fields:
                return Arithmetic(self, name)
        raise UsageError("no architecture: none of the files has a key 'arch' or 'architecture'")

    def __getitem__(self, name: str) -> Level:
        """A storage level by its name."""
        known = [level.name for level in self.levels]
        if name not in known:
            raise UsageError(_core.unknown_name_message("level", name, known))
        return Level(self, name)

    def __iter__(self) -> Iterator[Level]:
        """The storage levels, innermost first."""
        return iter(self.levels)

    def yaml(self) -> str:
        """Everything as the text of one file, with all changes. Comments are not kept."""
        return self._core.yaml()

    def dot(self, merge: bool = False) -> str:
        """The layers and who reads whose results, as text for Graphviz.

        Args:
            merge: take layers of equal work as one.

        Raises:
            UsageError: there is no layer.
        """
        if not self.layers:
            raise UsageError("no problem: none of the files has a key 'problem' or is a network")
        return self._core.dot(merge)

    def save(self, path: str | os.PathLike[str]) -> Path:
        """Writes `yaml()` to a file and returns its path."""
        try:
            Path(path).write_text(self.yaml(), encoding="utf-8")
        except OSError as error:
            raise UsageError(f"cannot write '{os.fspath(path)}': {error.strerror}") from error
        return Path(path)

    def copy(self) -> Specs:
        """The same specs, to be changed without changing these."""
        twin = Specs.__new__(Specs)
        twin.__dict__.update(self.__dict__)
        return twin

    # What is compiled cannot be pickled; it is read again, as files that may have changed are.
    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in vars(self).items() if k not in ("_core", "_components")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._load()

    def _component(self, name: str) -> dict[str, Any]:
        return self._components[name]

    # All or nothing: what the reader refuses leaves the specs as they were.
    def _change(self, changes: Iterable[tuple[str, Mapping[str, Any]]]) -> None:
        before = self._changes, self._core, self._components
        for target, keys in changes:
            settings = ", ".join(f"{key}: {_scalar(value)}" for key, value in keys.items())
            text = f"architecture_changes: [{{target: {quoted(target)}, {settings}}}]"
            self._changes = (*self._changes, (f"<change of {target}>", text))
        try:
            self._load()
        except BaseException:
            self._changes, self._core, self._components = before
            raise
        known = set(before[1].warnings)
        warn_of(one for one in self._core.warnings if one not in known)

    def __repr__(self) -> str:
        layers = self.layers
        macs = sum(layer.macs * layer.repeats for layer in layers)
        parts = [f"architecture {self.architecture!r}" if self.architecture else "no architecture"]
        if layers:
            count = f"{len(layers)} layer{'s' if len(layers) > 1 else ''}"
            parts.append(f"network {self.network!r} ({count}, {macs:,} MACs)")
        if self.has_mapping:
            parts.append("a mapping")
        return f"<Specs: {', '.join(parts)}>"


def architecture(
    name: str, levels: Iterable[Mapping[str, Any]], arithmetic: Mapping[str, Any]
) -> Specs:
    """Builds an architecture in code.

        arch = tw.architecture(
            "small",
            [
                {"name": "Registers", "entries": 64, "instances": 16, "meshX": 4},
                {"name": "Memory", "technology": "DRAM", "instances": 1},
            ],
            {"name": "MAC", "instances": 16, "meshX": 4},
        )

    Args:
        name: of the architecture.
        levels: storage, innermost first; keys as in a spec file.
        arithmetic: the multipliers; keys as in a spec file.

    Raises:
        SpecError: a key or a value makes no sense.
    """
    storage = "".join(f"  - {_flow(level)}\n" for level in levels)
    text = (
        f"arch:\n  name: {quoted(name)}\n  arithmetic: {_flow(arithmetic)}\n  storage:\n{storage}"
    )
    return Specs((), ((f"<{name}>", text),))


def problem(name: str, shape: str, /, **sizes: int) -> Specs:
    """Builds a problem in code: `tw.problem("conv1", "conv", N=1, C=3, M=64, ...)`.

    Args:
        name: of the layer.
        shape: one of the shapes that the program knows by name.
        **sizes: of the dimensions, and strides and dilations other than 1.

    Raises:
        SpecError: the shape is not known, or a size is missing or makes no sense.
    """
    text = (
        f"network:\n  name: {quoted(name)}\n  layers:\n"
        f"  - {{name: {quoted(name)}, shape: {quoted(shape)}, instance: {_flow(sizes)}}}\n"
    )
    return Specs((), ((f"<{name}>", text),))


Source: TypeAlias = str | os.PathLike[str] | Specs | Network
"""A spec file, a folder of them, an ONNX model, or what `load` or `from_onnx` made of some."""


def gather(
    sources: tuple[Source, ...],
    estimators: EstimatorSource | None = None,
    leakage: bool | None = None,
) -> Specs:
    """Specs that stand alone, as they are; with more beside them all are read together.

    Estimators and leakage that are not given are those of the specs among the sources.
    """
    chosen = as_estimators(estimators)
    if len(sources) == 1 and isinstance(sources[0], Specs) and chosen is None and leakage is None:
        return sources[0]
    paths: list[str] = []
    texts: list[tuple[str, str]] = []
    loaded = [source for source in sources if isinstance(source, Specs)]
    for source in sources:
        if isinstance(source, Specs):
            paths += source._paths
            texts += (*source._texts, *source._changes)
        elif isinstance(source, Network):
            texts.append((f"<{source.name}>", source.yaml()))
        elif os.fsdecode(source).endswith(".onnx"):
            network = from_onnx(source)
            texts.append((f"<{network.name}>", network.yaml()))
        else:
            paths.append(os.fsdecode(source))
    if not paths and not texts:
        raise UsageError("no spec files are given")
    if leakage is None:
        leakage = any(specs._leakage for specs in loaded)
    return Specs(paths, texts, chosen or _estimators_of(loaded), leakage)


def _estimators_of(loaded: Iterable[Specs]) -> Estimators | None:
    found = [specs._estimators for specs in loaded if specs._estimators is not None]
    if any(each is not found[0] for each in found):
        raise UsageError("specs with different estimators: say which to use, as estimators=...")
    return found[0] if found else None


def warn_of(found: Iterable[Found]) -> tuple[SpecWarning, ...]:
    """Warns of what was odd: at its place if there is one, else where the user called us."""
    made = tuple(SpecWarning(*one) for one in found)
    for warning in made:
        if warning.file:
            warnings.warn_explicit(warning, SpecWarning, warning.file, warning.line)
        else:
            warnings.warn(warning, stacklevel=outside())
    return made


def _flow(keys: Mapping[str, Any]) -> str:
    return f"{{{', '.join(f'{quoted(key)}: {_scalar(value)}' for key, value in keys.items())}}}"


def _scalar(value: Any) -> str:
    if value is None:
        return "~"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Mapping):
        return _flow(value)
    return str(value) if isinstance(value, Number) else quoted(str(value))
