"""arrow.py LIBRARY: pyarrow's strings in each of their forms, held to the vectors of the same strings of Python."""

import sys
import unittest

import pyarrow

import emblem

MODEL = emblem.load(sys.argv[1])
TEXTS = ["hello", "", "na\u00efve \u6771\u4eac", "x " * 50] * 3


class Arrow(unittest.TestCase):
    def test_forms(self):
        expected = MODEL.encode(TEXTS).tobytes()
        for array in [
                pyarrow.array(TEXTS), pyarrow.array(TEXTS, pyarrow.large_string()),
                pyarrow.array(TEXTS, pyarrow.string_view()), pyarrow.array(TEXTS).dictionary_encode(),
                pyarrow.array(["before"] + TEXTS + ["behind"]).slice(1, len(TEXTS)),
                pyarrow.chunked_array([TEXTS[:5], [], TEXTS[5:]], pyarrow.string()), pyarrow.table({"text": TEXTS})["text"]]:
            self.assertEqual(MODEL.encode(array).tobytes(), expected, array.type)
            self.assertEqual(MODEL.encode(array, prompt="so: ").tobytes(), MODEL.encode(TEXTS, prompt="so: ").tobytes())
        self.assertEqual(MODEL.encode(pyarrow.array([], pyarrow.string())).shape, (0,))

    def test_refusals(self):
        with self.assertRaisesRegex(ValueError, "text 1 is null; fill or drop nulls first"):
            MODEL.encode(pyarrow.array(["a", None]))
        with self.assertRaisesRegex(TypeError, "an array of int64 is not one of strings"):
            MODEL.encode(pyarrow.array([1]))


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
