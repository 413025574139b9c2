"""A model that is open: its library, its facts, and what a process that forks or pickles does with it."""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from typing import Any, NamedTuple

from emblem import c_interface as c
from emblem.errors import CannotLoadError, InvalidArgumentError
from emblem.model_file import check_model_file, identity_of
from emblem.pool import Pool, share_threads


def _threads_of_environment() -> int:
    """EMBLEM_THREADS, else OMP_NUM_THREADS (Ray and Spark set it for their workers), else 0: as many as there are."""
    own = os.environ.get("EMBLEM_THREADS")
    if own is not None:
        if not own.isdigit() or int(own) < 1:
            raise InvalidArgumentError(f"EMBLEM_THREADS is '{own}'; it must be a number of threads from 1")
        return int(own)
    first = os.environ.get("OMP_NUM_THREADS", "").partition(",")[0].strip()
    return int(first) if first.isdigit() else 0


_opened: weakref.WeakSet[OpenModel] = weakref.WeakSet()


def _forget_in_child() -> None:
    # Their threads are the parent's, and locks may be held by those.
    for model in _opened:
        model._lock = threading.Lock()
        model._handle = model._pool = None


os.register_at_fork(after_in_child=_forget_in_child)


class Settings(NamedTuple):
    """How a model is opened (EmblemOptions); what is None is the runtime's to choose."""

    threads: int | None = None
    device: str | None = None
    max_batch_tokens: int | None = None
    pin_threads: bool = False
    overflow: str = "truncate"  # or "error"

    def check(self) -> None:
        """Raises InvalidArgumentError for what no runtime takes."""
        if self.overflow not in ("truncate", "error"):
            raise InvalidArgumentError(f"overflow is '{self.overflow}'; it must be 'truncate' or 'error'")
        if self.threads is not None and self.threads < 1:
            raise InvalidArgumentError(f"threads is {self.threads}; it must be at least 1, or None")

    def options(self) -> c.Options:
        """The same for the C interface."""
        return c.Options(
            size=ctypes.sizeof(c.Options), threads=self.threads or _threads_of_environment(),
            pin_threads=self.pin_threads, max_batch_tokens=self.max_batch_tokens or 0,
            overflow=self.overflow == "error", device=self.device.encode() if self.device else None)


class OpenModel:
    """The C interface's model, opened again in a child process: its threads stay in the parent. `identity`: that of the
    file (`identity_of`), where another one is an error; so a model does not unpickle as another."""

    def __init__(self, path: str | os.PathLike[str], settings: Settings, identity: str | None = None) -> None:
        settings.check()
        self.path = os.path.abspath(os.fspath(path))
        self.settings = settings
        check_model_file(self.path)
        self.identity = identity_of(self.path)
        if identity not in (None, self.identity):
            raise CannotLoadError(f"{self.path}: the file has other content than the model that was pickled; put that "
                                  "model there, or load this one by its path")
        self.library = c.Library(self.path)
        self._lock = threading.Lock()
        self._handle: Any = None
        self._pool: Pool | None = None
        _opened.add(self)
        self.info = c.ModelInfo()
        self.library.call("info", self.handle(), ctypes.byref(self.info))

    def handle(self) -> Any:
        """The model of this process."""
        if self._handle is None:
            with self._lock:
                if self._handle is None:
                    self._handle = self._open()
        return self._handle

    def _open(self) -> Any:
        handle = ctypes.c_void_p()
        options = self.settings.options()
        self._pool = share_threads(self.library, options)
        self.library.call("open", self.library.table, ctypes.byref(options), ctypes.byref(handle))
        return handle

    def __del__(self) -> None:
        if getattr(self, "_handle", None):
            self.library.ask("free", self._handle)

    def __reduce__(self) -> tuple[Any, ...]:
        return OpenModel, (self.path, self.settings, self.identity)

    def call(self, name: str, *arguments: Any) -> None:
        """A function of the C interface that takes the model first."""
        self.library.call(name, self.handle(), *arguments)

    def ask(self, name: str, *arguments: Any) -> Any:
        """The same of one that returns no status."""
        return self.library.ask(name, self.handle(), *arguments)
