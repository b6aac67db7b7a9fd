#!/usr/bin/env bash
# From a bare Debian 12 to results: installs what is missing, builds, and maps AlexNet and ResNet-50
# on the Eyeriss-like architecture. Options go to `tilewright map`, e.g. --time 10s or -j 4.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../cmake/install_dependencies.sh"

install_packages $BUILD_PACKAGES $PYTHON_PACKAGES
echo "Building (a few minutes the first time) ..."
build_tree "$root/build/quickstart" -DCMAKE_BUILD_TYPE=Release

cd "$root"  # results/ belongs to the clone
for network in alexnet resnet50; do
  echo
  build/quickstart/tilewright map specs/arch/eyeriss_like_168.yaml "specs/network/$network.yaml" \
    --batch 1 "$@"
done
echo
echo "Every layer's mapping, loop nest and counts: $root/results/"
