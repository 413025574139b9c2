"""compare_vectors.py GOT EXPECTED TOLERANCE: two files, one vector a line."""

import sys

import vectors

with open(sys.argv[1]) as got, open(sys.argv[2]) as expected:
    lines = got.read().splitlines()
    rows = [[float(word) for word in line.split()] for line in expected]
if not rows or len(lines) != len(rows):
    sys.exit(f"{len(lines)} vectors, {len(rows)} expected")
difference, index = vectors.worst(lines, rows)
if not difference <= float(sys.argv[3]):
    sys.exit(f"line {index + 1} is off by {difference}")
