"""Networks from the files and objects of other programs."""

from __future__ import annotations

import importlib.util
import inspect
import os
import re
import tempfile
import warnings
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tilewright._errors import SpecWarning, UsageError, outside
from tilewright._network import Network

if TYPE_CHECKING:
    import onnx

_OPSET = 17


def from_onnx(
    model: str | os.PathLike[str] | onnx.ModelProto, dims: Mapping[str, int] | None = None
) -> Network:
    """Reads the layers of an ONNX model.

    Layers are convolutions (grouped, depthwise, strided, dilated, transposed), matrix products
    (also batched, as in attention) and recurrent cells. What else there is does not become a layer:
    see `Network.skipped`.

    Args:
        model: its file, or a model that `onnx` has in memory. Weights in files beside it are not
            read.
        dims: sizes that the model leaves open, by name, such as `{"sequence": 128}`. Those that
            only ever come first in an input, the batch, are 1 unless given.

    Raises:
        SpecError: the file is no ONNX model, or holds no layer.
        UsageError: an open size is missing or not known, it is no model, or the package `onnx` is
            not installed.
    """
    try:
        import onnx  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise UsageError(
            f"reading ONNX models needs the package '{error.name}': pip install 'tilewright[onnx]'"
        ) from error
    if isinstance(model, onnx.ModelProto):
        with tempfile.TemporaryDirectory() as folder:
            name = re.sub(r"\W", "_", model.graph.name) or "model"
            file = Path(folder) / f"{name}.onnx"
            file.write_bytes(model.SerializeToString())
            return from_onnx(file, dims)
    if not isinstance(model, str | os.PathLike):
        raise UsageError(
            f"expected a file or an onnx.ModelProto, found an object of type {type(model).__name__}"
        )
    return _read(model, dims or {})


def _read(path: str | os.PathLike[str], dims: Mapping[str, int]) -> Network:
    from tilewright._onnx import from_onnx as read  # noqa: PLC0415

    network = read(path, dims)
    for note in network.notes:
        warnings.warn(
            SpecWarning(f"{os.fspath(path)}: {note}", os.fspath(path)), stacklevel=outside()
        )
    return network


def from_torch(
    module: Any,
    input_shape: Sequence[int] | Sequence[Sequence[int]] | Any,
    name: str | None = None,
) -> Network:
    """Reads the layers of a PyTorch module, by way of ONNX.

    Args:
        module: a `torch.nn.Module`.
        input_shape: sizes of the input, such as `(1, 3, 224, 224)`; a list of such for several
            inputs; or tensors to call the module with, where numbers of other types are needed.
        name: of the network; that of the module's class if not given.

    Raises:
        UsageError: the packages `torch` and `onnx` are not installed, or the module cannot be
            exported.
    """
    try:
        import torch  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise UsageError(
            "reading PyTorch modules needs the package 'torch': https://pytorch.org"
        ) from error
    inputs = _inputs(torch, input_shape)
    # The newer of torch's exporters needs a package of its own.
    is_newer = importlib.util.find_spec("onnxscript") is not None
    options: dict[str, Any] = {}
    if "dynamo" in inspect.signature(torch.onnx.export).parameters:
        options["dynamo"] = is_newer
    if not options.get("dynamo"):
        options["opset_version"] = _OPSET
    network_name = name or type(module).__name__
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{network_name}.onnx"
        try:
            # With gradients: without, modules take fused paths that some versions cannot export.
            torch.onnx.export(module, inputs, str(path), **options)
        except Exception as error:  # torch raises of its own and of what the module calls
            raise UsageError(f"torch cannot export {network_name} to ONNX: {error}") from error
        return from_onnx(path)


def _inputs(torch: Any, given: Any) -> tuple[Any, ...]:
    if isinstance(given, torch.Tensor):
        return (given,)
    try:
        given = tuple(given)
        shapes_are_good = all(isinstance(each, int | Sequence | torch.Tensor) for each in given)
    except TypeError:
        shapes_are_good = False
    if not shapes_are_good or isinstance(given, str):
        raise UsageError(
            f"input_shape: expected sizes as (1, 3, 224, 224), a list of such or tensors, "
            f"found {given!r}"
        )
    if given and all(isinstance(each, torch.Tensor) for each in given):
        return tuple(given)
    shapes = [given] if all(isinstance(size, int) for size in given) else given
    return tuple(torch.zeros(*shape) for shape in shapes)
