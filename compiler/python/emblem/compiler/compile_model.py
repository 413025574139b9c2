"""``emblem.compile``: from a model's source to a model that is open."""

from __future__ import annotations

import hashlib
import os
from typing import Any

import emblem
from emblem.compiler import cache, hub, identity, program
from emblem.compiler.program import CompileError


def _arguments_of(**options: Any) -> list[str]:
    """emblemc's command line; what is None is left to emblemc."""
    arguments = []
    for name, value in options.items():
        if value is None:
            continue
        if isinstance(value, bool):
            value = "yes" if value else "no"
        arguments.append(f"--{name.replace('_', '-')}={os.fspath(value) if isinstance(value, os.PathLike) else value}")
    return arguments


def _key_of(source: str, revision: str | None, arguments: list[str], is_native: bool) -> str:
    """Of what the library is made of, as its files' hashes, and of how. Empty: the source is not here."""
    hashes = identity.FileHashes(os.path.join(cache.folder(), "hashes.json"))
    words = []
    for name, path in identity.files_of_source(source, revision):
        words.append(f"{name} {hashes.of(path)}")
    if not words:
        return ""
    words += [f"{name} {hashes.of(path)}" for name, path in identity.compiler_files(program.find_program())]
    for argument in arguments:
        words.append(argument)
        value = argument.partition("=")[2]
        if os.path.isfile(value):
            words.append(hashes.of(value))
    words.append(os.environ.get("CC", ""))
    if is_native:
        words.append(identity.cpu_identity())
    os.makedirs(cache.folder(), exist_ok=True)
    hashes.keep()
    return hashlib.sha256("\n".join(words).encode(errors="surrogateescape")).hexdigest()[:32]


def compile_library(source: str | os.PathLike[str], *, path: str | os.PathLike[str] | None = None,
                    precision: str = "f32", target: str = "native", threads: int | None = None,
                    revision: str | None = None, task: str | None = None, pooling: str | None = None,
                    normalize: bool | None = None, unknown: str | None = None, kernels: str | None = None,
                    f32: str | None = None, cubin: str | None = None, calibrate: str | os.PathLike[str] | None = None,
                    min_cosine: float | None = None) -> str:
    """The path of the shared library that emblemc makes of a model, for `emblem.load`: in the cache, and compiled
    where it is not there yet; or at `path`, compiled at each call.

    `source` is what emblemc takes: a folder, an ONNX or GGUF file, word vectors, a description, or a name on the
    Hugging Face Hub, which huggingface_hub fetches where it is installed and the model is not here. `target`, for a
    cluster of other machines, is one that `emblemc --list-targets` lists. The others are emblemc's options.

    Raises CompileError with emblemc's sentence, InvalidArgumentError for an option that it does not take.
    """
    name = os.fspath(source)
    is_on_hub = hub.is_hub_name(name)
    if is_on_hub and not hub.find_snapshots(name, revision):
        hub.fetch(name, revision)
    arguments = _arguments_of(
        precision=precision, target=target, revision=revision, task=task, pooling=pooling,
        normalize=normalize, unknown=unknown, kernels=kernels, f32=f32, cubin=cubin, calibrate=calibrate,
        min_cosine=min_cosine)

    def make(library: str) -> None:
        more = [f"--threads={threads}"] if threads is not None else []
        program.run([name, "--emit=shared", "-o", library, *arguments, *more])
        header = os.path.splitext(library)[0] + ".h"
        if path is None and os.path.exists(header):
            os.unlink(header)

    if path is not None:
        make(os.fspath(path))
        return os.path.abspath(os.fspath(path))
    try:
        key = _key_of(name, revision, arguments, target.partition(",")[0] == "native")
    except OSError as error:
        raise CompileError(f"cannot read '{error.filename}': {error.strerror}") from None
    if not key:  # emblemc says in a sentence why
        program.run([name, "--emit=mlir", "-o", os.devnull, *arguments])
        raise CompileError(f"'{name}' has no files")
    facts = {"source": name if is_on_hub else os.path.abspath(name), "options": arguments,
             "version": emblem.__version__}
    return cache.get(key, facts, make)


def compile(source: str | os.PathLike[str], *, path: str | os.PathLike[str] | None = None, precision: str = "f32",
            target: str = "native", threads: int | None = None, revision: str | None = None, task: str | None = None,
            pooling: str | None = None, normalize: bool | None = None, unknown: str | None = None,
            kernels: str | None = None, f32: str | None = None, cubin: str | None = None,
            calibrate: str | os.PathLike[str] | None = None, min_cosine: float | None = None, **load: Any) -> Any:
    """Compiles a model as `compile_library` does, once, and opens it as `emblem.load` does: `threads` is for both, and
    other arguments are `emblem.load`'s.

    Raises what these two raise.
    """
    library = compile_library(
        source, path=path, precision=precision, target=target, threads=threads, revision=revision, task=task,
        pooling=pooling, normalize=normalize, unknown=unknown, kernels=kernels, f32=f32, cubin=cubin,
        calibrate=calibrate, min_cosine=min_cosine)
    return emblem.load(library, threads=threads, **load)
