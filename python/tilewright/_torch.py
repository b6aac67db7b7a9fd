"""Networks from PyTorch, by way of ONNX. The package `torch` is asked for when it is needed."""

from __future__ import annotations

import importlib.util
import inspect
import tempfile
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from tilewright._errors import UsageError, one_line
from tilewright._models import read_temporary
from tilewright._network import Network

_OPSET = 17  # of the older exporter, whose own choice is older


def from_torch(
    module: Any,
    input_shape: Sequence[int] | Sequence[Sequence[int]] | Any = None,
    name: str | None = None,
    *,
    dims: Mapping[str, int] | None = None,
) -> Network:
    """Reads the layers of a PyTorch module, by way of ONNX.

    The module is read as it is for inference, whatever its mode is, and stays in that mode. Both of
    torch's exporters are tried: the present one, for which the package `onnxscript` has to be
    there, and the older one.

    Args:
        module: a `torch.nn.Module`, which may be a single layer; or what `torch.export.export`
            returns.
        input_shape: sizes of the input, such as `(1, 3, 224, 224)`; a list of such for several
            inputs; or tensors to call the module with, where numbers of other types are needed. Not
            needed for an exported program, which knows its inputs.
        name: of the network; that of the module's class if not given.
        dims: sizes that an exported program leaves open, by name, as for `from_onnx`.

    Raises:
        SpecError: the module holds no layer.
        UsageError: the packages `torch` and `onnx` are not installed, an argument makes no sense,
            or the module cannot be exported.
    """
    try:
        import torch  # type: ignore[import-not-found, unused-ignore]  # noqa: PLC0415
    except ModuleNotFoundError as error:
        raise UsageError(
            "reading PyTorch modules needs the package 'torch': https://pytorch.org"
        ) from error
    inputs: tuple[Any, ...] = ()
    if input_shape is not None:
        inputs = _inputs(torch, input_shape)
    elif not _is_program(torch, module):
        raise UsageError("input_shape: a module does not know the sizes of its input; give them")
    network_name = name or type(module).__name__
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / f"{network_name}.onnx"
        with _for_inference(module):
            _export(torch, module, inputs, path)
        return read_temporary(path, dims)


def _is_program(torch: Any, module: Any) -> bool:
    kind = getattr(getattr(torch, "export", None), "ExportedProgram", None)
    return kind is not None and isinstance(module, kind)


# Each exporter takes modules that the other refuses: those whose path depends on data, scripts, and
# operators and classes of now.
def _export(torch: Any, module: Any, inputs: tuple[Any, ...], path: Path) -> None:
    export = torch.onnx.export
    known = inspect.signature(export).parameters
    quiet = {"verbose": False} if "verbose" in known else {}
    older: dict[str, Any] = {"opset_version": _OPSET}
    if "dynamo" in known:
        older["dynamo"] = False
    ways = [older]
    has_package = importlib.util.find_spec("onnxscript") is not None
    if "dynamo" in known and (has_package or _is_program(torch, module)):
        ways = [{"dynamo": True}] if _is_program(torch, module) else [{"dynamo": True}, older]
    failures: list[Exception] = []
    for options in ways:
        try:
            # With gradients: without, modules take fused paths that some versions cannot export.
            export(module, inputs, str(path), **options, **quiet)
        except Exception as error:  # torch raises of its own and of what the module calls
            failures.append(error)
        else:
            return
    hint = ""
    if "dynamo" in known and not has_package:
        hint = "; torch's present exporter needs the package 'onnxscript'"
    raise UsageError(
        f"torch cannot export {path.stem} to ONNX: {_cause(failures[0])}{hint}"
    ) from failures[0]


# What went wrong at first, without the advice to developers of torch that follows it.
def _cause(error: BaseException) -> str:
    while error.__cause__ is not None:
        error = error.__cause__
    first = next((line for line in str(error).splitlines() if line.strip()), "")
    return " ".join(first.split()) or one_line(error)


@contextmanager
def _for_inference(module: Any) -> Iterator[None]:
    modules = module.modules() if hasattr(module, "modules") and hasattr(module, "eval") else ()
    training = [each for each in modules if getattr(each, "training", False)]
    try:
        if training:
            module.eval()
        yield
    finally:
        for each in training:
            each.training = True


def _inputs(torch: Any, given: Any) -> tuple[Any, ...]:
    if isinstance(given, torch.Tensor):
        return (given,)
    if _is_shape(given):
        return (torch.zeros(*given),)
    if isinstance(given, Sequence) and all(
        isinstance(each, torch.Tensor) or _is_shape(each) for each in given
    ):
        return tuple(torch.zeros(*each) if _is_shape(each) else each for each in given)
    raise UsageError(
        f"input_shape: expected sizes as (1, 3, 224, 224), a list of such or tensors, "
        f"found {given!r}"
    )


def _is_shape(given: Any) -> bool:
    return isinstance(given, Sequence) and all(isinstance(size, int) for size in given)
