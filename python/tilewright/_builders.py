"""Specs that are built in code."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from tilewright._network import quoted
from tilewright._specs import Specs, flow, text_of


def architecture(
    name: str, levels: Iterable[Mapping[str, Any]], arithmetic: Mapping[str, Any]
) -> Specs:
    """Builds an architecture in code.

        arch = tw.architecture(
            "small",
            [
                {"name": "Registers", "entries": 64, "instances": 16, "meshX": 4},
                {"name": "Memory", "technology": "DRAM", "instances": 1},
            ],
            {"name": "MAC", "instances": 16, "meshX": 4},
        )

    Args:
        name: of the architecture.
        levels: storage, innermost first; keys as in a spec file.
        arithmetic: the multipliers; keys as in a spec file.

    Raises:
        SpecError: a key or a value makes no sense.
    """
    storage = "".join(f"  - {flow(level)}\n" for level in levels)
    text = f"arch:\n  name: {quoted(name)}\n  arithmetic: {flow(arithmetic)}\n  storage:\n{storage}"
    return Specs((), (text_of(f"<{name}>", text),))


def problem(name: str, shape: str, /, **sizes: int) -> Specs:
    """Builds a problem in code: `tw.problem("conv1", "conv", N=1, C=3, M=64, ...)`.

    Args:
        name: of the layer.
        shape: one of the shapes that the program knows by name.
        **sizes: of the dimensions, and strides and dilations other than 1.

    Raises:
        SpecError: the shape is not known, or a size is missing or makes no sense.
    """
    text = (
        f"network:\n  name: {quoted(name)}\n  layers:\n"
        f"  - {{name: {quoted(name)}, shape: {quoted(shape)}, instance: {flow(sizes)}}}\n"
    )
    return Specs((), (text_of(f"<{name}>", text),))


def network(
    name: str, layers: Iterable[Mapping[str, Any]], shape: str | None = None, **defaults: int
) -> Specs:
    """Builds a network in code.

        net = tw.network(
            "two",
            [
                {"name": "fc1", "instance": {"C": 784, "M": 100}},
                {"name": "fc2", "instance": {"C": 100, "M": 10}, "inputs": ["fc1"]},
            ],
            shape="fully-connected",
            N=1,
        )

    Args:
        name: of the network.
        layers: in their order; keys as in a spec file: `name`, `shape`, `instance` (sizes),
            `repeats`, `inputs` ...
        shape: of layers without their own: one that the program knows by name.
        **defaults: sizes, strides and dilations of all layers that do not say them.

    Raises:
        SpecError: a key or a value makes no sense.
    """
    text = f"network:\n  name: {quoted(name)}\n"
    if shape is not None:
        text += f"  shape: {quoted(shape)}\n"
    if defaults:
        text += f"  defaults: {flow(defaults)}\n"
    text += "  layers:\n" + "".join(f"  - {flow(layer)}\n" for layer in layers)
    return Specs((), (text_of(f"<{name}>", text),))
