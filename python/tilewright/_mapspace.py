"""The mapspace of a layer, and batches of mappings as arrays of numpy."""

from __future__ import annotations

import operator
from collections.abc import Iterator, Sequence
from functools import cached_property
from typing import TYPE_CHECKING, Any, SupportsIndex, overload

from tilewright import _core
from tilewright._errors import UsageError
from tilewright._estimators import EstimatorSource
from tilewright._numbers import whole
from tilewright._results import Result
from tilewright._scores import Scores
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

    Capacity is not part of it: a mapping that does not fit is rejected when it is scored. So is one
    that is not in the space. Any number of threads may use it. A value: it is equal to another one
    of equal specs, and can be copied and pickled.

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
        self._specs = gather(specs, estimators, leakage).copy()  # not to be changed
        self._both_axes = bool(both_axes)
        self._build(layer or "")

    def _build(self, layer: str) -> None:
        core = self._core = _core.Space(self._specs._core, layer, self._both_axes)
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

    @overload
    def __getitem__(self, index: SupportsIndex) -> Mapping: ...
    @overload
    def __getitem__(self, index: slice) -> Mappings: ...
    def __getitem__(self, index: SupportsIndex | slice) -> Mapping | Mappings:
        if isinstance(index, slice):
            numbers = range(*index.indices(self.size))
            # Such a range may be longer than len() can say.
            if (numbers.stop - numbers.start) // numbers.step > _MOST_LISTED:
                raise MemoryError(f"a slice of more than {_MOST_LISTED:,} mappings")
            return self.at(numbers)
        return self.at([index])[0]

    def __iter__(self) -> Iterator[Mapping]:
        return (self[i] for i in range(self.size))

    def __contains__(self, mapping: object) -> bool:
        """Whether the constraints and the fan-outs allow a mapping.

        Those whose loops stand in another order at the same cost belong to it, too.
        """
        return isinstance(mapping, Mapping) and not self.why_outside(mapping)

    def why_outside(self, mapping: Mapping) -> str:
        """Why a mapping is not in the space, in a sentence; empty if it is."""
        shape = mapping.factors.shape
        if shape != (len(self.levels), len(Mappings.KINDS), len(self.dims)):
            return "it has other levels or dimensions"
        try:
            return self._one(mapping).why_outside()
        except UsageError as error:
            return str(error).removeprefix("mapping 0: ")

    def neighbours(self, mapping: Mapping) -> Mappings:
        """The mappings of the space that are one small step away.

        A step moves a prime factor of a dimension to another place, exchanges two of them, swaps
        two loops, or has a level keep a tensor or not. Every mapping is reached by such steps
        unless constraints part the space.

        Raises:
            UsageError: the mapping is not in the space.
        """
        return Mappings(self, *self._one(mapping).neighbours())

    def index(self, mapping: Mapping) -> int:
        """The number of a mapping: `space[space.index(mapping)]` is it, or costs the same.

        Raises:
            ValueError: the mapping is not in the space.
        """
        number = self._one(mapping).index()
        if number is None:
            raise UsageError(f"the mapping is not in the mapspace: {self.why_outside(mapping)}")
        return number

    def project(
        self,
        factors: npt.ArrayLike,
        orders: npt.ArrayLike | None = None,
        keep: npt.ArrayLike | None = None,
    ) -> Mappings:
        """The mappings of the space that are near to arrays of any numbers.

        For optimisers that know nothing of divisors, fan-outs and constraints. Each dimension gets
        the loop bounds whose logarithms are nearest, one dimension after the other as far as the
        earlier ones leave room; orders and keeping are taken as far as they are free.

        Args:
            factors: wished loop bounds [mapping, level, kind, dimension]; below 1 counts as 1.
            orders: dimensions [mapping, level, kind, place], innermost first; those of `blank`
                if not given.
            keep: what each level holds [mapping, level]; as in `blank` if not given.

        Raises:
            UsageError: an array has another shape, or does not hold numbers or orders.
        """
        import numpy as np  # noqa: PLC0415

        wished = np.ascontiguousarray(np.asarray(factors, dtype=np.float64))
        if np.isnan(wished).any():
            raise UsageError("factors: expected numbers, found nan")
        count = len(wished) if wished.ndim else 0
        blank = self.blank(count)
        whole_factors = np.rint(np.clip(wished, 1, _MOST_BOUND)).astype(np.int32)
        own_orders = blank.orders if orders is None else _whole(orders, "uint8", "orders")
        if (np.sort(own_orders, axis=-1) != np.arange(len(self.dims))).any():
            raise UsageError("orders: an order does not name each dimension once")
        own_keep = blank.keep if keep is None else _whole(keep, "uint8", "keep")
        return Mappings(self, *self._core.project(wished, whole_factors, own_orders, own_keep))

    def at(self, indices: Sequence[SupportsIndex] | npt.NDArray[np.integer[Any]]) -> Mappings:
        """The mappings of these numbers; negative ones count from the end."""
        size = self.size
        numbers = [operator.index(each) for each in indices]
        for place, index in enumerate(numbers):
            if not -size <= index < size:
                raise IndexError(f"there is no mapping {index}; there are {size}")
            if index < 0:
                numbers[place] += size
        return Mappings(self, *self._core.at(numbers))

    def sample(self, count: SupportsIndex, seed: SupportsIndex = 1) -> Mappings:
        """Draws mappings uniformly; the same ones for the same seed.

        Raises:
            MemoryError: so many do not fit.
        """
        chosen = whole("count", count, 0, _MOST), whole("seed", seed, 0, 2**64 - 1)
        return Mappings(self, *self._core.sample(*chosen))

    def blank(self, count: SupportsIndex) -> Mappings:
        """Mappings with what the constraints fix and all other factors 1, to be filled in."""
        return Mappings(self, *self._core.blank(whole("count", count, 0, _MOST)))

    def score(
        self,
        factors: npt.ArrayLike,
        orders: npt.ArrayLike | None = None,
        keep: npt.ArrayLike | None = None,
        threads: SupportsIndex = 0,
    ) -> Scores:
        """Scores mappings that arrays describe, without a copy of them.

        Valid is what can run and is in the space.

        Args:
            factors: loop bounds [mapping, level, kind, dimension], as `Mappings.factors`.
            orders: dimensions [mapping, level, kind, place], innermost first; those of `blank`
                if not given.
            keep: what each level holds [mapping, level]; as in `blank` if not given.
            threads: 0 = all cores. The result does not depend on it.

        Raises:
            UsageError: an array has another shape, or the factors, orders or kept tensors of a
                mapping make no sense.
        """
        if isinstance(factors, Mappings | Mapping):
            raise UsageError("for mappings write tilewright.score(mappings)")
        return _score(
            self,
            _whole(factors, "int32", "factors"),
            None if orders is None else _whole(orders, "uint8", "orders"),
            None if keep is None else _whole(keep, "uint8", "keep"),
            threads,
        )

    def _one(self, mapping: Mapping) -> _core.One:
        if not isinstance(mapping, Mapping):
            raise UsageError(f"expected a Mapping such as space[0], found {_kind(mapping)}")
        arrays = mapping.factors[None], mapping.orders[None], mapping.keep[None]
        return _core.One(self._core, *arrays)

    def _key(self) -> tuple[object, ...]:
        return self._specs, self.layer, self._both_axes

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, Mapspace):
            return NotImplemented
        return self is other or self._key() == other._key()

    def __hash__(self) -> int:
        return self._hash

    @cached_property
    def _hash(self) -> int:
        return hash(self._key())

    def __copy__(self) -> Mapspace:
        return self  # nothing of it changes

    def __deepcopy__(self, memo: object) -> Mapspace:
        return self

    def __reduce__(self) -> tuple[Any, ...]:
        return _mapspace, self._key()

    def __repr__(self) -> str:
        sizes = self.sizes
        return (
            f"<Mapspace of {self.layer}: {_short(sizes['total'])} mappings, "
            f"{_short(sizes['reduced'])} without orders that cannot differ>"
        )


def _mapspace(specs: Source, layer: str, both_axes: bool) -> Mapspace:
    return Mapspace(specs, layer=layer, both_axes=both_axes)


class Mappings:
    """Mappings of one mapspace, side by side in arrays of numpy.

    What is written to the arrays changes the mappings, and those of a slice, as it does in numpy.
    Axes are mapping and level (innermost first); `KINDS` are the three kinds of loops of a level.

    Attributes:
        space: that they belong to.
        factors: loop bounds [mapping, level, kind, dimension]; those of a dimension make its size.
        orders: dimensions [mapping, level, kind, place], innermost first.
        keep: what each level holds [mapping, level]: bit i is tensor i.
    """

    KINDS = ("spatial X", "spatial Y", "temporal")

    def __init__(
        self,
        space: Mapspace,
        factors: npt.NDArray[np.int32],
        orders: npt.NDArray[np.uint8],
        keep: npt.NDArray[np.uint8],
    ) -> None:
        self.space = space
        self.factors = factors
        self.orders = orders
        self.keep = keep

    def __len__(self) -> int:
        return len(self.factors)

    @overload
    def __getitem__(self, index: int | np.integer[Any]) -> Mapping: ...
    @overload
    def __getitem__(self, index: slice | Sequence[int] | npt.NDArray[Any]) -> Mappings: ...
    def __getitem__(self, index: Any) -> Mapping | Mappings:
        """One mapping, or those of a slice, of several numbers or of an array of flags."""
        try:
            number = operator.index(index)
        except TypeError:
            return Mappings(self.space, self.factors[index], self.orders[index], self.keep[index])
        if not -len(self) <= number < len(self):
            raise IndexError(f"there is no mapping {number}; there are {len(self)}")
        return Mapping(self.space, self.factors[number], self.orders[number], self.keep[number])

    def __iter__(self) -> Iterator[Mapping]:
        return (self[i] for i in range(len(self)))

    def copy(self) -> Mappings:
        """The same mappings in arrays of their own."""
        return Mappings(self.space, self.factors.copy(), self.orders.copy(), self.keep.copy())

    def __repr__(self) -> str:
        return f"<Mappings: {len(self):,} of {self.space.layer}>"


class Mapping:
    """One mapping. Equal to another one of the same mapspace with the same loops.

    Attributes:
        space: that it belongs to.
        factors: loop bounds [level, kind, dimension].
        orders: dimensions [level, kind, place], innermost first.
        keep: what each level holds [level]: bit i is tensor i.
    """

    def __init__(
        self,
        space: Mapspace,
        factors: npt.NDArray[np.int32],
        orders: npt.NDArray[np.uint8],
        keep: npt.NDArray[np.uint8],
    ) -> None:
        self.space = space
        self.factors = factors
        self.orders = orders
        self.keep = keep

    @property
    def mapping_yaml(self) -> str:
        """As spec text, for `evaluate` and for Timeloop."""
        return self.space._one(self).yaml()

    @property
    def nest(self) -> str:
        """As loop nest text."""
        return self.space._one(self).nest()

    def evaluate(self) -> Result:
        """Cost and every count, or why the mapping cannot run or is not in the space."""
        return Result(**self.space._one(self).explain())

    def _key(self) -> tuple[object, ...]:
        arrays = (self.factors, self.orders, self.keep)
        return (self.space, *(array.tobytes() for array in arrays))

    def __eq__(self, other: object) -> bool:
        return self._key() == other._key() if isinstance(other, Mapping) else NotImplemented

    def __hash__(self) -> int:
        return hash(self._key())

    def __repr__(self) -> str:
        return f"<Mapping {self.space._one(self).compact()}>"


def score(mappings: Mappings, threads: SupportsIndex = 0) -> Scores:
    """Scores a batch of mappings. Valid is what can run and is in its mapspace.

    Other Python threads run meanwhile.

    Args:
        mappings: from `Mapspace.sample`, `Mapspace.at` or `Mapspace.blank`.
        threads: 0 = all cores. The result does not depend on it.

    Raises:
        UsageError: the factors, orders or kept tensors of a mapping make no sense.
    """
    if isinstance(mappings, Mapping):
        raise UsageError("one mapping is scored by its method evaluate(), a batch by this function")
    if not isinstance(mappings, Mappings):
        raise UsageError(
            f"expected Mappings such as space.sample(100), found {_kind(mappings)}; arrays are "
            "scored by space.score(factors, orders, keep)"
        )
    arrays = (
        _whole(mappings.factors, "int32", "factors"),
        _whole(mappings.orders, "uint8", "orders"),
        _whole(mappings.keep, "uint8", "keep"),
    )
    return _score(mappings.space, *arrays, threads)


def _score(
    space: Mapspace,
    factors: npt.NDArray[np.int32],
    orders: npt.NDArray[np.uint8] | None,
    keep: npt.NDArray[np.uint8] | None,
    threads: SupportsIndex,
) -> Scores:
    chosen = whole("threads", threads, 0, _MOST_THREADS)
    return Scores(*_core.score(space._core, factors, orders, keep, chosen))


# What does not fit the type would be another number there.
def _whole(values: npt.ArrayLike, kind: str, name: str) -> npt.NDArray[Any]:
    import numpy as np  # noqa: PLC0415

    given = np.asarray(values)
    if given.dtype == kind:
        return np.ascontiguousarray(given)
    made = given.astype(kind) if given.dtype.kind in "iu" else None
    if made is None or (made != given).any():
        raise UsageError(f"{name}: expected an array of whole numbers, as {kind}")
    return made


def _kind(value: object) -> str:
    return f"an object of type {type(value).__name__}"


_LONG = 10**9
_MOST_LISTED = 10**8
_MOST_BOUND = 2**31 - 1
_MOST = 2**63 - 1  # whether so many fit is another question
_MOST_THREADS = 4096


def _short(number: int) -> str:
    if number < _LONG:
        return f"{number:,}"
    digits = len(str(number)) - 1
    return f"{number / 10**digits:.2f}e+{digits}" if digits < 300 else f"1e+{digits}"  # noqa: PLR2004
