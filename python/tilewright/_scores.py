"""Scores of many mappings at once."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tilewright import _html
from tilewright._errors import UsageError, unknown

if TYPE_CHECKING:
    import numpy as np
    import numpy.typing as npt
    import pandas as pd


@dataclass(frozen=True, eq=False)
class Scores:
    """What `score` gives back: an array per measure, in the order of the mappings.

    A mapping that is rejected has nan in every column: `scores.best()` or numpy's `nanargmin` pass
    over it.

    Attributes:
        energy_pj: energy in pJ.
        cycles: time in cycles.
        utilization: share of the multipliers at work, 0 to 1.
        valid: whether the mapping can run and is in its mapspace.
    """

    energy_pj: npt.NDArray[np.float64]
    cycles: npt.NDArray[np.float64]
    utilization: npt.NDArray[np.float64]
    valid: npt.NDArray[np.bool_]

    @property
    def edp(self) -> npt.NDArray[np.float64]:
        """Energy-delay products in pJ * cycles."""
        return self.energy_pj * self.cycles

    def best(self, metric: str = "edp") -> int:
        """The place of the best mapping, the first of equal ones.

        Args:
            metric: "edp", "energy_pj" or "cycles", the less the better, or "utilization", the more.

        Raises:
            UsageError: no mapping is valid, or the metric is not known.
        """
        import numpy as np  # noqa: PLC0415

        if metric not in _METRICS:
            raise unknown("metric", metric, _METRICS)
        if not self.valid.any():
            raise UsageError("no mapping is valid")
        column: npt.NDArray[np.float64] = getattr(self, metric)
        return int(np.nanargmax(column) if metric == "utilization" else np.nanargmin(column))

    def frame(self) -> pd.DataFrame:
        """A pandas frame with a row per mapping."""
        return _html.columns({name: getattr(self, name) for name in (*_METRICS, "valid")})

    def __len__(self) -> int:
        return len(self.valid)

    def __repr__(self) -> str:
        return f"<Scores of {len(self):,} mappings, {int(self.valid.sum()):,} valid>"


_METRICS = ("energy_pj", "cycles", "edp", "utilization")
