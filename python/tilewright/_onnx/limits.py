"""Whether a network stays within the limits of the mapper, which reads it as any other."""

from __future__ import annotations

import re

from tilewright import _core
from tilewright._errors import SpecError
from tilewright._network import Network


def check_limits(network: Network, path: str) -> None:
    """Raises SpecError, naming the layer, if sizes are beyond what the mapper can count."""
    text = network.yaml()
    try:
        _core.load([], [(path, text, "", False)], None, False, ({}, [], False, "none"))
    except SpecError as error:
        before = "\n".join(text.splitlines()[: error.line])
        names = re.findall(r"^  - name: (.*)  # ", before, re.MULTILINE)
        layer = f"layer {names[-1]}: " if names else ""  # else of the whole network
        message = re.sub(r"^(:\d+)*: ", "", str(error).removeprefix(path))
        raise SpecError(f"{path}: {layer}{message}", path) from error
