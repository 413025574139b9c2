"""What retrieval code asks of sentence_transformers.util, for numpy arrays."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from emblem.quantization import quantize_embeddings
from emblem.similarity import cos_sim, dot_score, euclidean_sim, manhattan_sim, normalize_embeddings

__all__ = ["cos_sim", "dot_score", "euclidean_sim", "manhattan_sim", "normalize_embeddings", "quantize_embeddings",
           "semantic_search"]


def semantic_search(query_embeddings: Any, corpus_embeddings: Any, query_chunk_size: int = 100,
                    corpus_chunk_size: int = 500000, top_k: int = 10,
                    score_function: Callable[[Any, Any], Any] = cos_sim) -> list[list[dict[str, Any]]]:
    """Of each query the `top_k` most alike vectors of a corpus, best first: ``{"corpus_id", "score"}``.

    query_embeddings (n, d), or one vector; corpus_embeddings (m, d).
    """
    import numpy

    queries, corpus = numpy.atleast_2d(numpy.asarray(query_embeddings)), numpy.asarray(corpus_embeddings)
    found: list[list[tuple[float, int]]] = [[] for _ in queries]
    for begin in range(0, len(corpus), corpus_chunk_size):
        chunk = corpus[begin:begin + corpus_chunk_size]
        for first in range(0, len(queries), query_chunk_size):
            scores = numpy.asarray(score_function(queries[first:first + query_chunk_size], chunk))
            count = min(top_k, scores.shape[1])
            best = numpy.argpartition(-scores, count - 1, axis=1)[:, :count] if count else scores[:, :0].astype(int)
            for row, places in enumerate(best):
                found[first + row] += [(float(scores[row, place]), begin + int(place)) for place in places]
    return [[{"corpus_id": place, "score": score} for score, place in
             sorted(one, key=lambda pair: (-pair[0], pair[1]))[:top_k]] for one in found]
