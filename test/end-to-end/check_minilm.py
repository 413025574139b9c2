"""check_minilm.py PROGRAM FIXTURE [--vectors-only]: a compiled all-MiniLM-L6-v2.

FIXTURE is a folder that test/fixtures/minilm/make_minilm_fixture.py wrote.
"""

import sys

import vectors

program, fixture = sys.argv[1:3]
with open(fixture + "/lines.txt", "rb") as file:
    texts = file.read().split(b"\n")[:-1]
with open(fixture + "/ids.txt") as file:
    ids = [line.split() for line in file]
expected = vectors.read_npy(fixture + "/vectors.npy")
assert len(texts) == len(ids) == len(expected) >= 200

vectors.check_ids(program, texts, ids)
lines = vectors.check_close(program, texts, expected)
if "--vectors-only" not in sys.argv:
    vectors.check_same_bits(program, texts, lines, alone=20)
