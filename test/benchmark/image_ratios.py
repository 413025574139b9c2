"""Times the way from a picture to a model's pixels beside OpenCV, torch and Pillow.

    image_ratios.py [--build=build] [--threads=2] [--rounds=20]

A picture of 1920 x 1080 pixels becomes 224 x 224, squeezed, or its shorter side 224
and the middle cut out. Emblem's time is from bytes to scaled and shifted floats, by
emblem_embed_images of a model that does nothing else (image_model.c); the peers' is
their resize alone, from bytes to bytes: torch's interpolate with antialias (also from
and to floats, as F.interpolate is often used), Pillow's, and OpenCV's. INTER_AREA, the
mean of the pixels that one stands for, is OpenCV's way to make a picture smaller;
INTER_LINEAR and INTER_CUBIC read 4 and 16 pixels for each one, whatever the scale, and
so do not antialias. Emblem's bytes are Pillow's; the script stops where they are not.

Then JPEG files become such pixels, one and eight of them. All decode whole pictures:
a decoder that leaves out what a smaller one does not need (libjpeg's scaled DCT, as
Pillow's draft mode) gives other bytes.

Needs numpy, torch, opencv-python-headless and Pillow, and from the build the targets
`emblem` and `image_model` (EMBLEM_BENCHMARKS=ON).
"""

import argparse
import ctypes
import io
import os
import sys

import cv2
import numpy
import torch
from PIL import Image

sys.path.insert(0, os.path.dirname(os.path.abspath(__file__)))

from interleave import best_of

WIDTH, HEIGHT, SIDE = 1920, 1080, 224
EXACT, SHORTEST_EDGE = 1, 2
BILINEAR, BICUBIC = 1, 2


class ImageInput(ctypes.Structure):
    _fields_ = [("height", ctypes.c_int64), ("width", ctypes.c_int64),
                ("channels", ctypes.c_int64), ("resize", ctypes.c_int32),
                ("filter", ctypes.c_int32), ("resize_height", ctypes.c_int64),
                ("resize_width", ctypes.c_int64), ("scale", ctypes.c_float * 4),
                ("shift", ctypes.c_float * 4)]


class Options(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t),
                ("threads", ctypes.c_int32), ("pin_threads", ctypes.c_int32),
                ("max_batch_tokens", ctypes.c_int64), ("overflow", ctypes.c_int32),
                ("reserved", ctypes.c_int32), ("parallel_for", ctypes.c_void_p),
                ("parallel_context", ctypes.c_void_p), ("device", ctypes.c_char_p)]


class Picture(ctypes.Structure):
    _fields_ = [("data", ctypes.c_void_p), ("size", ctypes.c_size_t), ("width", ctypes.c_int64),
                ("height", ctypes.c_int64), ("stride", ctypes.c_int64),
                ("channels", ctypes.c_int32), ("reserved", ctypes.c_int32)]


class Emblem:
    def __init__(self, build, threads):
        self.library = ctypes.CDLL(f"{build}/lib/libemblem.so")
        path = os.path.abspath(f"{build}/lib/libimage_model.so")
        self.input = ImageInput.in_dll(ctypes.CDLL(path), "emblem_image_input")
        self.model = ctypes.c_void_p()
        options = Options(size=ctypes.sizeof(Options), threads=threads)
        self.check(self.library.emblem_load(path.encode(), ctypes.byref(options),
                                            ctypes.byref(self.model)))
        self.library.emblem_last_error.restype = ctypes.c_char_p

    def check(self, status):
        if status != 0:
            self.library.emblem_last_error.restype = ctypes.c_char_p
            sys.exit(self.library.emblem_last_error().decode())

    def runner(self, pixels, resize, filter):
        picture = Picture(pixels.ctypes.data, 0, WIDTH, HEIGHT, 0, 3)
        vector = ctypes.c_float()

        def run():
            self.input.resize, self.input.filter = resize, filter
            self.check(self.library.emblem_embed_images(
                self.model, ctypes.byref(picture), ctypes.c_size_t(1), ctypes.byref(vector), None))
            return vector.value

        return run

    def file_runner(self, files):
        pictures = (Picture * len(files))(*[
            Picture(ctypes.cast(file, ctypes.c_void_p), len(file)) for file in files])
        vectors = (ctypes.c_float * len(files))()

        def run():
            self.input.resize, self.input.filter = EXACT, BILINEAR
            self.check(self.library.emblem_embed_images(
                self.model, pictures, ctypes.c_size_t(len(files)), vectors, None))
            return vectors[0]

        return run


def jpeg_of(pixels):
    """A smooth picture with some noise, as a file's bytes."""
    small = Image.fromarray(pixels[:27, :48]).resize((WIDTH, HEIGHT), Image.Resampling.BICUBIC)
    noisy = numpy.asarray(small).astype(int) + pixels % 8
    file = io.BytesIO()
    Image.fromarray(noisy.clip(0, 255).astype(numpy.uint8)).save(file, "JPEG", quality=90)
    return file.getvalue()


def time_files(emblem, file, count, rounds, threads):
    encoded = numpy.frombuffer(file, numpy.uint8)

    def pillow():
        for _ in range(count):
            image = Image.open(io.BytesIO(file)).convert("RGB").resize(
                (SIDE, SIDE), Image.Resampling.BILINEAR)
        return numpy.asarray(image)[0, 0, 0]

    def opencv():
        for _ in range(count):
            cv2.resize(cv2.imdecode(encoded, cv2.IMREAD_COLOR), (SIDE, SIDE),
                       interpolation=cv2.INTER_AREA)

    best, results = best_of({"Emblem": emblem.file_runner([file] * count),
                             "Pillow": pillow, "OpenCV AREA": opencv}, rounds)
    wanted = results["Pillow"] * emblem.input.scale[0] + emblem.input.shift[0]
    if abs(results["Emblem"] - wanted) > 1e-5:
        sys.exit(f"JPEG: {results['Emblem']} is not Pillow's {wanted}")
    print_best(f"{count} JPEG files of {len(file) >> 10} KiB to {SIDE} x {SIDE}", best, threads)


def print_best(what, best, threads):
    print(f"{what}, {threads} threads, ms")
    for name, seconds in sorted(best.items(), key=lambda pair: pair[1]):
        print(f"  {name:20} {seconds * 1e3:8.3f}")


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("--build", default="build")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--rounds", type=int, default=20)
    asked = parser.parse_args()
    cv2.setNumThreads(asked.threads)
    torch.set_num_threads(asked.threads)
    emblem = Emblem(asked.build, asked.threads)
    pixels = numpy.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), dtype=numpy.uint8)
    tensor = torch.from_numpy(pixels).permute(2, 0, 1)[None]
    floats = tensor.float()
    image = Image.fromarray(pixels)

    for way, resize, size in (("squeezed", EXACT, (SIDE, SIDE)),
                              ("cut out", SHORTEST_EDGE, (WIDTH * SIDE // HEIGHT, SIDE))):
        runs = {}
        for name, filter in (("bilinear", BILINEAR), ("bicubic", BICUBIC)):
            runs[f"Emblem {name}"] = emblem.runner(pixels, resize, filter)
            for kind, pixels_of in (("", tensor), (" float", floats)):
                runs[f"torch {name}{kind}"] = lambda name=name, of=pixels_of: \
                    torch.nn.functional.interpolate(of, size[::-1], mode=name, antialias=True)
            runs[f"Pillow {name}"] = lambda filter=filter: image.resize(
                size, Image.Resampling.BILINEAR if filter == BILINEAR else Image.Resampling.BICUBIC)
        for name in ("AREA", "LINEAR", "CUBIC"):
            code = getattr(cv2, f"INTER_{name}")
            runs[f"OpenCV {name}"] = lambda code=code: cv2.resize(pixels, size, interpolation=code)
        best, results = best_of(runs, asked.rounds)
        for name in ("bilinear", "bicubic"):
            first = numpy.asarray(results[f"Pillow {name}"])[0, (size[0] - SIDE) // 2, 0]
            wanted = first * emblem.input.scale[0] + emblem.input.shift[0]
            if abs(results[f"Emblem {name}"] - wanted) > 1e-5:
                sys.exit(f"{name}: {results[f'Emblem {name}']} is not Pillow's {wanted}")
        print_best(f"{WIDTH} x {HEIGHT} to {SIDE} x {SIDE}, {way}", best, asked.threads)
    for count in (1, 8):
        time_files(emblem, jpeg_of(pixels), count, asked.rounds, asked.threads)


main()
