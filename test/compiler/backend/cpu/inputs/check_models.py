"""check_models.py FOLDER TARGET [OPTION...] MODEL...: compiled models against the
evaluator.

OPTION, which begins with --, is emblemc's; MODEL is what random_model.py takes. Each is compiled for the target, and run on
sequences of 1 to 40 tokens (or as long as random_model.LENGTHS says): all in one batch, each alone (1 to 40 rows, every
height of a tile), and in batches of 1 to 40 sequences (rows of texts), at 1 and at
2 threads. The vectors are the evaluator's to within 1e-5, and the same bits
throughout.
"""

import os
import random
import subprocess
import sys

from random_model import LENGTHS, VOCABULARY, write
from shared_model import SharedModel

TOLERANCE = 1e-5

draw = random.Random(0)


def evaluate(path, sequences):
    text = ", ".join(" ".join(map(str, ids)) for ids in sequences)
    output = subprocess.run(
        ["emblem-translate", path, "--evaluate", text],
        check=True,
        stdout=subprocess.PIPE,
    ).stdout.decode()
    return [list(map(float, line.split())) for line in output.splitlines()]


def check_close(name, sequences, got, expected):
    worst = 0.0
    for ids, vector, right in zip(sequences, got, expected, strict=True):
        for a, b in zip(vector, right, strict=True):
            # Not a > b, which a NaN would pass.
            if not abs(a - b) <= TOLERANCE * max(1.0, abs(b)):
                sys.exit(f"{name}: {len(ids)} tokens: {a}, not {b}")
            worst = max(worst, abs(a - b))
    print(f"{name}: at most {worst:.1e} off")


def check_same_bits(name, sequences, model, vectors):
    def check(indices):
        got = model.embed([sequences[i] for i in indices])
        for i, vector in zip(indices, got, strict=True):
            if vector.tobytes() != vectors[i].tobytes():
                sys.exit(f"{name}: {len(sequences[i])} tokens differ in a batch of {len(indices)}")

    everything = list(range(len(sequences)))
    for i in everything:
        check([i])
    for count in range(2, len(everything) + 1):
        draw.shuffle(everything)
        check(everything[:count])


def main(folder, target, arguments):
    os.makedirs(folder, exist_ok=True)
    options = [argument for argument in arguments if argument.startswith("--")]
    arguments = arguments[len(options) :]
    for argument in arguments:
        path = f"{folder}/{argument}.mlir"
        with open(path, "w") as file:
            print(write(argument), file=file)
        library = f"{folder}/{argument}.so"
        subprocess.run(
            ["emblemc", path, "--emit=shared", f"--target={target}", "-o", library]
            + options,
            check=True,
        )
        sequences = [
            [draw.randrange(VOCABULARY) for _ in range(length)]
            for length in LENGTHS.get(argument, range(1, 41))
        ]
        expected = evaluate(path, sequences)
        vectors = None
        for threads in (1, 2):
            name = f"{argument} for {target}, {threads} threads"
            model = SharedModel(library, len(expected[0]), threads)
            if not vectors:
                vectors = model.embed(sequences)
                check_close(name, sequences, vectors, expected)
            check_same_bits(name, sequences, model, vectors)
            model.close()


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], sys.argv[3:])
