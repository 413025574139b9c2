"""Texts as the C interface takes them: EmblemText arrays over UTF-8 that stays where it is."""

from __future__ import annotations

import ctypes
from array import array
from collections.abc import Sequence
from itertools import accumulate
from typing import Any

# What UTF-8 cannot hold (a lone surrogate) becomes U+FFFD in the model, as other bytes that are none do.
_ENCODING = ("utf-8", "surrogatepass")


class TextBuffers:
    """`address`: of `count` EmblemText, as long as the object lives. Item i has the bytes of text i."""

    def __init__(self, words: Any, keep: Any) -> None:
        self._words, self._keep = words, keep  # pairs of an address and a size, and what they point to
        self.address = words.buffer_info()[0] if isinstance(words, array) else words.ctypes.data
        self.count = len(words) // 2

    def __len__(self) -> int:
        return self.count

    def slice(self, begin: int, end: int) -> tuple[int, int]:
        """The address and count of texts [begin, end)."""
        return self.address + 16 * begin, end - begin


def pack_strings(texts: Sequence[Any], prefix: str = "") -> TextBuffers:
    """Strings, or their UTF-8, each with `prefix` before it."""
    before = prefix.encode(*_ENCODING)
    encoded = []
    for index, text in enumerate(texts):
        if isinstance(text, str):
            encoded.append(before + text.encode(*_ENCODING))
        elif isinstance(text, (bytes, bytearray, memoryview)):
            encoded.append(before + bytes(text))
        else:
            raise TypeError(f"text {index} is of type {type(text).__name__}; texts are strings")
    bytes_of_all = b"".join(encoded)
    start = ctypes.cast(ctypes.c_char_p(bytes_of_all), ctypes.c_void_p).value or 0
    words = array("Q", bytes(16 * len(encoded)))
    sizes = [len(one) for one in encoded]
    words[0::2] = array("Q", (start + end - size for end, size in zip(accumulate(sizes), sizes)))
    words[1::2] = array("Q", sizes)
    return TextBuffers(words, bytes_of_all)


def is_arrow(texts: Any) -> bool:
    """Whether these are pyarrow's strings: an Array or a ChunkedArray."""
    return type(texts).__module__.partition(".")[0] == "pyarrow"


def pack_arrow(texts: Any, prefix: str = "") -> list[TextBuffers]:
    """pyarrow's strings where they lie, or copied with `prefix` before each: a TextBuffers a chunk. No string becomes
    an object."""
    import numpy
    import pyarrow
    import pyarrow.compute

    before, between = (pyarrow.scalar(one, pyarrow.large_binary()) for one in (prefix.encode(*_ENCODING), b""))
    packed = []
    rows = 0
    for chunk in texts.chunks if isinstance(texts, pyarrow.ChunkedArray) else [texts]:
        if pyarrow.types.is_string_view(chunk.type) or pyarrow.types.is_dictionary(chunk.type):
            chunk = chunk.cast(pyarrow.large_string())
        if pyarrow.types.is_string(chunk.type) or pyarrow.types.is_binary(chunk.type):
            kind: Any = numpy.int32
        elif pyarrow.types.is_large_string(chunk.type) or pyarrow.types.is_large_binary(chunk.type):
            kind = numpy.int64
        else:
            raise TypeError(f"an array of {chunk.type} is not one of strings")
        if chunk.null_count:
            row = rows + chunk.is_null().to_pylist().index(True)
            raise ValueError(f"text {row} is null; fill or drop nulls first (pyarrow.compute.fill_null)")
        rows += len(chunk)
        if prefix:
            chunk = pyarrow.compute.binary_join_element_wise(before, chunk.cast(pyarrow.large_binary()), between)
            kind = numpy.int64
        _, offsets, data = chunk.buffers()
        ends = numpy.frombuffer(offsets, kind, len(chunk) + 1, chunk.offset * kind().itemsize).astype(numpy.uint64) \
            if len(chunk) else numpy.zeros(1, numpy.uint64)
        words: Any = numpy.empty(2 * len(chunk), numpy.uint64)
        words[0::2] = ends[:-1] + numpy.uint64(data.address if data else 0)
        words[1::2] = ends[1:] - ends[:-1]
        packed.append(TextBuffers(words, chunk))
    return packed


def as_list(texts: Any) -> list[Any]:
    """Any collection of texts as a list: numpy's, pandas' and pyarrow's too."""
    if isinstance(texts, list):
        return texts
    if is_arrow(texts):
        strings: list[Any] = texts.to_pylist()
        return strings
    to_list = getattr(texts, "tolist", None)
    return to_list() if to_list else list(texts)
