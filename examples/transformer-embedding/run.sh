#!/usr/bin/env bash
# From PyTorch weights to a program: writes random ones, compiles, compares.
set -euo pipefail
cd "$(dirname "$0")/../.."
source examples/install.sh

here=examples/transformer-embedding
out=build/examples/transformer-embedding
build_compiler
install_packages "${model_packages[@]}"
[ -x build/torch/bin/pip ] || python3 -m venv build/torch
build/torch/bin/python -c 'import torch, safetensors' 2>/dev/null ||
  build/torch/bin/pip install --quiet torch safetensors numpy
build/torch/bin/python "$here/write_weights.py" "$out"

cp "$here/model.yaml" "$out"
build/bin/emblemc "$out/model.yaml" -o "$out/embed"

"$out/embed" embed --ids --format=text <"$out/ids.txt" >"$out/vectors.txt"
build/torch/bin/python - "$out" <<'PYTHON'
import sys
read = lambda name: [[float(x) for x in line.split()] for line in open(f"{sys.argv[1]}/{name}")]
off = max(abs(a - b) for x, y in zip(read("vectors.txt"), read("expected.txt"))
          for a, b in zip(x, y, strict=True))
print(f"the program's vectors are within {off:.1e} of PyTorch's")
sys.exit(off > 1e-5)
PYTHON
