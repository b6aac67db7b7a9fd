"""Whole numbers of arguments."""

from __future__ import annotations

from operator import index
from typing import SupportsIndex

from tilewright._errors import UsageError


def whole(name: str, value: SupportsIndex, least: int, most: int) -> int:
    """The number, of Python or numpy. Raises UsageError in the words of the program."""
    try:
        number = index(value)
    except TypeError:
        number = least - 1
    if not least <= number <= most:
        raise UsageError(f"{name}: '{value}' is no whole number from {least} to {most}")
    return number
