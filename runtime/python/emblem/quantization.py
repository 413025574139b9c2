"""Vectors in fewer bits, as sentence-transformers' quantize_embeddings makes them."""

from __future__ import annotations

from typing import Any

from emblem.errors import InvalidArgumentError

PRECISIONS = ("float32", "int8", "uint8", "binary", "ubinary")


def check_precision(precision: str | None) -> str:
    """The precision, "float32" for None."""
    if precision is not None and precision not in PRECISIONS:
        raise InvalidArgumentError(f"Precision {precision!r} is not supported, must be one of {list(PRECISIONS)}")
    return precision or "float32"


def quantize_embeddings(embeddings: Any, precision: str, ranges: Any = None, calibration_embeddings: Any = None) -> Any:
    """Vectors (n, d) of float32 in `precision`.

    int8 and uint8: 256 steps a component from ranges[0] to ranges[1], arrays of d; where none are given, from the
    least to the greatest of `calibration_embeddings`, else of the vectors themselves: then what a vector becomes
    depends on the others of its call. binary and ubinary: a bit a component, whether it is above 0, eight to a byte,
    (n, ceil(d / 8)).

    Raises InvalidArgumentError where ranges would come of a single vector.
    """
    import numpy

    check_precision(precision)
    embeddings = numpy.asarray(embeddings)
    if embeddings.dtype in (numpy.int8, numpy.uint8):
        raise InvalidArgumentError("vectors to quantize must be floats, and these are int8 or uint8")
    if precision == "float32":
        return embeddings.astype(numpy.float32)
    if precision in ("binary", "ubinary"):
        bits = numpy.packbits(embeddings > 0, axis=-1)
        return bits if precision == "ubinary" else (bits - 128).astype(numpy.int8)
    if ranges is None:
        of = embeddings if calibration_embeddings is None else numpy.asarray(calibration_embeddings)
        if calibration_embeddings is None and (of.ndim < 2 or len(of) < 2):
            raise InvalidArgumentError(f"precision {precision!r} takes its ranges from the call's vectors, and there is "
                                       "one; give ranges= (two rows: the least and the greatest of each component)")
        ranges = numpy.stack([of.min(axis=0), of.max(axis=0)])
    ranges = numpy.asarray(ranges).astype(numpy.float32, copy=False)
    starts = ranges[0]
    steps = (ranges[1] - starts) / 255
    steps = numpy.where(steps == 0, 1, steps)
    levels = numpy.clip(numpy.floor((embeddings - starts) / steps), 0, 255)
    return levels.astype(numpy.uint8) if precision == "uint8" else (levels - 128).astype(numpy.int8)
