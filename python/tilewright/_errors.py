"""What the package raises and warns of. The texts are those of the program."""

import os
import sys


class SpecError(ValueError):
    """Bad input in a file. Its text is `file:line:column: message`.

    Attributes:
        file: path of the file as it was given; empty if not known.
        line: counts from 1; 0 if not known.
        column: counts from 1; 0 if not known.
    """

    def __init__(self, message: str, file: str = "", line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.file = file
        self.line = line
        self.column = column


class UsageError(ValueError):
    """An argument that makes no sense, or specs that lack a part."""


class SpecWarning(UserWarning):
    """Something odd in a spec, such as an unknown key or a setting that is not honoured.

    Attributes:
        file: path of the file; empty if not known.
        line: counts from 1; 0 if not known.
        column: counts from 1; 0 if not known.
    """

    def __init__(self, message: str, file: str = "", line: int = 0, column: int = 0) -> None:
        super().__init__(message)
        self.file = file
        self.line = line
        self.column = column


class NoMappingWarning(UserWarning):
    """A layer without any valid mapping: the totals of the network leave it out."""


def outside() -> int:
    """The stack level of the first frame outside of the package, for `warnings.warn`."""
    level = 1
    frame = sys._getframe(1)
    package = os.path.dirname(__file__)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(package):
        frame = frame.f_back
        level += 1
    return level
