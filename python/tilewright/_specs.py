"""What was read from spec files, to be looked at, changed and saved."""

from __future__ import annotations

import os
import warnings
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from numbers import Integral, Real
from pathlib import Path
from typing import Any, Protocol, TypeAlias

from tilewright import _core
from tilewright._components import Arithmetic, Level, keys_of, mesh_keys, mesh_of
from tilewright._errors import SpecWarning, UsageError, outside, unknown
from tilewright._estimators import Estimators, EstimatorSource, as_estimators
from tilewright._models import from_onnx
from tilewright._network import Network, quoted
from tilewright._values import Value

Found = tuple[str, str, int, int, str, str]
Text = tuple[str, str, str, bool]  # see _core.load


@dataclass(frozen=True, eq=False)
class Layer(Value):
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


@dataclass(frozen=True)
class Reading:
    """How files of version 0.4 are read; what templates need matters once only.

    Args:
        define: variables of templates.
        allow_outside: folders that templates see besides those of the files.
        dense: sparse optimizations are ignored instead of refused.
        dataflow: its constraints are added.
    """

    define: dict[str, bool | float | str] = field(default_factory=dict)
    allow_outside: tuple[str, ...] = ()
    dense: bool = False
    dataflow: str = "none"


class Specs:
    """What spec files say, for `tilewright.evaluate` and `tilewright.map`.

    `specs["GLB"]` is a component of the architecture by its name, and `specs["GLB"].size_kib = 256`
    changes it. Files are read once, and stay as they are; `save` writes what holds now. A value:
    specs with the same content are equal, whatever files they came from, and can be copied and
    pickled. As a key of a dictionary they must not be changed.

    Args:
        paths: files, and folders of them.
        texts: names for messages, and texts as of a file.
        estimators: who prices levels that have no price in the specs.
        leakage: leakage of every instance and cycle counts.
        reading: how files of version 0.4 are read.
    """

    def __init__(
        self,
        paths: Iterable[str],
        texts: Iterable[Text],
        estimators: Estimators | None = None,
        leakage: bool = False,
        reading: Reading | None = None,
    ) -> None:
        self._estimators = estimators
        self._leakage = leakage
        self._reading = reading or Reading()
        self._changes: dict[str, dict[str, Any]] = {}  # of components, by key
        written = tuple(texts)
        self._core = self._load(tuple(paths), written)
        self._texts = tuple(self._core.texts())
        in_memory = {name for name, *_ in written}
        self._files = tuple(file for file in self._core.files if file not in in_memory)
        self._components: dict[str, dict[str, Any]] = self._core.components
        self.warnings = warn_of(self._core.warnings)

    def _load(self, paths: tuple[str, ...], texts: tuple[Text, ...]) -> _core.Specs:
        estimators = self._estimators._core if self._estimators else None
        return _core.load(
            list(paths),
            [*texts, *_change_texts(self._changes)],
            estimators,
            self._leakage,
            (
                self._reading.define,
                list(self._reading.allow_outside),
                self._reading.dense,
                self._reading.dataflow,
            ),
        )

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
        return self._files

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
        """A storage level by its name. See `arithmetic` for the multipliers."""
        known = [level.name for level in self.levels]
        if name not in known:
            raise unknown("level", name, known)
        return Level(self, name)

    def __contains__(self, name: object) -> bool:
        """Whether there is a storage level of that name."""
        return any(level.name == name for level in self.levels)

    def __iter__(self) -> Iterator[Level]:
        """The storage levels, innermost first."""
        return iter(self.levels)

    def __len__(self) -> int:
        return len(self.levels)

    def __bool__(self) -> bool:
        return True

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

    __copy__ = copy

    def change(self, changes: Mapping[str, Mapping[str, Any]]) -> None:
        """Changes keys of several components at once, which are checked together.

        Args:
            changes: by the name of the component, values by key of the spec:
                `{"GLB": {"entries": 1024}, "MAC": {"meshX": 4, "instances": 16}}`.

        Raises:
            SpecError: what comes of it makes no sense; then nothing is changed.
        """
        before = self._changes
        self._changes = {name: dict(keys) for name, keys in before.items()}
        for name, keys in changes.items():
            known = self._changes.setdefault(name, {})
            for key, value in keys.items():
                known.pop(key, None)  # the last one counts, as it may have another spelling
                known[key] = value
        try:
            core = self._load((), self._texts)
        except BaseException:
            self._changes = before
            raise
        told = set(self._core.warnings)
        self._core, self._components = core, core.components
        warn_of(one for one in core.warnings if one not in told)

    def replace(self, changes: Mapping[str, Mapping[str, Any]]) -> Specs:
        """A copy with other values of attributes: `specs.replace({"GLB": {"size_kib": 64}})`.

        Args:
            changes: by the name of a level or of the arithmetic, values by attribute.

        Raises:
            UnknownNameError: there is no such component.
            UnknownAttributeError: it has no such attribute.
            SpecError: what comes of it makes no sense.
        """
        twin = self.copy()
        twin.change({name: self._keys(name, values) for name, values in changes.items()})
        return twin

    def _keys(self, name: str, values: Mapping[str, Any]) -> dict[str, Any]:
        if name not in self._components:
            raise unknown("component", name, self._components)
        kind = Arithmetic if name == self.arithmetic.name else Level
        keys: dict[str, Any] = keys_of(kind, self._components[name], values)
        return keys

    def resize(self, mesh: tuple[int, int], name: str | None = None) -> None:
        """Makes an array larger or smaller, all its levels together.

        Every component with the mesh of this one gets the new mesh; those further in keep their
        number per instance, those further out stay as they are.

        Args:
            mesh: columns (X) and rows (Y).
            name: of a level; the arithmetic if not given.

        Raises:
            SpecError: the mesh is no multiple of that of the next level outwards.
        """
        x, y = mesh_of(mesh)
        named = self.arithmetic.name if name is None else name
        if named not in self._components:
            raise unknown("component", named, self._components)
        old_x, old_y = self._components[named]["mesh"]
        changes = {}
        for each, fields in self._components.items():
            own_x, own_y = fields["mesh"]
            if own_x % old_x == 0 and own_y % old_y == 0 and self._within(each, named):
                changes[each] = mesh_keys((own_x // old_x * x, own_y // old_y * y))
        self.change(changes)

    # Whether a component is further in than another one, or part of the same array.
    def _within(self, name: str, other: str) -> bool:
        order = list(self._components)
        mesh = self._components[other]["mesh"]
        in_array = mesh != (1, 1) and self._components[name]["mesh"] == mesh
        return in_array or order.index(name) <= order.index(other)

    def diff(self, other: Specs) -> dict[str, tuple[Any, Any]]:
        """What differs: by "component.attribute", the value here and there.

        Also "layer.attribute" of layers, "architecture" and "network" (their names), and "text" for
        what no attribute shows, such as constraints. None stands for what one of them lacks.
        """
        here, there = self._facts(), other._facts()
        names = dict.fromkeys((*here, *there))
        found = {n: (here.get(n), there.get(n)) for n in names if here.get(n) != there.get(n)}
        if not found and self != other:
            found["text"] = self._core.compare_text(), other._core.compare_text()
        return found

    def _facts(self) -> dict[str, Any]:
        facts: dict[str, Any] = {"architecture": self.architecture, "network": self.network}
        for name, fields in self._components.items():
            facts |= {f"{name}.{attribute}": value for attribute, value in fields.items()}
        for layer in self.layers:
            facts |= {
                f"{layer.name}.{attribute}": value for attribute, value in vars(layer).items()
            }
        return facts

    def _key(self) -> tuple[object, ...]:
        read = (self._reading.dense, self._reading.dataflow)
        return self._core.compare_text(), self._estimators, self._leakage, read

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Specs) else NotImplemented

    def __hash__(self) -> int:
        return hash((self._core.compare_text(), self._leakage))

    # What is compiled cannot be pickled; it is made again from the texts.
    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in vars(self).items() if k not in ("_core", "_components")}

    def __setstate__(self, state: dict[str, Any]) -> None:
        vars(self).update(state)
        self._core = self._load((), self._texts)
        self._components = self._core.components

    def _component(self, name: str) -> dict[str, Any]:
        return self._components[name]

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


@dataclass(frozen=True)
class NamedText:
    """The text of a spec, and the name that messages have for it."""

    name: str
    text: str


class _HasMapping(Protocol):
    """A `Mapping`, a `LayerResult` or a `ParetoPoint`."""

    @property
    def mapping_yaml(self) -> str: ...


Source: TypeAlias = str | os.PathLike[str] | Specs | Network | NamedText | _HasMapping
"""A spec file, a folder of them, an ONNX model, the text of a spec (with a line break), or what
`load` or `from_onnx` made of some; a mapping, or a result that has one."""


def gather(
    sources: tuple[Source, ...],
    estimators: EstimatorSource | None = None,
    leakage: bool | None = None,
    reading: Reading | None = None,
) -> Specs:
    """Specs that stand alone, as they are; with more beside them all are read together.

    Estimators and leakage that are not given are those of the specs among the sources.
    """
    chosen = as_estimators(estimators)
    is_plain = chosen is None and leakage is None and reading is None
    if len(sources) == 1 and isinstance(sources[0], Specs) and is_plain:
        return sources[0]
    paths: list[str] = []
    texts: list[Text] = []
    loaded = [source for source in sources if isinstance(source, Specs)]
    for source in sources:
        found = _texts_of(source)
        if isinstance(found, str):
            paths.append(found)
        else:
            texts += found
    if not paths and not texts:
        raise UsageError("no spec files are given")
    if leakage is None:
        leakage = any(specs._leakage for specs in loaded)
    if reading is None:
        flows = [specs._reading.dataflow for specs in loaded if specs._reading.dataflow != "none"]
        reading = Reading(
            dense=any(specs._reading.dense for specs in loaded),
            dataflow=flows[-1] if flows else "none",
        )
    made = Specs(paths, texts, chosen or _estimators_of(loaded), leakage, reading)
    made._files = tuple(dict.fromkeys((*(f for s in loaded for f in s._files), *made._files)))
    return made


# A path, or texts.
def _texts_of(source: Source) -> str | list[Text]:
    if isinstance(source, Specs):
        return [*source._texts, *_change_texts(source._changes)]
    if isinstance(source, NamedText):
        return [text_of(source.name, source.text)]
    if isinstance(source, Network):
        return [text_of(f"<{source.name}>", source.yaml())]
    if isinstance(source, str) and "\n" in source:
        return [text_of("<text>", source)]
    if isinstance(source, str | bytes | os.PathLike):
        path = os.fsdecode(source)
        return _texts_of(from_onnx(path)) if path.endswith(".onnx") else path
    mapping = getattr(source, "mapping_yaml", None)
    if isinstance(mapping, str):
        if not mapping:
            raise UsageError(f"{source!r} has no mapping")
        return [text_of("<mapping>", mapping)]
    raise UsageError(
        "expected paths, texts of specs, and what load, architecture, problem, network or "
        f"from_onnx return; found an object of type {type(source).__name__}"
    )


def text_of(name: str, text: str) -> Text:
    return name, text, "", False


def _change_texts(changes: Mapping[str, Mapping[str, Any]]) -> list[Text]:
    return [
        text_of(
            f"<change of {target}>",
            f"architecture_changes: [{flow({'target': target, **keys})}]",
        )
        for target, keys in changes.items()
    ]


def _estimators_of(loaded: Iterable[Specs]) -> Estimators | None:
    found = [specs._estimators for specs in loaded if specs._estimators is not None]
    if any(each != found[0] for each in found):
        raise UsageError("specs with different estimators: say which to use, as estimators=...")
    return found[0] if found else None


# Of each file, what Python notes down to warn of once only, however often specs are read.
_registries: dict[str, dict[str | tuple[str, type[Warning], int], int]] = {}


def warn_of(found: Iterable[Found]) -> tuple[SpecWarning, ...]:
    """Warns of what was odd: at its place if there is one, else where the user called us."""
    made = tuple(SpecWarning(*one) for one in found)
    for warning in made:
        if warning.file:
            seen = _registries.setdefault(warning.file, {})
            warnings.warn_explicit(warning, SpecWarning, warning.file, warning.line, registry=seen)
        else:
            warnings.warn(warning, stacklevel=outside())
    return made


def flow(keys: Mapping[str, Any]) -> str:
    return f"{{{', '.join(f'{quoted(key)}: {_scalar(value)}' for key, value in keys.items())}}}"


def _scalar(value: Any) -> str:
    if isinstance(value, Mapping):
        return flow(value)
    if isinstance(value, list | tuple):
        return f"[{', '.join(_scalar(each) for each in value)}]"
    if value is None:
        return "~"
    return _number(value) if isinstance(value, Real) else quoted(str(value))


# Of Python or numpy; Python's bool is a number.
def _number(value: Real) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(int(value)) if isinstance(value, Integral) else repr(float(value))
