"""check_providers.py FOLDER TARGET MODEL...: both providers of kernels agree.

MODEL is what random_model.py takes. Each is compiled with mlir's kernels and with
Halide's, and run on sequences of 1 to 40 tokens (every height of a tile): the
components of the vectors are within 1e-5 of one another.
"""

import os
import random
import subprocess
import sys

from random_model import VOCABULARY, write
from shared_model import SharedModel

TOLERANCE = 1e-5

draw = random.Random(0)
SEQUENCES = [[draw.randrange(VOCABULARY) for _ in range(n)] for n in range(1, 41)]


def embed(path, target, provider, dimension):
    library = f"{path}.{provider}.so"
    command = ["emblemc", path, "--emit=shared", f"--target={target}", "-o", library]
    subprocess.run(command + [f"--kernels={provider}"], check=True)
    model = SharedModel(library, dimension, threads=2)
    vectors = model.embed(SEQUENCES)
    model.close()
    return vectors


def find_dimension(path):
    words = subprocess.check_output(["emblem-translate", path, "--evaluate", "1"])
    return len(words.split())


def main(folder, target, models):
    os.makedirs(folder, exist_ok=True)
    for name in models:
        path = f"{folder}/{name}.mlir"
        with open(path, "w") as file:
            print(write(name), file=file)
        dimension = find_dimension(path)
        both = [embed(path, target, p, dimension) for p in ("mlir", "halide")]
        worst = 0.0
        for ids, mlir, halide in zip(SEQUENCES, *both, strict=True):
            for a, b in zip(mlir, halide, strict=True):
                # Not a > b, which a NaN would pass.
                if not abs(a - b) <= TOLERANCE * max(1.0, abs(a)):
                    sys.exit(f"{name}: {len(ids)} tokens: mlir {a}, halide {b}")
                worst = max(worst, abs(a - b))
        print(f"{name} for {target}: at most {worst:.1e} apart")


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
