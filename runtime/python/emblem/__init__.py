"""Vectors from text, by models that emblemc compiled (``emblemc MODEL --emit=shared -o model.so``).

    import emblem
    model = emblem.load("minilm.so")
    model.encode(["a text", "another"])  # numpy float32 (2, 384)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from emblem.errors import (
    BadImageError, CannotLoadError, EmblemError, IdOutOfRangeError, InvalidArgumentError, MissingCompilerError,
    NoDeviceError, NotFiniteError, NotKnownError, NoTokenizerError, OutOfMemoryError, SequenceTooLongError,
    StageFailedError, TextTooLongError, WrongAbiError, WrongCpuError, WrongKindError)
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
    "BadImageError", "CannotLoadError", "CrossEncoder", "EmblemError", "Encoder", "IdOutOfRangeError",
    "ImageEncoder", "InvalidArgumentError", "MissingCompilerError", "MultiVectorEncoder", "NoDeviceError",
    "NotFiniteError", "NotKnownError", "NoTokenizerError", "OutOfMemoryError", "SequenceTooLongError",
    "SparseEncoder", "SparseVector", "StageFailedError", "TextTooLongError", "WrongAbiError", "WrongCpuError",
    "WrongKindError", "load"]

if TYPE_CHECKING:
    from emblem.compiler import compile as compile


def __getattr__(name: str) -> Any:
    # emblem-compiler adds its package to this one's folder.
    if name != "compile":
        raise AttributeError(f"module 'emblem' has no attribute '{name}'")
    try:
        from emblem.compiler import compile as found
    except ModuleNotFoundError as error:
        if error.name != "emblem.compiler":
            raise
        raise MissingCompilerError("emblem.compile is of the package emblem-compiler, which is not installed; pip "
                                   "install emblem-compiler, or compile the model with emblemc and emblem.load the "
                                   "file") from None
    globals()[name] = found
    return found
