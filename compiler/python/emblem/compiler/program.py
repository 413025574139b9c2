"""The program emblemc: where it is, and what comes of running it."""

from __future__ import annotations

import os
import re
import sys
from collections.abc import Sequence

from emblem.errors import EmblemError, InvalidArgumentError

_PREFIX = "emblemc: error: "


class CompileError(EmblemError, RuntimeError):
    """emblemc refuses the model, or the system lacks what it needs; the sentence is its own."""


def find_program() -> str:
    """The path of emblemc: EMBLEM_COMPILER, else this package's own, else one on PATH.

    Raises CompileError where there is none.
    """
    named = os.environ.get("EMBLEM_COMPILER")
    if named:
        if not os.access(named, os.X_OK):
            raise CompileError(f"EMBLEM_COMPILER names '{named}', which is no program; unset it, or name emblemc in it")
        return named
    found: str | None = os.path.join(os.path.dirname(os.path.abspath(__file__)), "bin", "emblemc")
    if not os.access(str(found), os.X_OK):
        import shutil
        found = shutil.which("emblemc")
    if found is None:
        raise CompileError("there is no emblemc: this emblem-compiler was installed without it, and none is on PATH; "
                           "install its wheel, or name an emblemc in EMBLEM_COMPILER")
    return found


def _run_on_terminal(command: Sequence[str]) -> tuple[int, str]:
    """Shows what it writes as it comes: on a terminal emblemc says how far it is."""
    import pty
    import subprocess
    mine, its = pty.openpty()
    with subprocess.Popen(command, stdin=subprocess.DEVNULL, stderr=its) as process:
        os.close(its)
        said = b""
        try:
            while block := os.read(mine, 4096):
                said += block
                sys.stderr.write(block.decode(errors="replace"))
                sys.stderr.flush()
        except OSError:  # the other end is closed
            pass
        finally:
            os.close(mine)
    return process.returncode, said.decode(errors="replace")


def run(arguments: Sequence[str]) -> None:
    """Runs emblemc with these arguments.

    Raises InvalidArgumentError for a command line that it does not take, CompileError for all else that it refuses.
    """
    import subprocess  # an import that a start from the cache is spared
    command = [find_program(), *arguments]
    try:
        if sys.stderr is not None and sys.stderr.isatty():
            status, said = _run_on_terminal(command)
        else:
            done = subprocess.run(command, stdin=subprocess.DEVNULL, stderr=subprocess.PIPE, errors="replace")
            status, said = done.returncode, done.stderr
    except OSError as error:
        raise CompileError(f"cannot run '{command[0]}': {error.strerror}") from None
    if status == 0:
        return
    if status < 0:
        raise CompileError(f"emblemc was ended by signal {-status}" +
                           (", as the system does where memory is short" if status == -9 else ""))
    plain = re.sub(r"\x1b\[[0-9;]*[A-Za-z]", "", said)  # without a terminal's colours
    lines = [line.strip() for line in plain.splitlines() if line.strip()]
    sentences = [line.partition(_PREFIX)[2] for line in lines if _PREFIX in line]
    sentence = sentences[0] if sentences else lines[-1] if lines else f"emblemc ended with status {status}"
    raise (InvalidArgumentError if status == 2 else CompileError)(sentence)


def main() -> None:
    """The command ``emblemc``."""
    try:
        program = find_program()
        os.execv(program, ["emblemc", *sys.argv[1:]])
    except (EmblemError, OSError) as error:
        sys.exit(f"{_PREFIX}{error}")
