"""The peers of a run: those of the given folder, torch.compile and llama.cpp."""

import os
import sys
import traceback
from dataclasses import dataclass
from typing import Callable

import numpy as np

# Read by the peers' libraries when they are loaded, so before any import.
ENVIRONMENT = {
    "native": {},
    "avx2": {"ONEDNN_MAX_CPU_ISA": "AVX2", "DNNL_MAX_CPU_ISA": "AVX2",
             "ATEN_CPU_CAPABILITY": "avx2", "MKL_ENABLE_INSTRUCTIONS": "AVX2",
             "CT2_FORCE_CPU_ISA": "AVX2"},
}
# Nothing keeps these from using all that the CPU has.
WITHOUT_LIMIT = ("onnxruntime",)
# Its encoder gives BERT's pooler, not the mean of the tokens.
OTHER_VECTORS = ("ctranslate2",)


@dataclass
class Contestant:
    """`run(ids, mask)` gives vectors; `prepare(ids, mask)`, where there is one, is
    called once for a shape, before it is timed."""

    name: str
    precision: str
    run: Callable
    comparable: bool  # whether the vectors are those of the model

    @property
    def prepare(self):
        return getattr(self.run, "prepare", None)


def restart_limited(isa):
    """Starts this program again where its environment does not limit the peers to
    `isa`; else returns."""
    wanted = ENVIRONMENT[isa]
    if any(os.environ.get(key) != value for key, value in wanted.items()):
        os.execve(sys.executable, [sys.executable, *sys.argv],
                  {**os.environ, **wanted})


def avx2_folder():
    """Where install_peers.sh puts the peers that are built for AVX2."""
    return os.path.join(sys.prefix, "avx2-peers")


def reason(error):
    """The exception in one line."""
    text = traceback.format_exception_only(type(error), error)
    return " ".join("".join(text).split())[:300]


def further_peers(threads, isa, precisions, arguments, report):
    """{name: run} of the peers that the folder does not have."""
    peers = {}
    if not arguments.without_torch_compile:
        try:
            from model import reference
            from torch_compile_peer import torch_compile_peers

            peers |= torch_compile_peers(reference, precisions, isa,
                                         arguments.compile_each_shape)
        except Exception as error:  # any: a peer that fails is left out
            report.skip("torch.compile", reason(error))
    if not arguments.without_llama:
        try:
            from llama_peer import llama_peers

            peers |= llama_peers(
                arguments.model, threads, precisions,
                lambda name, error: report.skip(name, reason(error)))
        except Exception as error:
            report.skip("llama.cpp", reason(error))
    return peers


class Refused:
    """Stands for what a peer would not compile: fails when it is run, not when all
    peers are made."""

    def __init__(self, error):
        self.error = error

    def create_infer_request(self):
        return self

    def infer(self, inputs):
        raise self.error


def let_openvino_refuse():
    """Held to AVX2 it compiles no bf16; the other peers are to be had all the
    same."""
    import openvino

    compile_model = openvino.Core.compile_model

    def attempt(self, *arguments, **options):
        try:
            return compile_model(self, *arguments, **options)
        except RuntimeError as error:
            return Refused(error)

    openvino.Core.compile_model = attempt


def runs(contestant, report):
    """Whether it does at all; where not, the report says why."""
    ids = np.full((2, 8), 2000, np.int64)
    try:
        contestant.run(ids, np.ones_like(ids))
        return True
    except Exception as error:
        report.skip(contestant.name, reason(error))
        return False


def all_contestants(threads, isa, precisions, arguments, report):
    """The peers of these precisions, ready to run with that many threads."""
    from peers import all_peers

    functions = all_peers(threads)
    functions |= further_peers(threads, isa, precisions, arguments, report)
    limitless = list(WITHOUT_LIMIT)
    if not os.path.isdir(avx2_folder()):
        limitless.append("llama.cpp")
    found = []
    for name, run in functions.items():
        precision = name.split()[-1]
        if precision not in precisions:
            continue
        comparable = not name.startswith(OTHER_VECTORS)
        if isa != "native" and name.startswith(tuple(limitless)):
            name += " (not limited)"
        contestant = Contestant(name, precision, run, comparable)
        if runs(contestant, report):
            found.append(contestant)
    return found
