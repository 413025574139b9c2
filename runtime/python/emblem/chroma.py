"""Chroma's EmbeddingFunction over a compiled model (needs chromadb).

    from emblem.chroma import EmblemEmbeddingFunction
    client.create_collection("notes", embedding_function=EmblemEmbeddingFunction("minilm.so"))
"""

from __future__ import annotations

from typing import Any

from chromadb.api.types import Documents, EmbeddingFunction, Embeddings, Space
from chromadb.utils.embedding_functions import register_embedding_function

from emblem.encoder import Encoder
from emblem.load import load

_SPACES: dict[str, Space] = {"cosine": "cosine", "dot": "ip", "euclidean": "l2", "manhattan": "l2"}


@register_embedding_function
class EmblemEmbeddingFunction(EmbeddingFunction[Documents]):
    """Vectors of documents and queries; a collection keeps the path and the options."""

    def __init__(self, model: str, encode_options: dict[str, Any] | None = None,
                 options: dict[str, Any] | None = None) -> None:
        self.model, self.encode_options, self.options = model, encode_options or {}, options or {}
        self._encoder: Encoder = load(model, **self.options)

    def __call__(self, input: Documents) -> Embeddings:
        """A vector a document."""
        return list(self._encoder.encode_document(input, **self.encode_options))

    def embed_query(self, input: Documents) -> Embeddings:
        """A vector a query."""
        return list(self._encoder.encode_query(input, **self.encode_options))

    @staticmethod
    def name() -> str:
        """The name under which a collection finds this class again."""
        return "emblem"

    def default_space(self) -> Space:
        """How vectors are compared: the model's similarity."""
        return _SPACES[self._encoder.similarity_fn_name]

    def get_config(self) -> dict[str, Any]:
        """What a collection keeps."""
        return {"model": self.model, "encode_options": self.encode_options, "options": self.options}

    @staticmethod
    def build_from_config(config: dict[str, Any]) -> EmblemEmbeddingFunction:
        """The function of a collection that was kept."""
        return EmblemEmbeddingFunction(**config)
