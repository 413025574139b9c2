#!/usr/bin/env bash
# Installs what the tests need, builds everything and runs every test: GoogleTest's
# by ctest, and lit's. The last line is "N passed, N failed"; exits with 1 if any
# failed or the build did.
set -euo pipefail
cd "$(dirname "$0")/.."
source examples/install.sh

# A build that does not come to its tests has failed, and says so in the same words.
trap 'echo "0 passed, 1 failed"' EXIT

install_packages "${build_packages[@]}" "${test_packages[@]}"
install_foreign arm64 libpng-dev libjpeg62-turbo-dev zlib1g-dev
unpack_foreign arm64 build/packages-aarch64 libhttp-parser-dev
install_model build/venv
install_halide build/venv
# test/gpu/on_device makes weights with numpy; the package for Python is held to the rest.
build/venv/bin/python -c 'import numpy, pyarrow, PIL, mypy, setuptools.build_meta, wheel' 2>/dev/null ||
  build/venv/bin/pip install --quiet --upgrade numpy pyarrow pillow mypy setuptools wheel
build/venv/bin/python -c 'import langchain_core, llama_index.core, haystack, chromadb' 2>/dev/null ||
  build/venv/bin/pip install --quiet langchain-core llama-index-core haystack-ai chromadb
build/venv/bin/python -c 'import pyarrow, ray.data, daft' 2>/dev/null ||
  build/venv/bin/pip install --quiet 'ray[data]' daft
cmake --preset tests -DEMBLEM_PYTHON="$PWD/build/venv/bin/python"
cmake --build --preset tests

trap - EXIT
rm -f build/ctest.xml build/lit.xml
ctest --test-dir build/test -j "$(nproc)" --output-on-failure --output-junit "$PWD/build/ctest.xml" ||
  true # counted below
/usr/lib/llvm-22/bin/lit -v --xunit-xml-output=build/lit.xml build/test || true
exec python3 test/count_results.py build/ctest.xml build/lit.xml
