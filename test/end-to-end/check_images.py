"""check_images.py FIXTURES FOLDER TARGET [--precision=NAME --cosine=X] [--kernels=NAME]
[--tolerance=X] NAME...: small models of images, compiled to libraries and called.

For each FIXTURES/NAME.reference.json, FIXTURES/NAME.npy has pixels as the model
FIXTURES/NAME takes them, and the reference the vectors that torch makes of them.
Every vector must be near, or below f32 have that cosine at least, and have the same
bits alone, among others, in batches of any size and on any number of threads.
"""

import argparse
import array
import ctypes
import json
import math
import os
import subprocess

TOLERANCE = 1e-5


class Options(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("threads", ctypes.c_int32), ("pin_threads", ctypes.c_int32),
                ("max_batch_tokens", ctypes.c_int64), ("overflow", ctypes.c_int),
                ("reserved", ctypes.c_int32), ("parallel_for", ctypes.c_void_p),
                ("parallel_context", ctypes.c_void_p), ("device", ctypes.c_char_p)]


class Model:
    def __init__(self, path, threads=1, tokens=0):
        self.library = ctypes.CDLL(os.path.abspath(path))
        self.library.emblem_last_error.restype = ctypes.c_char_p
        table = ctypes.byref(ctypes.c_char.in_dll(self.library, "emblem_model_table"))
        options = Options(size=ctypes.sizeof(Options), threads=threads,
                          max_batch_tokens=tokens)
        self.model = ctypes.c_void_p()
        self.check(self.library.emblem_open(table, ctypes.byref(options),
                                            ctypes.byref(self.model)))

    def check(self, status):
        if status:
            raise SystemExit(self.library.emblem_last_error().decode())

    def embed(self, pixels, count, dimension):
        """`count` vectors, as bytes."""
        vectors = (ctypes.c_float * (count * dimension))()
        self.check(self.library.emblem_embed_pixels(
            self.model, (ctypes.c_float * len(pixels)).from_buffer(pixels),
            ctypes.c_size_t(count), vectors))
        return bytes(vectors)

    def close(self):
        self.library.emblem_free(self.model)


def read_npy(path, count):
    with open(path, "rb") as file:
        values = array.array("f")
        values.frombytes(file.read()[-4 * count:])
    return values


def cosine(a, b):
    dot = math.fsum(x * y for x, y in zip(a, b))
    return dot / math.sqrt(math.fsum(x * x for x in a) * math.fsum(y * y for y in b))


def check_vectors(name, got, expected, least_cosine):
    """Says how near they are."""
    if least_cosine is None:
        worst = max(abs(x - y) for a, b in zip(got, expected) for x, y in zip(a, b))
        if not worst <= asked.tolerance:
            raise SystemExit(f"{name}: off by {worst}")
        return f"at most {worst:.2g} off"
    worst = min(cosine(a, b) for a, b in zip(got, expected))
    if not worst >= least_cosine:
        raise SystemExit(f"{name}: a cosine of {worst}")
    if worst > 1 - 1e-9:
        raise SystemExit(f"{name}: nothing is in a lower precision")
    return f"cosines from {worst:.6f} on"


def check(asked, name):
    fixtures, folder = asked.fixtures, asked.folder
    with open(f"{fixtures}/{name}.reference.json") as file:
        data = json.load(file)
    images, height, width, channels = data["shape"]
    size = height * width * channels
    pixels = read_npy(f"{fixtures}/{name}.npy", images * size)
    expected = data["vectors"]
    dimension = len(expected[0])
    source = f"{fixtures}/{name}"
    if os.path.exists(f"{source}/model.yaml"):
        source += "/model.yaml"
    library = f"{folder}/{name}.so"
    subprocess.run(["emblemc", source, "--emit=shared", f"--target={asked.target}",
                    f"--precision={asked.precision}", f"--kernels={asked.kernels}",
                    "-o", library], check=True)

    model = Model(library)
    together = model.embed(pixels, images, dimension)
    rows = [together[4 * dimension * i:][:4 * dimension] for i in range(images)]
    found = check_vectors(name, [array.array("f", row) for row in rows], expected,
                          asked.cosine)
    for i in range(images):
        alone = model.embed(pixels[i * size:(i + 1) * size], 1, dimension)
        if alone != rows[i]:
            raise SystemExit(f"{name}: image {i} has other bits alone")
    model.close()
    # Many, in turn: groups, steps and batches of all kinds.
    many = 37
    repeated = array.array("f")
    for i in range(many):
        repeated.extend(pixels[i % images * size:][:size])
    for threads in (1, 2, 3):
        for tokens in (1, 200, 0):
            model = Model(library, threads, tokens)
            vectors = model.embed(repeated, many, dimension)
            model.close()
            if vectors != b"".join(rows[i % images] for i in range(many)):
                raise SystemExit(f"{name}: other bits among {many} with {threads} "
                                 f"threads and batches of {tokens} tokens")
    print(f"{name}: {images} vectors, {found}")


parser = argparse.ArgumentParser()
parser.add_argument("fixtures")
parser.add_argument("folder")
parser.add_argument("target")
parser.add_argument("names", nargs="+")
parser.add_argument("--precision", default="f32")
parser.add_argument("--kernels", default="auto")
parser.add_argument("--cosine", type=float)
parser.add_argument("--tolerance", type=float, default=TOLERANCE)
asked = parser.parse_args()
os.makedirs(asked.folder, exist_ok=True)
for name in asked.names:
    check(asked, name)
