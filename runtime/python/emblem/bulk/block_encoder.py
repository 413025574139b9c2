"""The class that engines call: a block of rows in, the same with its vectors out."""

from __future__ import annotations

import os
import socket
import threading
from collections.abc import Iterable, Iterator
from typing import Any

import numpy
import pyarrow

from emblem.bulk import arrow_vectors
from emblem.bulk.shared_model import SharedModel
from emblem.encoder import Encoder
from emblem.errors import InvalidArgumentError, WrongCpuError, WrongKindError
from emblem.load import load
from emblem.multi_vector_encoder import MultiVectorEncoder
from emblem.sparse_encoder import SparseEncoder

_ENCODE_OPTIONS = ("prompt", "prompt_name", "normalize_embeddings", "truncate_dim", "max_active_dims")
_LOAD_OPTIONS = ("device", "output", "truncate_dim", "max_active_dims", "max_batch_tokens", "overflow")
_WITHOUT_EFFECT = ("max_batch_tokens",)  # on vectors

_opened: dict[tuple[str, str], Any] = {}  # models of this process, by checksum and options
_lock = threading.Lock()


def _forget_in_child() -> None:
    global _lock
    _lock = threading.Lock()


os.register_at_fork(after_in_child=_forget_in_child)


class BlockEncoder:
    """Adds a column of vectors to a block of rows, a pyarrow Table or RecordBatch.

    `model`: a path, or a `SharedModel`; it is opened at the first block, once a process. `column`: of the texts,
    `vectors`: of what is made of them, FixedSizeList<float32> of a dense model, List<Struct<id, weight>> of a sparse
    one, List<FixedSizeList<float32>> of one with a vector a token; null where the text is. `task`: "query" or
    "document" encodes by encode_query or encode_document, None by encode. `encode_options`: prompt, prompt_name,
    normalize_embeddings, truncate_dim, max_active_dims. `threads`: else what the engine says (OMP_NUM_THREADS), see
    `emblem.load`, which takes the other `options`. The device is the CPU unless one is named, for vectors of another
    device have other last digits. Pickles as its arguments.

    A call raises WrongCpuError, which names the host and the model's target, where this machine's CPU is a lesser one.
    """

    def __init__(self, model: str | os.PathLike[str] | SharedModel, column: str = "text", vectors: str = "vector", *,
                 task: str | None = None, encode_options: dict[str, Any] | None = None, threads: int | None = None,
                 **options: Any) -> None:
        self.model = model if isinstance(model, SharedModel) else SharedModel.of(model)
        self.column, self.vectors, self.task, self.threads = column, vectors, task, threads
        self.encode_options = encode_options or {}
        self.options = {"device": "cpu", **options}
        if task not in (None, "query", "document"):
            raise InvalidArgumentError(f"task is {task!r}; it must be 'query' or 'document', or None")
        if column == vectors:
            raise InvalidArgumentError(f"the texts' column and the vectors' are both {column!r}; name another")
        for given, known, what in ((self.encode_options, _ENCODE_OPTIONS, "encode_options"),
                                   (self.options, _LOAD_OPTIONS, "options")):
            for name in given:
                if name not in known:
                    raise InvalidArgumentError(f"{name!r} is not one of a block's {what}: {list(known)}")

    def settings(self) -> dict[str, Any]:
        """What the vectors depend on, as JSON has it."""
        options = {name: value for name, value in self.options.items() if name not in _WITHOUT_EFFECT}
        return {"model": self.model.checksum, "column": self.column, "vectors": self.vectors, "task": self.task,
                "encode_options": self.encode_options, "options": options}

    def copy(self, *, model: SharedModel | None = None, threads: int | None = None) -> BlockEncoder:
        """The same with another number of threads, or over the same model where workers find it otherwise."""
        return type(self)(model or self.model, self.column, self.vectors, task=self.task,
                            encode_options=self.encode_options, threads=threads or self.threads, **self.options)

    def __call__(self, block: Any) -> Any:
        """The block with one more column."""
        names = block.schema.names
        if self.column not in names:
            raise InvalidArgumentError(f"there is no column {self.column!r}; the columns are {names}")
        if self.vectors in names:
            raise InvalidArgumentError(f"there is a column {self.vectors!r} already; name another for the vectors")
        return block.append_column(self.vectors, self.encode(block.column(self.column)))

    def batches(self, blocks: Iterable[Any]) -> Iterator[Any]:
        """Each block with one more column, for Spark's mapInArrow: Spark has lists alone, and no FixedSizeList."""
        for block in blocks:
            made = self(block)
            place = made.schema.get_field_index(self.vectors)
            yield made.set_column(place, self.vectors, arrow_vectors.as_lists(made.column(place)))

    def encode(self, texts: Any) -> Any:
        """The vectors of pyarrow's strings, an Array or a ChunkedArray of n: an Array of n."""
        kind = texts.type
        if pyarrow.types.is_dictionary(kind):
            texts, kind = texts.cast(kind.value_type), kind.value_type
        if pyarrow.types.is_null(kind) or pyarrow.types.is_string_view(kind):
            texts = texts.cast(pyarrow.large_string())
        elif not (pyarrow.types.is_string(kind) or pyarrow.types.is_large_string(kind)):
            raise InvalidArgumentError(f"the column {self.column!r} is of {kind}; texts are strings")
        valid: Any = numpy.ones(len(texts), bool)
        if texts.null_count:
            valid = texts.is_valid().to_numpy() if isinstance(texts, pyarrow.ChunkedArray) \
                else texts.is_valid().to_numpy(zero_copy_only=False)
            texts = texts.drop_null()
        model = self._model()
        made: Any = self._encoding(model)(texts, **self.encode_options) if len(texts) else []
        if isinstance(model, SparseEncoder):
            return arrow_vectors.sparse_column(made, valid)
        width = model.get_embedding_dimension()
        if isinstance(model, MultiVectorEncoder):
            return arrow_vectors.multi_vector_column(made, width, valid)
        wanted = self.encode_options.get("truncate_dim") or width
        return arrow_vectors.dense_column(made, min(wanted, int(model.model.info.dimension)), valid)

    def vector_type(self) -> Any:
        """The type of the column of vectors; it opens the model."""
        return self.encode(pyarrow.array([], pyarrow.string())).type

    def _encoding(self, model: Any) -> Any:
        return {None: model.encode, "query": model.encode_query, "document": model.encode_document}[self.task]

    def _model(self) -> Any:
        key = self.model.checksum, repr((sorted(self.options.items()), self.threads))
        if key not in _opened:
            with _lock:
                if key not in _opened:
                    _opened[key] = self._open()
        return _opened[key]

    def _open(self) -> Any:
        path = self.model.local_path()
        try:
            model = load(path, threads=self.threads, **self.options)
        except WrongCpuError as error:
            raise WrongCpuError(f"{socket.gethostname()}: {path}: {error}") from None
        if not isinstance(model, (Encoder, SparseEncoder, MultiVectorEncoder)):
            raise WrongKindError(f"{path}: the model scores pairs, and a block has single texts")
        return model
