"""How results look in a notebook, and as pandas frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from tilewright._errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

_COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377", "#bbbbbb")
_WIDTH = 60  # per cent of the table


def frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A frame of rows; what a row lacks is missing."""
    try:
        import pandas  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise UsageError("frames need the package 'pandas': pip install pandas") from error
    made: pd.DataFrame = pandas.DataFrame(list(rows))
    return made


def scored(title: str, nest: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """Cost, a bar of energy per level and tensor, and the loop nest."""
    bars = [
        (f"{row['level']} {row['tensor']}".strip(), row["energy_pj"], f"{row['energy_pj']:.4g} pJ")
        for row in rows
    ]
    text = f"<p><b>{escape(title.strip('<>'))}</b></p>{_bars(bars)}"
    return f"{text}<pre>{escape(nest)}</pre>" if nest else text


def network(title: str, rows: Iterable[tuple[str, float, str]]) -> str:
    """The table of a network, and a bar of energy per layer."""
    return f"<pre>{escape(title)}</pre>{_bars(list(rows))}"


# Each bar is as long as its share of the energy.
def _bars(rows: Sequence[tuple[str, float, str]]) -> str:
    total = sum(energy for _, energy, _ in rows)
    if not total > 0:
        return ""
    lines = []
    for i, (name, energy, note) in enumerate(rows):
        share = energy / total
        bar = (
            f'<div style="background:{_COLOURS[i % len(_COLOURS)]};height:0.8em;'
            f'width:{share * 100:.2f}%" title="{escape(note)}"></div>'
        )
        lines.append(
            f'<tr><td style="text-align:left">{escape(name)}</td>'
            f'<td style="width:{_WIDTH}%">{bar}</td><td>{share:.1%}</td></tr>'
        )
    head = '<tr><th style="text-align:left">energy</th><th></th><th>share</th></tr>'
    return f'<table style="width:100%">{head}{"".join(lines)}</table>'
