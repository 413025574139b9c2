"""Haystack's components over a compiled model (needs haystack-ai).

    from emblem.haystack import EmblemDocumentEmbedder, EmblemTextEmbedder
    pipeline.add_component("embedder", EmblemTextEmbedder("minilm.so"))
"""

from __future__ import annotations

import asyncio
from dataclasses import replace
from typing import Any

from haystack import Document, component, default_from_dict, default_to_dict

from emblem.encoder import Encoder
from emblem.load import load


class _Embedder:
    def __init__(self, model: str, encode_options: dict[str, Any] | None = None,
                 options: dict[str, Any] | None = None) -> None:
        self.model, self.encode_options, self.options = model, encode_options or {}, options or {}
        self._encoder: Encoder | None = None

    def warm_up(self) -> None:
        """Opens the model."""
        if self._encoder is None:
            self._encoder = load(self.model, **self.options)

    def _opened(self) -> Encoder:
        self.warm_up()
        assert self._encoder is not None
        return self._encoder

    def to_dict(self) -> dict[str, Any]:
        """The component in a pipeline's file."""
        written: dict[str, Any] = default_to_dict(self, model=self.model, encode_options=self.encode_options,
                                                  options=self.options)
        return written

    @classmethod
    def from_dict(cls, data: dict[str, Any]) -> Any:
        """The component of a pipeline's file."""
        return default_from_dict(cls, data)


@component
class EmblemTextEmbedder(_Embedder):
    """The vector of a query. `model`: a path; `options` of emblem.load, `encode_options` of encode_query."""

    @component.output_types(embedding=list[float])
    def run(self, text: str) -> dict[str, list[float]]:
        """{"embedding": [float]}"""
        if not isinstance(text, str):
            raise TypeError("EmblemTextEmbedder takes a string; EmblemDocumentEmbedder takes documents")
        return {"embedding": self._opened().encode_query(text, **self.encode_options).tolist()}

    @component.output_types(embedding=list[float])
    async def run_async(self, text: str) -> dict[str, list[float]]:
        """The same, in a thread."""
        return await asyncio.to_thread(self.run, text)


@component
class EmblemDocumentEmbedder(_Embedder):
    """Documents with their vectors: of `content`, and before it the values of `meta_fields_to_embed`."""

    def __init__(self, model: str, encode_options: dict[str, Any] | None = None,
                 options: dict[str, Any] | None = None, meta_fields_to_embed: list[str] | None = None,
                 embedding_separator: str = "\n") -> None:
        _Embedder.__init__(self, model, encode_options, options)  # component makes another class
        self.meta_fields_to_embed = meta_fields_to_embed or []
        self.embedding_separator = embedding_separator

    def to_dict(self) -> dict[str, Any]:
        """The component in a pipeline's file."""
        written = _Embedder.to_dict(self)
        written["init_parameters"].update(meta_fields_to_embed=self.meta_fields_to_embed,
                                          embedding_separator=self.embedding_separator)
        return written

    @component.output_types(documents=list[Document])
    def run(self, documents: list[Document]) -> dict[str, list[Document]]:
        """{"documents": [Document]}, each with its embedding."""
        if not isinstance(documents, list) or any(not isinstance(one, Document) for one in documents):
            raise TypeError("EmblemDocumentEmbedder takes a list of documents; EmblemTextEmbedder takes a string")
        texts = [self.embedding_separator.join(
            [str(one.meta[key]) for key in self.meta_fields_to_embed if one.meta.get(key) is not None]
            + [one.content or ""]) for one in documents]
        vectors = self._opened().encode_document(texts, **self.encode_options)
        return {"documents": [replace(one, embedding=vector.tolist()) for one, vector in zip(documents, vectors)]}

    @component.output_types(documents=list[Document])
    async def run_async(self, documents: list[Document]) -> dict[str, list[Document]]:
        """The same, in a thread."""
        return await asyncio.to_thread(self.run, documents)
