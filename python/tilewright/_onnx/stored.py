"""The stored tensors of a model: their sizes, and the values of small ones."""

from __future__ import annotations

import re
from math import prod
from typing import Any

import onnx
from onnx import TensorProto

from tilewright._errors import SpecError

# Sizes are computed from small tensors; nobody computes them from large ones.
MOST_NUMBERS = 4096
MOST_AXES = 64
_BYTE = 8  # bits
_BITS = {"FLOAT": 32, "DOUBLE": 64, "BOOL": 8}
_INTEGERS = {TensorProto.INT64, TensorProto.INT32, TensorProto.BOOL}
_LISTS = ("float_data", "int32_data", "int64_data", "double_data", "uint64_data", "string_data")


def gather(graph: onnx.GraphProto, path: str) -> None:
    """Makes every stored tensor an entry of `graph.initializer`, however the file stores it.

    Raises:
        SpecError: a tensor has an unknown type, or data of the wrong length.
    """
    for tensor in graph.initializer:
        _check(tensor.name, tensor, path)
    for sparse in graph.sparse_initializer:
        tensor = graph.initializer.add(name=sparse.values.name)
        tensor.MergeFrom(TensorProto(dims=sparse.dims, data_type=sparse.values.data_type))
        _check(tensor.name, tensor, path)
    del graph.sparse_initializer[:]
    kept = []
    for node in graph.node:
        if node.op_type != "Constant" or not node.attribute or not node.attribute[0].HasField("t"):
            kept.append(node)
            continue
        constant = node.attribute[0].t
        _check(node.output[0], constant, path)
        graph.initializer.add().CopyFrom(constant if _is_small(constant) else sizes_of(constant))
        graph.initializer[-1].name = node.output[0]
    if len(kept) < len(graph.node):
        del graph.node[:]
        graph.node.extend(kept)


def drop_large(graph: onnx.GraphProto) -> None:
    """Makes inputs of the tensors whose values are not known: inference needs their sizes only."""
    known = [tensor for tensor in graph.initializer if value(tensor) is not None]
    present = {each.name for each in graph.input} | {tensor.name for tensor in known}
    for tensor in graph.initializer:
        if tensor.name not in present:
            graph.input.append(
                onnx.helper.make_tensor_value_info(tensor.name, tensor.data_type, tensor.dims)
            )
    del graph.initializer[:]
    graph.initializer.extend(known)


def value(tensor: TensorProto) -> Any:
    """The numbers of a small tensor as an array; None: it is large, or they are not in the file."""
    if not _is_small(tensor) or tensor.data_type == TensorProto.STRING or not _has_data(tensor):
        return None
    return onnx.numpy_helper.to_array(tensor)


def is_size_or_index(tensor: TensorProto) -> bool:
    """Whether it is of a type that no weights have."""
    return tensor.data_type in _INTEGERS


def sizes_of(tensor: TensorProto) -> TensorProto:
    """Its name, sizes and type without its data."""
    return TensorProto(name=tensor.name, dims=tensor.dims, data_type=tensor.data_type)


def _check(name: str, tensor: TensorProto, path: str) -> None:
    fault = _fault(tensor)
    if fault:
        raise SpecError(f"{path}: the stored tensor '{name}' {fault}", path)


def _is_small(tensor: TensorProto) -> bool:
    count: int = prod(tensor.dims)
    return count <= MOST_NUMBERS


def _has_data(tensor: TensorProto) -> bool:
    if tensor.data_location == TensorProto.EXTERNAL:
        return False
    return bool(tensor.raw_data) or _listed(tensor) > 0 or 0 in tensor.dims


def _listed(tensor: TensorProto) -> int:
    return sum(len(getattr(tensor, name)) for name in _LISTS)


# What is wrong with it; empty: nothing. Without data, as some publish their models, it is good.
def _fault(tensor: TensorProto) -> str:
    if len(tensor.dims) > MOST_AXES:
        return f"has {len(tensor.dims)} axes; at most {MOST_AXES} are supported"
    if any(size < 0 for size in tensor.dims):
        return f"has a negative size, {min(tensor.dims)}"
    if tensor.data_type not in TensorProto.DataType.values() or tensor.data_type == 0:
        return f"is of the unknown type {tensor.data_type}"
    if not _has_data(tensor):
        return ""
    what, held, expected = _lengths(tensor)
    if held == expected:
        return ""
    kind = TensorProto.DataType.Name(tensor.data_type)
    sizes = " x ".join(map(str, tensor.dims)) or "a single one"
    return f"holds {held} {what}; {sizes} of {kind} are {expected}"


# What its data are counted in, how many there are, and how many there should be.
def _lengths(tensor: TensorProto) -> tuple[str, int, int]:
    count = prod(tensor.dims)
    if tensor.data_type == TensorProto.STRING:
        return "texts", len(tensor.string_data), count
    kind = TensorProto.DataType.Name(tensor.data_type)
    bits = _BITS.get(kind) or int(re.findall(r"\d+", kind)[0])
    packed = -(-count * bits // _BYTE)
    if tensor.raw_data:
        return "bytes", len(tensor.raw_data), packed
    # Lists have a number for each, two for a complex one, or as many as fill a byte.
    expected = packed if bits < _BYTE else count * (2 if kind.startswith("COMPLEX") else 1)
    return "numbers", _listed(tensor), expected
