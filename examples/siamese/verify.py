"""verify.py FOLDER: embeds the digits that were held out with the compiled tower, and
says how many of 4000 pairs it tells right, beside the trainer; draws the vectors."""

import ctypes
import pathlib
import sys

import digits
import matplotlib
import numpy as np

matplotlib.use("Agg")
import matplotlib.pyplot as plt


class CompiledTower:
    """The library that emblemc --emit=shared wrote."""

    def __init__(self, path):
        self.library = ctypes.CDLL(str(path.resolve()))
        self.library.emblem_last_error.restype = ctypes.c_char_p
        table = ctypes.c_char.in_dll(self.library, "emblem_model_table")
        self.model = ctypes.c_void_p()
        self.check(self.library.emblem_open(ctypes.byref(table), None,
                                            ctypes.byref(self.model)))

    def check(self, status):
        if status:
            sys.exit(self.library.emblem_last_error().decode())

    def embed(self, images, dimension=2):
        images = np.ascontiguousarray(images, np.float32)
        vectors = np.empty((len(images), dimension), np.float32)
        pointer = ctypes.POINTER(ctypes.c_float)
        self.check(self.library.emblem_embed_pixels(
            self.model, images.ctypes.data_as(pointer), ctypes.c_size_t(len(images)),
            vectors.ctypes.data_as(pointer)))
        return vectors


def draw(vectors, labels, path):
    plt.figure(figsize=(7, 6))
    points = plt.scatter(*vectors.T, c=labels, cmap="tab10", s=12)
    plt.legend(*points.legend_elements(), title="digit", loc="best")
    plt.title("Digits that were held out, as the compiled tower places them")
    plt.savefig(path, dpi=120)


folder = pathlib.Path(sys.argv[1])
_, (images, labels) = digits.load()
compiled = CompiledTower(folder / "libdigits.so").embed(images)
trained = np.load(folder / "held_out.npy")
threshold = float((folder / "model.yaml").read_text().rsplit("threshold:", 1)[1])

chosen = digits.pairs(labels, 4000, np.random.default_rng(4))
same = labels[chosen[:, 0]] == labels[chosen[:, 1]]
right = {}
for name, vectors in (("trainer", trained), ("program", compiled)):
    right[name] = int(((digits.distances(vectors, chosen) <= threshold) == same).sum())
    print(f"{name}: {right[name]} of {len(chosen)} pairs right, "
          f"{right[name] / len(chosen):.2%}")
print(f"vectors: at most {np.abs(compiled - trained).max():.2g} apart")
draw(compiled, labels, folder / "digits.png")
print(f"drawn: {folder / 'digits.png'}")
if right["trainer"] != right["program"]:
    sys.exit("the program's accuracy is not the trainer's")
