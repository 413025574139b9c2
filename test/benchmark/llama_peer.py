"""llama.cpp as a peer, through llama-cpp-python's plain C calls: token ids in,
unit vectors out.

A call takes all its texts' tokens at once, and attention then looks at every pair
of them, whichever text they are of; so texts go in calls of few tokens, as many
as ran fastest here.
"""

import ctypes
import os

import numpy as np

from write_gguf import MATRIX_TYPES as MATRIX_KINDS
from write_gguf import write_gguf

# What llama.cpp computes with, by precision: q8_0 and q4_0 multiply in int8.
MATRIX_TYPES = {"f32": ("f32",), "bf16": ("bf16", "f16"), "int8": ("q8_0",),
                "int4": ("q4_0",)}
CONTEXT_TOKENS = 512  # the longest text
CALL_TOKENS = 256  # a longer text goes alone
MAX_TEXTS = 64  # in a call
LEAST_COSINE = 0.999


@ctypes.CFUNCTYPE(None, ctypes.c_int, ctypes.c_char_p, ctypes.c_void_p)
def no_log(level, text, data):
    """llama.cpp tells a page of facts for every model."""


class Llama:
    """f(ids, mask) -> vectors."""

    def __init__(self, path, threads):
        import llama_cpp

        self.api = llama_cpp
        llama_cpp.llama_log_set(no_log, None)
        llama_cpp.llama_backend_init()
        model = llama_cpp.llama_model_load_from_file(
            path.encode(), llama_cpp.llama_model_default_params())
        if not model:
            raise RuntimeError(f"llama.cpp does not load {path}")
        parameters = llama_cpp.llama_context_default_params()
        parameters.n_ctx = parameters.n_batch = parameters.n_ubatch = CONTEXT_TOKENS
        parameters.n_seq_max = MAX_TEXTS
        parameters.n_threads = parameters.n_threads_batch = threads
        parameters.embeddings = True
        parameters.pooling_type = llama_cpp.LLAMA_POOLING_TYPE_MEAN
        parameters.kv_unified = True
        self.context = llama_cpp.llama_init_from_model(model, parameters)
        if not self.context:
            raise RuntimeError(f"llama.cpp makes no context for {path}")
        self.width = llama_cpp.llama_model_n_embd(model)
        self.make_batch()

    def make_batch(self):
        """A llama_batch over arrays of this object, filled anew for each call."""
        self.tokens, self.positions, self.counts, self.texts = (
            np.ones(CONTEXT_TOKENS, np.int32) for _ in range(4))
        self.outputs = np.ones(CONTEXT_TOKENS, np.int8)
        self.text_pointers = (self.texts.ctypes.data +
                              4 * np.arange(CONTEXT_TOKENS, dtype=np.uint64))
        self.batch = self.api.llama_batch()
        for field, values in (("token", self.tokens), ("pos", self.positions),
                              ("n_seq_id", self.counts), ("logits", self.outputs),
                              ("seq_id", self.text_pointers)):
            kind = dict(self.batch._fields_)[field]
            setattr(self.batch, field,
                    ctypes.cast(ctypes.c_void_p(values.ctypes.data), kind))

    def call(self, rows, vectors):
        """One call: the rows' ids, back to back."""
        at = 0
        for text, row in enumerate(rows):
            end = at + len(row)
            self.tokens[at:end] = row
            self.positions[at:end] = np.arange(len(row))
            self.texts[at:end] = text
            at = end
        self.batch.n_tokens = at
        if self.api.llama_encode(self.context, self.batch) != 0:
            raise RuntimeError("llama_encode fails")
        for text in range(len(rows)):
            pooled = self.api.llama_get_embeddings_seq(self.context, text)
            vectors[text] = np.ctypeslib.as_array(pooled, (self.width,))

    def __call__(self, ids, mask):
        rows = [row[:count] for row, count in zip(ids, mask.sum(1))]
        vectors = np.empty((len(rows), self.width), np.float32)
        begin = 0
        while begin < len(rows):
            end, tokens = begin, 0
            while (end < len(rows) and end - begin < MAX_TEXTS and
                   (end == begin or tokens + len(rows[end]) <= CALL_TOKENS)):
                tokens += len(rows[end])
                end += 1
            self.call(rows[begin:end], vectors[begin:end])
            begin = end
        return vectors / np.linalg.norm(vectors, axis=1, keepdims=True)


def rounded_reference(matrix_type):
    """torch in f32, with the layers' matrices as the file has them: what is left
    between the two is the arithmetic, whatever the weights have lost."""
    import gguf
    import torch
    from model import reference

    kind = MATRIX_KINDS[matrix_type]
    module = reference()
    for name, weight in module.model.encoder.named_parameters():
        if weight.dim() == 2:
            packed = gguf.quants.quantize(weight.detach().numpy(), kind)
            weight.data = torch.from_numpy(
                np.array(gguf.quants.dequantize(packed, kind)))
    return module


def check_against_torch(run, matrix_type):
    """Vectors of something else would be timed for nothing."""
    import torch

    ids = np.random.default_rng(1).integers(1000, 20000, (4, 24)).astype(np.int64)
    mask = np.ones_like(ids)
    mask[1, 9:] = 0
    with torch.inference_mode():
        expected = rounded_reference(matrix_type)(
            torch.from_numpy(ids), torch.from_numpy(mask)).numpy()
    cosine = float((run(ids, mask) * expected).sum(1).min())
    if not cosine > LEAST_COSINE:
        raise RuntimeError(f"its cosine to torch is {cosine:.6f}, and {LEAST_COSINE} "
                           "is the least")


def llama_peers(model, threads, precisions, skip):
    """{name: run}; the GGUF files are written into the working folder once.
    `skip(name, error)` hears of a type that does not do."""
    peers = {}
    for precision, matrix_types in MATRIX_TYPES.items():
        for matrix_type in matrix_types if precision in precisions else ():
            name = "llama.cpp " + (precision if matrix_type == precision
                                   else f"{matrix_type} {precision}")
            path = os.path.abspath(f"minilm-{matrix_type}.gguf")
            try:
                if not os.path.exists(path):
                    write_gguf(model, path + ".part", matrix_type)
                    os.replace(path + ".part", path)
                run = Llama(path, threads)
                check_against_torch(run, matrix_type)
                peers[name] = run
            except Exception as error:  # any: the other types go on
                skip(name, error)
    return peers
