"""emblem.h in ctypes: the structs, and the functions that a model's library exports.

A model is called through its own library's functions, so it runs with the runtime that it
was compiled with, whatever release of this package opens it.
"""

from __future__ import annotations

import ctypes
import os
from ctypes import POINTER, c_char_p, c_float, c_int32, c_int64, c_size_t, c_void_p
from typing import Any

from emblem.errors import CannotLoadError, make_error

SIMILARITIES = ("cosine", "euclidean", "dot", "euclidean", "manhattan", "maxsim")  # of EmblemSimilarity
DENSE, SPARSE, TOKEN_WEIGHTS, MULTI_VECTOR, TOKENS, RAW = range(6)  # EmblemOutputKind
OF_MODEL, NORMALIZED, UNFINISHED = range(3)  # EmblemFinish


class Options(ctypes.Structure):
    """EmblemOptions."""

    _fields_ = [("size", c_size_t), ("threads", c_int32), ("pin_threads", c_int32), ("max_batch_tokens", c_int64),
                ("overflow", c_int32), ("reserved", c_int32), ("parallel_for", c_void_p),
                ("parallel_context", c_void_p), ("device", c_char_p)]


class CallOptions(ctypes.Structure):
    """EmblemCallOptions."""

    _fields_ = [("size", c_size_t), ("cut", c_int32), ("side", c_int32), ("finish", c_int32), ("reserved", c_int32),
                ("max_tokens", c_int64), ("prompt", c_char_p)]


class ModelInfo(ctypes.Structure):
    """EmblemModelInfo."""

    _fields_ = [("name", c_char_p), ("target", c_char_p), ("precision", c_char_p), ("report", c_char_p),
                ("dimension", c_int64), ("vocabulary_size", c_int64), ("max_tokens", c_int64),
                ("max_positions", c_int64), ("parameters", c_int64), ("weights_bytes", c_int64),
                ("max_batch_tokens", c_int64), ("arena_bytes", c_int64), ("threads", c_int32), ("pairs", c_int32),
                ("image_height", c_int64), ("image_width", c_int64), ("image_channels", c_int64), ("texts", c_int32),
                ("reserved", c_int32), ("device", c_char_p), ("similarity", c_int32), ("truncates_left", c_int32),
                ("normalizes", c_int32), ("activates", c_int32), ("token_dimension", c_int64), ("spare", c_int64)]


class OutputInfo(ctypes.Structure):
    """EmblemOutputInfo."""

    _fields_ = [("name", c_char_p), ("kind", c_int32), ("per_token", c_int32), ("width", c_int64)]


class TextInfo(ctypes.Structure):
    """EmblemTextInfo."""

    _fields_ = [("tokens", c_int64), ("truncated", c_int32), ("reserved", c_int32)]


class PromptInfo(ctypes.Structure):
    """EmblemPromptInfo."""

    _fields_ = [("name", c_char_p), ("text", c_char_p), ("max_tokens", c_int64), ("is_default", c_int32),
                ("reserved", c_int32)]


class Text(ctypes.Structure):
    """EmblemText."""

    _fields_ = [("data", c_void_p), ("size", c_size_t)]


class Token(ctypes.Structure):
    """EmblemToken."""

    _fields_ = [("id", c_int32), ("type", c_int32), ("text", c_int32), ("special", c_int32),
                ("begin", ctypes.c_uint64), ("end", ctypes.c_uint64)]


class TokenInfo(ctypes.Structure):
    """EmblemTokenInfo."""

    _fields_ = [("text", c_void_p), ("size", c_size_t), ("special", c_int32), ("reserved", c_int32)]


class Image(ctypes.Structure):
    """EmblemImage."""

    _fields_ = [("data", c_void_p), ("size", c_size_t), ("width", c_int64), ("height", c_int64), ("stride", c_int64),
                ("channels", c_int32), ("reserved", c_int32)]


class Rows(ctypes.Structure):
    """EmblemRows."""

    _fields_ = [("size", c_size_t), ("outputs", POINTER(c_void_p)), ("tokens", c_void_p), ("raw", c_void_p)]


# Arguments of the functions that return an EmblemStatus. An array, which may be numpy's, is
# its address.
_CALLS: dict[str, tuple[Any, ...]] = {
    "emblem_open": (c_void_p, POINTER(Options), POINTER(c_void_p)),
    "emblem_info": (c_void_p, POINTER(ModelInfo)),
    "emblem_embed_with": (c_void_p, POINTER(CallOptions), c_void_p, c_size_t, c_void_p, c_void_p),
    "emblem_score_with": (c_void_p, POINTER(CallOptions), c_void_p, c_size_t, c_void_p, c_void_p),
    "emblem_embed_images": (c_void_p, POINTER(Image), c_size_t, c_void_p, POINTER(c_size_t)),
    "emblem_read": (c_void_p, POINTER(CallOptions), Text, POINTER(Text), POINTER(Token), c_size_t, POINTER(c_size_t),
                    POINTER(TextInfo)),
    "emblem_decode": (c_void_p, c_void_p, c_size_t, c_int32, c_void_p, c_size_t, POINTER(c_size_t)),
    "emblem_token": (c_void_p, c_int32, POINTER(TokenInfo)),
    "emblem_prompt_info": (c_void_p, c_size_t, POINTER(PromptInfo)),
    "emblem_output": (c_void_p, c_size_t, POINTER(OutputInfo)),
    "emblem_encode": (c_void_p, c_char_p, Text, c_void_p, c_size_t, POINTER(c_size_t), POINTER(TextInfo)),
    "emblem_run_with": (c_void_p, c_void_p, c_void_p, c_void_p, c_size_t, POINTER(Rows)),
}
_OTHERS: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "emblem_free": (None, (c_void_p,)),
    "emblem_prompt_count": (c_size_t, (c_void_p,)),
    "emblem_output_count": (c_size_t, (c_void_p,)),
    "emblem_label": (c_char_p, (c_void_p, c_size_t)),
    "emblem_counts": (c_int32, (c_void_p, c_size_t, c_char_p, c_int64, c_int32)),
    "emblem_last_error": (c_char_p, ()),
}
# What libraries of an earlier release lack; the rest all have.
_LATER: dict[str, tuple[Any, tuple[Any, ...]]] = {
    "emblem_pool_open": (c_int32, (c_int32, c_int32, POINTER(c_void_p))),
    "emblem_pool_threads": (c_int32, (c_void_p,)),
    "emblem_pool_parallel_for": (None, (c_void_p, c_int64, c_void_p, c_void_p)),
    "emblem_pool_free": (None, (c_void_p,)),
}


class Library:
    """A model's library. Its functions are methods without the prefix ``emblem_``: those that
    return a status raise its error."""

    def __init__(self, path: str) -> None:
        try:
            # RTLD_NOW, and its symbols are its own.
            self._library = ctypes.CDLL(path, mode=os.RTLD_NOW | os.RTLD_LOCAL)
        except OSError as error:
            raise CannotLoadError(f"not a shared library: {error}") from None
        try:
            self.table = ctypes.addressof(ctypes.c_char.in_dll(self._library, "emblem_model_table"))
            functions = {name: getattr(self._library, name) for name in (*_CALLS, *_OTHERS)}
        except (ValueError, AttributeError) as error:
            raise CannotLoadError(f"{path}: not a model that emblemc compiled with --emit=shared for this package: "
                                  f"{error}") from None
        for name, arguments in _CALLS.items():
            functions[name].argtypes = arguments
            functions[name].restype = c_int32
        functions.update({name: getattr(self._library, name) for name in _LATER if hasattr(self._library, name)})
        for name, (result, arguments) in {**_OTHERS, **_LATER}.items():
            if name in functions:
                functions[name].argtypes = arguments
                functions[name].restype = result
        self._functions = functions

    def call(self, name: str, *arguments: Any) -> None:
        """Calls ``emblem_<name>``, which returns a status; raises the error that it says."""
        status = self._functions["emblem_" + name](*arguments)
        if status:
            sentence = self._functions["emblem_last_error"]()
            raise make_error(status, sentence.decode("utf-8", "replace"))

    def ask(self, name: str, *arguments: Any) -> Any:
        """What ``emblem_<name>`` returns, which is no status."""
        return self._functions["emblem_" + name](*arguments)

    def has(self, name: str) -> bool:
        """Whether the library has ``emblem_<name>``, which an earlier release lacks."""
        return "emblem_" + name in self._functions

    def address(self, name: str) -> int | None:
        """Where ``emblem_<name>`` is, for C to call."""
        return ctypes.cast(self._functions["emblem_" + name], c_void_p).value
