"""with_memory_limit.py BYTES COMMAND...: runs COMMAND with that much address space,
the standard input as it is. Expects exit code 1 and nothing on standard output;
what is on standard error goes on."""

import resource
import subprocess
import sys

limit, command = int(sys.argv[1]), sys.argv[2:]
done = subprocess.run(
    command, stdout=subprocess.PIPE,
    preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_AS, (limit, limit)))
assert done.returncode == 1, done.returncode
assert not done.stdout, done.stdout
