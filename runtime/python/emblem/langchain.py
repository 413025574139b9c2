"""LangChain's Embeddings over a compiled model (needs langchain-core).

    from emblem.langchain import EmblemEmbeddings
    store = InMemoryVectorStore(EmblemEmbeddings("minilm.so"))
"""

from __future__ import annotations

import os
from typing import Any

from langchain_core.embeddings import Embeddings

from emblem.encoder import Encoder
from emblem.load import load


class EmblemEmbeddings(Embeddings):
    """Vectors of documents and queries. `model`: a path, which is opened with `options` (see `emblem.load`), or an
    `Encoder`. `encode_options`: arguments of `encode_document` and `encode_query`, such as normalize_embeddings.
    The async methods run in a thread: a call leaves the interpreter while it computes."""

    def __init__(self, model: str | os.PathLike[str] | Encoder, *, encode_options: dict[str, Any] | None = None,
                 **options: Any) -> None:
        self.model: Encoder = model if isinstance(model, Encoder) else load(model, **options)
        self.encode_options = encode_options or {}

    def embed_documents(self, texts: list[str]) -> list[list[float]]:
        """A vector a text."""
        vectors: list[list[float]] = self.model.encode_document(texts, **self.encode_options).tolist()
        return vectors

    def embed_query(self, text: str) -> list[float]:
        """The vector of a query."""
        vector: list[float] = self.model.encode_query(text, **self.encode_options).tolist()
        return vector
