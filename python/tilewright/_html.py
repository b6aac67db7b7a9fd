"""How results look in a notebook, and as pandas frames."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING, Any

from tilewright._errors import UsageError

if TYPE_CHECKING:
    import pandas as pd

# Each tensor has its own; grey is what belongs to none. Seen in light and dark themes.
_COLOURS = ("#4477aa", "#ee6677", "#228833", "#ccbb44", "#66ccee", "#aa3377")
_GREY = "#999999"
_UNITS = ("pJ", "nJ", "µJ", "mJ", "J")
_STEP = 1000
_PRE = '<pre style="font-family:monospace">'  # themes of notebooks set text in other fonts
_LEFT = "text-align:left;padding:1px 1em 1px 0;white-space:nowrap"
_RIGHT = "text-align:right;padding:1px 0 1px 1em;white-space:nowrap"


def frame(rows: Sequence[Mapping[str, Any]]) -> pd.DataFrame:
    """A frame of rows; what a row lacks is missing."""
    return _pandas(list(rows))


def columns(arrays: Mapping[str, Any]) -> pd.DataFrame:
    """A frame of columns of equal length."""
    return _pandas(dict(arrays))


def _pandas(content: Any) -> pd.DataFrame:
    try:
        import pandas  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise UsageError("frames need the package 'pandas': pip install pandas") from error
    made: pd.DataFrame = pandas.DataFrame(content)
    return made


def energy(pj: float) -> str:
    """An energy with the unit that suits it: `1.02 µJ`."""
    place = 0
    while abs(pj) >= _STEP and place < len(_UNITS) - 1:
        pj /= _STEP
        place += 1
    return f"{pj:.3g} {_UNITS[place]}" if abs(pj) < _STEP else f"{pj:,.0f} {_UNITS[place]}"


def scored(name: str, costs: str, nest: str, rows: Iterable[Mapping[str, Any]]) -> str:
    """Cost, a bar of energy per level and tensor, and the loop nest."""
    rows = list(rows)
    tensors = sorted({row["tensor"] for row in rows if row["tensor"]})
    colours = {tensor: _COLOURS[i % len(_COLOURS)] for i, tensor in enumerate(tensors)}
    bars = [
        (f"{row['level']} {row['tensor']}".strip(), row["energy_pj"], colours.get(row["tensor"]))
        for row in rows
    ]
    text = f"<p><b>{escape(name)}</b>: {escape(costs)}</p>{_bars(bars)}"
    return f"{text}{_PRE}{escape(nest)}</pre>" if nest else text


def network(title: str, rows: Iterable[tuple[str, float]]) -> str:
    """The table of a network, and a bar of energy per layer."""
    bars = [(name, pj, _COLOURS[0]) for name, pj in rows]
    return f"{_PRE}{escape(title)}</pre>{_bars(bars)}"


# The longest bar fills its column.
def _bars(rows: Sequence[tuple[str, float, str | None]]) -> str:
    total = sum(pj for _, pj, _ in rows)
    if not total > 0:
        return ""
    most = max(pj for _, pj, _ in rows)
    lines = []
    for name, pj, colour in rows:
        bar = (
            f'<div style="background:{colour or _GREY};height:0.8em;min-width:1px;'
            f'width:{pj / most * 100:.2f}%"></div>'
        )
        lines.append(
            f'<tr><td style="{_LEFT}">{escape(name)}</td><td style="width:100%">{bar}</td>'
            f'<td style="{_RIGHT}">{escape(energy(pj))}</td>'
            f'<td style="{_RIGHT}">{pj / total:.1%}</td></tr>'
        )
    head = (
        f'<tr><th style="{_LEFT}">energy</th><th></th><th style="{_RIGHT}">'
        f'{escape(energy(total))}</th><th style="{_RIGHT}">share</th></tr>'
    )
    table = "width:100%;max-width:60em;border-collapse:collapse"
    return f'<table style="{table}">{head}{"".join(lines)}</table>'
