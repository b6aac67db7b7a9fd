"""What the package raises and warns of. The texts are those of the program."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterable
from typing import TYPE_CHECKING

from tilewright import _core

if TYPE_CHECKING:
    from tilewright._results import NetworkResult


class SpecError(ValueError):
    """Bad input in a file. Its text is `file:line:column: message`.

    Attributes:
        file: path of the file as it was given; empty if not known.
        line: counts from 1; 0 if not known.
        column: counts from 1; 0 if not known.
        suggestion: the name that was meant, where one is misspelt; else empty.
    """

    def __init__(
        self, message: str, file: str = "", line: int = 0, column: int = 0, suggestion: str = ""
    ) -> None:
        super().__init__(message)
        self.file = file
        self.line = line
        self.column = column
        self.suggestion = suggestion


class UsageError(ValueError):
    """An argument that makes no sense, or specs that lack a part.

    Attributes:
        suggestion: the name that was meant, where one is misspelt; else empty.
    """

    def __init__(self, message: str, suggestion: str = "") -> None:
        super().__init__(message)
        self.suggestion = suggestion


class UnknownNameError(UsageError, KeyError):
    """A name that is not known: of a layer, a level, a metric. Says which one is near."""

    __str__ = Exception.__str__  # that of KeyError quotes the text


class UnknownAttributeError(UsageError, AttributeError):
    """An attribute that a component of an architecture does not have. Says which one is near."""


def unknown(what: str, name: object, known: Iterable[str]) -> UnknownNameError:
    """The error about a name."""
    names = list(known)
    return UnknownNameError(
        _core.unknown_name_message(what, str(name), names), _core.nearest(str(name), names)
    )


class Interrupted(KeyboardInterrupt):
    """Ctrl-C during a search. Ends a program as KeyboardInterrupt does.

    Attributes:
        result: what was found until then.
    """

    def __init__(self, result: NetworkResult) -> None:
        super().__init__(result)
        self.result = result

    def __str__(self) -> str:
        return "the best mappings so far are in the attribute 'result'"


class SpecWarning(UserWarning):
    """Something odd in a spec, such as an unknown key or a setting that is not honoured.

    Attributes:
        file: path of the file; empty if not known.
        line: counts from 1; 0 if not known.
        column: counts from 1; 0 if not known.
        code: what kind of thing it is, as docs/errors.md lists them.
        suggestion: the name that was meant; empty if there is none.
    """

    def __init__(
        self,
        message: str,
        file: str = "",
        line: int = 0,
        column: int = 0,
        code: str = "odd_spec",
        suggestion: str = "",
    ) -> None:
        super().__init__(message)
        self.file = file
        self.line = line
        self.column = column
        self.code = code
        self.suggestion = suggestion


class NoMappingWarning(UserWarning):
    """A layer without any valid mapping: the network has no totals."""


def one_line(error: BaseException) -> str:
    """What somebody else's error says, as part of a message of ours."""
    return " ".join(str(error).split()) or type(error).__name__


def outside() -> int:
    """The stack level of the first frame outside of the package, for `warnings.warn`."""
    level = 1
    frame = sys._getframe(1)
    package = os.path.dirname(__file__)
    while frame.f_back is not None and frame.f_code.co_filename.startswith(package):
        frame = frame.f_back
        level += 1
    return level
