"""Runs a compiled program on texts, and says where its vectors are not right."""

import array
import math
import random
import struct
import subprocess
import tempfile

TOLERANCE = 1e-5


def run(program, command, texts, *options):
    """The lines that PROGRAM COMMAND writes for texts (bytes), one a text."""
    written = [None] * len(texts)
    of_lines = [i for i, text in enumerate(texts)
                if b"\n" not in text and b"\r" not in text]
    of_arguments = sorted(set(range(len(texts))) - set(of_lines))
    for group, as_arguments in (of_lines, False), (of_arguments, True):
        if group:
            lines = run_group(program, command, [texts[i] for i in group],
                              as_arguments, options)
            for i, line in zip(group, lines):
                written[i] = line
    return written


def run_group(program, command, texts, as_arguments, options):
    with tempfile.TemporaryFile() as lines:
        arguments = [program, command, *options]
        if as_arguments:
            arguments += [b"--", *texts]
        else:
            lines.write(b"".join(text + b"\n" for text in texts))
            lines.seek(0)
        done = subprocess.run(arguments, stdin=lines, stdout=subprocess.PIPE,
                              stderr=subprocess.PIPE)
    if done.returncode != 0:
        raise SystemExit(f"{program} {command}: {done.stderr.decode()}")
    written = done.stdout.decode().split("\n")[:-1]
    if len(written) != len(texts):
        raise SystemExit(f"{len(written)} lines for {len(texts)} texts")
    return written


def embed(program, texts, *options):
    """One line a text: the shortest decimals that read back to the same bits."""
    return run(program, "embed", texts, "--format=text", *options)


def worst(lines, expected):
    """The largest difference of a component, and the text that has it. NaN, and
    a vector of the wrong length, are infinitely far."""
    result = (0.0, None)
    for index, (line, vector) in enumerate(zip(lines, expected)):
        got = [float(word) for word in line.split(" ")]
        if len(got) != len(vector):
            return float("inf"), index
        for a, b in zip(got, vector):
            difference = abs(a - b)
            if not difference <= result[0]:
                result = (difference if difference == difference else float("inf"),
                          index)
    return result


def check_close(program, texts, expected, options=(), tolerance=TOLERANCE):
    """Embeds all texts at once and returns the lines, each within the tolerance."""
    lines = embed(program, texts, *options)
    difference, index = worst(lines, expected)
    if not difference <= tolerance:
        raise SystemExit(f"{program}: {texts[index][:80]!r} is off by {difference}")
    print(f"{program}: {len(texts)} vectors, at most {difference:.2g} off")
    return lines


def cosine(a, b):
    dot = sum(x * y for x, y in zip(a, b, strict=True))
    squares = sum(x * x for x in a) * sum(y * y for y in b)
    if squares == 0:  # a text that no word is known of
        return float(not any(a) and not any(b))
    return dot / math.sqrt(squares)


def check_cosines(program, texts, expected, minimum, mean=-1.0, options=()):
    """Embeds all texts at once and returns the lines; their cosines to the expected
    vectors are at least the minimum, and the mean in the mean."""
    lines = embed(program, texts, *options)
    cosines = [cosine(list(map(float, line.split(" "))), vector)
               for line, vector in zip(lines, expected, strict=True)]
    least, average = min(cosines), sum(cosines) / len(cosines)
    print(f"{program}: {len(texts)} texts, cosine at least {least:.6f}, "
          f"{average:.6f} in the mean")
    if not (least >= minimum and average >= mean):
        raise SystemExit(f"{program}: the bounds are {minimum} and {mean}")
    return lines


def check_ids(program, texts, expected, options=()):
    lines = run(program, "tokenize", texts, *options)
    for text, line, ids in zip(texts, lines, expected):
        if line != " ".join(map(str, ids)):
            raise SystemExit(f"{program}: {text[:80]!r} has the ids {ids}, not {line}")


def check_same_bits(program, texts, lines, alone, options=(), sizes=(2, 7, 64),
                    thread_counts=(1, 2)):
    """Each text's line is the same in batches of these sizes, of changing lengths and
    neighbours, at these numbers of threads; and for `alone` texts, also alone."""
    order = list(range(len(texts)))
    for index in order[:: max(1, len(order) // alone)]:
        compare(program, texts, lines, [index], "--threads=1", *options)
    for threads in thread_counts:
        for size in sizes:
            random.Random(size).shuffle(order)
            # The last batch begins again with the first texts: it is full too.
            for start in range(0, len(order), size):
                batch = [order[i % len(order)] for i in range(start, start + size)]
                compare(program, texts, lines, batch, f"--threads={threads}", *options)


def compare(program, texts, lines, batch, *options):
    for index, line in zip(batch, embed(program, [texts[i] for i in batch], *options)):
        if line != lines[index]:
            raise SystemExit(f"{program}: {texts[index][:80]!r} has other bits among "
                             f"{len(batch)} texts with {options}")


def read_npy(path):
    """The rows of a float32 matrix as numpy writes it."""
    with open(path, "rb") as file:
        assert file.read(8) == b"\x93NUMPY\x01\x00", path
        header = file.read(struct.unpack("<H", file.read(2))[0]).decode()
        assert "'descr': '<f4'" in header and "'fortran_order': False" in header
        rows, columns = header.split("(")[1].split(")")[0].split(",")[:2]
        values = array.array("f")
        values.fromfile(file, int(rows) * int(columns))
    width = int(columns)
    return [values[i * width:(i + 1) * width] for i in range(int(rows))]
