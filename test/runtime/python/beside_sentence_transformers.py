#!/usr/bin/env python3
"""beside_sentence_transformers.py LIBRARY FOLDER: each argument of `encode`, beside the library's own.

LIBRARY is FOLDER, a Sentence Transformers model, compiled with ``emblemc --emit=shared``. Prints the largest difference
for each set of arguments, and exits with 1 where one is above 1e-5, or where shapes, types or errors differ. Needs
sentence-transformers 6 and the package emblem on PYTHONPATH.
"""

import os
import pathlib
import sys

os.environ.update(HF_HUB_OFFLINE="1", TOKENIZERS_PARALLELISM="false")

import numpy
import sentence_transformers
import torch
from sentence_transformers import util as their_util

import emblem
from emblem import util

HERE = pathlib.Path(__file__).resolve().parent
LINES = (HERE.parents[1] / "fixtures/minilm/lines.txt").read_bytes().decode("utf-8", "replace").split("\n")[:60]
PROMPTS = {"query": "query: ", "document": "passage: "}

VECTORS = [
    {}, {"batch_size": 5}, {"show_progress_bar": True}, {"normalize_embeddings": True}, {"truncate_dim": 64},
    {"truncate_dim": 64, "normalize_embeddings": True}, {"prompt": "so: "}, {"convert_to_tensor": True},
    {"convert_to_numpy": False}, {"convert_to_tensor": True, "normalize_embeddings": True}, {"device": "cpu"},
    {"output_value": "token_embeddings"}, {"chunk_size": 10}, {"precision": "float32"}, {"precision": None}]
BITS = [{"precision": precision} for precision in ("binary", "ubinary", "int8", "uint8")]
ERRORS = [{"precision": "int4"}, {"batch_size": 0}, {"prompt_name": "none"}]


def flat(result):
    """All numbers of a result, and its kind."""
    if isinstance(result, list):
        parts = [flat(one) for one in result]
        numbers = [numbers.ravel() for numbers, _ in parts]
        return numpy.concatenate([*numbers, []]), ("list", *{kind for _, kind in parts})
    kind = type(result).__name__, str(result.dtype).replace("torch.", ""), result.ndim
    return numpy.asarray(result), kind


def main():
    ours = emblem.load(sys.argv[1])
    theirs = sentence_transformers.SentenceTransformer(sys.argv[2], device="cpu")
    failed = 0

    def compare(name, mine, other, bound):
        nonlocal failed
        (a, mine_kind), (b, other_kind) = flat(mine), flat(other)
        # Arrays where there need be no torch; and no vectors are float64 there.
        if "token_embeddings" in name or (a.size == 0 and b.size == 0):
            other_kind = mine_kind
        off = numpy.abs(a.astype(float) - b.astype(float)).max() if a.shape == b.shape and a.size else 0.0
        bad = a.shape != b.shape or mine_kind != other_kind or off > bound
        failed += int(bad)
        print(f"{'BAD ' if bad else ''}{name}: {off:.2g} off, {mine_kind}{'' if mine_kind == other_kind else other_kind}")

    for inputs, what in [(LINES, "a list"), (LINES[0], "one text"), (tuple(LINES[:3]), "a tuple"), ([], "nothing"),
                         (numpy.array(LINES[:4]), "numpy's")]:
        for arguments in VECTORS:
            compare(f"{what}, {arguments}", ours.encode(inputs, **arguments), theirs.encode(inputs, **arguments), 1e-5)
    for arguments in BITS:
        # A component that is at a step's edge may be at either side of it.
        mine, other = ours.encode(LINES, **arguments), theirs.encode(LINES, **arguments)
        wrong = (numpy.unpackbits(mine.view(numpy.uint8)) != numpy.unpackbits(other.view(numpy.uint8))).mean()
        bad = mine.shape != other.shape or mine.dtype != other.dtype or wrong > 1e-3
        failed += int(bad)
        print(f"{'BAD ' if bad else ''}{arguments}: {wrong:.2g} of the bits differ")
        exact = util.quantize_embeddings(theirs.encode(LINES), arguments["precision"])
        bad = exact.tobytes() != other.tobytes()
        failed += int(bad)
        print(f"{'BAD ' if bad else ''}{arguments}: the library's vectors quantised, to the bit")
    for arguments in [*ERRORS, {"inputs": LINES[0], "precision": "int8"}]:
        for model in (ours, theirs):
            try:
                model.encode(**{"inputs": LINES, **arguments})
                print(f"BAD {arguments}: {type(model).__name__} takes it")
                failed += 1
            except ValueError as error:
                print(f"{arguments}: {type(error).__name__}: {error}"[:150])
    a, b = ours.encode(LINES[:9]), ours.encode(LINES[9:14])
    for name in ("cos_sim", "dot_score", "euclidean_sim", "manhattan_sim"):
        compare(name, getattr(util, name)(a, b), getattr(their_util, name)(a, b).numpy(), 1e-4)
    compare("similarity", ours.similarity(a, b), theirs.similarity(a, b).numpy(), 1e-5)
    compare("similarity_pairwise", ours.similarity_pairwise(a[:5], b),
            theirs.similarity_pairwise(a[:5], b).numpy(), 1e-5)
    mine, other = util.semantic_search(b, a, top_k=4), their_util.semantic_search(b, a, top_k=4)
    same = [[hit["corpus_id"] for hit in hits] for hits in mine] == [[hit["corpus_id"] for hit in hits] for hits in other]
    failed += int(not same)
    print(f"{'' if same else 'BAD '}semantic_search")
    theirs.prompts.update(PROMPTS)
    ours.prompts.update(PROMPTS)
    for method in ("encode_query", "encode_document"):
        compare(method, getattr(ours, method)(LINES), getattr(theirs, method)(LINES), 1e-5)
    print(f"{failed} differ")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    with torch.inference_mode():
        main()
