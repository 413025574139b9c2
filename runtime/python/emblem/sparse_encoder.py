"""Models that give a text weights of token ids (SPLADE, BGE M3), with the arguments of sentence-transformers'
SparseEncoder."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from typing import Any, NamedTuple

from emblem import c_interface as c
from emblem.open_model import OpenModel
from emblem.progress import progress_over, shows_progress
from emblem.text_buffers import as_list
from emblem.text_model import PromptedModel
from emblem.token_rows import TokenRows


class SparseVector(NamedTuple):
    """The weights of a text that are not 0: `ids` (k,) of int32, ascending, and `weights` (k,) of float32."""

    ids: Any
    weights: Any


class SparseEncoder(PromptedModel):
    """A model with a weight for each token id. `load` opens it."""

    def __init__(self, model: OpenModel, output: int, max_active_dims: int | None = None) -> None:
        super().__init__(model)
        self._rows = TokenRows(self, output)
        self.max_active_dims = max_active_dims
        self.similarity_fn_name = "dot"

    def get_embedding_dimension(self) -> int:
        """Token ids of the vocabulary."""
        return int(self.model.info.vocabulary_size)

    def encode(self, inputs: Any, prompt_name: str | None = None, prompt: str | None = None, batch_size: int = 32,
               show_progress_bar: bool | None = None, convert_to_tensor: bool = False,
               convert_to_sparse_tensor: bool = True, save_to_cpu: bool = False, device: Any = None,
               max_active_dims: int | None = None, pool: Any = None, chunk_size: int | None = None) -> Any:
        """A `SparseVector` of each text, of a string one. `max_active_dims` leaves the greatest weights.
        convert_to_tensor: one torch tensor (n, vocabulary), sparse unless convert_to_sparse_tensor is false. For the
        rest see `Encoder.encode`."""
        self._check_ignored(batch_size, device)
        single = isinstance(inputs, str)
        before = self.resolve_prompt(prompt, prompt_name)
        texts = [before + text for text in ([inputs] if single else as_list(inputs))]
        most = max_active_dims if max_active_dims is not None else self.max_active_dims
        rows = progress_over(self._rows.run(texts, prompt_name), len(texts), shows_progress(show_progress_bar))
        vectors = [self._weights_of(ids, all_rows, most) for ids, all_rows in rows]
        result: Any = self._to_tensor(vectors, convert_to_sparse_tensor) if convert_to_tensor else vectors
        return result[0] if single else result

    def decode_weights(self, vectors: SparseVector | Sequence[SparseVector], top_k: int | None = None) -> Any:
        """(token, weight) pairs, the greatest weights first: what SparseEncoder.decode gives there."""
        if isinstance(vectors, SparseVector):
            return self._pairs(vectors, top_k)
        return [self._pairs(one, top_k) for one in vectors]

    def similarity(self, embeddings1: Sequence[SparseVector], embeddings2: Sequence[SparseVector]) -> Any:
        """(n, m): products of vectors."""
        import numpy

        def rows(vectors: Any) -> Any:
            given = [vectors] if isinstance(vectors, SparseVector) else vectors
            dense: Any = numpy.zeros((len(given), self.get_embedding_dimension()), numpy.float32)
            for row, one in zip(dense, given):
                row[one.ids] = one.weights
            return dense

        return rows(embeddings1) @ rows(embeddings2).T

    def _weights_of(self, ids: Any, rows: Any, most: int | None) -> SparseVector:
        import numpy

        if self._rows.info.kind == c.TOKEN_WEIGHTS:
            counted = self._rows.counts(None, ids)
            found, places = numpy.unique(ids[counted], return_inverse=True)
            weights: Any = numpy.zeros(len(found), numpy.float32)
            numpy.maximum.at(weights, places, rows[counted, 0])
        else:
            found = numpy.flatnonzero(rows[0]).astype(numpy.int32)
            weights = rows[0, found]
        kept = weights != 0
        found, weights = found[kept], weights[kept]
        if most is not None and len(found) > most:
            order = numpy.sort(numpy.argsort(-weights, kind="stable")[:most])
            found, weights = found[order], weights[order]
        return SparseVector(found.astype(numpy.int32), weights.copy())

    def _pairs(self, vector: SparseVector, top_k: int | None) -> list[tuple[str, float]]:
        order = sorted(range(len(vector.ids)), key=lambda place: -vector.weights[place])[:top_k]
        return [(self._token_text(int(vector.ids[place])), float(vector.weights[place])) for place in order]

    def _token_text(self, token: int) -> str:
        info = c.TokenInfo()
        self.model.call("token", token, ctypes.byref(info))
        return ctypes.string_at(info.text, info.size).decode("utf-8", "replace")

    def _to_tensor(self, vectors: list[SparseVector], sparse: bool) -> Any:
        torch = self._torch()
        rows = [row for row, one in enumerate(vectors) for _ in one.ids]
        columns = [int(token) for one in vectors for token in one.ids]
        values = [float(weight) for one in vectors for weight in one.weights]
        tensor = torch.sparse_coo_tensor(torch.tensor([rows, columns], dtype=torch.int64), torch.tensor(values),
                                         (len(vectors), self.get_embedding_dimension())).coalesce()
        return tensor if sparse else tensor.to_dense()
