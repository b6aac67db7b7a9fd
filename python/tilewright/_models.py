"""Networks from the files and objects of other programs."""

from __future__ import annotations

import os
import re
import tempfile
import warnings
from collections.abc import Mapping
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Protocol

from tilewright._errors import SpecError, SpecWarning, UsageError, outside
from tilewright._network import Network

if TYPE_CHECKING:
    import onnx

    class InMemory(Protocol):
        """What holds a model, such as `torch.onnx.ONNXProgram`."""

        @property
        def model_proto(self) -> onnx.ModelProto: ...


def from_onnx(
    model: str | os.PathLike[str] | onnx.ModelProto | InMemory,
    dims: Mapping[str, int] | None = None,
) -> Network:
    """Reads the layers of an ONNX model.

    Layers are convolutions (grouped, depthwise, strided, dilated, transposed), matrix products
    (also batched, as in attention) and recurrent cells. What else there is does not become a layer:
    see `Network.skipped`.

    Args:
        model: its file, a model that `onnx` has in memory, or what `torch.onnx.export` returns.
            Weights in files beside it are not read.
        dims: sizes that the model leaves open, by name, such as `{"sequence": 128}`. Those that
            only ever come first in an input, the batch, are 1 unless given.

    Raises:
        SpecError: the file is no ONNX model, or holds no layer.
        UsageError: an open size is missing or not known, it is no model, or the package `onnx` is
            not installed.
    """
    onnx = _onnx()
    model = getattr(model, "model_proto", model)
    if isinstance(model, onnx.ModelProto):
        with tempfile.TemporaryDirectory() as folder:
            name = re.sub(r"\W", "_", model.graph.name) or "model"
            file = Path(folder) / f"{name}.onnx"
            file.write_bytes(model.SerializeToString())
            return read_temporary(file, dims)
    if not isinstance(model, str | os.PathLike):
        raise UsageError(
            f"expected a file or an onnx.ModelProto, found an object of type {type(model).__name__}"
        )
    return _read(model, os.fspath(model), dims or {})


def _onnx() -> ModuleType:
    try:
        import onnx  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise UsageError(
            f"reading ONNX models needs the package '{error.name}': pip install 'tilewright[onnx]'"
        ) from error
    return onnx


def read_temporary(path: Path, dims: Mapping[str, int] | None) -> Network:
    """Reads a model from a file that the user does not know: messages have its name alone."""
    _onnx()
    try:
        return _read(path, path.stem, dims or {})
    except SpecError as error:
        raise SpecError(str(error).replace(str(path), path.stem), path.stem) from error


def _read(path: str | os.PathLike[str], called: str, dims: Mapping[str, int]) -> Network:
    from tilewright._onnx import from_onnx as read  # noqa: PLC0415

    network = read(path, dims)
    for note in network.notes:
        warnings.warn(SpecWarning(f"{called}: {note}", called), stacklevel=outside())
    return network
