"""core.py LIBRARY PAIRS EXPECTED: what the package `emblem` does without numpy, in any Python from 3.10 on; EXPECTED is
what encode_buffer of TEXTS gives elsewhere, in hexadecimal."""

import array
import os
import pickle
import sys
import threading
import unittest

sys.modules["numpy"] = None

import emblem

LIBRARY, PAIRS, EXPECTED = sys.argv[1:4]
TEXTS = ["hello world", "", "The quick brown fox jumps over the lazy dog.", "na\u00efve caf\u00e9 \u6771\u4eac"]


class Core(unittest.TestCase):
    def setUp(self):
        self.model = emblem.load(LIBRARY, threads=2)

    def bits(self, model):
        return model.encode_buffer(TEXTS).tobytes().hex()

    def test_vectors(self):
        view = self.model.encode_buffer(TEXTS)
        self.assertEqual((view.shape, view.format), ((len(TEXTS), self.model.get_embedding_dimension()), "f"))
        self.assertEqual(self.bits(self.model), EXPECTED)
        self.assertEqual(array.array("f", view.tobytes())[1], view[0, 1])
        self.assertEqual(self.model.encode_buffer(["a"], prompt="so: ").tobytes(),
                         self.model.encode_buffer(["so: a"]).tobytes())

    def test_tokens(self):
        ids = self.model.tokenize(TEXTS[:1])[0]
        self.assertEqual(self.model.decode(ids), "hello world")

    def test_kinds(self):
        self.assertIsInstance(self.model, emblem.Encoder)
        self.assertIsInstance(emblem.load(PAIRS), emblem.CrossEncoder)

    def test_errors(self):
        with self.assertRaisesRegex(emblem.CannotLoadError, "No such file"):
            emblem.load("/none.so")
        with self.assertRaisesRegex(ImportError, "numpy"):
            self.model.encode(TEXTS)
        with self.assertRaises(emblem.TextTooLongError):
            emblem.load(LIBRARY, overflow="error").encode_buffer(["word " * 10000])

    def test_pickles(self):
        self.assertEqual(self.bits(pickle.loads(pickle.dumps(self.model))), EXPECTED)

    def test_callers(self):
        found = []
        callers = [threading.Thread(target=lambda: found.append(self.bits(self.model))) for _ in range(8)]
        for caller in callers:
            caller.start()
        for caller in callers:
            caller.join()
        self.assertEqual(found, [EXPECTED] * 8)

    def test_a_child_that_is_forked(self):
        self.bits(self.model)
        child = os.fork()
        if child == 0:
            os._exit(self.bits(self.model) != EXPECTED)
        self.assertEqual(os.waitpid(child, 0)[1], 0)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
