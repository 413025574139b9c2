"""on_terminal.py MODEL: what emblem.compile shows where standard error is a terminal."""

import os
import pty
import subprocess
import sys

SCRIPT = """import sys, emblem
try:
    print(emblem.compile(sys.argv[1], pooling=sys.argv[2]).encode("a text").shape)
except emblem.EmblemError as error:
    print(error)"""


def run(pooling):
    mine, its = pty.openpty()
    with subprocess.Popen([sys.executable, "-c", SCRIPT, sys.argv[1], pooling], stdout=subprocess.PIPE, stderr=its,
                          text=True) as process:
        os.close(its)
        shown = b""
        try:
            while block := os.read(mine, 4096):
                shown += block
        except OSError:
            pass
        printed = process.stdout.read()
    os.close(mine)
    return printed, shown.decode()


printed, shown = run("mean_sqrt")
assert printed == "(32,)\n" and "[1/" in shown, (printed, shown)
printed, shown = run("median")
assert printed.startswith("'median' is no value for --pooling;"), printed
assert printed.count("\n") == 1 and "\x1b" not in printed, printed
