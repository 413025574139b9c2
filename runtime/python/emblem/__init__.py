"""Vectors from text, by models that emblemc compiled (``emblemc MODEL --emit=shared -o model.so``).

    import emblem
    model = emblem.load("minilm.so")
    model.encode(["a text", "another"])  # numpy float32 (2, 384)
"""

from __future__ import annotations

from emblem.errors import (
    BadImageError, CannotLoadError, EmblemError, IdOutOfRangeError, InvalidArgumentError, NoDeviceError,
    NotFiniteError, NotKnownError, NoTokenizerError, OutOfMemoryError, SequenceTooLongError, StageFailedError,
    TextTooLongError, WrongAbiError, WrongCpuError, WrongKindError)
from emblem.model_file import check_platform

check_platform()

from emblem.cross_encoder import CrossEncoder  # noqa: E402
from emblem.encoder import Encoder  # noqa: E402
from emblem.image_encoder import ImageEncoder  # noqa: E402
from emblem.load import load  # noqa: E402
from emblem.multi_vector_encoder import MultiVectorEncoder  # noqa: E402
from emblem.sparse_encoder import SparseEncoder, SparseVector  # noqa: E402

__version__ = "0.1.0"

__all__ = [
    "BadImageError", "CannotLoadError", "CrossEncoder", "EmblemError", "Encoder", "IdOutOfRangeError", "ImageEncoder",
    "InvalidArgumentError", "MultiVectorEncoder", "NoDeviceError", "NotFiniteError", "NotKnownError",
    "NoTokenizerError", "OutOfMemoryError", "SequenceTooLongError", "SparseEncoder", "SparseVector",
    "StageFailedError", "TextTooLongError", "WrongAbiError", "WrongCpuError", "WrongKindError", "load"]
