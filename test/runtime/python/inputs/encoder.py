"""encoder.py LIBRARY PROGRAM: a model of dense vectors by the package `emblem`, held to the bits of its program."""

import concurrent.futures
import multiprocessing
import os
import pickle
import subprocess
import sys
import tempfile
import threading
import unittest

import numpy

import emblem
from emblem import util

LIBRARY, PROGRAM = sys.argv[1:3]
TEXTS = ["hello world", "", "The quick brown fox jumps over the lazy dog.", "naïve café 東京", "a b c d e f g h " * 40]
MODEL = emblem.load(LIBRARY)
WIDTH = MODEL.get_embedding_dimension()


def by_program(texts, *options):
    with tempfile.TemporaryDirectory() as folder:
        out = os.path.join(folder, "vectors.npy")
        subprocess.run([PROGRAM, "embed", "--format=npy", "-o", out, *options], check=True, capture_output=True,
                       input="".join(text + "\n" for text in texts), encoding="utf-8")
        return numpy.load(out)


def embed_hello(model):
    return model.encode("hello world")


class Vectors(unittest.TestCase):
    def same(self, got, expected):
        self.assertEqual(got.dtype, expected.dtype)
        self.assertEqual(got.shape, expected.shape)
        self.assertEqual(got.tobytes(), expected.tobytes())

    def test_are_the_programs_bits(self):
        expected = by_program(TEXTS)
        self.same(MODEL.encode(TEXTS), expected)
        self.assertTrue(MODEL.encode(TEXTS).flags.c_contiguous)
        self.same(MODEL.encode(tuple(TEXTS)), expected)
        self.same(MODEL.encode(numpy.array(TEXTS, dtype=object)), expected)
        self.same(MODEL.encode(text for text in TEXTS), expected)
        self.same(MODEL.encode(TEXTS[2]), expected[2])
        many = TEXTS * 500
        self.same(MODEL.encode(many, batch_size=7), numpy.tile(expected, (500, 1)))

    def test_of_nothing(self):
        self.assertEqual(MODEL.encode([]).shape, (0,))
        self.assertEqual(MODEL.encode([], precision="int8").shape, (0,))

    def test_bytes_and_surrogates_are_texts(self):
        self.same(MODEL.encode([b"hello world"]), MODEL.encode(["hello world"]))
        self.same(MODEL.encode(["a \ud800 b"]), MODEL.encode(["a \ufffd\ufffd\ufffd b"]))

    def test_prompts(self):
        self.assertIn("query", MODEL.prompts)
        self.same(MODEL.encode(TEXTS, prompt_name="query"), by_program(TEXTS, "--prompt=query"))
        self.same(MODEL.encode(TEXTS, prompt="so: "), by_program(["so: " + text for text in TEXTS], "--prompt="))
        self.same(MODEL.encode_query(TEXTS), by_program(TEXTS, "--prompt=query"))
        self.same(MODEL.encode_query(TEXTS, prompt="so: "), MODEL.encode(TEXTS, prompt="so: "))
        named = next((name for name in ("document", "passage", "corpus") if name in MODEL.prompts), None)
        self.same(MODEL.encode_document(TEXTS), MODEL.encode(TEXTS, prompt_name=named))
        with self.assertRaisesRegex(ValueError, "'none' is not one of the model's: \\['"):
            MODEL.encode(TEXTS, prompt_name="none")

    def test_truncate_and_normalize(self):
        self.same(MODEL.encode(TEXTS, normalize_embeddings=True), by_program(TEXTS, "--normalize=yes"))
        self.same(MODEL.encode(TEXTS, truncate_dim=5, normalize_embeddings=True), by_program(TEXTS, "--dim=5"))
        self.same(MODEL.encode(TEXTS, truncate_dim=5), MODEL.encode(TEXTS)[:, :5])
        self.same(MODEL.encode(TEXTS, truncate_dim=10 * WIDTH), MODEL.encode(TEXTS))
        narrow = emblem.load(LIBRARY, truncate_dim=5)
        self.assertEqual(narrow.get_embedding_dimension(), 5)
        self.same(narrow.encode(TEXTS), MODEL.encode(TEXTS, truncate_dim=5))

    def test_precisions(self):
        vectors = MODEL.encode(TEXTS)
        signs = MODEL.encode(TEXTS, precision="ubinary")
        self.same(signs, numpy.packbits(vectors > 0, axis=-1))
        self.same(MODEL.encode(TEXTS, precision="binary"), (signs.astype(int) - 128).astype(numpy.int8))
        low, high = vectors.min(0), vectors.max(0)
        levels = numpy.clip(numpy.floor((vectors - low) / ((high - low) / 255)), 0, 255)
        self.same(MODEL.encode(TEXTS, precision="uint8"), levels.astype(numpy.uint8))
        self.same(MODEL.encode(TEXTS, precision="int8"), (levels - 128).astype(numpy.int8))
        ranges = numpy.stack([low, high])
        self.same(MODEL.encode(TEXTS[0], precision="int8", ranges=ranges), (levels[0] - 128).astype(numpy.int8))
        with self.assertRaisesRegex(ValueError, "there is one; give ranges="):
            MODEL.encode(TEXTS[0], precision="int8")
        with self.assertRaisesRegex(ValueError, "Precision 'int4' is not supported"):
            MODEL.encode(TEXTS, precision="int4")

    def test_of_tokens(self):
        rows = MODEL.encode(TEXTS[:3], output_value="token_embeddings", prompt="")
        self.assertEqual([len(row) for row in rows], [len(ids) for ids in MODEL.tokenize(TEXTS[:3])])
        self.assertEqual(rows[0].shape[1], MODEL.model.info.token_dimension)

    def test_without_numpy(self):
        view = MODEL.encode_buffer(TEXTS)
        self.assertEqual((view.shape, view.format), ((len(TEXTS), WIDTH), "f"))
        self.same(numpy.asarray(view), MODEL.encode(TEXTS))
        self.assertEqual(len(MODEL.encode_buffer([])), 0)
        alone = ("import sys; sys.modules['numpy'] = None; import emblem; "
                 "print(emblem.load(sys.argv[1]).encode_buffer(['hello world']).tobytes().hex())")
        printed = subprocess.run([sys.executable, "-c", alone, LIBRARY], check=True, capture_output=True, text=True)
        self.assertEqual(printed.stdout.strip(), MODEL.encode("hello world").tobytes().hex())

    def test_import_brings_little(self):
        slow = ("numpy", "torch", "tqdm", "logging", "dataclasses", "inspect", "asyncio", "pathlib", "hashlib")
        script = f"import sys, emblem; print([m for m in {slow} if m in sys.modules])"
        printed = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
        self.assertEqual(printed.stdout.strip(), "[]")


class Similarity(unittest.TestCase):
    def test_is_the_models(self):
        vectors = MODEL.encode(TEXTS)
        unit = vectors / numpy.linalg.norm(vectors, axis=1, keepdims=True)
        numpy.testing.assert_allclose(MODEL.similarity(vectors, vectors[:2]), unit @ unit[:2].T, atol=1e-6)
        numpy.testing.assert_allclose(MODEL.similarity_pairwise(vectors, vectors), 1, atol=1e-6)

    def test_search(self):
        vectors = MODEL.encode(TEXTS)
        hits = util.semantic_search(vectors[2], vectors, corpus_chunk_size=2, top_k=3)
        self.assertEqual(hits[0][0]["corpus_id"], 2)
        scores = util.cos_sim(vectors[2], vectors)[0]
        self.assertEqual([hit["corpus_id"] for hit in hits[0]], list(numpy.argsort(-scores)[:3]))
        for name in ("euclidean_sim", "manhattan_sim", "dot_score"):
            self.assertEqual(getattr(util, name)(vectors, vectors[:3]).shape, (len(TEXTS), 3))


class Refusals(unittest.TestCase):
    def test_arguments(self):
        for arguments, sentence in [
                (dict(inputs=["a", 3]), "text 1 is of type int; texts are strings"),
                (dict(inputs=["a"], batch_size=0), "batch_size must be a positive integer, got 0"),
                (dict(inputs=["a"], device="cuda"), "emblem.load\\(path, device='cuda'\\)"),
                (dict(inputs=["a"], truncate_dim=-1), "truncate_dim is -1; it must be from 1"),
                (dict(inputs=["a"], output_value="nonsense"), "output_value is 'nonsense'")]:
            with self.assertRaisesRegex((ValueError, TypeError), sentence):
                MODEL.encode(**arguments)
        MODEL.encode(["a"], device="cpu", pool=None, chunk_size=3)

    def test_too_long(self):
        strict = emblem.load(LIBRARY, overflow="error")
        with self.assertRaises(emblem.TextTooLongError) as caught:
            strict.encode(["word " * 10000])
        self.assertIsInstance(caught.exception, ValueError)

    def test_files(self):
        with open(LIBRARY, "rb") as file:
            whole = file.read()
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.so")
            for content, kind, sentence in [
                    (None, emblem.CannotLoadError, "model.so: No such file or directory"),
                    (b"hello", emblem.CannotLoadError, "not a shared library"),
                    (whole[:len(whole) // 2], emblem.CannotLoadError, "cut off, the last [0-9]+ bytes"),
                    (whole[:18] + b"\x16" + whole[19:], emblem.WrongCpuError, "compile the model for this one")]:
                if content is not None:
                    with open(path, "wb") as file:
                        file.write(content)
                with self.assertRaisesRegex(kind, sentence) as caught:
                    emblem.load(path)
                self.assertIsInstance(caught.exception, OSError)
        import _ctypes
        with self.assertRaisesRegex(emblem.CannotLoadError, "not a model that emblemc compiled"):
            emblem.load(_ctypes.__file__)


class Processes(unittest.TestCase):
    def test_threads(self):
        self.assertEqual(emblem.load(LIBRARY, threads=1).model.info.threads, 1)
        for variables, threads in [({"EMBLEM_THREADS": "1", "OMP_NUM_THREADS": "2"}, "1"),
                                   ({"OMP_NUM_THREADS": "1"}, "1")]:
            script = "import emblem, sys; print(emblem.load(sys.argv[1]).model.info.threads)"
            printed = subprocess.run([sys.executable, "-c", script, LIBRARY], check=True, capture_output=True,
                                     text=True, env={**os.environ, **variables})
            self.assertEqual(printed.stdout.strip(), threads)
        with self.assertRaisesRegex(ValueError, "threads is 0"):
            emblem.load(LIBRARY, threads=0)

    def test_many_callers(self):
        expected = MODEL.encode(TEXTS).tobytes()
        with concurrent.futures.ThreadPoolExecutor(8) as pool:
            for got in pool.map(lambda _: MODEL.encode(TEXTS).tobytes(), range(64)):
                self.assertEqual(got, expected)

    def test_a_child_that_is_forked(self):
        expected = embed_hello(MODEL).tobytes()
        threads = threading.active_count()
        with multiprocessing.get_context("fork").Pool(2) as pool:
            for vector in pool.map(embed_hello, [MODEL] * 4):
                self.assertEqual(vector.tobytes(), expected)
        reader, writer = os.pipe()
        child = os.fork()
        if child == 0:
            # Not pickled: the parent's own object.
            os.write(writer, embed_hello(MODEL).tobytes()[:512])
            os._exit(0)
        os.close(writer)
        self.assertEqual(os.read(reader, 4096), expected[:512])
        os.waitpid(child, 0)
        self.assertEqual(threading.active_count(), threads)

    def test_a_child_that_is_spawned(self):
        with multiprocessing.get_context("spawn").Pool(1) as pool:
            self.assertEqual(pool.apply(embed_hello, (MODEL,)).tobytes(), embed_hello(MODEL).tobytes())

    def test_pickles_its_options(self):
        copy = pickle.loads(pickle.dumps(emblem.load(LIBRARY, threads=1, truncate_dim=4)))
        self.assertEqual((copy.model.info.threads, copy.encode("a").shape), (1, (4,)))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
