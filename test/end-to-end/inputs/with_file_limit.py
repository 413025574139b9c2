"""with_file_limit.py BYTES COMMAND...: runs COMMAND, whose files may not be longer.

Expects one sentence on standard error that names the reason, exit code 1, and
nothing left in the working folder that was not there.
"""

import os
import resource
import subprocess
import sys

limit, command = int(sys.argv[1]), sys.argv[2:]
before = set(os.listdir("."))
done = subprocess.run(
    command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
    stderr=subprocess.PIPE, text=True,
    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit)))
assert done.returncode == 1, (done.returncode, done.stderr)
assert done.stderr.count("\n") == 1 and "File too large" in done.stderr, done.stderr
assert set(os.listdir(".")) == before, os.listdir(".")
