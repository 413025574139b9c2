"""``emblem cache``: the compiled models that are kept."""

from __future__ import annotations

import sys
import time
from collections.abc import Sequence

from emblem.compiler import cache
from emblem.errors import EmblemError

_USAGE = """usage: emblem cache list | clear

  list   the compiled models, the latest used first: key, size, last use, source and options
  clear  removes them, but for those that a process has open

The folder is EMBLEM_CACHE, else XDG_CACHE_HOME/emblem, else ~/.cache/emblem; EMBLEM_CACHE_SIZE bounds its
size (20G): what was not used for longest goes first."""


def _megabytes(size: int) -> str:
    return f"{size / 1e6:.1f} MB"


def _list() -> None:
    limit = cache.size_limit()
    found = cache.entries()
    for entry in found:
        used = time.strftime("%Y-%m-%d %H:%M", time.localtime(entry.used))
        made_of = " ".join([str(entry.facts.get("source", "?")), *map(str, entry.facts.get("options", []))])
        print(f"{entry.key}  {_megabytes(entry.bytes):>10}  {used}  {made_of}")
    total = sum(entry.bytes for entry in found)
    print(f"{len(found)} models, {_megabytes(total)} of {_megabytes(limit)} in {cache.folder()}")


def _clear() -> int:
    found = cache.entries()
    removed = [entry for entry in found if cache.remove(entry)]
    print(f"{len(removed)} models removed, {_megabytes(sum(entry.bytes for entry in removed))}")
    left = len(found) - len(removed)
    if left:
        print(f"emblem: error: {left} models are open in a process, and stay; clear again when it has ended",
              file=sys.stderr)
    return 1 if left else 0


def main(arguments: Sequence[str]) -> int:
    """Runs the command; the exit code is 2 for a command line that it does not take."""
    if list(arguments) in (["--help"], ["-h"]):
        print(_USAGE)
        return 0
    try:
        if list(arguments) == ["list"]:
            _list()
            return 0
        if list(arguments) == ["clear"]:
            return _clear()
    except EmblemError as error:
        print(f"emblem: error: {error}", file=sys.stderr)
        return 1
    print(_USAGE, file=sys.stderr)
    return 2
