"""The threads that all models of a process share, by emblem_pool_open."""

from __future__ import annotations

import ctypes
import os
import threading
import weakref
from typing import Any

from emblem import c_interface as c


class Pool:
    """Threads of the library that was loaded first, as long as a model is open on them. A child process that forks has
    none of them, and leaves them."""

    def __init__(self, library: c.Library, threads: int, pinned: int) -> None:
        self._process = os.getpid()
        self._library = library
        self._handle = ctypes.c_void_p()
        library.call("pool_open", threads, pinned, ctypes.byref(self._handle))
        self.threads = int(library.ask("pool_threads", self._handle))

    def put_into(self, options: c.Options) -> None:
        """Lets a model that is opened with the options work on these threads."""
        options.threads = self.threads
        options.parallel_for = self._library.address("pool_parallel_for")
        options.parallel_context = self._handle.value

    def __del__(self, process: Any = os.getpid) -> None:
        if getattr(self, "_handle", None) and process() == self._process:
            self._library.ask("pool_free", self._handle)


_pools: weakref.WeakValueDictionary[tuple[Any, ...], Pool] = weakref.WeakValueDictionary()
_lock = threading.Lock()


def _forget_in_child() -> None:
    global _pools, _lock
    _pools, _lock = weakref.WeakValueDictionary(), threading.Lock()


os.register_at_fork(after_in_child=_forget_in_child)


def share_threads(library: c.Library, options: c.Options) -> Pool | None:
    """Lets a model of a library work on the pool of its options' threads, which it is to keep. None: on none, or on the
    library's own, where it is of a release that cannot share."""
    if options.threads == 1 or not library.has("pool_open"):
        return None
    # The CPUs that the process may use are what 0 threads stand for, and where threads are pinned.
    key = (options.threads, options.pin_threads, frozenset(os.sched_getaffinity(0)))
    with _lock:
        pool = _pools.get(key)
        if pool is None:
            pool = _pools[key] = Pool(library, options.threads, options.pin_threads)
    pool.put_into(options)
    return pool
