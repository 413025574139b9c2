"""Models that score pairs, with the arguments of sentence-transformers' CrossEncoder."""

from __future__ import annotations

import ctypes
from collections.abc import Callable, Sequence
from typing import Any

from emblem import c_interface as c
from emblem.errors import InvalidArgumentError
from emblem.open_model import OpenModel
from emblem.progress import progress_over, shows_progress
from emblem.text_buffers import as_list, pack_strings
from emblem.text_model import TextModel

_CHUNK = 256


class CrossEncoder(TextModel):
    """A model that scores how well the second text of a pair answers the first. `load` opens it."""

    def __init__(self, model: OpenModel) -> None:
        super().__init__(model)
        self.num_labels = int(model.info.dimension)
        labels = [model.ask("label", index) for index in range(self.num_labels)]
        self.labels: list[str | None] = [label.decode() if label else None for label in labels]

    def predict(self, inputs: Any, prompt_name: str | None = None, prompt: str | None = None, batch_size: int = 32,
                show_progress_bar: bool | None = None, activation_fn: Callable[[Any], Any] | None = None,
                apply_softmax: bool | None = False, convert_to_numpy: bool = True, convert_to_tensor: bool = False,
                device: Any = None, pool: Any = None, chunk_size: int | None = None) -> Any:
        """Scores of pairs: (n,) of float32, or (n, labels); of one pair, which is two strings, a score, or (labels,).

        `activation_fn` takes the array of logits in place of the model's own activation. `apply_softmax` makes the
        scores of a pair sum to 1 where there are several. For the rest see `Encoder.encode`.
        """
        import numpy

        self._check_ignored(batch_size, device)
        if prompt_name is not None or prompt is not None:
            raise InvalidArgumentError("this model's prompts are compiled into it; call predict without one")
        pairs = as_list(inputs)
        single = len(pairs) == 2 and all(isinstance(one, str) for one in pairs)
        if single:
            pairs = [pairs]
        for index, pair in enumerate(pairs):
            if isinstance(pair, str) or len(pair) != 2:
                raise InvalidArgumentError(f"pair {index} is not two texts")
        scores = self._score([text for pair in pairs for text in pair], show_progress_bar,
                             c.OF_MODEL if activation_fn is None else c.UNFINISHED)
        if activation_fn is not None:
            scores = numpy.asarray(activation_fn(scores), numpy.float32)
        if self.num_labels == 1:
            scores = scores[:, 0]
        elif apply_softmax:
            powers = numpy.exp(scores - scores.max(axis=1, keepdims=True))
            scores = powers / powers.sum(axis=1, keepdims=True)
        if convert_to_tensor or not convert_to_numpy:
            scores = self._to_tensors(scores, one=True) if convert_to_tensor else list(self._to_tensors(scores, True))
        return scores[0] if single else scores

    def rank(self, query: str, documents: Sequence[str], top_k: int | None = None, return_documents: bool = False,
             prompt_name: str | None = None, prompt: str | None = None, batch_size: int = 32,
             show_progress_bar: bool | None = None, activation_fn: Callable[[Any], Any] | None = None,
             device: Any = None, pool: Any = None, chunk_size: int | None = None) -> list[dict[str, Any]]:
        """Documents by how well they answer a query, best first: ``{"corpus_id", "score"}``, and "text" where
        `return_documents`."""
        if self.num_labels != 1:
            raise InvalidArgumentError(f"rank is for models with one score, and this one has {self.num_labels}; use "
                                       "predict")
        documents = as_list(documents)
        scores = self.predict([(query, document) for document in documents], prompt_name, prompt, batch_size,
                              show_progress_bar, activation_fn, device=device) if documents else []
        order = sorted(range(len(documents)), key=lambda place: -scores[place])[:top_k]
        return [{"corpus_id": place, "score": scores[place], **({"text": documents[place]} if return_documents else {})}
                for place in order]

    def _score(self, texts: list[str], show_progress_bar: bool | None, finish: int) -> Any:
        import numpy

        packed = pack_strings(texts)
        count = len(texts) // 2
        scores: Any = numpy.empty((count, self.num_labels), numpy.float32)
        options = c.CallOptions(size=ctypes.sizeof(c.CallOptions), finish=finish)
        slices = [(begin, min(begin + _CHUNK, count), packed.slice(2 * begin, 2 * count)[0])
                  for begin in range(0, count, _CHUNK)]
        for begin, end, address in progress_over(slices, count, shows_progress(show_progress_bar),
                                                 lambda part: part[1] - part[0]):
            self.model.call("score_with", ctypes.byref(options), address, end - begin,
                            scores[begin:end].ctypes.data, None)
        return scores
