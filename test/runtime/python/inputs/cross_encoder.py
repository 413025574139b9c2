"""cross_encoder.py LIBRARY PROGRAM: a reranker by the package `emblem`, held to its program's scores."""

import json
import subprocess
import sys
import unittest

import numpy

import emblem

LIBRARY, PROGRAM = sys.argv[1:3]
MODEL = emblem.load(LIBRARY)
QUERY = "what jumps?"
TEXTS = ["the quick brown fox", "dogs", "", "a fox jumps over the lazy dog"]


def by_program(*options):
    run = subprocess.run([PROGRAM, "rerank", QUERY, "--format=jsonl", *options, *TEXTS], check=True,
                         capture_output=True, text=True)
    return [json.loads(line) for line in run.stdout.splitlines()]


class Scores(unittest.TestCase):
    def test_are_the_programs(self):
        self.assertIsInstance(MODEL, emblem.CrossEncoder)
        scores = MODEL.predict([(QUERY, text) for text in TEXTS])
        self.assertEqual((scores.shape, scores.dtype), ((len(TEXTS),), numpy.float32))
        one = MODEL.predict((QUERY, TEXTS[1]))
        self.assertEqual(one, scores[1])
        ranked = MODEL.rank(QUERY, TEXTS, return_documents=True)
        self.assertEqual([hit["corpus_id"] for hit in ranked], list(numpy.argsort(-scores, kind="stable")))
        self.assertEqual([hit["text"] for hit in ranked], [TEXTS[hit["corpus_id"]] for hit in ranked])
        self.assertEqual(len(MODEL.rank(QUERY, TEXTS, top_k=2)), 2)
        self.assertEqual(MODEL.rank(QUERY, []), [])
        self.assertEqual([(numpy.float32(hit["score"]), hit["index"]) for hit in by_program()],
                         [(hit["score"], hit["corpus_id"]) for hit in ranked])

    def test_logits(self):
        pairs = [(QUERY, text) for text in TEXTS]
        logits = MODEL.predict(pairs, activation_fn=lambda scores: scores)
        numpy.testing.assert_allclose(MODEL.predict(pairs), 1 / (1 + numpy.exp(-logits)), rtol=1e-5)

    def test_refusals(self):
        with self.assertRaisesRegex(ValueError, "pair 1 is not two texts"):
            MODEL.predict([(QUERY, "a"), ("b",)])


if __name__ == "__main__":
    unittest.main(argv=sys.argv[:1])
