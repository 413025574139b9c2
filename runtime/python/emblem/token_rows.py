"""Outputs of a model by token ids: what is not one vector a text."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator, Sequence
from typing import Any

from emblem import c_interface as c
from emblem.text_model import TextModel

_CHUNK_TOKENS = 16384
_CHUNK_FLOATS = 1 << 24


class TokenRows:
    """One output of a model, computed for many texts at a time."""

    def __init__(self, model: TextModel, output: int) -> None:
        self._model, self._output = model, output
        self.info = c.OutputInfo()
        model.model.call("output", output, ctypes.byref(self.info))
        self._count = int(model.model.ask("output_count"))

    @property
    def width(self) -> int:
        """Floats of a row."""
        return int(self.info.width)

    def run(self, texts: Sequence[str], prompt_name: str | None) -> Iterator[tuple[Any, Any]]:
        """Of each text its ids (tokens,) of int32, and its rows: (tokens, width), or (1, width) of a row a text."""
        batch: list[Any] = []
        tokens = 0
        most = max(1, min(_CHUNK_TOKENS, _CHUNK_FLOATS // max(1, self.width)))
        for text in texts:
            ids = self._model.token_ids(text, prompt_name)
            cost = len(ids) if self.info.per_token else 1
            if batch and tokens + cost > most:
                yield from self._run_batch(batch)
                batch, tokens = [], 0
            batch.append(ids)
            tokens += cost
        if batch:
            yield from self._run_batch(batch)

    def _run_batch(self, batch: list[Any]) -> Iterator[tuple[Any, Any]]:
        import numpy

        lengths = [len(ids) for ids in batch]
        offsets: Any = numpy.zeros(len(batch) + 1, numpy.int64)
        numpy.cumsum(lengths, out=offsets[1:])
        ids = numpy.concatenate([numpy.frombuffer(one, numpy.int32) for one in batch])
        rows: Any = numpy.empty((len(ids) if self.info.per_token else len(batch), self.width), numpy.float32)
        outputs = (ctypes.c_void_p * self._count)()
        outputs[self._output] = rows.ctypes.data
        given = c.Rows(size=ctypes.sizeof(c.Rows), outputs=ctypes.cast(outputs, ctypes.POINTER(ctypes.c_void_p)))
        self._model.model.call("run_with", ids.ctypes.data, None, offsets.ctypes.data, len(batch), ctypes.byref(given))
        for index, (begin, end) in enumerate(zip(offsets[:-1], offsets[1:])):
            yield ids[begin:end], rows[begin:end] if self.info.per_token else rows[index:index + 1]

    def counts(self, prompt_name: str | None, ids: Any) -> Any:
        """(tokens,) of bool: the rows that count, and not those of punctuation and what else the model leaves out."""
        import numpy

        name = prompt_name.encode() if prompt_name else None
        ask = self._model.model.ask
        return numpy.fromiter((ask("counts", self._output, name, place, int(one)) for place, one in enumerate(ids)),
                              bool, len(ids))
