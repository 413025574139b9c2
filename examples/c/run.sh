#!/usr/bin/env bash
# A C program that calls MiniLM as a shared library: builds both, asks a question.
set -euo pipefail
cd "$(dirname "$0")/../.."
source examples/install.sh

build_compiler
install_model build/venv
mkdir -p build/examples
build/bin/emblemc "$(model_folder build/venv)" --emit=shared \
  -o build/examples/libminilm.so
cc -std=c99 -O2 -Wall -Wextra examples/c/search.c -Ibuild/examples \
  -Lbuild/examples -lminilm -Wl,-rpath,'$ORIGIN' -o build/examples/search

question="${1:-When does the shop that sells bread start its day?}"
echo "$question"
build/examples/search "$question" <examples/c/lines.txt
