"""A model that emblemc compiled with --emit=shared, called in this process."""

import array
import ctypes


class Options(ctypes.Structure):
    """EmblemOptions of emblem/emblem.h."""

    _fields_ = [
        ("size", ctypes.c_size_t),
        ("threads", ctypes.c_int32),
        ("pin_threads", ctypes.c_int32),
        ("max_batch_tokens", ctypes.c_int64),
        ("overflow", ctypes.c_int32),
        ("reserved", ctypes.c_int32),
        ("parallel_for", ctypes.c_void_p),
        ("parallel_context", ctypes.c_void_p),
        ("device", ctypes.c_char_p),
    ]

    def __init__(self, **fields):
        super().__init__(size=ctypes.sizeof(Options), **fields)


class SharedModel:
    def __init__(self, path, dimension, threads):
        self.library = ctypes.CDLL(path)
        self.library.emblem_last_error.restype = ctypes.c_char_p
        self.dimension = dimension
        self.model = ctypes.c_void_p()
        table = ctypes.c_char.in_dll(self.library, "emblem_model_table")
        self.check(
            self.library.emblem_open(
                ctypes.byref(table),
                ctypes.byref(Options(threads=threads)),
                ctypes.byref(self.model),
            )
        )

    def check(self, status):
        if status != 0:
            raise SystemExit(self.library.emblem_last_error().decode())

    def embed(self, sequences):
        """The vectors of lists of token ids: one array of floats each."""
        offsets = [0]
        for sequence in sequences:
            offsets.append(offsets[-1] + len(sequence))
        ids = sum(sequences, [])
        vectors = (ctypes.c_float * (len(sequences) * self.dimension))()
        self.check(
            self.library.emblem_embed_ids(
                self.model,
                (ctypes.c_int32 * len(ids))(*ids),
                (ctypes.c_int64 * len(offsets))(*offsets),
                ctypes.c_size_t(len(sequences)),
                vectors,
            )
        )
        flat = array.array("f", bytes(vectors))
        return [
            flat[i : i + self.dimension] for i in range(0, len(flat), self.dimension)
        ]

    def close(self):
        self.library.emblem_free(self.model)
