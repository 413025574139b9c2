"""thread_count.py PROGRAM: how many threads PROGRAM embed has once it has embedded."""

import re
import subprocess
import sys

with subprocess.Popen(
    [sys.argv[1], "embed"], stdin=subprocess.PIPE, stdout=subprocess.PIPE
) as program:
    program.stdin.write(b"a text\n")
    program.stdin.flush()
    program.stdout.readline()  # its vector; now the program waits for more
    with open(f"/proc/{program.pid}/status") as status:
        print(re.search(r"Threads:\s*(\d+)", status.read()).group(1), "threads")
    program.stdin.close()
    program.stdout.read()
sys.exit(program.returncode)
