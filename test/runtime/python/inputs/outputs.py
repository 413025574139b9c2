"""outputs.py LIBRARY REFERENCE OUTPUT...: sparse and multi-vector outputs by the package `emblem`, held to the numbers
that the models' own library wrote (test/fixtures/outputs)."""

import json
import sys

import numpy

import emblem

LIBRARY, REFERENCE, *OUTPUTS = sys.argv[1:]
with open(REFERENCE) as file:
    CASES = json.load(file)["texts"]
TEXTS = [case["text"] for case in CASES]


def check(what, got, expected):
    got, expected = numpy.asarray(got, float), numpy.asarray(expected, float)
    assert got.shape == expected.shape, f"{what}: {got.shape}, not {expected.shape}"
    off = numpy.abs(got - expected).max() if got.size else 0
    assert off <= 1e-5 * max(1, numpy.abs(expected).max() if got.size else 1), f"{what}: {off} off"


def check_sparse(model, key):
    vectors = model.encode(TEXTS)
    for text, vector, case in zip(TEXTS, vectors, CASES):
        weights = dict(model.decode_weights(vector))
        assert len(weights) == len(vector.ids)
        tokens = sorted(weights.keys() | case[key].keys())
        check(text, [weights.get(token, 0) for token in tokens], [case[key].get(token, 0) for token in tokens])
        assert list(vector.ids) == sorted(vector.ids)
        few = model.encode(text, max_active_dims=3)
        assert sorted(few.weights) == sorted(vector.weights)[-3:]
        pairs = model.decode_weights(vector, top_k=2)
        assert [weight for _, weight in pairs] == sorted(map(float, vector.weights), reverse=True)[:2]
    check("similarity", model.similarity(vectors[:1], vectors[:1]), [[float((vectors[0].weights ** 2).sum())]])


def check_multi_vector(model, queries):
    documents = model.encode_document(TEXTS)
    for text, rows, case in zip(TEXTS, documents, CASES):
        check(text, rows, case["document" if queries else "token_embeddings"])
        assert model.encode_document(text).tobytes() == rows.tobytes()
    if queries:
        for text, rows, case in zip(TEXTS, model.encode_query(TEXTS), CASES):
            check(text, rows, case["query"])
    scores = model.similarity(documents[:2], documents)
    best = sum((documents[1] @ documents[0].T).max(axis=1))
    check("similarity", scores[1, 0], best / (len(documents[1]) if model.similarity_fn_name == "meanmaxsim" else 1))


for output in OUTPUTS or [None]:
    model = emblem.load(LIBRARY, output=output)
    print(type(model).__name__, model.get_embedding_dimension())
    if isinstance(model, emblem.SparseEncoder):
        check_sparse(model, "sparse")
    elif isinstance(model, emblem.MultiVectorEncoder):
        check_multi_vector(model, "query" in CASES[0])
    else:
        check("dense", model.encode(TEXTS), [case["embedding"] for case in CASES])
try:
    emblem.load(LIBRARY, output="none")
except emblem.InvalidArgumentError as error:
    print(error)
