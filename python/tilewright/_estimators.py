"""Who prices components: options of the program, and estimators written in Python."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, fields
from functools import cached_property
from typing import Any, Protocol, TypeAlias, runtime_checkable

from tilewright import _core
from tilewright._errors import UsageError

Path: TypeAlias = str | os.PathLike[str]


class Declined(Exception):  # noqa: N818
    """Raised by an estimator that cannot answer after all; the next best one is asked."""


@dataclass(frozen=True)
class EnergyQuery:
    """A question to an estimator.

    Attributes:
        quantity: "energy" (pJ of one action), "area" (um2) or "leakage" (uW), of one instance.
        component_class: such as "SRAM", "DRAM", "regfile" or "intmac".
        attributes: of the component, such as width (bits of an access), depth and technology.
        action: such as "read", "write" or "mac_random"; empty unless energy is asked for.
        arguments: of the action.
        component: its name in the architecture.
    """

    quantity: str
    component_class: str
    attributes: Mapping[str, Any]
    action: str = ""
    arguments: Mapping[str, Any] = field(default_factory=dict)
    component: str = ""


@runtime_checkable
class EnergyEstimator(Protocol):
    """What a class has to have to price components; nothing need be inherited.

    An attribute `name` is its name in reports, else that of its class. The most accurate estimator
    answers. The same class in a file serves `tilewright map --python FILE`.
    """

    def support(self, query: EnergyQuery) -> float | tuple[float, str] | None:
        """How accurate the answer would be in percent; 0 or None: it cannot answer.

        With a reason or a source as the second of two if one is to be shown.
        """

    def estimate(self, query: EnergyQuery) -> float:
        """The price in pJ, um2 or uW; asked only where `support` said yes."""


@dataclass(frozen=True)
class Estimators:
    """Who prices the levels that have no price in the specs.

    Names and defaults are those of the program's options; `objects` are estimators in Python. As
    soon as one is chosen, every level without a price in the specs is asked for.

    Attributes:
        objects: estimators; asked before the built-in ones.
        table: tables of prices (CSV).
        plugin: shared libraries with estimators.
        python: Python files with estimators or plug-ins of Accelergy, run by `python3`.
        library: folders of component tables to scale (CSV).
        pin: only this estimator prices components: "NAME" or "CLASS=NAME".
        exclude: these estimators price nothing.
        cacti_answers: table of CACTI's answers (CSV).
        cacti: your CACTI 7, run where its table lacks a memory.
        cacti_cache: table that keeps what CACTI answers.
        answer_time: for one answer of a Python file or of CACTI, such as "5m" (default: 2 minutes).
        estimate: price every level that has no price of yours.
        technology: process node of all components, as "28nm", whatever the specs say.
        dummy: 1 pJ and 1 um2 for what nobody can price.
        corrected_nodes: scale between technology nodes towards the nearer one.

    Raises:
        UsageError: one of the objects is no estimator.
    """

    objects: Iterable[EnergyEstimator] = ()
    table: Path | Iterable[Path] = ()
    plugin: Path | Iterable[Path] = ()
    python: Path | Iterable[Path] = ()
    library: Path | Iterable[Path] = ()
    pin: str | Iterable[str] = ()
    exclude: str | Iterable[str] = ()
    cacti_answers: Path | None = None
    cacti: Path | None = None
    cacti_cache: Path | None = None
    answer_time: str | None = None
    estimate: bool = False
    technology: str | None = None
    dummy: bool = False
    corrected_nodes: bool = False

    def __post_init__(self) -> None:
        object.__setattr__(self, "objects", tuple(self.objects))
        _ = self._core  # says at once what is wrong

    def __getstate__(self) -> dict[str, Any]:
        return {k: v for k, v in vars(self).items() if k != "_core"}

    @cached_property
    def _core(self) -> _core.Estimators:
        texts: list[tuple[str, str]] = []
        for each in fields(self):
            if each.name != "objects":
                name = each.name.replace("_", "-")
                texts += ((name, text) for text in _texts(getattr(self, each.name)))
        return _core.Estimators(texts, list(self.objects))


EstimatorSource: TypeAlias = Estimators | EnergyEstimator | Iterable[EnergyEstimator]
"""Estimators, one that is written in Python, or several of these."""


def as_estimators(source: EstimatorSource | None) -> Estimators | None:
    """What functions take as `estimators`."""
    if source is None or isinstance(source, Estimators):
        return source
    if isinstance(source, str | os.PathLike):
        raise UsageError(f"for files with estimators write Estimators(python={str(source)!r})")
    is_list = isinstance(source, Iterable) and not hasattr(source, "support")
    return Estimators(objects=source if is_list else (source,))  # type: ignore[arg-type]


def _texts(value: Any) -> list[str]:
    if value is None or value is False:
        return []
    if value is True:
        return [""]
    if isinstance(value, str | os.PathLike):
        return [os.fspath(value)]
    return [os.fspath(each) for each in value]
