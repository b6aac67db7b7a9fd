# Shared by mapper/quickstart.sh and tests/run.sh: what a Debian 12 needs to build and test.
# Source it: it defines functions, $root (the clone) and $jobs (the cores).

BUILD_PACKAGES="g++ cmake ninja-build libyaml-cpp-dev libtbb-dev libboost-dev libfmt-dev
  nlohmann-json3-dev libcli11-dev"
# For `pip install .` with Debian's own Python.
PYTHON_PACKAGES="python3 python3-dev python3-venv"
# ccache: the Python module is built from files that the tests have compiled already.
TEST_PACKAGES="libgtest-dev libgmock-dev librapidcheck-dev libbenchmark-dev
  clang-format-16 ccache $PYTHON_PACKAGES"
FULL_TEST_PACKAGES="clang-tidy-16 chromium"

# Prints those of the given packages that are not installed.
missing_packages() {
  local package
  for package in "$@"; do
    if ! dpkg-query -W -f='${db:Status-Status}\n' "$package" 2>/dev/null | grep -qx installed; then
      echo "$package"
    fi
  done
}

# Installs the given packages unless they are all there. Needs root or sudo only if one is missing.
install_packages() {
  local missing sudo=""
  missing=$(missing_packages "$@" | tr '\n' ' ')
  [ -n "$missing" ] || return 0
  if [ "$(id -u)" -ne 0 ]; then
    if ! command -v sudo >/dev/null; then
      echo "These Debian packages are missing; install them as root: $missing" >&2
      return 1
    fi
    sudo=sudo
  fi
  echo "Installing: $missing"
  # A container that was just started has no package lists; a stale list names files long gone.
  # One source out of several that does not answer need not matter: the next command decides.
  run_quietly $sudo apt-get update || true
  run_quietly $sudo env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y --no-install-recommends $missing
}

# Runs a command and shows its output only if it fails.
run_quietly() {
  local log status=0
  log=$(mktemp)
  "$@" >"$log" 2>&1 </dev/null || status=$?
  if [ "$status" -ne 0 ]; then
    echo "Failed: $*" >&2
    grep -vE '^\[[0-9]+/[0-9]+\] (Building|Linking)' "$log" | tail -n 200 >&2
  fi
  rm -f "$log"
  return "$status"
}

# Configures and builds: build_tree FOLDER [CMAKE OPTIONS...]
build_tree() {
  local folder=$1
  shift
  run_quietly cmake -G Ninja -S "$root" -B "$folder" "$@" || return 1
  run_quietly cmake --build "$folder" --parallel "$jobs"
}

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
jobs=$(nproc 2>/dev/null || echo 2)
