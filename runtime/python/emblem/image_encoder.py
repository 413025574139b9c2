"""Models that give a picture a vector, and those that give texts one in the same space (CLIP, SigLIP)."""

from __future__ import annotations

import ctypes
from collections.abc import Iterator
from typing import Any

from emblem import c_interface as c
from emblem import similarity as similarities
from emblem.encoder import Encoder
from emblem.errors import BadImageError, WrongKindError
from emblem.image_inputs import Picture, as_items, is_one, sort_item
from emblem.open_model import OpenModel
from emblem.progress import progress_over, shows_progress

_MOST_PICTURES = 64
_MOST_BYTES = 64 << 20


class ImageEncoder(Encoder):
    """A model of pictures, or of texts and pictures (`takes_texts`). `load` opens it.

    `encode` and all else is as of `Encoder`. A picture is a path, the bytes of a file, one of Pillow's images, an array
    (height, width, channels) of uint8, or ``{"image": any of these}``; an array (n, height, width, channels) is n of
    them. PNG and JPEG files are decoded by the model, byte for byte as Pillow does, and others by Pillow. To a model of
    both a string is a text, unless it names a picture's file that is there; a collection may hold both. A prompt goes
    before texts alone. Raises BadImageError, a ValueError, with the place of a picture that is none.
    """

    def __init__(self, model: OpenModel, truncate_dim: int | None = None) -> None:
        super().__init__(model, truncate_dim)
        self.takes_texts = bool(model.info.texts)

    def _is_single(self, inputs: Any) -> bool:
        return is_one(inputs)

    def _embed_all(self, inputs: Any, before: str, show_progress_bar: bool | None, normalize: bool,
                   truncate_dim: int | None) -> Any:
        import numpy

        items = [sort_item(item, self.takes_texts) for item in as_items(inputs)]
        pictures = [place for place, (_, is_picture) in enumerate(items) if is_picture]
        texts = [place for place, (_, is_picture) in enumerate(items) if not is_picture]
        if not pictures:
            return super()._embed_all([text for text, _ in items], before, show_progress_bar, normalize, truncate_dim)
        kept = self._kept_width(truncate_dim)
        rows = self._embed_pictures([(place, items[place][0]) for place in pictures], show_progress_bar)[:, :kept]
        vectors: Any = numpy.empty((len(items), kept), numpy.float32)
        vectors[pictures] = similarities.normalize_embeddings(rows) if normalize and not self._is_unit(kept) else rows
        if texts:
            vectors[texts] = super()._embed_all([items[place][0] for place in texts], before, show_progress_bar,
                                                normalize, truncate_dim)
        return vectors

    def _embed_tokens(self, before: str, text: Any) -> Any:
        text, is_picture = sort_item(text, self.takes_texts)
        if is_picture:
            raise WrongKindError("output_value is 'token_embeddings', and pictures have no tokens")
        return super()._embed_tokens(before, text)

    def _is_unit(self, kept: int) -> bool:
        return bool(self.model.info.normalizes) and kept == self.model.info.dimension

    def _embed_pictures(self, items: list[tuple[int, Any]], show_progress_bar: bool | None) -> Any:
        import numpy

        vectors: Any = numpy.empty((len(items), int(self.model.info.dimension)), numpy.float32)
        batches = _batches(items, grey=self.model.info.image_channels == 1)
        end = 0
        for pictures in progress_over(batches, len(items), shows_progress(show_progress_bar), len):
            begin, end = end, end + len(pictures)
            images = (c.Image * len(pictures))(*(one.image for one in pictures))
            done = ctypes.c_size_t()
            try:
                self.model.call("embed_images", images, len(pictures), vectors[begin:end].ctypes.data,
                                ctypes.byref(done))
            except BadImageError as error:
                raise BadImageError(f"{pictures[done.value].name}: {error}") from None
        return vectors


def _batches(items: list[tuple[int, Any]], grey: bool) -> Iterator[list[Picture]]:
    """Pictures for a call of the C interface, few enough for their bytes to be in memory at once."""
    batch: list[Picture] = []
    size = 0
    for place, item in items:
        picture = Picture(item, place, grey)
        batch.append(picture)
        size += picture.size
        if len(batch) == _MOST_PICTURES or size >= _MOST_BYTES:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch
