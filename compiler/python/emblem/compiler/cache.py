"""The cache of compiled models: a folder a model, by the identity of what it was made of.

    CACHE/KEY/model.so      the library; processes that have it open hold a shared lock on it
    CACHE/KEY/facts.json    what it is: source, options
    CACHE/KEY.lock          held by the process that compiles it
    CACHE/hashes.json       hashes of files that were read (identity.py)
"""

from __future__ import annotations

import fcntl
import json
import os
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emblem.compiler.program import CompileError
from emblem.errors import EmblemError, InvalidArgumentError

LIBRARY = "model.so"
_FACTS = "facts.json"
_DEFAULT_SIZE = 20 << 30
_KEY = re.compile(r"[0-9a-f]{32}")
_held: dict[str, int] = {}  # libraries' descriptors, by path, locked until the process ends


def folder() -> str:
    """EMBLEM_CACHE, else XDG_CACHE_HOME/emblem, else ~/.cache/emblem."""
    own = os.environ.get("EMBLEM_CACHE")
    if own:
        return os.path.abspath(os.path.expanduser(own))
    return os.path.join(os.environ.get("XDG_CACHE_HOME") or os.path.expanduser("~/.cache"), "emblem")


def size_limit() -> int:
    """EMBLEM_CACHE_SIZE in bytes, or with K, M, G or T; 20G where it is not set.

    Raises InvalidArgumentError where it is no size.
    """
    text = os.environ.get("EMBLEM_CACHE_SIZE")
    if text is None:
        return _DEFAULT_SIZE
    found = re.fullmatch(r"(\d+)([KMGT]?)B?", text.strip(), re.IGNORECASE)
    if not found:
        raise InvalidArgumentError(f"EMBLEM_CACHE_SIZE is '{text}'; it must be a number of bytes, or one with K, M, G "
                                   "or T, as 20G")
    return int(found[1]) << (10 * " KMGT".index(found[2].upper() or " "))


def _bytes_of(path: str) -> int:
    return sum(os.lstat(os.path.join(here, name)).st_size for here, _, names in os.walk(path) for name in names)


@dataclass(frozen=True)
class Entry:
    """A compiled model of the cache. `used` is in seconds since 1970."""

    key: str
    path: str
    bytes: int
    used: float
    facts: dict[str, Any]


def entries(cache: str | None = None) -> list[Entry]:
    """All models of the cache, the latest used first."""
    cache = cache or folder()
    found = []
    for key in os.listdir(cache) if os.path.isdir(cache) else []:
        path = os.path.join(cache, key)
        if not _KEY.fullmatch(key):
            continue
        try:
            with open(os.path.join(path, _FACTS)) as file:
                facts = json.load(file)
            found.append(Entry(key, path, _bytes_of(path), os.stat(path).st_mtime, facts))
        except (OSError, ValueError):  # another process removes it
            continue
    return sorted(found, key=lambda entry: -entry.used)


def remove(entry: Entry) -> bool:
    """Removes a model, unless a process has it open."""
    import shutil  # imports that a start from the cache is spared
    import tempfile
    try:
        lock = os.open(os.path.join(entry.path, LIBRARY), os.O_RDWR | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        gone = tempfile.mkdtemp(prefix="gone-", dir=os.path.dirname(entry.path))
        os.replace(entry.path, os.path.join(gone, entry.key))
        shutil.rmtree(gone, ignore_errors=True)
        return True
    except OSError:
        return False
    finally:
        os.close(lock)


def shrink(kept: str, cache: str | None = None) -> None:
    """Removes models that were not used for longest until the size limit holds; `kept` stays, as do open ones."""
    limit = size_limit()
    found = entries(cache)
    total = sum(entry.bytes for entry in found)
    for entry in reversed(found):
        if total <= limit:
            break
        if entry.key != kept and remove(entry):
            total -= entry.bytes


def _hold(library: str) -> bool:
    """Whether the library is there; then it stays while this process lives."""
    try:
        held = os.open(library, os.O_RDONLY | os.O_CLOEXEC)
    except OSError:
        return False
    try:
        facts = os.fstat(held)
        fcntl.flock(held, fcntl.LOCK_SH)
        if not os.path.samestat(facts, os.stat(library)):  # removed before it was locked
            raise FileNotFoundError(library)
    except FileNotFoundError:
        os.close(held)
        return False
    except OSError:  # a file system without locks
        pass
    before = _held.pop(library, None)
    _held[library] = held
    if before is not None:
        os.close(before)
    try:
        os.utime(os.path.dirname(library))
    except OSError:  # another's cache
        pass
    return True


def get(key: str, facts: dict[str, Any], make: Callable[[str], None]) -> str:
    """The path of the library of that key, which `make` writes to a path where it is not there yet: of several
    processes that ask at once, in one alone.

    Raises what `make` raises, and CompileError where the folder cannot be written.
    """
    cache = folder()
    library = os.path.join(cache, key, LIBRARY)
    if _hold(library):
        return library
    size_limit()  # what is wrong with it is said before a model is compiled
    try:
        os.makedirs(cache, exist_ok=True)
        lock_path = os.path.join(cache, key + ".lock")
        lock = os.open(lock_path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o666)
        try:
            fcntl.flock(lock, fcntl.LOCK_EX)
            while not _hold(library):
                _make(os.path.dirname(library), facts, make)
            shrink(key)
            try:  # who waits for it finds the library
                os.unlink(lock_path)
            except FileNotFoundError:
                pass
        finally:
            os.close(lock)
    except OSError as error:
        if isinstance(error, EmblemError):
            raise
        raise CompileError(f"cannot write the cache '{cache}': {error.strerror}; name another folder in "
                           "EMBLEM_CACHE") from None
    return library


def _make(path: str, facts: dict[str, Any], make: Callable[[str], None]) -> None:
    """Writes the folder of a model; it has its name when it is whole."""
    import shutil
    import tempfile
    unfinished = tempfile.mkdtemp(prefix="unfinished-", dir=os.path.dirname(path))
    try:
        library = os.path.join(unfinished, LIBRARY)
        started = time.monotonic()
        make(library)
        facts = {**facts, "seconds": round(time.monotonic() - started, 1)}
        with open(os.path.join(unfinished, _FACTS), "w") as file:
            json.dump(facts, file, indent=1)
        os.chmod(unfinished, 0o777 & ~_umask())
        os.replace(unfinished, path)
    finally:
        shutil.rmtree(unfinished, ignore_errors=True)


def _umask() -> int:
    mask = os.umask(0o022)
    os.umask(mask)
    return mask
