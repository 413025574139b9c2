"""Vectors as pyarrow's columns, made from arrays without an object a number, and read back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy
import pyarrow
import pyarrow.compute


def dense_type(width: int) -> Any:
    """Of a vector a text."""
    return pyarrow.list_(pyarrow.float32(), width)


def sparse_type() -> Any:
    """Of the weights of a text: ascending token ids, each with its weight."""
    return pyarrow.list_(pyarrow.struct([("id", pyarrow.int32()), ("weight", pyarrow.float32())]))


def multi_vector_type(width: int) -> Any:
    """Of a vector a token."""
    return pyarrow.list_(dense_type(width))


def dense_column(vectors: Any, width: int, valid: Any) -> Any:
    """`vectors`: (k, d) of float32, of the rows where `valid` (n,) is true; the others are null."""
    if not valid.all() or not len(valid):
        rows: Any = numpy.zeros((len(valid), width), numpy.float32)
        if len(vectors):
            rows[valid] = vectors
        return pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(rows.reshape(-1)), width,
                                                      mask=pyarrow.array(~valid))
    return pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(vectors.reshape(-1)), width)


def sparse_column(vectors: Sequence[Any], valid: Any) -> Any:
    """`vectors`: a SparseVector of each row where `valid` is true."""
    ids = [one.ids for one in vectors] or [numpy.zeros(0, numpy.int32)]
    weights = [one.weights for one in vectors] or [numpy.zeros(0, numpy.float32)]
    pairs = pyarrow.StructArray.from_arrays([pyarrow.array(numpy.concatenate(ids)),
                                             pyarrow.array(numpy.concatenate(weights))],
                                            fields=list(sparse_type().value_type))
    return _lists(pairs, [len(one.ids) for one in vectors], valid, sparse_type())


def multi_vector_column(vectors: Sequence[Any], width: int, valid: Any) -> Any:
    """`vectors`: (tokens, d) of float32, of each row where `valid` is true."""
    rows = numpy.concatenate([*vectors, numpy.zeros((0, width), numpy.float32)])
    tokens = pyarrow.FixedSizeListArray.from_arrays(pyarrow.array(rows.reshape(-1)), width)
    return _lists(tokens, [len(one) for one in vectors], valid, multi_vector_type(width))


def _lists(values: Any, lengths: list[int], valid: Any, kind: Any) -> Any:
    all_lengths: Any = numpy.zeros(len(valid), numpy.int64)
    all_lengths[valid] = lengths
    offsets: Any = numpy.zeros(len(valid) + 1, numpy.int32)
    offsets[1:] = numpy.cumsum(all_lengths)
    return pyarrow.ListArray.from_arrays(pyarrow.array(offsets), values, type=kind,
                                         mask=None if valid.all() else pyarrow.array(~valid))


def as_lists(column: Any) -> Any:
    """The column with lists in place of FixedSizeLists, for readers that do not know these."""
    kind = column.type
    if pyarrow.types.is_fixed_size_list(kind):
        return column.cast(pyarrow.list_(kind.value_type))
    if pyarrow.types.is_list(kind) and pyarrow.types.is_fixed_size_list(kind.value_type):
        return column.cast(pyarrow.list_(pyarrow.list_(kind.value_type.value_type)))
    return column


def as_array(column: Any) -> Any:
    """A column of a table as one array."""
    if not isinstance(column, pyarrow.ChunkedArray):
        return column
    return column.chunk(0) if column.num_chunks == 1 else pyarrow.concat_arrays(column.chunks) if column.num_chunks \
        else pyarrow.array([], column.type)


def value_lengths(column: Any) -> Any:
    """(n,) of int64: how many values or bytes each row has, -1 where it is null."""
    kind = column.type
    is_text = not (pyarrow.types.is_list(kind) or pyarrow.types.is_large_list(kind)
                   or pyarrow.types.is_fixed_size_list(kind))
    lengths = pyarrow.compute.binary_length(column) if is_text else pyarrow.compute.list_value_length(column)
    return lengths.cast(pyarrow.int64()).fill_null(-1).to_numpy(zero_copy_only=False)


def value_bytes(column: Any) -> Any:
    """The vectors' bytes, little-endian, row after row, null ones left out: float32 of dense vectors and of those of
    tokens; int32 and float32 of each weight of sparse ones."""
    values = column.flatten()
    while pyarrow.types.is_list(values.type) or pyarrow.types.is_fixed_size_list(values.type):
        values = values.flatten()
    if pyarrow.types.is_struct(values.type):
        ids, weights = values.flatten()
        pairs: Any = numpy.empty(len(values), [("id", "<i4"), ("weight", "<f4")])
        pairs["id"], pairs["weight"] = ids.to_numpy(), weights.to_numpy()
        return memoryview(pairs).cast("B") if len(pairs) else b""
    numbers = values.to_numpy()
    return memoryview(numbers.view(numpy.uint8)) if len(numbers) else b""
