"""check_outputs.py MODELS FOLDER [OPTION...] [PRECISION COSINE [BUT...]]: every small
model with other outputs than one dense vector, compiled and run.

MODELS is their folder, or one of them; OPTION, which begins with --, is emblemc's. For
each MODELS/NAME.reference.json, compiles MODELS/NAME into FOLDER and holds what
`embed` writes to the reference, each number within 1e-5 (of the greatest, where that
is above 1), and to the same bits in every batch and at any number of threads. In a
precision below f32 each output's cosine is at least COSINE; the models BUT are left
out.
"""

import glob
import json
import os
import random
import subprocess
import sys

import vectors

models, folder, *rest = sys.argv[1:]
given_options = [argument for argument in rest if argument.startswith("--")]
low_precision = rest[len(given_options):]
precision, cosine, *left_out = low_precision or ("f32", None)


def numbers(value):
    """All numbers of an output, in order."""
    if isinstance(value, dict):
        return [x for _, x in sorted(value.items())]
    if isinstance(value, list):
        return [x for part in value for x in numbers(part)]
    return [value]


def check(what, got, expected):
    if isinstance(expected, dict):  # a weight that one of them rounds to zero
        got, expected = ({key: part.get(key, 0.0) for key in got | expected}
                         for part in (got, expected))
    if isinstance(expected, list) and len(got) != len(expected):
        raise SystemExit(f"{what}: {len(got)} and not {len(expected)} long")
    a, b = numbers(got), numbers(expected)
    if len(a) != len(b):
        raise SystemExit(f"{what}: {len(a)} numbers and not {len(b)}")
    if cosine:
        if not vectors.cosine(a, b) >= float(cosine):
            raise SystemExit(f"{what}: the cosine is {vectors.cosine(a, b)}")
        return
    scale = max([1.0, *map(abs, b)])
    for x, y in zip(a, b):
        if not abs(x - y) <= vectors.TOLERANCE * scale:
            raise SystemExit(f"{what}: {x} and not {y}")


def outputs(program, texts, *options):
    """One line a text, without its place in the batch."""
    return [line.split(",", 1)[1]
            for line in vectors.run(program, "embed", texts, *options)]


def check_model(model, cases):
    program = f"{folder}/{os.path.basename(model)}"
    options = given_options + [f"--precision={precision}"] + ([f"--min-cosine=0"] if cosine else [])
    if subprocess.run(["emblemc", model, *options, "-o", program]).returncode:
        raise SystemExit(f"{model} does not compile")
    texts = [case["text"].encode() for case in cases]
    for prompt in [[]] if "query" not in cases[0] else [["--prompt=query"], []]:
        lines = outputs(program, texts, *prompt)
        for case, line in zip(cases, lines):
            got = json.loads("{" + line)
            if "query" in case:
                case = {"token_embeddings": case["query" if prompt else "document"]}
            for output in ("embedding", "sparse", "token_embeddings"):
                if (output in case) != (output in got):
                    raise SystemExit(f"{program}: {output} is there or is not")
                if output in case:
                    check(f"{program} {prompt}, {case.get('text')!r}: {output}",
                          got[output], case[output])
        order = list(range(len(texts)))
        for threads in (1, 2):
            for size in (1, 3, 32):
                random.Random(size).shuffle(order)
                batch = [order[i % len(order)] for i in range(size)]
                again = outputs(program, [texts[i] for i in batch],
                                f"--threads={threads}", *prompt)
                for i, line in zip(batch, again):
                    if line != lines[i]:
                        raise SystemExit(f"{program}: {texts[i]!r} has other bits among "
                                         f"{size} texts on {threads} threads")
    print(f"{program}: {len(texts)} texts")


os.makedirs(folder, exist_ok=True)
wrong = []
one = models + ".reference.json"
for path in [one] if os.path.exists(one) else sorted(glob.glob(models + "/*.reference.json")):
    model = path.removesuffix(".reference.json")
    if os.path.basename(model) in left_out:
        continue
    with open(path) as file:
        reference = json.load(file)["texts"]
    try:
        check_model(model, reference)
    except SystemExit as failure:
        wrong.append(failure)
sys.exit("\n".join(map(str, wrong)) or None)
