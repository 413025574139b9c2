"""The identity of what a compiled model is made of: its files, the compiler and the CPU."""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator

from emblem.compiler import hub

_READ_AT_ONCE = 1 << 22


class FileHashes:
    """Hashes of files' contents, each read once: a file whose size, time of change and inode are as they were is not
    read again. The table is a file of the cache."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._new = False
        self._known: dict[str, str] = {}
        try:
            with open(path) as file:
                table = json.load(file)
            if isinstance(table, dict):
                self._known = {str(key): str(value) for key, value in table.items()}
        except (OSError, ValueError):
            pass

    def of(self, path: str) -> str:
        """The hash of a file's content. Of one of Hugging Face's cache it is the name of its blob, which is one."""
        real = os.path.realpath(path)
        if real != path and os.path.basename(os.path.dirname(real)) == "blobs":
            return os.path.basename(real)
        facts = os.stat(real)
        key = f"{facts.st_dev}:{facts.st_ino}:{facts.st_size}:{facts.st_mtime_ns}"
        if key not in self._known:
            content = hashlib.sha256()
            with open(real, "rb") as file:
                while block := file.read(_READ_AT_ONCE):
                    content.update(block)
            self._known[key] = content.hexdigest()
            self._new = True
        return self._known[key]

    def keep(self) -> None:
        """Writes the table where it has grown; where that fails, files are read again."""
        if not self._new:
            return
        temporary = f"{self._path}.{os.getpid()}"
        try:
            with open(temporary, "w") as file:
                json.dump(self._known, file)
            os.replace(temporary, self._path)
            self._new = False
        except OSError:
            pass


def _files_of(folder: str) -> Iterator[str]:
    for here, folders, files in os.walk(folder):
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(files):
            if not name.startswith("."):
                yield os.path.join(here, name)


def _named_in(description: str) -> Iterator[str]:
    """The files and folders that a description names, wherever they are."""
    folder = os.path.dirname(os.path.abspath(description))
    with open(description, errors="replace") as file:
        words = set(re.findall(r"[^\s\"',\[\]{}]+", file.read()))
    for word in sorted(words):
        path = os.path.normpath(os.path.join(folder, os.path.expanduser(word)))
        if path != folder and word.strip("./") and os.path.exists(path):
            yield path


def _base_of_adapter(folder: str) -> str | None:
    try:
        with open(os.path.join(folder, "adapter_config.json")) as file:
            base = json.load(file).get("base_model_name_or_path")
    except (OSError, ValueError, AttributeError):
        return None
    return base if isinstance(base, str) and base else None


def _beside_onnx(source: str) -> Iterator[tuple[str, str]]:
    """Its weights and its tokenizer, which may be a folder further up."""
    folder = os.path.dirname(os.path.abspath(source))
    for place, prefix in ((folder, ""), (os.path.dirname(folder), "../")):
        for name in sorted(os.listdir(place)):
            path = os.path.join(place, name)
            is_setting = name.endswith((".json", ".txt", ".model"))
            if os.path.isfile(path) and (is_setting or not prefix and not name.endswith(".onnx")):
                yield prefix + name, path


def files_of_source(source: str, revision: str | None = None) -> Iterator[tuple[str, str]]:
    """Each file that a model may be read from, as (its name in the identity, its path)."""
    if os.path.isdir(source):
        for path in _files_of(source):
            yield os.path.relpath(path, source), path
        base = _base_of_adapter(source)
        if base and not (os.path.exists(base) and os.path.samefile(base, source)):
            for name, path in files_of_source(base):
                yield "base/" + name, path
    elif os.path.exists(source):
        yield os.path.basename(source), source
        if source.endswith((".yaml", ".yml", ".mlir")):
            for named in _named_in(source):
                if not os.path.isdir(named):
                    yield "named/" + os.path.basename(named), named
                else:
                    yield from (("named/" + os.path.relpath(path, named), path) for path in _files_of(named))
        elif source.endswith(".onnx"):
            yield from _beside_onnx(source)
    elif hub.is_hub_name(source):
        for snapshot in hub.find_snapshots(source, revision):
            yield from files_of_source(snapshot)


def cpu_identity() -> str:
    """What of this machine's CPU `native` depends on: its features."""
    try:
        with open("/proc/cpuinfo", errors="replace") as file:
            text = file.read(1 << 16)
    except OSError:
        text = ""
    found = re.search(r"^(?:flags|Features)\s*:(.*)$", text, re.MULTILINE)
    return f"{os.uname().machine} {' '.join(sorted(found[1].split())) if found else ''}"


def compiler_files(program: str) -> Iterator[tuple[str, str]]:
    """emblemc and the libraries that it links models with."""
    real = os.path.realpath(program)
    yield "emblemc", real
    library = os.path.join(os.path.dirname(os.path.dirname(real)), "lib")
    for name in ("libemblem_interface.a", "libemblem_image.a", "libemblem_cuda.a"):
        path = os.path.join(library, name)
        if os.path.exists(path):
            yield name, path
