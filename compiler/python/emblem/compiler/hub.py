"""Models of the Hugging Face Hub: where huggingface_hub keeps what it has fetched, and the fetching.

emblemc finds a model of the cache by its name; here are the same folders, in the same order
(compiler/files/hub_cache.h), for a model's identity.
"""

from __future__ import annotations

import importlib.util
import os
import re

from emblem.compiler.program import CompileError

_NAME = re.compile(r"[A-Za-z0-9_][A-Za-z0-9._-]{0,95}(/[A-Za-z0-9_][A-Za-z0-9._-]{0,95})?")
# Other libraries' copies of the weights, which emblemc does not read.
_NOT_READ = ["*.h5", "*.msgpack", "*.ot", "*.tflite", "*.onnx_data", "onnx/*", "openvino/*", "coreml/*"]


def is_hub_name(source: str) -> bool:
    """Whether it may be a model's name on the Hub, and is no file or folder here."""
    return not os.path.exists(source) and _NAME.fullmatch(source) is not None


def _caches() -> list[str]:
    environment = os.environ
    folders = [environment.get("SENTENCE_TRANSFORMERS_HOME")]
    for variable, below in (("HF_HUB_CACHE", ""), ("HUGGINGFACE_HUB_CACHE", ""), ("HF_HOME", "hub"),
                            ("XDG_CACHE_HOME", "huggingface/hub")):
        if environment.get(variable):
            folders.append(os.path.join(environment[variable], below))
            break
    else:
        folders.append("~/.cache/huggingface/hub")
    return [os.path.expanduser(folder) for folder in folders if folder]


def find_snapshots(name: str, revision: str | None) -> list[str]:
    """The folders of the cache that emblemc may read for this name; none: it has not been fetched."""
    found = []
    names = [name] if "/" in name else ["sentence-transformers/" + name, name]
    for cache in _caches():
        for one in names:
            model = os.path.join(cache, "models--" + one.replace("/", "--"))
            commit = revision or "main"
            try:
                with open(os.path.join(model, "refs", commit)) as file:
                    commit = file.read().strip()
            except (OSError, ValueError):
                pass
            snapshot = os.path.join(model, "snapshots", commit)
            if os.path.isdir(snapshot):
                found.append(snapshot)
    return found


def fetch(name: str, revision: str | None) -> None:
    """Fetches a model that the cache does not have, where huggingface_hub is installed; without it emblemc's own
    sentence says how. A name without an owner is left to emblemc as well.

    Raises CompileError with huggingface_hub's reason.
    """
    if "/" not in name or importlib.util.find_spec("huggingface_hub") is None:
        return
    import huggingface_hub
    try:
        huggingface_hub.snapshot_download(repo_id=name, revision=revision, ignore_patterns=_NOT_READ)
    except Exception as error:
        reason = " ".join(str(error).split()) or type(error).__name__
        raise CompileError(f"cannot fetch '{name}' from the Hugging Face Hub: {reason}") from error
