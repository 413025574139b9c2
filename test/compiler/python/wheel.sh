#!/usr/bin/env bash
# wheel.sh [MODEL]: builds both wheels, installs them where nothing else is, for each
# Python at hand, and compiles there with an empty PATH: a fixture, and the folder
# MODEL (all-MiniLM-L6-v2, say). The bytes are those of the build folder's emblemc,
# the vectors those of its programs. Takes minutes, and PyPI for auditwheel, so the
# suite leaves it out. EMBLEM_BUILD names the build folder.
set -euo pipefail
cd "$(dirname "$0")/../../.."
build=$(realpath "${EMBLEM_BUILD:-build}")
export EMBLEM_BUILD=$build
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT

compiler/python/build_wheels.sh "$scratch/dist"
python3 -m venv "$scratch/tools"
"$scratch/tools/bin/pip" install --quiet auditwheel
(cd "$scratch/dist" && "$scratch/tools/bin/auditwheel" show emblem_compiler-*.whl)

models=("$PWD/test/fixtures/models/tiny-bert" "$@")
for model in "${models[@]}"; do
  name=$(basename "$model")
  "$build/bin/emblemc" "$model" --emit=shared -o "$scratch/tree-$name.so"
  "$build/bin/emblemc" "$model" -o "$scratch/tree-$name"
  "$scratch/tree-$name" embed --format=npy -o "$scratch/$name.npy" "a text" "another"
done

pythons=0
for python in ~/.pyenv/versions/*/bin/python3 /usr/bin/python3; do
  "$python" -c 'import sys, venv, ensurepip; sys.exit(sys.version_info < (3, 10))' 2>/dev/null || continue
  pythons=$((pythons + 1))
  venv=$scratch/venv-$pythons
  "$python" -m venv "$venv"
  "$venv/bin/pip" install --quiet --no-index --find-links "$scratch/dist" emblem-compiler
  echo "== $("$venv/bin/python" --version)"
  for model in "${models[@]}"; do
    name=$(basename "$model")
    alone=(env -i HOME="$scratch" PATH=/none "EMBLEM_CACHE=$scratch/cache-$pythons")
    "${alone[@]}" "$venv/bin/emblemc" "$model" --emit=shared -o "$venv/tree-$name.so"
    cmp "$venv/tree-$name.so" "$scratch/tree-$name.so"
    "${alone[@]}" "$venv/bin/emblemc" "$model" -o "$venv/program"
    cmp "$venv/program" "$scratch/tree-$name"
    "${alone[@]}" "$venv/bin/python" test/compiler/python/inputs/bare.py "$model" "$scratch/$name.npy"
  done
  "${alone[@]}" "$venv/bin/emblem" cache list
  "${alone[@]}" "$venv/bin/emblem" cache clear
done
[ "$pythons" -gt 0 ]
ls -l "$scratch"/dist "$scratch"/venv-1/lib/python*/site-packages/emblem/compiler/bin
echo "the wheels work on $pythons Pythons"
