"""Arguments of tools as JSON Schemas, made from the functions of the package that take them."""

from __future__ import annotations

import inspect
import re
import types
import typing
from collections.abc import Callable, Mapping
from typing import Any, Literal

Schema = dict[str, Any]

_TYPES = {str: "string", bool: "boolean", int: "integer", float: "number"}
# Of the docstring: an argument, and the lines that belong to it.
_ENTRY = re.compile(r"^ {4}(\w+): (.*(?:\n {8}.*)*)", re.MULTILINE)


def arguments_of(function: Callable[..., Any], *names: str) -> dict[str, Schema]:
    """Schemas of some arguments of a function, or of a class, by name.

    Types are those of the annotations, descriptions those of the docstring.
    """
    initialized = function.__init__ if inspect.isclass(function) else function
    hints = typing.get_type_hints(initialized)
    texts = dict(_ENTRY.findall(inspect.getdoc(function) or ""))
    schemas = {}
    for name in names:
        description = " ".join(texts.get(name, "").split())
        schemas[name] = {"description": description, **_schema(hints[name])}
    return schemas


def with_defaults(schemas: Mapping[str, Schema], **defaults: object) -> dict[str, Schema]:
    """The same schemas, some with a default of their own."""
    return {
        name: {**schema, "default": defaults[name]} if name in defaults else dict(schema)
        for name, schema in schemas.items()
    }


def _schema(hint: Any) -> Schema:
    if hint in _TYPES:
        return {"type": _TYPES[hint]}
    origin, parts = typing.get_origin(hint), typing.get_args(hint)
    if origin is Literal:
        return {"enum": list(parts)}
    if origin in (typing.Union, types.UnionType):
        choices = [_schema(part) for part in parts if part is not type(None)]
        return choices[0] if len(choices) == 1 else {"anyOf": choices}
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return {"type": "object", "additionalProperties": _schema(parts[1])}
    return {"type": "array", "items": _schema(parts[0])}  # a Sequence
