"""check_minilm.py PROGRAM FIXTURE LINES TOLERANCE|MINIMUM,MEAN: the real model on a
device.

So many of the fixture's lines, spread over all that have at most 120 characters: each vector
within the tolerance of the reference's, or the least and the mean cosine at least as
large; and the same bits alone and in batches of 2, 7 and 33.
"""

import sys

sys.path.insert(0, sys.path[0] + "/..")
import vectors

program, fixture, count, bounds = sys.argv[1:]
with open(fixture + "/lines.txt", "rb") as file:
    lines = file.read().split(b"\n")[:-1]
expected = vectors.read_npy(fixture + "/vectors.npy")
short = [index for index, line in enumerate(lines) if len(line) <= 120]
chosen = short[:: len(short) // int(count)][:int(count)]
texts = [lines[index] for index in chosen]
wanted = [expected[index] for index in chosen]
options = ["--device=cuda"]
if "," in bounds:
    found = vectors.check_cosines(program, texts, wanted, *map(float, bounds.split(",")),
                                  options=options)
else:
    found = vectors.check_close(program, texts, wanted, options, float(bounds))
vectors.check_same_bits(program, texts, found, alone=4, options=options, sizes=(2, 7, 33),
                        thread_counts=(1,))
