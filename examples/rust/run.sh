#!/usr/bin/env bash
# A Rust program that calls MiniLM as a shared library: builds both, asks a question.
set -euo pipefail
cd "$(dirname "$0")/../.."
source examples/install.sh

command -v cargo >/dev/null || install_packages cargo
build_compiler
install_model build/venv
mkdir -p build/examples
build/bin/emblemc "$(model_folder build/venv)" --emit=shared \
  -o build/examples/libminilm.so
EMBLEM_MODEL="$PWD/build/examples/libminilm.so" cargo build --release --offline \
  --manifest-path examples/rust/Cargo.toml --target-dir build/examples/rust

question="${1:-When does the shop that sells bread start its day?}"
echo "$question"
mapfile -t lines <examples/c/lines.txt
build/examples/rust/release/nearest "$question" "${lines[@]}" | sed -n 1,3p
