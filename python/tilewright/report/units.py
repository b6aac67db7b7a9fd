"""Numbers for people: units, sensible digits."""

from __future__ import annotations

import re
from math import floor, isfinite, log10

from tilewright._errors import UsageError

NONE = "\u2013"  # what is not known
_PREFIXES = {-18: "a", -15: "f", -12: "p", -9: "n", -6: "\u00b5", -3: "m"} | {
    0: "", 3: "k", 6: "M", 9: "G", 12: "T", 15: "P", 18: "E"
}  # fmt: skip
_STEP = 3
_DIGITS = 4
_CLOCK = re.compile(r"([0-9.]+(?:[eE][-+]?[0-9]+)?)\s*(|Hz|kHz|MHz|GHz)")
_FACTORS = {"": 1.0, "Hz": 1.0, "kHz": 1e3, "MHz": 1e6, "GHz": 1e9}


def digits(value: float, count: int = _DIGITS) -> str:
    """A number with so many significant digits, without an exponent."""
    if not isfinite(value):
        return NONE
    if value == 0:
        return "0"
    places = max(0, count - 1 - floor(log10(abs(value))))
    text = f"{value:,.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


def si(value: float | None, unit: str, count: int = _DIGITS) -> str:
    """A number with a prefix of the SI, as 1.234 mJ."""
    if value is None or not isfinite(value):
        return NONE
    if value == 0:
        return f"0\u00a0{unit}".rstrip()
    if abs(value) >= 10.0 ** (max(_PREFIXES) + _STEP):
        return f"{value:.2e}\u00a0{unit}".rstrip()
    power = floor(log10(abs(float(f"{value:.{count - 1}e}")))) // _STEP * _STEP
    power = min(max(power, min(_PREFIXES)), max(_PREFIXES))
    return f"{digits(value / 10.0**power, count)}\u00a0{_PREFIXES[power]}{unit}".rstrip()


def energy_scale(picojoules: float) -> tuple[float, str]:
    """For an axis up to this energy: what to multiply pJ by, and the unit then."""
    joules = picojoules * 1e-12
    power = floor(log10(joules)) // _STEP * _STEP if joules > 0 else 0
    power = min(max(power, min(_PREFIXES)), max(_PREFIXES))
    return 1e-12 / 10.0**power, f"{_PREFIXES[power]}J"


def energy(picojoules: float | None) -> str:
    """As 16.39 mJ."""
    return si(None if picojoules is None else picojoules * 1e-12, "J")


def count(value: float | None) -> str:
    """A count in full up to a million, then as 53.38 M."""
    if value is None or not isfinite(value):
        return NONE
    most = 1_000_000
    return f"{value:,.0f}" if abs(value) < most and value == round(value) else si(value, "")


def share(value: float | None) -> str:
    """As 8.1 %; small ones keep two digits."""
    if value is None or not isfinite(value):
        return NONE
    percent = value * 100
    small = 0.1
    if 0 < percent < small:
        return f"{digits(percent, 2)}\u00a0%"
    return f"{percent:.1f}\u00a0%"


def times(value: float | None) -> str:
    """A ratio, as 1.25x."""
    if value is None or not isfinite(value):
        return NONE
    small, large = 0.1, 100
    if not small <= value < large:
        return f"{digits(value, 3)}\u00d7"
    return f"{value:.2f}\u00d7"


def area(square_micrometres: float | None) -> str:
    """As 1.23 mm2; nothing where no price source knows areas."""
    if not square_micrometres:
        return NONE
    return f"{digits(square_micrometres * 1e-6)}\u00a0mm\u00b2"


def short(name: str, most: int = 18) -> str:
    """A name for the axis of a chart: its two ends if it is long."""
    if len(name) <= most:
        return name
    head = most // 3
    return f"{name[:head]}\u2026{name[head + 1 - most :]}"


def clock(text: str) -> float:
    """Hertz, of a text such as 200MHz or 1.2e9. Raises `UsageError`."""
    found = _CLOCK.fullmatch(text.strip())
    try:
        hertz = float(found[1]) * _FACTORS[found[2]] if found else 0.0
    except ValueError:
        hertz = 0.0
    if not hertz > 0 or not isfinite(hertz):
        raise UsageError(f"--clock: expected a frequency such as 200MHz or 1.2GHz, found '{text}'")
    return hertz
