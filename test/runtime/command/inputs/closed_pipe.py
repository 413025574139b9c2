"""closed_pipe.py PROGRAM: when the reader goes, the program ends quietly with 1."""
import subprocess
import sys

embed = subprocess.Popen([sys.argv[1], "embed", "--ids", "--format=text", "--"]
                         + ["1 2"] * 20000,
                         stdout=subprocess.PIPE, stderr=subprocess.PIPE)
assert embed.stdout.readline() == b"3 2 0.5 -1\n"
embed.stdout.close()
assert embed.stderr.read() == b""
assert embed.wait(60) == 1, embed.returncode
