"""How alike vectors are: matrices (n, m) of float32, of every vector of one collection with every one of another."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

_BLOCK = 1 << 22  # differences that are held at once


def _rows(vectors: Any) -> Any:
    """(n, d) of float32 of an array, a tensor, a list of vectors, or one vector."""
    import numpy

    if isinstance(vectors, (list, tuple)):
        vectors = [_rows(one)[0] if hasattr(one, "detach") else one for one in vectors]
    elif hasattr(vectors, "detach"):  # torch's
        vectors = vectors.detach().cpu().numpy()
    return numpy.atleast_2d(numpy.asarray(vectors, dtype=numpy.float32))


def normalize_embeddings(vectors: Any) -> Any:
    """Vectors (n, d) scaled to length 1, as the models' own code scales them: to the same bits."""
    import numpy

    rows = _rows(vectors)
    squares = numpy.square(rows, dtype=numpy.float64)
    sums = numpy.add.accumulate(squares, axis=1)[:, -1:]  # one after the other, as a loop adds them
    return (rows * (1 / numpy.maximum(numpy.sqrt(sums), 1e-12))).astype(numpy.float32)


def dot_score(a: Any, b: Any) -> Any:
    """Products of vectors."""
    return _rows(a) @ _rows(b).T


def cos_sim(a: Any, b: Any) -> Any:
    """Cosines of the angles between vectors."""
    return normalize_embeddings(a) @ normalize_embeddings(b).T


def _distances(a: Any, b: Any, of_differences: Callable[[Any], Any]) -> Any:
    import numpy

    a, b = _rows(a), _rows(b)
    result: Any = numpy.empty((len(a), len(b)), numpy.float32)
    step = max(1, _BLOCK // max(1, b.size))
    for begin in range(0, len(a), step):
        result[begin:begin + step] = of_differences(a[begin:begin + step, None, :] - b)
    return result


def euclidean_sim(a: Any, b: Any) -> Any:
    """Minus the distances of vectors: the greater, the more alike."""
    import numpy

    return -_distances(a, b, lambda difference: numpy.sqrt(numpy.square(difference).sum(axis=-1)))


def manhattan_sim(a: Any, b: Any) -> Any:
    """Minus the sums of |a - b|: the greater, the more alike."""
    import numpy

    return -_distances(a, b, lambda difference: numpy.abs(difference).sum(axis=-1))


def _pairwise(a: Any, b: Any, similarity: Callable[[Any, Any], Any]) -> Any:
    import numpy

    a, b = _rows(a), _rows(b)
    if len(a) != len(b):
        raise ValueError(f"there are {len(a)} vectors and {len(b)}; a pairwise similarity takes as many of both")
    return numpy.array([similarity(x, y)[0, 0] for x, y in zip(a, b)], numpy.float32)


FUNCTIONS: dict[str, Callable[[Any, Any], Any]] = {
    "cosine": cos_sim, "dot": dot_score, "euclidean": euclidean_sim, "manhattan": manhattan_sim}


def similarity(name: str, a: Any, b: Any) -> Any:
    """(n, m), by the similarity of that name."""
    return FUNCTIONS[name](a, b)


def similarity_pairwise(name: str, a: Any, b: Any) -> Any:
    """(n,): of each vector of `a` with the one of `b` in its place."""
    return _pairwise(a, b, FUNCTIONS[name])
