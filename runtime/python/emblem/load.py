"""Opening a compiled model."""

from __future__ import annotations

import ctypes
import os

from emblem import c_interface as c
from emblem.cross_encoder import CrossEncoder
from emblem.encoder import Encoder
from emblem.errors import WrongKindError
from emblem.open_model import OpenModel, Settings


def load(path: str | os.PathLike[str], *, threads: int | None = None, device: str | None = None,
         truncate_dim: int | None = None, max_batch_tokens: int | None = None, pin_threads: bool = False,
         overflow: str = "truncate") -> Encoder | CrossEncoder:
    """Opens a model that ``emblemc MODEL --emit=shared`` wrote: an `Encoder`, or a `CrossEncoder` for one of pairs.

    `threads`: else EMBLEM_THREADS, else OMP_NUM_THREADS, else as many CPUs as the process may use. `device`: "auto",
    "cpu", "cuda", "cuda:N". `truncate_dim`: the components of a vector that are kept. `max_batch_tokens` bounds the
    memory. `overflow`: "truncate" cuts a text that is too long, "error" refuses the call.

    Raises CannotLoadError, WrongCpuError, WrongAbiError and NoDeviceError, which are OSErrors, InvalidArgumentError,
    OutOfMemoryError, and WrongKindError for a model of another kind.
    """
    model = OpenModel(path, Settings(threads, device, max_batch_tokens, pin_threads, overflow))
    if model.info.pairs:
        return CrossEncoder(model)
    output = c.OutputInfo()
    model.call("output", 0, ctypes.byref(output))
    if not model.info.texts or output.kind != c.DENSE or output.per_token:
        raise WrongKindError(f"{os.fspath(path)}: this package embeds texts as dense vectors and scores pairs; use the "
                             "model's own program, or the C interface, for images, sparse and multi-vector outputs")
    return Encoder(model, truncate_dim)
