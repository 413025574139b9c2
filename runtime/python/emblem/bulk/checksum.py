"""Checksums of what was written: SHA-256, in hexadecimal."""

from __future__ import annotations

import hashlib
from typing import Any

import pyarrow

from emblem.bulk.arrow_vectors import as_array, value_bytes, value_lengths


def block_checksum(texts: Any, vectors: Any) -> str:
    """Of the rows of a block in their order: each text and each vector, and where they are null."""
    digest = hashlib.sha256()
    strings = as_array(texts).cast(pyarrow.large_binary())
    digest.update(value_lengths(strings).tobytes())
    filled = strings.fill_null(b"")
    _, offsets, data = filled.buffers()
    ends = memoryview(offsets).cast("q") if len(filled) else [0]
    if data is not None:
        digest.update(memoryview(data)[ends[filled.offset]:ends[filled.offset + len(filled)]])
    rows = as_array(vectors)
    digest.update(value_lengths(rows).tobytes())
    digest.update(value_bytes(rows))
    return digest.hexdigest()


class CorpusChecksum:
    """Of all vectors' bytes in the corpus's order, however it was cut into blocks: of dense ones the SHA-256 of what
    follows the header in the file of ``PROGRAM embed --format=npy`` (of a corpus without nulls, which have no bytes).
    """

    def __init__(self) -> None:
        self._digest = hashlib.sha256()

    def add(self, vectors: Any) -> None:
        """The vectors that come next."""
        self._digest.update(value_bytes(as_array(vectors)))

    def hexdigest(self) -> str:
        """Of all so far."""
        return self._digest.hexdigest()
