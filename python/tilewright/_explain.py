"""Why a mapping costs what it does, or why there is none."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tilewright import _core
from tilewright._errors import UsageError
from tilewright._estimators import EstimatorSource
from tilewright._numbers import option_text
from tilewright._results import LayerResult
from tilewright._specs import Source, gather

if TYPE_CHECKING:
    from tilewright._mapspace import Mapping

_MOST_MAPPINGS = 2


@dataclass(frozen=True)
class Explanation:
    """What `explain` says of one layer or more. Prints as the program does.

    Attributes:
        runs: whether every layer has a valid mapping.
        layers: what is said of each, as docs/schema/explanation.schema.json describes it: conflicts
            and repairs where no mapping is valid; else the mapping, its time and energy, the best
            neighbour, the runner-up, and what other specs would gain.
        interrupted: whether Ctrl-C ended it early.
        json: all of it.
        text: what the program prints.
    """

    runs: bool
    layers: tuple[dict[str, Any], ...] = field(repr=False)
    interrupted: bool = False
    json: str = field(default="", repr=False)
    text: str = field(default="", repr=False)

    def __str__(self) -> str:
        return self.text


def explain(
    *specs: Source,
    mappings: Sequence[str | LayerResult | Mapping] = (),
    layer: str | None = None,
    estimators: EstimatorSource | None = None,
    leakage: bool | None = None,
    **options: object,
) -> Explanation:
    """Says why no mapping is valid, or why the best one costs what it does.

    Where no mapping is valid: smallest sets of what was asked for that cannot hold together, what
    each member would have to be, and the least changes with which the spec runs, each with a
    mapping. Otherwise what sets the time, where energy goes, which single change of the mapping,
    which demand taken back and which resource doubled would gain most, and what the next best
    tiling costs.

    Args:
        *specs: paths, what `load` returned, or both together.
        mappings: one to explain instead of the best, or two to compare: spec texts, or results.
        layer: name of the layer, if the specs hold several.
        estimators: who prices levels that have no price in the specs, as in `load`.
        leakage: leakage of every instance and cycle counts.
        **options: those of `map` for the search: `objective`, `time` (10 s a layer by default),
            `max_delay`, ...

    Raises:
        SpecError: a file is wrong; says where.
        UsageError: an argument makes no sense, or architecture or problem is missing.
    """
    if len(mappings) > _MOST_MAPPINGS:
        raise UsageError(f"mappings: two at most, found {len(mappings)}")
    texts = [each if isinstance(each, str) else each.mapping_yaml for each in mappings]
    wishes = {name: option_text(value) for name, value in options.items() if value is not None}
    text_json, text, interrupted = _core.explain(
        gather(specs, estimators, leakage)._core, wishes, texts, layer or ""
    )
    layers = tuple(json.loads(text_json)["layers"])
    runs = all(each["runs"] for each in layers)
    return Explanation(runs, layers, interrupted, text_json, text)
