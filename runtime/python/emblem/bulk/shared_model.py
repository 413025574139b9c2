"""A model that many machines open: its path, its checksum, and where its bytes are to be had."""

from __future__ import annotations

import fcntl
import functools
import hashlib
import os
import socket
import tempfile
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from emblem.errors import CannotLoadError


def file_checksum(path: str) -> str:
    """The SHA-256 of a file, in hexadecimal."""
    digest = hashlib.sha256()
    with open(path, "rb", buffering=0) as file:
        while part := file.read(1 << 20):
            digest.update(part)
    return digest.hexdigest()


@functools.lru_cache(maxsize=None)  # a worker asks once
def _has_checksum(path: str, checksum: str) -> bool:
    return file_checksum(path) == checksum


@dataclass(frozen=True)
class SharedModel:
    """A model's file as the driver has it. A worker opens the same path where the same file is there. Else it has
    `fetch`, which gives the bytes, and keeps a copy of them a node, or there is none and it says so."""

    path: str
    checksum: str
    fetch: Callable[[], Any] | None = None

    @classmethod
    def of(cls, path: str | os.PathLike[str]) -> SharedModel:
        """Raises CannotLoadError where there is no such file."""
        absolute = os.path.abspath(os.fspath(path))
        try:
            return cls(absolute, file_checksum(absolute))
        except OSError as error:
            raise CannotLoadError(f"{absolute}: {error.strerror}") from None

    def local_path(self) -> str:
        """The file on this machine, whose bytes are the driver's."""
        if os.path.isfile(self.path) and _has_checksum(self.path, self.checksum):
            return self.path
        if self.fetch is not None:
            return self._copy()
        host = socket.gethostname()
        if not os.path.isfile(self.path):
            raise CannotLoadError(f"{host}: {self.path}: no such file; put the model where every worker sees it, or "
                                  "say ship_model=True")
        raise CannotLoadError(f"{host}: {self.path} is another file than the driver's, whose SHA-256 is "
                              f"{self.checksum}; copy it again, or say ship_model=True")

    def _copy(self) -> str:
        """Written once a node: who comes while another writes waits for it."""
        assert self.fetch is not None
        folder = os.path.join(_copies_folder(), self.checksum)
        os.makedirs(folder, mode=0o700, exist_ok=True)
        copy = os.path.join(folder, os.path.basename(self.path))
        with open(os.path.join(folder, "lock"), "w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            if not (os.path.isfile(copy) and file_checksum(copy) == self.checksum):
                with open(copy + ".part", "wb") as file:
                    file.write(self.fetch())
                    file.flush()
                    os.fsync(file.fileno())
                if file_checksum(copy + ".part") != self.checksum:
                    raise CannotLoadError(f"{socket.gethostname()}: what came of {self.path} is not the driver's file; "
                                          "run again")
                os.replace(copy + ".part", copy)
        return copy


def _copies_folder() -> str:
    """Of this user alone: code is run from it."""
    folder = os.path.join(tempfile.gettempdir(), f"emblem-models-{os.getuid()}")
    os.makedirs(folder, mode=0o700, exist_ok=True)
    facts = os.lstat(folder)
    if facts.st_uid != os.getuid() or facts.st_mode & 0o022:
        raise CannotLoadError(f"{socket.gethostname()}: {folder} can be written by others; remove it, or set TMPDIR")
    return folder
