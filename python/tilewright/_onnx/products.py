"""Matrix products as loop nests.

C is summed over, M counts columns of the result, P rows; N and G count products of their own.
"""

from __future__ import annotations

from dataclasses import replace
from math import prod

import onnx

from tilewright._network import Shape
from tilewright._onnx.graph import Graph
from tilewright._onnx.work import NotALayerError, Work, attributes, called, sizes

_LINEAR = Shape(
    "linear",
    "N P C M",
    (("Weights", "C M"), ("Inputs", "N P C"), ("Outputs", "N P M")),
)
_PER_HEAD = Shape(
    "per_head_product",
    "N G P C M",
    (("Weights", "N G C M"), ("Inputs", "N G P C"), ("Outputs", "N G P M")),
)
_COVERED = "0123456789"  # axes that the dots of an einsum stand for
_MATRIX = 2  # axes of a matrix
_BATCHED = 3
_SPLIT = 4  # axes of a tensor of heads: batch, heads, rows, columns


def matmul(node: onnx.NodeProto, graph: Graph) -> list[Work]:
    """MatMul, MatMulInteger and QLinearMatMul, with any broadcasting."""
    left, right = node.input[0], node.input[3 if node.op_type == "QLinearMatMul" else 1]
    a, b = list(sizes(graph, left)), list(sizes(graph, right))
    a = [1, *a] if len(a) == 1 else a
    b = [*b, 1] if len(b) == 1 else b
    (*a_batch, rows, summed), (*b_batch, also_summed, columns) = a, b
    _check_summed(summed, also_summed, node)
    of_activations = not graph.is_parameter(left) and not graph.is_parameter(right)
    if graph.is_parameter(left) and not graph.is_parameter(right):
        # Transposed, so that the parameters are the second factor.
        left, right = right, left
        a_batch, b_batch, rows, columns = b_batch, a_batch, columns, rows
    each = of_activations and bool(a_batch) and len(a_batch) == len(b_batch)
    rank = max(len(a_batch), len(b_batch))
    a_batch = [1] * (rank - len(a_batch)) + a_batch
    b_batch = [1] * (rank - len(b_batch)) + b_batch
    both = [x for x, y in zip(a_batch, b_batch, strict=True) if y > 1]
    if both and both != [y for y in b_batch if y > 1] and 1 not in both:
        raise NotALayerError(f"the batches of '{called(node)}' do not match")
    work = _product(right, a_batch, b_batch, rows, summed, columns)
    if work.shape is _LINEAR and each and a_batch[0] == b_batch[0]:
        # Of a single product, as a larger batch has several.
        work = replace(work, shape=_PER_HEAD, bounds={**work.bounds, "G": 1})
    return [work]


def _product(
    weight: str, a_batch: list[int], b_batch: list[int], rows: int, summed: int, columns: int
) -> Work:
    # An axis that only one factor has makes its matrix longer.
    shared = [x for x, y in zip(a_batch, b_batch, strict=True) if x > 1 and y > 1]
    only_a = [x for x, y in zip(a_batch, b_batch, strict=True) if y == 1]
    columns *= prod(y for x, y in zip(a_batch, b_batch, strict=True) if x == 1)
    if shared:
        whole = len(a_batch) > 1 and a_batch[0] == b_batch[0]
        batch = a_batch[0] if whole else 1
        bounds = {"N": batch, "G": prod(shared) // batch, "P": prod(only_a) * rows}
        return Work(_PER_HEAD, bounds | {"C": summed, "M": columns}, weight)
    if not a_batch:
        return Work("fully-connected", {"N": rows, "C": summed, "M": columns}, weight)
    bounds = {"N": a_batch[0], "P": prod(a_batch[1:]) * rows, "C": summed, "M": columns}
    return Work(_LINEAR, bounds, weight)


def gemm(node: onnx.NodeProto, graph: Graph) -> list[Work]:
    """Gemm: a matrix product, either factor transposed or not."""
    fields = attributes(node)
    a, b = sizes(graph, node.input[0], _MATRIX), sizes(graph, node.input[1], _MATRIX)
    rows, summed = a[::-1] if fields.get("transA", 0) else a
    also_summed, columns = b[::-1] if fields.get("transB", 0) else b
    _check_summed(summed, also_summed, node)
    weight = node.input[1]
    if graph.is_parameter(node.input[0]) and not graph.is_parameter(weight):
        weight, rows, columns = node.input[0], columns, rows
    return [Work("fully-connected", {"N": rows, "C": summed, "M": columns}, weight)]


def einsum(node: onnx.NodeProto, graph: Graph) -> list[Work]:
    """Einsum of two factors, each letter at most once in each; `...` without broadcasting."""
    equation = attributes(node)["equation"].decode().replace(" ", "")
    shapes = [sizes(graph, tensor) for tensor in node.input]
    factors, result = _letters(equation, shapes)
    a, b = factors
    size: dict[str, int] = {}
    for letters, shape in zip(factors, shapes, strict=True):
        if len(letters) != len(shape):
            raise NotALayerError(f"einsum '{equation}': a factor has {len(shape)} axes")
        if len(set(letters)) != len(letters):
            raise NotALayerError(f"einsum '{equation}': a letter twice in a factor")
        for letter, found in zip(letters, shape, strict=True):
            if size.setdefault(letter, found) != found:
                both = f"{size[letter]} and {found}"
                raise NotALayerError(f"einsum '{equation}': sizes {both} of one axis")
    if any(letter not in result and (letter not in a or letter not in b) for letter in size):
        raise NotALayerError(f"einsum '{equation}': a sum over one factor is not supported")
    weight = node.input[1]
    if graph.is_parameter(node.input[0]) and not graph.is_parameter(weight):
        a, b, weight = b, a, node.input[0]

    def extent(letters: list[str]) -> int:
        return prod(size[letter] for letter in letters)

    rows = extent([x for x in a if x not in b])
    columns = extent([x for x in b if x not in a])
    summed = extent([x for x in a if x in b and x not in result])
    shared = extent([x for x in a if x in b and x in result])
    bounds = {"N": 1, "P": rows, "C": summed, "M": columns}
    if not any(x in b and x in result for x in a):
        return [Work(_LINEAR, bounds, weight)]
    return [Work(_PER_HEAD, bounds | {"G": shared}, weight)]


# The letters of both factors and of the result; digits stand for the axes that '...' covers.
def _letters(equation: str, shapes: list[tuple[int, ...]]) -> tuple[list[str], str]:
    terms, arrow, result = equation.partition("->")
    factors = terms.split(",")
    if len(factors) != _MATRIX or len(shapes) != _MATRIX:
        raise NotALayerError(f"einsum '{equation}': only two factors are supported")
    dots = [
        _COVERED[max(len(term.replace("...", "")) + len(_COVERED) - len(shape), 0) :]
        for term, shape in zip(factors, shapes, strict=True)
    ]
    factors = [term.replace("...", axes) for term, axes in zip(factors, dots, strict=True)]
    if arrow:
        return factors, result.replace("...", max(dots, key=len))
    both = "".join(factors)
    once = sorted(x for x in both if both.count(x) == 1 or x.isdigit())
    return factors, "".join(dict.fromkeys(once))


def attention(node: onnx.NodeProto, graph: Graph) -> list[Work]:
    """Attention (opset 23): queries times keys, and that times values.

    Heads of queries that share keys and values count as rows.
    """
    fields = attributes(node)
    if len(node.input) > _SPLIT and any(node.input[_SPLIT:]):
        raise NotALayerError("attention with a cache of keys and values is not supported")
    queries = _heads(sizes(graph, node.input[0]), fields.get("q_num_heads"))
    keys = _heads(sizes(graph, node.input[1]), fields.get("kv_num_heads"))
    values = _heads(sizes(graph, node.input[2]), fields.get("kv_num_heads"))
    rows = queries[1] // keys[1] * queries[2]
    shared = {"N": queries[0], "G": keys[1], "P": rows}
    scores = {**shared, "C": queries[3], "M": keys[2]}
    context = {**shared, "C": keys[2], "M": values[3]}
    return [
        Work(_PER_HEAD, scores, node.input[1], suffix="scores"),
        Work(_PER_HEAD, context, node.input[2], suffix="context", after=("scores",)),
    ]


# Batch, heads, rows and columns.
def _heads(sizes: tuple[int, ...], heads: int | None) -> tuple[int, ...]:
    if len(sizes) == _SPLIT:
        return sizes
    if len(sizes) != _BATCHED or not heads:
        raise NotALayerError("attention needs tensors of 4 axes, or of 3 and the number of heads")
    batch, rows, columns = sizes
    return batch, heads, rows, columns // heads


def _check_summed(left: int, right: int, node: onnx.NodeProto) -> None:
    if left != right:
        raise NotALayerError(f"'{called(node)}' multiplies rows of {left} by columns of {right}")
