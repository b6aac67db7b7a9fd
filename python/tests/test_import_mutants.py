"""Whatever the bytes of a model are turned into, the import ends with a network or an error."""

import os
import random
import subprocess
import sys
from pathlib import Path

import pytest
from onnx_models import Builder

MUTANTS = 600 if os.environ.get("TILEWRIGHT_FULL") else 30
# In a process of its own: a crash of a library is told like a traceback.
RUN = """
import sys
from tilewright.import_command import main
for file in sys.argv[1:]:
    code = main([file, "-o", file + ".yaml"])
    print(f"{code} {file}", flush=True)
    if code not in (0, 2):
        sys.exit(1)
"""


def model(folder: Path) -> Path:
    b = Builder("small")
    x = b.input("x", [1, 3, 8, 8])
    x = b.conv(x, "conv1", (3, 4), 3)
    x = b.op("Relu", x)
    x = b.conv(x, "conv2", (4, 4), 1)
    shape = b.integers("shape", [1, -1])
    x = b.op("Reshape", x, shape)
    return b.save(folder, x)


def mutated(data: bytes, seed: int) -> bytes:
    rng = random.Random(seed)
    changed = bytearray(data)
    for _ in range(rng.randint(1, 4)):
        at = rng.randrange(len(changed))
        kind = rng.randrange(4)
        if kind == 0:
            changed[at] = rng.randrange(256)
        elif kind == 1:
            changed[at] = rng.choice((0, 1, 0x7F, 0x80, 0xFF))
        elif kind == 2:
            del changed[at : at + rng.randint(1, 8)]
        else:
            other = rng.randrange(len(changed))
            changed[at:at] = changed[other : other + rng.randint(1, 16)]
        if not changed:
            return b""
    return bytes(changed)


def test_mutants_of_a_model_end_with_a_network_or_an_error(tmp_path: Path) -> None:
    pytest.importorskip("onnx")
    data = model(tmp_path).read_bytes()
    files = []
    for seed in range(MUTANTS):
        file = tmp_path / f"mutant{seed}.onnx"
        file.write_bytes(mutated(data, seed))
        files.append(str(file))
    run = subprocess.run(
        [sys.executable, "-c", RUN, *files], capture_output=True, text=True, check=False
    )
    assert run.returncode == 0, run.stdout[-300:] + run.stderr[-3000:]
    codes = [line.split()[0] for line in run.stdout.splitlines() if line.endswith(".onnx")]
    assert len(codes) == len(files)
    assert set(codes) <= {"0", "2"}
