"""check_pictures.py PROGRAM FIXTURES NAME: a compiled model of images, from picture
files to the vectors that transformers' processor and model make of them, at any
number of threads."""

import json
import os
import subprocess
import sys

import vectors

program, fixtures, name = sys.argv[1:4]
with open(fixtures + "/vectors.json") as file:
    expected = json.load(file)[name]
files = [os.path.join(fixtures, picture) for picture in expected]


def embed(*options):
    return subprocess.run([program, "embed", "--format=text", *options, *files], check=True,
                          capture_output=True, text=True).stdout.splitlines()


lines = embed("--threads=1")
assert lines == embed("--threads=3")
difference, picture = vectors.worst(lines, list(expected.values()))
assert difference < vectors.TOLERANCE, (difference, picture)
