#!/usr/bin/env python3
"""The optimal search beside the Turbo-Charged Mapper, on an array that both can read.

    python3 benchmarks/beside_tcm.py [--program tilewright]

Prints Markdown: per problem the proven EDP (J * s at 1 GHz) and the CPU time of the whole process,
ours as measured now, the other's as measured once (see `THEIRS`).
"""

from __future__ import annotations

import argparse
import json
import resource
import subprocess
import tempfile
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
ARCHITECTURE = ROOT / "benchmarks/one_axis.yaml"
GEMM = "problem: {{shape: gemm-ABZ, instance: {{M: {0}, N: {1}, K: {2}}}}}\n"
# EDP in J * s and CPU seconds with the start of the process, one thread, as measured on two shared
# cores of an AMD EPYC on 21 November 2026: AccelForge 1c1929c2. None: no answer in 420 s.
THEIRS: dict[str, tuple[float, float] | None] = {
    "GEMM 256 x 256 x 256": (3.8565e-9, 22.5),
    "GEMM 1024 x 1024 x 1024": (1.1605e-5, 24.3),
    "GEMM 512 x 768 x 3072": (1.3946e-5, 37.0),
    "ResNet-50 res2 1x1": (5.2928e-8, 44.1),
    "AlexNet conv3": None,
}
FILES = {
    "ResNet-50 res2 1x1": ROOT / "specs/problem/resnet50_res2_1x1.yaml",
    "AlexNet conv3": ROOT / "specs/problem/alexnet_conv3.yaml",
}


def prove(program: str, problem: Path, folder: str) -> tuple[float, float]:
    """The optimal EDP in J * s, and the CPU seconds of the process."""
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    options = ["--searcher", "optimal", "--objective", "edp", "-j", "1", "--quiet", "-o", folder]
    command = [program, "map", str(ARCHITECTURE), str(problem), *options]
    subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    (layer,) = json.loads((Path(folder) / "summary.json").read_text())["layers"]
    if not layer["proven"]:
        raise SystemExit(f"{problem}: not proven")
    spent = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return layer["edp_pJ_cycles"] * 1e-12 * 1e-9, spent


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--program", default="tilewright")
    program = parser.parse_args().program
    print("| problem | EDP | CPU s | TCM: EDP | CPU s | ratio |")
    print("| --- | --- | --- | --- | --- | --- |")
    with tempfile.TemporaryDirectory() as folder:
        for name, theirs in THEIRS.items():
            file = FILES.get(name, Path(folder) / "problem.yaml")
            if name not in FILES:
                file.write_text(GEMM.format(*name.removeprefix("GEMM ").split(" x ")))
            edp, seconds = prove(program, file, f"{folder}/results")
            edp_of_theirs, took = theirs or (float("nan"), 420.0)
            cells = [f"{edp:.4e}", f"{seconds:.2f}"]
            if theirs is None:
                cells += ["none in 420 s", "> 420", f"> {took / seconds:,.0f}"]
            else:
                cells += [f"{edp_of_theirs:.4e}", f"{took:.1f}", f"{took / seconds:,.0f}"]
            print("| " + " | ".join([name, *cells]) + " |", flush=True)


if __name__ == "__main__":
    main()
