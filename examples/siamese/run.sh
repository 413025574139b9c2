#!/usr/bin/env bash
# A Siamese network on digits: trains it in numpy, compiles its tower, compares and draws.
set -euo pipefail
cd "$(dirname "$0")/../.."
source examples/install.sh

here=examples/siamese
out=build/examples/siamese
build_compiler
install_packages python3-venv
[ -x build/digits/bin/pip ] || python3 -m venv build/digits
build/digits/bin/python -c 'import sklearn, matplotlib, safetensors' 2>/dev/null ||
  build/digits/bin/pip install --quiet numpy scikit-learn matplotlib safetensors
build/digits/bin/python "$here/train.py" "$out"
build/bin/emblemc "$out/model.yaml" --emit=shared -o "$out/libdigits.so"
build/digits/bin/python "$here/verify.py" "$out"
