"""LlamaIndex's BaseEmbedding over a compiled model (needs llama-index-core).

    from emblem.llama_index import EmblemEmbedding
    Settings.embed_model = EmblemEmbedding(model_path="minilm.so")
"""

from __future__ import annotations

import asyncio
from typing import Any

from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.bridge.pydantic import Field, PrivateAttr

from emblem.encoder import Encoder
from emblem.load import load


class EmblemEmbedding(BaseEmbedding):
    """Vectors of texts and queries; it pickles and serialises as its path and options."""

    model_path: str = Field(description="The library that emblemc wrote with --emit=shared.")
    options: dict[str, Any] = Field(default_factory=dict, description="Of emblem.load, such as threads.")
    encode_options: dict[str, Any] = Field(default_factory=dict, description="Of encode, such as truncate_dim.")
    _model: Encoder = PrivateAttr()

    def __init__(self, model_path: str, **data: Any) -> None:
        super().__init__(model_path=model_path, **{"model_name": str(model_path), **data})
        self._model = load(self.model_path, **self.options)

    @classmethod
    def class_name(cls) -> str:
        """The name in LlamaIndex's files."""
        return "EmblemEmbedding"

    def _get_query_embedding(self, query: str) -> list[float]:
        vector: list[float] = self._model.encode_query(query, **self.encode_options).tolist()
        return vector

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return await asyncio.to_thread(self._get_query_embedding, query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        vectors: list[list[float]] = self._model.encode_document(texts, **self.encode_options).tolist()
        return vectors

    async def _aget_text_embedding(self, text: str) -> list[float]:
        return await asyncio.to_thread(self._get_text_embedding, text)

    async def _aget_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return await asyncio.to_thread(self._get_text_embeddings, texts)
