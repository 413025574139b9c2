"""check_cosines.py PROGRAM FIXTURE MINIMUM MEAN [COUNT]: a program in a low precision.

Embeds the lines of FIXTURE, or the first COUNT of them, and holds the least and the mean
cosine to the reference's vectors to these bounds, and each vector to the same bits in
every batch.
"""

import sys

import vectors

program, fixture, minimum, mean, *count = sys.argv[1:]
count = int(count[0]) if count else None
with open(fixture + "/lines.txt", "rb") as file:
    texts = file.read().split(b"\n")[:-1][:count]
expected = vectors.read_npy(fixture + "/vectors.npy")[:count]
lines = vectors.check_cosines(program, texts, expected, float(minimum), float(mean))
vectors.check_same_bits(program, texts, lines, alone=20)
