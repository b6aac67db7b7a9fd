"""What of imported layers grows with the batch: `--batch` multiplies the work, or is refused."""

import re
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest
from onnx_models import (
    Builder,
    bert_base,
    efficientnet_b4,
    mobilenet_v1,
    mobilenet_v3_large,
    resnet50,
)

import tilewright as tw

PROGRAM = Path(sys.prefix) / "bin" / "tilewright"


def _listed(network: tw.Network, folder: Path, batch: int) -> tuple[list[str], int]:
    """The layers as the program lists them, and all their MACs."""
    command = [str(PROGRAM), "network", str(network.save(folder)), "--batch", str(batch)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    *rows, total = done.stdout.splitlines()[1:]
    return rows, int(total.split()[-1].replace(",", ""))


def _check_work(network: tw.Network, folder: Path) -> None:
    """Several batches have so many times the work of one, whatever batch the model has."""
    _, one = _listed(network, folder, 1)
    for batch in (2, 5, 64):
        assert _listed(network, folder, batch)[1] == batch * one


def _is_refused(network: tw.Network, folder: Path) -> bool:
    command = [str(PROGRAM), "network", str(network.save(folder)), "--batch", "2"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    refused = done.returncode == 2
    if refused:
        assert re.match(r"tilewright: error: batch: what of layer '.*' grows .* not k", done.stderr)
    return refused


@pytest.mark.filterwarnings("ignore:.*open; 1 is assumed")
@pytest.mark.parametrize(
    "build", [resnet50, mobilenet_v1, mobilenet_v3_large, efficientnet_b4, bert_base]
)
def test_networks_grow_with_the_batch(
    build: Callable[[Path], tuple[Path, int]], tmp_path: Path
) -> None:
    path, _ = build(tmp_path)
    dims = {"sequence": 128} if build is bert_base else None
    network = tw.from_onnx(path, dims)
    assert all(layer.batch == {"N": 1} for layer in network)
    _check_work(network, tmp_path)


# --- encoders, with an open batch and a fixed one ---


def _encoder(folder: Path, batch: int | str, flat: bool) -> Path:
    """One block of 64 columns, 4 heads and 32 tokens; `flat`: its linear layers see rows only."""
    b = Builder(f"encoder_{batch}_{flat}")
    tokens, width, heads = 32, 64, 4
    x = b.input("x", [batch, tokens, width])
    whole = b.integers("whole", [batch if isinstance(batch, int) else 0, tokens, width])
    if isinstance(batch, int):
        split = b.integers("split", [batch, tokens, heads, width // heads])
    else:
        split = b.integers("split", [0, 0, heads, width // heads])
    rows = b.integers("rows", [-1, width])
    if isinstance(batch, str):
        whole = b.integers("whole_of_rows", [-1, tokens, width])

    def dense(x: str, name: str, c: int, m: int) -> str:
        return b.op("MatMul", x, b.weight(f"{name}.weight", c, m))

    def linear(x: str, name: str, c: int, m: int) -> str:
        if not flat:
            return dense(x, name, c, m)
        y = b.op("Gemm", b.op("Reshape", x, rows), b.weight(f"{name}.weight", c, m))
        return b.op("Reshape", y, whole) if m == width else y

    parts = [
        b.op("Transpose", b.op("Reshape", linear(x, n, width, width), split), perm=[0, 2, 1, 3])
        for n in ("query", "key", "value")
    ]
    scores = b.op("MatMul", parts[0], b.op("Transpose", parts[1], perm=[0, 1, 3, 2]))
    y = b.op("MatMul", b.op("Softmax", scores), parts[2])
    y = b.op("Reshape", b.op("Transpose", y, perm=[0, 2, 1, 3]), whole)
    return b.save(folder, linear(linear(y, "out", width, width), "up", width, 2 * width))


@pytest.mark.filterwarnings("ignore:.*open; 1 is assumed")
@pytest.mark.parametrize("flat", [False, True])
@pytest.mark.parametrize("batch", ["batch", "N", 1])
def test_encoders_grow_with_the_batch(batch: int | str, flat: bool, tmp_path: Path) -> None:
    network = tw.from_onnx(_encoder(tmp_path, batch, flat))
    # Four projections, the layer that widens, and two products of 4 heads of 16 columns.
    assert network.macs == 32 * 64 * (4 * 64 + 128) + 2 * 32 * 32 * 64
    by_name = {layer.name: layer.batch for layer in network}
    assert by_name["query"] == ({"N": 32} if flat else {"N": 1})
    _check_work(network, tmp_path)


def test_a_batch_that_is_set_is_the_one_imported(tmp_path: Path) -> None:
    """Layer by layer, the network at batch 6 is what the model is when it is read with 6."""
    for flat in (False, True):
        path = _encoder(tmp_path, "batch", flat)
        three, six = (tw.from_onnx(path, {"batch": size}) for size in (3, 6))
        assert _listed(three, tmp_path, 6) == _listed(six, tmp_path, 6)
        one = _listed(three, tmp_path, 1)
        assert one == _listed(six, tmp_path, 1)
        assert 6 * one[1] == six.macs


@pytest.mark.parametrize("kind", ["LSTM", "GRU", "RNN"])
@pytest.mark.parametrize("layout", [0, 1])
def test_recurrent_layers_grow_with_the_batch(kind: str, layout: int, tmp_path: Path) -> None:
    gates = {"LSTM": 4, "GRU": 3, "RNN": 1}[kind]
    for batch in (1, 3):
        b = Builder("recurrent")
        x = b.input("x", [batch, 12, 8] if layout else [12, batch, 8])
        weights = b.weight("W", 1, gates * 16, 8), b.weight("R", 1, gates * 16, 16)
        y = b.op(kind, x, *weights, hidden_size=16, layout=layout)
        network = tw.from_onnx(b.save(tmp_path, y))
        assert [layer.batch for layer in network] == [{"N": 12}, {"N": 1}]
        assert [layer.repeats for layer in network] == [1, 12]
        assert network.macs == batch * 12 * gates * 16 * (8 + 16)
        _check_work(network, tmp_path)


def test_convolutions_say_what_a_fixed_batch_is(tmp_path: Path) -> None:
    b = Builder("fixed")
    x = b.conv(b.input("x", [4, 3, 8, 8]), "conv", (3, 8), 3)
    x = b.op("Reshape", x, b.integers("flat", [4, 512]))
    network = tw.from_onnx(b.save(tmp_path, b.linear(x, "fc", (512, 10))))
    assert [layer.batch for layer in network] == [{"N": 1}, {"N": 1}]
    _check_work(network, tmp_path)


@pytest.mark.parametrize(
    ("a", "b", "known"),
    [
        ([1, 6, 8], [1, 8, 10], {"G": 1}),
        ([1, 5, 6, 8], [1, 5, 8, 10], {"N": 1}),
        ([1, 6, 8], [8, 10], {"N": 1}),
        ([1, 8], [8, 10], {"N": 1}),
        # The first axis may be the batch, or rows, or heads: nobody says.
        ([6, 8], [8, 10], None),
        ([2, 6, 8], [8, 10], None),
        ([24, 6, 8], [24, 8, 10], None),
    ],
)
def test_products_grow_with_the_batch_where_there_is_one(
    a: list[int], b: list[int], known: dict[str, int] | None, tmp_path: Path
) -> None:
    builder = Builder("product")
    y = builder.op("MatMul", builder.input("a", [*a]), builder.input("b", [*b]))
    network = tw.from_onnx(builder.save(tmp_path, y))
    assert [layer.batch for layer in network] == [known]
    if known:
        _check_work(network, tmp_path)
    else:
        assert _is_refused(network, tmp_path)


def test_what_takes_the_batch_for_something_else_is_refused(tmp_path: Path) -> None:
    """All tokens of all sequences attend to each other: work grows with the square."""
    b = Builder("square")
    x = b.op("Reshape", b.input("x", ["batch", 16, 8]), b.integers("rows", [-1, 8]))
    y = b.op("MatMul", x, b.op("Transpose", x, perm=[1, 0]))
    b.op("MatMul", y, b.op("MatMul", x, b.weight("w", 8, 8)))
    network = tw.from_onnx(b.save(tmp_path, b.nodes[-1].output[0]), {"batch": 1})
    assert [layer.batch for layer in network] == [None, {"N": 16}, None]
    assert _is_refused(network, tmp_path)
    with pytest.raises(tw.UsageError, match="what of layer 'node2' grows with the batch"):
        tw.map(Path(__file__).parents[2] / "specs/arch/three_level.yaml", network, batch=2)


def test_what_the_batch_does_not_enter_stays_as_it_is(tmp_path: Path) -> None:
    b = Builder("side")
    x = b.op("MatMul", b.input("x", ["batch", 8]), b.weight("w", 8, 8))
    side = b.op("MatMul", b.input("table", [5, 8]), b.weight("v", 8, 8))
    y = b.op("MatMul", x, b.op("Transpose", side, perm=[1, 0]))
    network = tw.from_onnx(b.save(tmp_path, y), {"batch": 3})
    assert [layer.batch for layer in network] == [{"N": 1}, {}, {"N": 1}]
    assert _listed(network, tmp_path, 7)[1] == 7 * 64 + 5 * 64 + 7 * 5 * 8


def test_lengths_in_front_are_no_batch(tmp_path: Path) -> None:
    b = Builder("length")
    y = b.op("MatMul", b.input("x", ["sequence", "batch", 8]), b.weight("w", 8, 8))
    path = b.save(tmp_path, y)
    with pytest.raises(tw.UsageError, match="leaves the size 'sequence' open; give it"):
        tw.from_onnx(path)
    with pytest.warns(tw.SpecWarning, match="'batch' open; 1 is assumed"):
        network = tw.from_onnx(path, {"sequence": 20})
    assert network[0].batch == {"P": 1}
    _check_work(network, tmp_path)


def test_the_batch_that_onnx_denotes(tmp_path: Path) -> None:
    b = Builder("denoted")
    x = b.input("x", [20, 4, 8])
    y = b.op("MatMul", x, b.weight("w", 8, 8))
    dims = b.inputs[0].type.tensor_type.shape.dim
    dims[1].denotation = "DATA_BATCH"
    (layer,) = tw.from_onnx(b.save(tmp_path, y))
    assert layer.batch == {"P": 1}
