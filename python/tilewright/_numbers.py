"""Arguments as numbers and as text."""

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


def option_text(value: object) -> str:
    """An option as text: the library reads it as it reads those of the command line."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, float) and value.is_integer():
        return str(int(value))  # 1e6 mappings
    if isinstance(value, list | tuple):
        return ",".join(str(each) for each in value)
    return str(value)
