"""check_cosines.py PROGRAM FIXTURE MINIMUM MEAN: a program in a low precision.

Embeds the lines of FIXTURE and holds the least and the mean cosine to the reference's
vectors to these bounds, and each vector to the same bits in every batch.
"""

import math
import sys

import vectors

program, fixture, minimum, mean = sys.argv[1:]
with open(fixture + "/lines.txt", "rb") as file:
    texts = file.read().split(b"\n")[:-1]
expected = vectors.read_npy(fixture + "/vectors.npy")
lines = vectors.embed(program, texts)


def cosine(a, b):
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    return dot / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))


cosines = [cosine(list(map(float, line.split(" "))), vector)
           for line, vector in zip(lines, expected, strict=True)]
least, average = min(cosines), sum(cosines) / len(cosines)
print(f"{program}: {len(texts)} texts, cosine at least {least:.6f}, "
      f"{average:.6f} in the mean")
if not (least >= float(minimum) and average >= float(mean)):
    sys.exit(f"{program}: the bounds are {minimum} and {mean}")
vectors.check_same_bits(program, texts, lines, alone=20)
