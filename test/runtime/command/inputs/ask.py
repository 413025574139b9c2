"""ask.py PROGRAM: each line is answered before the next one is sent."""
import subprocess
import sys

embed = subprocess.Popen([sys.argv[1], "embed", "--ids", "--format=text"],
                         stdin=subprocess.PIPE, stdout=subprocess.PIPE)
for i in range(100):
    # A line that comes in two pieces is still one line.
    embed.stdin.write(b"%d " % i)
    embed.stdin.flush()
    embed.stdin.write(b"0\n")
    embed.stdin.flush()
    answer = embed.stdout.readline()
    assert answer == (b"%d 2 0 -%d\n" % (i, i)), answer
embed.stdin.close()
assert embed.stdout.read() == b""
assert embed.wait(60) == 0
