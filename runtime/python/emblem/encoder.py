"""Models that give a vector a text, with the arguments of sentence-transformers' SentenceTransformer."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any

from emblem import c_interface as c
from emblem import similarity as similarities
from emblem.errors import InvalidArgumentError, NotKnownError
from emblem.open_model import OpenModel
from emblem.progress import progress_over, shows_progress
from emblem.quantization import check_precision, quantize_embeddings
from emblem.text_buffers import TextBuffers, as_list, is_arrow, pack_arrow, pack_strings
from emblem.text_model import PromptedModel

# Texts of a call of the C interface, where a progress bar is to move or a signal to be seen.
_CHUNK = 1024


class Encoder(PromptedModel):
    """A model of texts with one dense vector each. `load` opens it."""

    def __init__(self, model: OpenModel, truncate_dim: int | None = None) -> None:
        super().__init__(model)
        self.truncate_dim = truncate_dim
        self.similarity_fn_name = c.SIMILARITIES[model.info.similarity]

    def get_embedding_dimension(self) -> int:
        """Components of a vector, those that `truncate_dim` leaves."""
        return min(self.truncate_dim or int(self.model.info.dimension), int(self.model.info.dimension))

    get_sentence_embedding_dimension = get_embedding_dimension

    def encode(self, inputs: Any, prompt_name: str | None = None, prompt: str | None = None, batch_size: int = 32,
               show_progress_bar: bool | None = None, output_value: str | None = "sentence_embedding",
               precision: str | None = "float32", convert_to_numpy: bool = True, convert_to_tensor: bool = False,
               device: Any = None, normalize_embeddings: bool = False, truncate_dim: int | None = None,
               pool: Any = None, chunk_size: int | None = None, *, ranges: Any = None) -> Any:
        """Vectors of texts: an array (n, d) of float32 in C order, or (d,) of a single string.

        `inputs`: a string, or a collection of them: a list, numpy's, pandas', or pyarrow's strings, which are read
        where they lie. `prompt` is put before each text, else the prompt of the name `prompt_name`, else the model's
        default one. `truncate_dim` leaves the first components of a vector; `normalize_embeddings` then scales it to
        length 1. `precision`: see `emblem.util.quantize_embeddings`, whose `ranges` may be given; without them int8
        and uint8 depend on the texts of the call. `output_value="token_embeddings"`: a list of arrays, a row a token.
        convert_to_tensor: a torch tensor, where torch is installed. batch_size, device="cpu", pool and chunk_size are
        taken and have no effect: the same text gives the same bits in any batch, and all cores are used as it is.

        Raises InvalidArgumentError, a ValueError, for what cannot be obeyed; TextTooLongError where a text would be
        cut and the model was opened with ``overflow="error"``; NotFiniteError for weights that are damaged.
        """
        self._check_ignored(batch_size, device)
        precision = check_precision(precision)
        single = self._is_single(inputs)
        if output_value not in ("sentence_embedding", "token_embeddings"):
            raise InvalidArgumentError(f"output_value is {output_value!r}; it must be 'sentence_embedding' or "
                                       "'token_embeddings'")
        before = self.resolve_prompt(prompt, prompt_name)
        if output_value == "token_embeddings":
            texts = [inputs] if single else as_list(inputs)
            result: Any = [self._embed_tokens(before, text) for text in texts]
        else:
            result = self._embed_all([inputs] if single else inputs, before, show_progress_bar,
                                     normalize_embeddings, truncate_dim or self.truncate_dim)
            if precision != "float32" and len(result):
                result = quantize_embeddings(result, precision, ranges)
        if convert_to_tensor or not convert_to_numpy:
            result = self._to_tensors(result, one=convert_to_tensor)
        return result[0] if single else result

    def encode_buffer(self, inputs: Sequence[str], *, prompt_name: str | None = None, prompt: str | None = None,
                      normalize_embeddings: bool = False) -> memoryview[float]:
        """The vectors of texts without numpy: a memoryview (n, d) of float32, in C order."""
        texts = pack_strings(as_list(inputs), self.resolve_prompt(prompt, prompt_name))
        width = int(self.model.info.dimension)
        vectors = bytearray(4 * len(texts) * width)
        if vectors:
            address = ctypes.addressof(ctypes.c_char.from_buffer(vectors))
            self._embed_some(texts.address, len(texts), address, self._call_options(normalize_embeddings))
        flat = memoryview(vectors)
        return flat.cast("f", (len(texts), width)) if vectors else flat.cast("f")

    def similarity(self, embeddings1: Any, embeddings2: Any) -> Any:
        """(n, m): how alike each vector of one collection is to each of another, by the model's similarity
        (`similarity_fn_name`)."""
        return similarities.similarity(self.similarity_fn_name, embeddings1, embeddings2)

    def similarity_pairwise(self, embeddings1: Any, embeddings2: Any) -> Any:
        """(n,): how alike each vector is to the one in its place of another collection."""
        return similarities.similarity_pairwise(self.similarity_fn_name, embeddings1, embeddings2)

    def _is_single(self, inputs: Any) -> bool:
        return isinstance(inputs, (str, bytes))

    def _kept_width(self, truncate_dim: int | None) -> int:
        width = int(self.model.info.dimension)
        if truncate_dim is not None and truncate_dim < 1:
            raise InvalidArgumentError(f"truncate_dim is {truncate_dim}; it must be from 1 to {width}")
        return min(truncate_dim or width, width)

    def _call_options(self, normalize: bool) -> c.CallOptions:
        return c.CallOptions(size=ctypes.sizeof(c.CallOptions), finish=c.NORMALIZED if normalize else c.OF_MODEL)

    def _embed_some(self, texts: int, count: int, vectors: int, options: c.CallOptions) -> None:
        self.model.call("embed_with", ctypes.byref(options), texts, count, vectors, None)

    def _embed_all(self, inputs: Any, before: str, show_progress_bar: bool | None, normalize: bool,
                   truncate_dim: int | None) -> Any:
        import numpy

        chunks = pack_arrow(inputs, before) if is_arrow(inputs) else [pack_strings(as_list(inputs), before)]
        width, kept = int(self.model.info.dimension), self._kept_width(truncate_dim)
        count = sum(map(len, chunks))
        if not count:
            return numpy.array([], dtype=numpy.float32)
        options = self._call_options(normalize and kept == width)
        vectors: Any = numpy.empty((count, kept), numpy.float32)
        rows: Any = vectors if kept == width else numpy.empty((min(count, _CHUNK), width), numpy.float32)
        for begin, end, texts in progress_over(_slices(chunks), count, shows_progress(show_progress_bar),
                                               lambda part: part[1] - part[0]):
            into = rows[begin:end] if kept == width else rows[:end - begin]
            self._embed_some(texts, end - begin, into.ctypes.data, options)
            if kept < width:
                part = into[:, :kept]
                vectors[begin:end] = similarities.normalize_embeddings(part) if normalize else part
        return vectors

    def _embed_tokens(self, before: str, text: str) -> Any:
        import numpy

        width = int(self.model.info.token_dimension)
        if not width:
            raise NotKnownError("this model gives no vectors of tokens")
        ids = self.token_ids(before + text)
        rows: Any = numpy.empty((len(ids), width), numpy.float32)
        offsets = (ctypes.c_int64 * 2)(0, len(ids))
        given = c.Rows(size=ctypes.sizeof(c.Rows), tokens=rows.ctypes.data)
        self.model.call("run_with", ctypes.addressof(ids), None, ctypes.addressof(offsets), 1, ctypes.byref(given))
        return rows


def _slices(chunks: list[TextBuffers]) -> Iterator[tuple[int, int, int]]:
    """[begin, end) of all texts, and the address of those, at most _CHUNK at a time."""
    begin = 0
    for chunk in chunks:
        for place in range(0, len(chunk), _CHUNK):
            address, count = chunk.slice(place, min(place + _CHUNK, len(chunk)))
            yield begin, begin + count, address
            begin += count
