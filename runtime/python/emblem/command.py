"""The command ``emblem``: a table of commands, each a module whose main(arguments) returns the exit code. Those of a
package that is not installed are not there."""

from __future__ import annotations

import importlib
import importlib.util
import sys
from collections.abc import Sequence

# Name, module, package that brings it, what it does.
_COMMANDS = (
    ("cache", "emblem.compiler.cache_command", "emblem-compiler", "lists or clears the models that were compiled"),
    ("verify", "emblem.verify", "emblem-runtime", "holds vectors that were written by blocks to their checksums"),
)


def _is_installed(module: str) -> bool:
    try:
        return importlib.util.find_spec(module) is not None
    except ModuleNotFoundError:
        return False


def _usage() -> str:
    rows = [f"  {name:8} {text}" for name, module, _, text in _COMMANDS if _is_installed(module)]
    return "\n".join(["usage: emblem COMMAND [arguments]; emblem COMMAND --help", "", *rows])


def main(arguments: Sequence[str] | None = None) -> int:
    """Runs a command; 2 is the exit code of a command line that is not taken."""
    words = list(sys.argv[1:] if arguments is None else arguments)
    if words in (["--help"], ["-h"]):
        print(_usage())
        return 0
    if not words:
        print(_usage(), file=sys.stderr)
        return 2
    for name, module, package, _ in _COMMANDS:
        if name == words[0]:
            if not _is_installed(module):
                print(f"emblem: error: the command '{name}' is of {package}; pip install {package}", file=sys.stderr)
                return 1
            return int(importlib.import_module(module).main(words[1:]))
    print(f"emblem: error: unknown command '{words[0]}'; emblem --help lists those that there are", file=sys.stderr)
    return 2


if __name__ == "__main__":
    sys.exit(main())
