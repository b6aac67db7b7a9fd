"""The mapspace of a layer, and batches of mappings that numpy sees."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, overload

from tilewright import _core
from tilewright._errors import UsageError
from tilewright._estimators import EstimatorSource
from tilewright._numbers import whole
from tilewright._results import Result
from tilewright._specs import Source, gather

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt


class Mapspace:
    """All mappings of a layer on an architecture within the constraints.

        space = tw.Mapspace("arch.yaml", "conv.yaml")
        space.size                      # how many there are
        space[123].nest                 # one of them
        scores = tw.score(space.sample(10_000))

    Capacity is not part of it: a mapping that does not fit is rejected when it is scored. Any
    number of threads may use it.

    Args:
        *specs: architecture, problem and constraints: paths, or what `load` returned.
        layer: its name, if the specs hold several.
        both_axes: let one dimension spread over X and Y of a level at once.
        estimators: who prices levels that have no price in the specs, as in `load`.
        leakage: leakage of every instance and cycle counts.

    Raises:
        SpecError: a file is wrong; says where. Also if the constraints leave no mapping.
        UsageError: architecture or problem is missing, or the layer is not known.

    Attributes:
        layer: its name.
        dims: names of the dimensions.
        tensors: names of the tensors.
        levels: names of the storage levels, innermost first.
    """

    def __init__(
        self,
        *specs: Source,
        layer: str | None = None,
        both_axes: bool = False,
        estimators: EstimatorSource | None = None,
        leakage: bool | None = None,
    ) -> None:
        read = gather(specs, estimators, leakage)
        core = self._core = _core.Space(read._core, layer or "", both_axes)
        self.layer = core.layer
        self.dims = tuple(core.dims)
        self.tensors = tuple(core.tensors)
        self.levels = tuple(core.levels)

    @property
    def size(self) -> int:
        """How many mappings there are; `space[i]` for i from 0 to it, it not included."""
        return self._core.sizes["total"]

    @property
    def sizes(self) -> dict[str, int]:
        """The size, and what it is made of.

        `total` is the product of `factorizations`, `permutations` and `bypasses`; `reduced` is the
        number without orders that cannot differ in cost.
        """
        return self._core.sizes

    def __getitem__(self, index: int) -> Mapping:
        if not 0 <= index < self.size:
            raise IndexError(f"there is no mapping {index}; there are {self.size}")
        return Mapping(self.at([index]), 0)

    def at(self, indices: Sequence[int] | npt.NDArray[np.integer[Any]]) -> Mappings:
        """The mappings of these numbers."""
        size = self.size
        numbers = [operator.index(each) for each in indices]
        for index in numbers:
            if not 0 <= index < size:
                raise IndexError(f"there is no mapping {index}; there are {size}")
        return Mappings(self, self._core.at(numbers))

    def sample(self, count: int, seed: int = 1) -> Mappings:
        """Draws mappings uniformly; the same ones for the same seed."""
        chosen = whole("count", count, 0, _MOST), whole("seed", seed, 0, 2**64 - 1)
        return Mappings(self, self._core.sample(*chosen))

    def blank(self, count: int) -> Mappings:
        """Mappings with what the constraints fix and all other factors 1, to be filled in."""
        return Mappings(self, self._core.blank(whole("count", count, 0, _MOST)))

    def score(
        self,
        factors: npt.ArrayLike,
        orders: npt.ArrayLike | None = None,
        keep: npt.ArrayLike | None = None,
        threads: int = 0,
    ) -> Scores:
        """Scores mappings that arrays describe, without a copy of them.

        Args:
            factors: loop bounds [mapping, level, kind, dimension], as `Mappings.factors`.
            orders: dimensions [mapping, level, kind, place], innermost first; those of `blank`
                if not given.
            keep: what each level holds [mapping, level]; as in `blank` if not given.
            threads: 0 = all cores. The result does not depend on it.

        Raises:
            UsageError: an array has another shape, or a mapping makes no sense.
        """
        scores = self._core.score(
            _whole(factors, "int32", "factors"),
            None if orders is None else _whole(orders, "uint8", "orders"),
            None if keep is None else _whole(keep, "uint8", "keep"),
            whole("threads", threads, 0, _MOST_THREADS),
        )
        return Scores(*scores)

    def __repr__(self) -> str:
        sizes = self.sizes
        return (
            f"<Mapspace of {self.layer}: {_short(sizes['total'])} mappings, "
            f"{_short(sizes['reduced'])} without orders that cannot differ>"
        )


class Mappings:
    """Mappings of one mapspace, side by side.

    `factors`, `orders` and `keep` are views: what is written to them changes the mappings. Axes are
    mapping and level (innermost first); `KINDS` are the three kinds of loops of a level.
    """

    KINDS = ("spatial X", "spatial Y", "temporal")

    def __init__(self, space: Mapspace, core: _core.Batch) -> None:
        self.space = space
        self._core = core

    @property
    def factors(self) -> npt.NDArray[np.int32]:
        """Loop bounds [mapping, level, kind, dimension]; those of a dimension make its size."""
        return self._core.factors

    @property
    def orders(self) -> npt.NDArray[np.uint8]:
        """Dimensions [mapping, level, kind, place], innermost first."""
        return self._core.orders

    @property
    def keep(self) -> npt.NDArray[np.uint8]:
        """What each level holds [mapping, level]: bit i is tensor i."""
        return self._core.keep

    def __len__(self) -> int:
        return len(self._core)

    @overload
    def __getitem__(self, index: int) -> Mapping: ...
    @overload
    def __getitem__(self, index: slice | Sequence[int] | npt.NDArray[Any]) -> Mappings: ...
    def __getitem__(self, index: Any) -> Mapping | Mappings:
        """One mapping, or those of a slice, of several numbers or of an array of flags."""
        import numpy as np  # noqa: PLC0415

        if isinstance(index, int | np.integer):
            place = int(index) + (len(self) if index < 0 else 0)
            if not 0 <= place < len(self):
                raise IndexError(f"there is no mapping {index}; there are {len(self)}")
            return Mapping(self, place)
        chosen = np.arange(len(self))[index]
        return Mappings(self.space, self._core.part(chosen.tolist(), self.space._core))

    def __iter__(self) -> Iterator[Mapping]:
        return (Mapping(self, i) for i in range(len(self)))

    def __repr__(self) -> str:
        return f"<Mappings: {len(self):,} of {self.space.layer}>"


class Mapping:
    """One mapping."""

    def __init__(self, batch: Mappings, index: int) -> None:
        self._batch = batch
        self._index = index

    @property
    def yaml(self) -> str:
        """As spec text, for `evaluate` and for Timeloop."""
        return self._batch._core.yaml(self._index)

    @property
    def nest(self) -> str:
        """As loop nest text."""
        return self.evaluate().nest

    def evaluate(self) -> Result:
        """Cost and every count, or why the mapping cannot run."""
        return Result(**self._batch._core.explain(self._index))

    def __repr__(self) -> str:
        return f"<Mapping {self._batch._core.compact(self._index)}>"


@dataclass(frozen=True, eq=False)
class Scores:
    """What `score` gives back: an array per measure, in the order of the mappings.

    Attributes:
        energy_pj: energy in pJ; nan if rejected.
        cycles: time in cycles; 0 if rejected.
        utilization: share of the multipliers at work, 0 to 1; nan if rejected.
        valid: whether the mapping can run.
    """

    energy_pj: npt.NDArray[np.float64]
    cycles: npt.NDArray[np.uint64]
    utilization: npt.NDArray[np.float64]
    valid: npt.NDArray[np.bool_]

    @property
    def edp(self) -> npt.NDArray[np.float64]:
        """Energy-delay products in pJ * cycles; nan if rejected."""
        return self.energy_pj * self.cycles

    def __len__(self) -> int:
        return len(self.valid)

    def __repr__(self) -> str:
        return f"<Scores of {len(self):,} mappings, {int(self.valid.sum()):,} valid>"


def score(mappings: Mappings, threads: int = 0) -> Scores:
    """Scores a batch of mappings.

    Other Python threads run meanwhile.

    Args:
        mappings: from `Mapspace.sample`, `Mapspace.at` or `Mapspace.blank`.
        threads: 0 = all cores. The result does not depend on it.

    Raises:
        UsageError: the factors, orders or kept tensors of a mapping make no sense.
    """
    return Scores(*mappings._core.score(whole("threads", threads, 0, _MOST_THREADS)))


# What does not fit the type would be another number there.
def _whole(values: npt.ArrayLike, kind: str, name: str) -> npt.NDArray[Any]:
    import numpy as np  # noqa: PLC0415

    given = np.asarray(values)
    if given.dtype == kind:
        return given
    made = given.astype(kind) if given.dtype.kind in "iu" else None
    if made is None or (made != given).any():
        raise UsageError(f"{name}: expected an array of whole numbers, as {kind}")
    return made


_LONG = 10**9
_MOST = 2**63 - 1  # whether so many fit is another question
_MOST_THREADS = 4096


def _short(number: int) -> str:
    if number < _LONG:
        return f"{number:,}"
    digits = len(str(number)) - 1
    return f"{number / 10**digits:.2f}e+{digits}" if digits < 300 else f"1e+{digits}"  # noqa: PLR2004
