"""What is wrong, odd or in vain in specs."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field

from tilewright import _core
from tilewright._estimators import EstimatorSource
from tilewright._specs import Source, gather


@dataclass(frozen=True)
class Finding:
    """Something that a check has to say.

    Attributes:
        severity: "error" (nothing can run), "warning" (hardly what was meant) or "note".
        code: a word that stays the same; docs/check.md lists them.
        message: for people, without the place.
        file: where it stands; None: in no file in particular.
        line: from 1, or None.
        column: from 1, or None.
        suggestion: what to do about it, or the name that was meant; None: nothing to say.
    """

    severity: str
    code: str
    message: str
    file: str | None = None
    line: int | None = None
    column: int | None = None
    suggestion: str | None = None


@dataclass(frozen=True)
class Findings:
    """All that a check has found, the gravest first.

    Attributes:
        findings: one by one.
        complete: whether all was looked at.
        text: the same in lines.
    """

    findings: tuple[Finding, ...]
    complete: bool
    text: str = field(repr=False, compare=False)

    def __iter__(self) -> Iterator[Finding]:
        return iter(self.findings)

    def __len__(self) -> int:
        return len(self.findings)

    def __repr__(self) -> str:
        return self.text.rstrip()


def check(
    *specs: Source,
    estimators: EstimatorSource | None = None,
    leakage: bool | None = None,
) -> Findings:
    """Says what is wrong, odd or in vain in specs, without a search.

    Args:
        *specs: paths, what `load` returned, or both together.
        estimators: who prices levels that have no price in the specs, as in `load`.
        leakage: leakage of every instance and cycle counts.

    Raises:
        SpecError: a file cannot be read; says where.
    """
    text, lines = _core.check(gather(specs, estimators, leakage)._core)
    found = json.loads(text)
    return Findings(
        findings=tuple(Finding(**one) for one in found["findings"]),
        complete=found["complete"],
        text=lines,
    )
