"""check_last_ids.py PROGRAM SHORT LONG: pairs too long end as short ones do."""

import subprocess
import sys

program, *files = sys.argv[1:]
short, long = (
    [line.split() for line in subprocess.run([program, "tokenize"], stdin=open(file), text=True,
                                             check=True, stdout=subprocess.PIPE).stdout.splitlines()]
    for file in files)
suffix = 0
while all(ids[-suffix - 1] == short[0][-suffix - 1] for ids in short):
    suffix += 1
assert suffix > 5, short
assert len(long[0]) == 128, long
assert long[0][-suffix:] == short[0][-suffix:], (long, short)
