"""Opening a compiled model."""

from __future__ import annotations

import ctypes
import os
from typing import Any

from emblem import c_interface as c
from emblem.cross_encoder import CrossEncoder
from emblem.encoder import Encoder
from emblem.errors import InvalidArgumentError, WrongKindError
from emblem.multi_vector_encoder import MultiVectorEncoder
from emblem.open_model import OpenModel, Settings
from emblem.sparse_encoder import SparseEncoder


def load(path: str | os.PathLike[str], *, threads: int | None = None, device: str | None = None,
         output: str | None = None, truncate_dim: int | None = None, max_active_dims: int | None = None,
         max_batch_tokens: int | None = None, pin_threads: bool = False,
         overflow: str = "truncate") -> Any:
    """Opens a model that ``emblemc MODEL --emit=shared`` wrote: an `Encoder` where a text has one dense vector, an
    `ImageEncoder` where a picture has one, a `SparseEncoder` or `MultiVectorEncoder` where a text has weights or a
    vector a token, a `CrossEncoder` of pairs.

    `threads`: else EMBLEM_THREADS, else OMP_NUM_THREADS, else as many CPUs as the process may use. `device`: "auto",
    "cpu", "cuda", "cuda:N". `output`: of a model with several (BGE M3) the name of the one that is wanted, by default
    the first. `truncate_dim`: the components of a dense vector that are kept, `max_active_dims`: the weights of a sparse
    one. `max_batch_tokens` bounds the memory. `overflow`: "truncate" cuts a text that is too long, "error" refuses the
    call.

    Raises CannotLoadError, WrongCpuError, WrongAbiError and NoDeviceError, which are OSErrors, InvalidArgumentError,
    OutOfMemoryError, and WrongKindError for a model of another kind.
    """
    model = OpenModel(path, Settings(threads, device, max_batch_tokens, pin_threads, overflow))
    if model.info.pairs:
        return CrossEncoder(model)
    if model.info.image_height:
        from emblem.image_encoder import ImageEncoder

        if output is not None:
            raise InvalidArgumentError(f"output is {output!r}; a model of images has one output")
        return ImageEncoder(model, truncate_dim)
    outputs = []
    for index in range(model.ask("output_count")):
        info = c.OutputInfo()
        model.call("output", index, ctypes.byref(info))
        outputs.append(info)
    names = [info.name.decode() for info in outputs]
    if output is not None and output not in names:
        raise InvalidArgumentError(f"output is {output!r}; the model's are {names}")
    index = names.index(output) if output else 0
    if outputs[index].kind in (c.SPARSE, c.TOKEN_WEIGHTS):
        return SparseEncoder(model, index, max_active_dims)
    if outputs[index].kind == c.MULTI_VECTOR:
        return MultiVectorEncoder(model, index)
    if index or outputs[0].per_token:
        raise WrongKindError(f"{os.fspath(path)}: this package has no class for the output {names[index]!r}")
    return Encoder(model, truncate_dim)
