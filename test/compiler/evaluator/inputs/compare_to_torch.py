"""Holds the reference evaluator to vectors that torch computed in float32.

    compare_to_torch.py TOLERANCE MODEL REFERENCE [TEXTS]

REFERENCE is a NAME.reference.json of test/fixtures/models, or a folder with
ids.txt and vectors.npy as test/fixtures/minilm has them. TEXTS limits how many
are compared. The tolerance is for each component: absolute, and relative to the
vector's greatest where that is above 1. (In float64 torch and the evaluator agree
to 1e-10; what is left is torch's float32.) Prints one line; exits with 1 where a
component is further off.
"""

import array
import json
import pathlib
import subprocess
import sys


def read_npy(path):
    """The rows of a two-dimensional little-endian float32 array, in C order."""
    data = path.read_bytes()
    header_size = int.from_bytes(data[8:10], "little")
    header = data[10 : 10 + header_size].decode()
    assert "'descr': '<f4'" in header and "'fortran_order': False" in header, header
    columns = int(header.split("(")[1].split(")")[0].split(",")[1])
    values = array.array("f", data[10 + header_size :])
    return [values[i : i + columns] for i in range(0, len(values), columns)]


def read_reference(path):
    """The token ids and the vector of each text."""
    if path.suffix == ".json":
        texts = json.loads(path.read_text())["texts"]
        return [(text["ids"], text["vector"]) for text in texts]
    lines = (path / "ids.txt").read_text().splitlines()
    ids = [[int(id) for id in line.split()] for line in lines]
    return list(zip(ids, read_npy(path / "vectors.npy"), strict=True))


def main(tolerance, model, reference, texts=None):
    expected = read_reference(pathlib.Path(reference))[: texts and int(texts)]
    batch = ", ".join(" ".join(map(str, ids)) for ids, _ in expected)
    output = subprocess.run(
        ["emblem-translate", model, "--evaluate", batch],
        stdout=subprocess.PIPE, text=True, check=True,
    ).stdout
    vectors = [[float(x) for x in line.split()] for line in output.splitlines()]

    worst = 0.0
    for (_, expected_vector), vector in zip(expected, vectors, strict=True):
        scale = max(1.0, *(abs(y) for y in expected_vector))
        for x, y in zip(vector, expected_vector, strict=True):
            worst = max(worst, abs(x - y) / scale)
    print(f"{pathlib.Path(model).name}: {len(vectors)} texts, off by {worst:.1e}")
    return worst > float(tolerance)


if __name__ == "__main__":
    sys.exit(main(*sys.argv[1:]))
