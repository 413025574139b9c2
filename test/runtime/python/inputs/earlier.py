"""earlier.py EARLIER REFERENCE LIBRARY: a library of an earlier release beside one of this release, held to the vectors
that transformers computed."""

import json
import os
import pickle
import shutil
import sys
import tempfile
import unittest

import numpy

import emblem
from emblem import model_file

EARLIER, REFERENCE, LIBRARY = sys.argv[1:4]
with open(REFERENCE) as file:
    CASES = json.load(file)["texts"]
TEXTS = [case["text"] for case in CASES]


class Earlier(unittest.TestCase):
    def check(self, model):
        self.assertEqual(model.tokenize(TEXTS), [case["ids"] for case in CASES])
        numpy.testing.assert_allclose(model.encode(TEXTS, prompt=""), [case["vector"] for case in CASES], atol=1e-5)

    def test_vectors(self):
        model = emblem.load(EARLIER, threads=3)
        # It is one that has no pools to share, nor a checksum.
        self.assertFalse(model.model.library.has("pool_open"))
        self.assertEqual(model.model.info.threads, 3)
        self.check(model)

    def test_beside_this_release(self):
        for order in ([EARLIER, LIBRARY], [LIBRARY, EARLIER]):
            models = [emblem.load(path, threads=2) for path in order]
            for model in models:
                self.check(model)

    def test_pickles_by_its_content(self):
        with tempfile.TemporaryDirectory() as folder:
            path = os.path.join(folder, "model.so")
            shutil.copy(EARLIER, path)
            pickled = pickle.dumps(emblem.load(path))
            self.check(pickle.loads(pickled))
            # One weight differs: of a file without a checksum, the beginning is read.
            with open(EARLIER, "rb") as file:
                content = bytearray(file.read())
            content[-30000] ^= 1
            os.unlink(path)
            with open(path, "wb") as file:
                file.write(content)
            with self.assertRaisesRegex(emblem.CannotLoadError, "other content than the model that was pickled"):
                pickle.loads(pickled)

    def test_another_release_is_other_content(self):
        with open(LIBRARY, "rb") as file:
            self.assertTrue(model_file.identity_of(LIBRARY).endswith("-" + file.read()[:-9:-1].hex()))
        for first, second in [(EARLIER, LIBRARY), (LIBRARY, EARLIER)]:
            with tempfile.TemporaryDirectory() as folder:
                path = os.path.join(folder, "model.so")
                shutil.copy(first, path)
                pickled = pickle.dumps(emblem.load(path))
                self.check(pickle.loads(pickled))
                os.unlink(path)
                with self.assertRaisesRegex(emblem.CannotLoadError, "No such file or directory"):
                    pickle.loads(pickled)
                shutil.copy(second, path)
                with self.assertRaisesRegex(emblem.CannotLoadError, "model.so: the file has other content"):
                    pickle.loads(pickled)
                self.check(emblem.load(path))

    def test_identity_of_a_large_file(self):
        with tempfile.NamedTemporaryFile() as file:
            file.truncate(5 << 30)
            zeros = model_file.identity_of(file.name)
            self.assertTrue(zeros.startswith(f"{5 << 30}-"))
            file.seek((5 << 30) - (5 << 22))  # 20 MiB before the end, where a block of 20 MiB is read
            file.write(b"x")
            file.flush()
            self.assertNotEqual(model_file.identity_of(file.name), zeros)


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
