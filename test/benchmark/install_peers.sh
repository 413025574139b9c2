#!/usr/bin/env bash
# Adds to the peers' virtual environment what beside_peers.py takes beyond them:
#   test/benchmark/install_peers.sh ~/.cache/embedding-peers
# llama.cpp is compiled for this machine, and once more for AVX2 alone, for
# --isa=avx2 (some ten minutes each); matplotlib draws the plot. Only g++ and the
# sources from PyPI are needed.
set -euo pipefail
[ $# -eq 1 ] && [ -x "$1/bin/pip" ] || {
  echo "usage: install_peers.sh VENV, a virtual environment" >&2
  exit 2
}
venv="$1"

# build_llama CMAKE_OPTIONS PIP_OPTIONS...
build_llama() {
  CMAKE_ARGS="-DLLAVA_BUILD=OFF -DLLAMA_BUILD_TOOLS=OFF $1" \
    CMAKE_BUILD_PARALLEL_LEVEL="$(nproc)" nice "$venv/bin/pip" install \
    --quiet --no-deps --no-cache-dir --no-binary=llama-cpp-python "${@:2}" \
    llama-cpp-python
}

"$venv/bin/pip" install --quiet --no-deps diskcache gguf matplotlib contourpy \
  cycler fonttools kiwisolver pillow pyparsing python-dateutil six
"$venv/bin/python" -c 'import llama_cpp' 2>/dev/null ||
  build_llama "-DGGML_NATIVE=ON"
[ -d "$venv/avx2-peers/llama_cpp" ] ||
  build_llama "-DGGML_NATIVE=OFF -DGGML_AVX2=ON -DGGML_FMA=ON -DGGML_F16C=ON \
    -DGGML_BMI2=ON -DGGML_AVX512=OFF" --target "$venv/avx2-peers"
