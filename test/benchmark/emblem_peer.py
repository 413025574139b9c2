"""A compiled model as a function of token ids, beside the peers of a benchmark.

The library is what `emblemc MODEL --emit=shared -o LIBRARY.so` writes; the calls
are those of emblem.h, through ctypes.
"""

import ctypes

import numpy as np


class Options(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t),
                ("threads", ctypes.c_int32), ("pin_threads", ctypes.c_int32),
                ("max_batch_tokens", ctypes.c_int64),
                ("overflow", ctypes.c_int32), ("reserved", ctypes.c_int32),
                ("parallel_for", ctypes.c_void_p),
                ("parallel_context", ctypes.c_void_p), ("device", ctypes.c_char_p)]


class Info(ctypes.Structure):
    _fields_ = [(name, ctypes.c_char_p)
                for name in ("name", "target", "precision", "report")] + \
               [(name, ctypes.c_int64)
                for name in ("dimension", "vocabulary_size", "max_tokens",
                             "max_positions", "parameters", "weights_bytes",
                             "max_batch_tokens", "arena_bytes")] + \
               [("threads", ctypes.c_int32), ("pairs", ctypes.c_int32)] + \
               [(name, ctypes.c_int64)
                for name in ("image_height", "image_width", "image_channels")] + \
               [("texts", ctypes.c_int32), ("reserved", ctypes.c_int32),
                ("device", ctypes.c_char_p), ("spare", ctypes.c_int64 * 4)]


class Text(ctypes.Structure):
    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_size_t)]


class Emblem:
    """One open model; calls take ids and mask as the other peers do."""

    def __init__(self, library, threads):
        self.api = ctypes.CDLL(library)
        self.api.emblem_last_error.restype = ctypes.c_char_p
        self.model = ctypes.c_void_p()
        self.check(self.api.emblem_load(
            library.encode(),
            ctypes.byref(Options(size=ctypes.sizeof(Options), threads=threads)),
            ctypes.byref(self.model)))
        info = Info()
        self.check(self.api.emblem_info(self.model, ctypes.byref(info)))
        self.dimension = info.dimension
        self.precision = info.precision.decode()
        self.target = info.target.decode()

    def check(self, status):
        if status != 0:
            raise RuntimeError(self.api.emblem_last_error().decode())

    def __call__(self, ids, mask):
        lengths = mask.sum(1)
        flat = np.ascontiguousarray(ids[mask.astype(bool)], np.int32)
        return self.embed_ids(flat, lengths)

    def embed_ids(self, flat, lengths):
        """flat: int32 ids of all texts; lengths: tokens of each."""
        offsets = np.zeros(len(lengths) + 1, np.int64)
        np.cumsum(lengths, out=offsets[1:])
        vectors = np.empty((len(lengths), self.dimension), np.float32)
        self.check(self.api.emblem_embed_ids(
            self.model, flat.ctypes.data_as(ctypes.c_void_p),
            offsets.ctypes.data_as(ctypes.c_void_p),
            ctypes.c_size_t(len(lengths)),
            vectors.ctypes.data_as(ctypes.c_void_p)))
        return vectors

    def embed(self, texts):
        """Strings, tokenised inside."""
        encoded = [text.encode() for text in texts]
        array = (Text * len(encoded))(*[Text(t, len(t)) for t in encoded])
        vectors = np.empty((len(encoded), self.dimension), np.float32)
        self.check(self.api.emblem_embed(
            self.model, array, ctypes.c_size_t(len(encoded)),
            vectors.ctypes.data_as(ctypes.c_void_p), None))
        return vectors
