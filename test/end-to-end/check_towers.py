"""check_towers.py TOWERS IMAGES FOLDER NAME...: CLIP's and SigLIP's towers, compiled
and run.

TOWERS/NAME.reference.json has the ids and vectors of transformers' tokenizer and model
for texts, those of its processor and model for pictures of IMAGES, and of a model of
both how alike each text and each picture are. A program must give the same, with the
same bits in every batch and at any number of threads, and `search` must find the
pictures in that order.
"""

import json
import os
import subprocess
import sys

import vectors

TOLERANCE = vectors.TOLERANCE
towers, images, folder, *names = sys.argv[1:]


def run(program, *arguments, **others):
    done = subprocess.run([program, *arguments], capture_output=True, **others)
    if done.returncode != 0:
        sys.exit(f"{program} {arguments}: {done.stderr.decode()}")
    return done.stdout.decode().splitlines()


def check_texts(program, cases):
    texts = [case["text"].encode() for case in cases]
    vectors.check_ids(program, texts, [case["ids"] for case in cases])
    lines = vectors.check_close(program, texts, [case["vector"] for case in cases])
    vectors.check_same_bits(program, texts, lines, alone=3)


def check_pictures(program, files, expected, options):
    lines = run(program, "embed", *options, "--format=text", "--threads=1", *files)
    difference, index = vectors.worst(lines, expected)
    if not difference <= TOLERANCE:
        sys.exit(f"{program}: {files[index]} is off by {difference}")
    print(f"{program}: {len(files)} pictures, at most {difference:.2g} off")
    again = run(program, "embed", *options, "--format=text", "--threads=3", *files[::-1])
    assert again == lines[::-1], program
    for file, line in zip(files, lines):
        assert run(program, "embed", *options, "--format=text", file) == [line], file


def check_alike(program, texts, files, alike):
    listed = f"{program}.names"
    with open(listed, "w") as names:
        names.writelines(f"{file}\n" for file in files)
    index = f"{program}.index"
    run(program, "index", "--image", listed, "-o", index)
    for text, expected in zip(texts, alike):
        got = list(map(float, run(program, "similarity", text, *files)))
        worst = max(abs(a - b) for a, b in zip(got, expected, strict=True))
        assert worst <= TOLERANCE, (program, text, worst)
        best = sorted(range(len(files)), key=lambda i: -expected[i])
        hits = [line.split("\t") for line in
                run(program, "search", "--format=text", index, text)]
        assert [hit[2] for hit in hits] == [files[i] for i in best], (program, text, hits)
        worst = max(abs(float(hit[0]) - expected[i]) for hit, i in zip(hits, best))
        assert worst <= TOLERANCE, (program, text, worst)
    # A picture finds itself, and among texts that which is most like it.
    assert run(program, "search", "--format=text", "--top=1", index,
               files[1])[0].endswith("\t1\t" + files[1])
    with open(listed, "w") as lines:
        lines.writelines(f"{text}\n" for text in texts)
    row = run(program, "search", "--format=text", "--top=1", listed, files[1])[0]
    best = max(range(len(texts)), key=lambda i: round(alike[i][1], 5))
    assert row.split("\t")[1] == str(best), (row, best)


def check(name):
    with open(f"{towers}/{name}.reference.json") as file:
        expected = json.load(file)
    source, program = f"{towers}/{name}", f"{folder}/{name}"
    run("emblemc", source, "-o", program)
    texts, pictures = expected.get("texts"), expected.get("pictures")
    if texts:
        check_texts(program, texts)
    if not pictures:
        return
    files = [os.path.join(images, picture) for picture in pictures]
    check_pictures(program, files, list(pictures.values()), ["--image"] if texts else [])
    if texts:
        check_alike(program, [case["text"] for case in texts], files, expected["alike"])


os.makedirs(folder, exist_ok=True)
for name in names:
    check(name)
