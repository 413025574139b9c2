"""Models that give a text a vector a token (ColBERT), with the arguments of sentence-transformers'
MultiVectorEncoder."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from emblem import similarity as similarities
from emblem.errors import InvalidArgumentError
from emblem.open_model import OpenModel
from emblem.progress import progress_over, shows_progress
from emblem.text_buffers import as_list
from emblem.text_model import TextModel
from emblem.token_rows import TokenRows

_MEAN_MAX_SIM = 5  # of EmblemSimilarity


class MultiVectorEncoder(TextModel):
    """A model with a vector for each token that counts. `load` opens it."""

    def __init__(self, model: OpenModel, output: int) -> None:
        super().__init__(model)
        self._rows = TokenRows(self, output)
        self.similarity_fn_name = "meanmaxsim" if model.info.similarity == _MEAN_MAX_SIM else "maxsim"

    def get_embedding_dimension(self) -> int:
        """Components of a token's vector."""
        return self._rows.width

    def encode(self, inputs: Any, prompt_name: str | None = None, prompt: str | None = None, batch_size: int = 32,
               show_progress_bar: bool | None = None, output_value: str | None = "token_embeddings",
               convert_to_numpy: bool = True, device: Any = None, normalize_embeddings: bool = False,
               pool: Any = None, chunk_size: int | None = None, *, task: str | None = None) -> Any:
        """A list of arrays (tokens, d) of float32, one a text; of a string one array. `task`, "query" or "document",
        stands for the prompt of that name. For the rest see `Encoder.encode`."""
        self._check_ignored(batch_size, device)
        if output_value != "token_embeddings":
            raise InvalidArgumentError(f"output_value is {output_value!r}; it must be 'token_embeddings'")
        if task not in (None, "query", "document"):
            raise InvalidArgumentError(f"task is {task!r}; it must be 'query' or 'document'")
        if prompt_name is None and task in self.prompts:
            prompt_name = task
        single = isinstance(inputs, str)
        before = self.resolve_prompt(prompt, prompt_name)
        texts = [before + text for text in ([inputs] if single else as_list(inputs))]
        vectors = []
        rows = progress_over(self._rows.run(texts, prompt_name), len(texts), shows_progress(show_progress_bar))
        for ids, all_rows in rows:
            kept = all_rows[self._rows.counts(prompt_name, ids)]
            vectors.append(similarities.normalize_embeddings(kept) if normalize_embeddings and len(kept) else kept)
        result: Any = vectors if convert_to_numpy else self._to_tensors(vectors, one=False)
        return result[0] if single else result

    def encode_query(self, inputs: Any, prompt_name: str | None = None, prompt: str | None = None,
                     **arguments: Any) -> Any:
        """`encode` of queries: with their marker and expansion, where the model has them."""
        return self.encode(inputs, prompt_name, prompt, task="query", **arguments)

    def encode_document(self, inputs: Any, prompt_name: str | None = None, prompt: str | None = None,
                        **arguments: Any) -> Any:
        """`encode` of documents."""
        return self.encode(inputs, prompt_name, prompt, task="document", **arguments)

    def similarity(self, embeddings1: Sequence[Any], embeddings2: Sequence[Any]) -> Any:
        """(n, m): of each query with each document, the sum over the query's vectors of the greatest product with one
        of the document's; by `similarity_fn_name` "meanmaxsim" divided by how many they are."""
        import numpy

        queries = embeddings1 if isinstance(embeddings1, (list, tuple)) else [embeddings1]
        documents = embeddings2 if isinstance(embeddings2, (list, tuple)) else [embeddings2]
        scores: Any = numpy.zeros((len(queries), len(documents)), numpy.float32)
        for row, query in zip(scores, queries):
            for place, document in enumerate(documents):
                if len(query) and len(document):
                    row[place] = (numpy.asarray(query) @ numpy.asarray(document).T).max(axis=1).sum()
            if self.similarity_fn_name == "meanmaxsim" and len(query):
                row /= len(query)
        return scores
