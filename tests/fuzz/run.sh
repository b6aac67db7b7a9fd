#!/usr/bin/env bash
# Fuzzes every reader: tests/fuzz/run.sh [SECONDS [TARGET...]], 600 seconds each and all targets
# unless said otherwise, as many at a time as FUZZ_JOBS says (2). Inputs that crash, hang or take
# too much memory are left in build/fuzz/found; what the targets learnt is kept in
# build/fuzz/corpus for the next run.
set -euo pipefail
source "$(dirname "${BASH_SOURCE[0]}")/../../cmake/install_dependencies.sh"

seconds=${1-600}
case "$seconds" in
  "" | *[!0-9]*)
    echo "usage: tests/fuzz/run.sh [SECONDS [TARGET...]]" >&2
    exit 2
    ;;
esac
shift || true

readonly max_len=16384 # bytes; larger seeds are left out
cd "$root"
out=build/fuzz
targets=${*:-architecture problem mapping constraints mapper tables components own_form prices templates certificate program}

# Words that the readers know, taken from their sources, and some of YAML's own.
write_dictionary() {
  {
    grep -ohE '"[A-Za-z][A-Za-z0-9_:.-]+"' model/spec/*.cpp model/spec/own/*.cpp model/problem/builtin_shapes.cpp \
      model/energy/compound/*.cpp model/energy/expression/*.cpp model/energy/estimators/*.cpp
    printf '"%s"\n' '{{' '}}' '{%' '%}' '!include ' '<<<: ' '\\x0a' '\\x0a  ' '\\x0a- ' ': ' '{' '}' '[' ']' '&a ' '*a' '<<: ' '---\\x0a' \
      '1' '0' '-1' '2147483647' '4294967296' '1e9' '0x10' '1e400' '.nan' '[0..3]' ',3' '<=' '>='
  } | LC_ALL=C sort -u >"$out/words.dict"
}

# Spec files that a target may start from.
seed_files() {
  find specs tests/data ../shared/real_inputs -name '*.yaml' -size "-${max_len}c" 2>/dev/null
}

# seed TARGET KEYS: the files that have one of the top-level keys.
seed() {
  local file folder="$out/seeds/$1" number=0
  mkdir -p "$folder"
  while IFS= read -r file; do
    cp "$file" "$folder/$((number += 1)).yaml"
  done < <(seed_files | xargs grep -lE "^($2) *:")
}

# Templates, and the files that they may include.
seed_templates() {
  local file number=0
  mkdir -p "$out/seeds/templates"
  while IFS= read -r file; do
    cp "$file" "$out/seeds/templates/$((number += 1)).jinja2"
  done < <(find tests/data ../shared/v04 -name '*.jinja2' -size "-${max_len}c" 2>/dev/null)
  printf 'a: {b: 1}\n' >"$out/empty/part.yaml"
  printf "a: {{include('part.yaml', 'a')}}\n" >"$out/empty/other.yaml"
}

# Tables of prices.
seed_prices() {
  local file number=0
  mkdir -p "$out/seeds/prices"
  while IFS= read -r file; do
    cp "$file" "$out/seeds/prices/$((number += 1)).csv"
  done < <(find model tests/data examples ../shared/energy_tables -name '*.csv' \
    -size "-${max_len}c" 2>/dev/null)
}

# The whole program wants everything in one file: each architecture with a problem, and where there
# are some, mappings and constraints.
seed_program() {
  local arch other number=0
  mkdir -p "$out/seeds/program"
  join() { # FILE...: as one seed
    number=$((number + 1))
    cat "$@" >"$out/seeds/program/$number.yaml"
  }
  while IFS= read -r arch; do
    for other in specs/problem/{alexnet_conv3,gemm_512x768x3072}.yaml; do
      join "$arch" "$other"
    done
  done < <(seed_files | xargs grep -lE '^(arch|architecture) *:')
  for other in specs/mapping/*.yaml; do
    join specs/arch/three_level.yaml specs/problem/alexnet_conv3.yaml "$other"
  done
  for other in tests/data/bad/{mapping,constraints}_*.yaml; do
    join tests/data/bad/base/small.yaml "$other"
  done
}

# Runs one target; its last lines say how many executions there were.
fuzz() {
  local target=$1 log="$out/$1.log" status=0
  mkdir -p "$out/corpus/$target"
  # Networks may name files: an empty folder holds none.
  (cd "$out/empty" && "$root/$out/tree/tests/fuzz/fuzz_$target" "$root/$out/corpus/$target" \
    "$root/$out/seeds/$target" -max_total_time="$seconds" -rss_limit_mb=1024 -timeout=10 \
    -max_len="$max_len" -dict="$root/$out/words.dict" -print_final_stats=1 -verbosity=1 \
    -artifact_prefix="$root/$out/found/$target-") >"$log" 2>&1 || status=$?
  local executions
  executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$log")
  if [ "$status" -eq 0 ]; then
    echo "$target: $executions executions in $seconds seconds, nothing found"
  else
    echo "$target: FOUND something after $executions executions; see $log" >&2
  fi
  return "$status"
}

mkdir -p "$out/empty" "$out/found"
rm -rf "$out/seeds"
install_packages $BUILD_PACKAGES clang-16 libclang-rt-16-dev
echo "Building ..."
run_quietly cmake -G Ninja -S . -B "$out/tree" -DCMAKE_BUILD_TYPE=RelWithDebInfo \
  -DTILEWRIGHT_FUZZ=ON -DCMAKE_CXX_COMPILER="${CXX:-clang++-16}"
run_quietly cmake --build "$out/tree" --parallel "$jobs" --target fuzz
write_dictionary
seed architecture 'arch|architecture'
seed problem 'problem|shape|network'
seed mapping 'mapping'
seed constraints 'mapspace|mapspace_constraints|architecture_constraints|arch_constraints|constraints'
seed mapper 'mapper'
seed tables 'ERT|ART'
seed components 'architecture|compound_components|components|action_counts|ERT|ART'
seed own_form tilewright
seed_prices
seed_program
seed_templates
"$out/tree/tests/fuzz/fuzz_write_seeds" "$out/seeds"

echo "Fuzzing ..."
failed=no
running=0
for target in $targets; do
  if [ "$running" -ge "${FUZZ_JOBS:-2}" ]; then
    wait -n || failed=yes
    running=$((running - 1))
  fi
  fuzz "$target" &
  running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
  wait -n || failed=yes
  running=$((running - 1))
done
[ "$failed" = no ]
