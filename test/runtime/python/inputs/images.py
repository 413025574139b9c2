"""images.py IMAGES REFERENCE LIBRARY PROGRAM: a model of pictures, or of texts and pictures, by the package `emblem`,
held to the bits of its program; REFERENCE names the pictures, and the texts of a model that takes any."""

import json
import os
import pathlib
import pickle
import subprocess
import sys
import tempfile
import unittest

import numpy

import emblem
from emblem import util

try:
    import PIL.Image
except ImportError:
    PIL = None

IMAGES, REFERENCE, LIBRARY, PROGRAM = sys.argv[1:5]
with open(REFERENCE) as file:
    REFERENCE = json.load(file)
TEXTS = [case["text"] for case in REFERENCE.get("texts", [])]
PICTURES = [os.path.join(IMAGES, name) for name in REFERENCE.get("pictures") or REFERENCE["vit"]]
BROKEN = os.path.join(IMAGES, "short_data.png")
MODEL = emblem.load(LIBRARY)
WIDTH = MODEL.get_embedding_dimension()


def by_program(*options, texts=None):
    what = [] if texts is not None or not TEXTS else ["--image"]
    lines = PICTURES if texts is None else texts
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "vectors.npy")
        subprocess.run([PROGRAM, "embed", *what, "--format=npy", "-o", out, *options], check=True, capture_output=True,
                       input="".join(line + "\n" for line in lines), encoding="utf-8")
        return numpy.load(out)


def read(path):
    with open(path, "rb") as file:
        return file.read()


class Pictures(unittest.TestCase):
    def same(self, got, expected):
        self.assertEqual((got.dtype, got.shape), (expected.dtype, expected.shape))
        self.assertEqual(got.tobytes(), expected.tobytes())

    def test_are_the_programs_bits(self):
        self.assertIsInstance(MODEL, emblem.ImageEncoder)
        self.assertEqual(MODEL.takes_texts, bool(TEXTS))
        expected = by_program()
        self.same(MODEL.encode(PICTURES), expected)
        self.same(MODEL.encode([pathlib.Path(path) for path in PICTURES]), expected)
        self.same(MODEL.encode([read(path) for path in PICTURES]), expected)
        self.same(MODEL.encode([{"image": path} for path in PICTURES]), expected)
        self.same(MODEL.encode(PICTURES[1]), expected[1])
        self.same(MODEL.encode(read(PICTURES[1])), expected[1])
        self.same(MODEL.encode({"image": pathlib.Path(PICTURES[1])}), expected[1])
        self.same(MODEL.encode(PICTURES * 40), numpy.tile(expected, (40, 1)))
        self.same(MODEL.encode_document(PICTURES), expected)

    def test_arguments_of_encode(self):
        self.same(MODEL.encode(PICTURES, normalize_embeddings=True), util.normalize_embeddings(by_program()))
        short = MODEL.encode(PICTURES, truncate_dim=5, normalize_embeddings=True)
        self.same(short, util.normalize_embeddings(by_program()[:, :5]))
        self.same(MODEL.encode(PICTURES, truncate_dim=5), MODEL.encode(PICTURES)[:, :5])
        self.same(MODEL.encode(PICTURES, precision="ubinary"), numpy.packbits(MODEL.encode(PICTURES) > 0, axis=-1))
        vectors = MODEL.encode(PICTURES)
        self.assertEqual(MODEL.similarity(vectors, vectors).shape, (len(PICTURES), len(PICTURES)))
        with self.assertRaisesRegex(emblem.WrongKindError, "pictures have no tokens"):
            MODEL.encode(PICTURES, output_value="token_embeddings")

    def test_arrays(self):
        pixels = numpy.random.default_rng(1).integers(0, 256, (3, 40, 50, 3), numpy.uint8)
        all_of_them = MODEL.encode(pixels)
        self.assertEqual(all_of_them.shape, (3, WIDTH))
        self.same(MODEL.encode(list(pixels)), all_of_them)
        self.same(MODEL.encode(pixels[1]), all_of_them[1])
        self.same(MODEL.encode(pixels[1].transpose(2, 0, 1)), all_of_them[1])
        wide = numpy.zeros((40, 100, 3), numpy.uint8)
        wide[:, ::2] = pixels[1]
        self.same(MODEL.encode(wide[:, ::2]), all_of_them[1])
        opaque = numpy.concatenate([pixels[1], pixels[2, :, :, :1]], axis=2)
        self.same(MODEL.encode(opaque), all_of_them[1])
        large = numpy.zeros((3, 4000, 4000, 3), numpy.uint8)  # two of them are a call
        large[:, 1000:3000] = numpy.array([[[[200, 0, 0]]], [[[0, 200, 0]]], [[[0, 0, 200]]]], numpy.uint8)
        self.same(MODEL.encode(large), numpy.stack([MODEL.encode(one) for one in large]))
        grey = pixels[0, :, :, 0]
        self.same(MODEL.encode(grey), MODEL.encode(numpy.repeat(grey[:, :, None], 3, axis=2)))

    @unittest.skipUnless(PIL, "Pillow is not installed")
    def test_pillow(self):
        names = ("cmyk.jpg", "grey16.png", "grey_alpha8.png", "palette8.png", "rgba8.png", "grey1.png", "rgb_420.jpg",
                 "turned.jpg", "transparent_palette.png", "grey8.png")
        paths = [os.path.join(IMAGES, name) for name in names]
        opened = [PIL.Image.open(path) for path in paths]
        self.same(MODEL.encode(opened), MODEL.encode([pathlib.Path(path) for path in paths]))
        self.same(MODEL.encode(opened[0]), MODEL.encode(pathlib.Path(paths[0])))
        with tempfile.TemporaryDirectory() as folder:
            for suffix in ("bmp", "gif", "webp", "tiff"):
                path = os.path.join(folder, "picture." + suffix)
                PIL.Image.open(paths[-1]).save(path, **({"lossless": True} if suffix == "webp" else {}))
                self.same(MODEL.encode(path), MODEL.encode(pathlib.Path(paths[-1])))

    def test_without_pillow(self):
        script = ("import sys; sys.modules['PIL'] = None; import emblem\n"
                  "try: emblem.load(sys.argv[1]).encode({'image': b'GIF89a'})\n"
                  "except emblem.BadImageError as error: print(error)")
        printed = subprocess.run([sys.executable, "-c", script, LIBRARY], check=True, capture_output=True, text=True)
        self.assertEqual(printed.stdout, "image 0 is no PNG or JPEG file; install Pillow to read other formats\n")

    def test_refusals(self):
        for arguments, kind, sentence in [
                ([PICTURES[0], BROKEN], emblem.BadImageError, "image 1 \\(.*short_data.png\\): .*"),
                ([PICTURES[0]] * 70 + [read(BROKEN)], emblem.BadImageError, "image 70: .*"),
                (pathlib.Path("none.png"), emblem.BadImageError, "image 0 \\(none.png\\): No such file or directory"),
                ("https://example.org/a.png", ValueError, "image 0 .* is a URL, which this package does not open"),
                (numpy.zeros((4, 4, 3)), ValueError, "an array of float64; pixels are of uint8"),
                (numpy.zeros((4, 4, 5), numpy.uint8), ValueError, "shape \\(4, 4, 5\\); it must be \\(height, width"),
                (numpy.zeros((0, 4, 3), numpy.uint8), emblem.BadImageError, "has no pixels"),
                ({"image": PICTURES[0], "text": "a"}, ValueError, "the keys \\['image', 'text'\\]"),
                ({"image": 3}, TypeError, "image 0 is of type int; a picture is a path")]:
            with self.subTest(sentence):
                with self.assertRaisesRegex(kind, sentence):
                    MODEL.encode(arguments)
        with self.assertRaisesRegex(ValueError, "a model of images has one output"):
            emblem.load(LIBRARY, output="dense")

    def test_pickles(self):
        self.same(pickle.loads(pickle.dumps(MODEL)).encode(PICTURES), MODEL.encode(PICTURES))


@unittest.skipUnless(TEXTS, "a model of pictures alone")
class Texts(unittest.TestCase):
    def same(self, got, expected):
        self.assertEqual((got.shape, got.tobytes()), (expected.shape, expected.tobytes()))

    def test_texts_are_texts(self):
        expected = by_program(texts=TEXTS)
        self.same(MODEL.encode(TEXTS), expected)
        self.same(MODEL.encode(TEXTS[0]), expected[0])
        self.same(MODEL.encode({"text": TEXTS[0]}), expected[0])
        self.same(MODEL.encode("none.png"), by_program(texts=["none.png"])[0])
        self.same(MODEL.encode(numpy.array(TEXTS, dtype=object)), expected)
        self.same(MODEL.encode([PICTURES[0], {"text": PICTURES[0]}])[1], by_program(texts=PICTURES[:1])[0])

    def test_together(self):
        both = [item for pair in zip(TEXTS, PICTURES) for item in pair]
        got = MODEL.encode(both)
        self.same(got[0::2], MODEL.encode(TEXTS[:len(got) // 2]))
        self.same(got[1::2], MODEL.encode(PICTURES[:len(got) // 2]))
        alike = MODEL.similarity(MODEL.encode_query(TEXTS), MODEL.encode(PICTURES))
        numpy.testing.assert_allclose(alike, REFERENCE["alike"], atol=1e-5)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
