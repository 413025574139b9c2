"""check_cosines.py PROGRAM FIXTURE MINIMUM MEAN: a program in a low precision.

Embeds the lines of FIXTURE and holds the least and the mean cosine to the reference's
vectors to these bounds, and each vector to the same bits in every batch.
"""

import sys

import vectors

program, fixture, minimum, mean = sys.argv[1:]
with open(fixture + "/lines.txt", "rb") as file:
    texts = file.read().split(b"\n")[:-1]
expected = vectors.read_npy(fixture + "/vectors.npy")
lines = vectors.check_cosines(program, texts, expected, float(minimum), float(mean))
vectors.check_same_bits(program, texts, lines, alone=20)
