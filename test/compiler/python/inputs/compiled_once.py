"""compiled_once.py MODEL VECTORS.npy COUNT: when emblem.compile runs emblemc, and when not."""

import json
import os
import shutil
import sys

import numpy as np

import emblem
from emblem.compiler import CompileError, compile_library

model, vectors, count = sys.argv[1:]


def runs():
    if not os.path.exists(count):
        return 0
    with open(count) as file:
        return len(file.readlines())


def expect(number, **options):
    compiled = emblem.compile(model, **options)
    assert runs() == number, (runs(), number, options)
    return compiled


def refuse(kind, words, source, **options):
    try:
        emblem.compile(source, **options)
    except kind as error:
        assert words in str(error) and "\n" not in str(error), str(error)
    else:
        raise AssertionError(f"{source} {options}: no {kind.__name__}")


opened = expect(1)
assert np.array_equal(opened.encode(["a text", "another"]), np.load(vectors))
expect(1)
expect(1, threads=1, truncate_dim=8)  # of no effect on the library
assert expect(1, truncate_dim=8).encode("a text").shape == (8,)

# Another option, another target, another environment: another library.
expect(2, precision="bf16", min_cosine=0)
expect(2, precision="bf16", min_cosine=0)
expect(3, target="x86-64-v2" if os.uname().machine == "x86_64" else "aarch64")
expect(4, normalize=True)

# Another time of change is another file, which is read again, and is the same.
weights = os.path.join(model, "model.safetensors")
os.utime(weights, (1, 1))
expect(4)
with open(weights, "r+b") as file:  # the same size
    header = int.from_bytes(file.read(8), "little")
    tensors = json.loads(file.read(header))
    name = next(name for name in tensors if name.endswith("output.LayerNorm.bias"))
    file.seek(8 + header + tensors[name]["data_offsets"][0])
    file.write(b"\x00\x00\x80\x3f")
changed = expect(5)
assert not np.array_equal(changed.encode(["a text", "another"]), np.load(vectors))

# A copy is the same model, under whatever name; a folder that changes is another.
shutil.copytree(model, model + "-copy")
model += "-copy"
expect(5)
with open(os.path.join(model, "config.json"), "a") as file:
    file.write("\n")
expect(6)

# Where a path is given the library is written there, each time.
path = compile_library(model, path=model + ".so")
assert runs() == 7 and os.path.exists(model + ".h") and emblem.load(path).encode("a text").shape == (32,)
compile_library(model, path=model + ".so")
assert runs() == 8

# emblemc's own sentences.
refuse(CompileError, "there is no model 'no-such-model'", "no-such-model")
refuse(emblem.InvalidArgumentError, "unknown precision 'int3'", model, precision="int3")
refuse(CompileError, "too coarse for this model", model, precision="int4", min_cosine=1)
refuse(CompileError, "config.json", os.path.dirname(os.path.abspath(__file__)))
refuse(emblem.InvalidArgumentError, "overflow is 'maybe'", model, overflow="maybe")
assert not [name for name in os.listdir(os.environ["EMBLEM_CACHE"]) if name.startswith(("unfinished", "gone"))]
