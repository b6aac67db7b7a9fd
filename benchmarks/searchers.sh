#!/usr/bin/env bash
# Builds and runs the comparison of the searchers, and writes its tables into docs/benchmarks.md and
# results/searchers/. Takes 11 minutes at most on two cores, which should have nothing else to do.
#   benchmarks/searchers.sh [OPTIONS of tilewright_searchers, see --help]
set -euo pipefail
cd "$(dirname "$0")/.."
cmake -S . -B build/benchmarks -DCMAKE_BUILD_TYPE=Release -DTILEWRIGHT_BENCHMARKS=ON > /dev/null
cmake --build build/benchmarks -j "$(nproc)" --target tilewright_searchers
mkdir -p results/searchers
build/benchmarks/benchmarks/tilewright_searchers -o results/searchers --document docs/benchmarks.md "$@"
