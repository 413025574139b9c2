"""rename_norms.py FILE: calls norms' weights as TensorFlow's checkpoints do."""

import sys

import safetensors_header

header, data = safetensors_header.read(sys.argv[1])
old = {"weight": "gamma", "bias": "beta"}
renamed = {}
for name, entry in header.items():
    stem, _, last = name.rpartition(".")
    renamed[f"{stem}.{old[last]}" if stem.endswith("LayerNorm") else name] = entry
safetensors_header.write(sys.argv[1], renamed, data)
