"""``python -m emblem COMMAND ARGUMENT...``."""

from __future__ import annotations

import importlib
import sys

COMMANDS = {"verify": "emblem.verify"}  # a module each, whose main(arguments) gives the exit code


def main() -> int:
    """The exit code of the command."""
    name = sys.argv[1] if len(sys.argv) > 1 else ""
    if name not in COMMANDS:
        print(f"usage: python -m emblem {{{','.join(COMMANDS)}}} ...", file=sys.stderr)
        return 2
    code: int = importlib.import_module(COMMANDS[name]).main(sys.argv[2:])
    return code


if __name__ == "__main__":
    sys.exit(main())
