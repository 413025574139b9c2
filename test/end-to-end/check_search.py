"""check_search.py PROGRAM FIXTURE: the nearest of the fixture's lines.

The scores must be the cosines of the reference's vectors, in their order, and the
same bits from an index file, from lines, and at any number of threads.
"""

import json
import math
import subprocess
import sys
import tempfile

import vectors

LINES, QUERIES, TOP = 60, 5, 7

program, fixture = sys.argv[1:3]
with open(fixture + "/lines.txt", "rb") as file:
    texts = file.read().split(b"\n")[:LINES]
expected = vectors.read_npy(fixture + "/vectors.npy")[:LINES]


def search(place, *options):
    queries = b"".join(text + b"\n" for text in texts[:QUERIES])
    return subprocess.run([program, "search", place, f"--top={TOP}", *options], input=queries,
                          capture_output=True, check=True).stdout


def cosine(a, b):
    return sum(x * y for x, y in zip(a, b)) / math.sqrt(
        sum(x * x for x in a) * sum(y * y for y in b))


with tempfile.TemporaryDirectory() as folder:
    lines, index = folder + "/lines", folder + "/index"
    with open(lines, "wb") as file:
        file.write(b"".join(text + b"\n" for text in texts))
    subprocess.run([program, "index", lines, "-o", index], capture_output=True, check=True)
    found = search(index, "--threads=1")
    assert found == search(index, "--threads=3") == search(lines)

for query, line in enumerate(found.decode().splitlines()):
    scores = [cosine(expected[query], vector) for vector in expected]
    hits = json.loads(line)["hits"]
    assert len(hits) == TOP and hits[0]["text"].encode() == texts[hits[0]["index"]]
    for hit, best in zip(hits, sorted(scores, reverse=True)):
        assert abs(hit["score"] - best) < 1e-5, (query, hit, best)
        assert abs(hit["score"] - scores[hit["index"]]) < 1e-5, (query, hit)
assert query == QUERIES - 1
