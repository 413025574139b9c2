"""check_rerankers.py MODELS FOLDER: every small reranker, compiled and run.

For each MODELS/NAME.reference.json, compiles MODELS/NAME into FOLDER and holds the
program to the reference: torch's scores of each pair, every label's, and the same bits
whatever texts stand beside, in any order and at any number of threads.
"""

import glob
import json
import os
import subprocess
import sys

TOLERANCE = 1e-5

models, folder = sys.argv[1:]
references = sorted(glob.glob(models + "/*.reference.json"))
if not references:
    sys.exit(f"there is no *.reference.json in {models}")


def rerank(program, query, texts, *options):
    """The scores as they are written, in the order of the texts."""
    done = subprocess.run(
        [program, "rerank", "--no-sort", "--format=text", *options, "--", query],
        input="".join(text + "\n" for text in texts), capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{program}: {done.stderr}")
    lines = [line.split("\t") for line in done.stdout.split("\n")[:-1]]
    if [line[1:] for line in lines] != [[str(i), text] for i, text in enumerate(texts)]:
        raise SystemExit(f"{program}: {lines} for {texts}")
    return [line[0] for line in lines]


def check(model, reference):
    program = f"{folder}/{os.path.basename(model)}"
    if subprocess.run(["emblemc", model, "-o", program]).returncode:
        raise SystemExit(f"{model} does not compile")
    with open(reference) as file:
        cases = json.load(file)["pairs"]
    worst = 0
    labels = len(cases[0]["scores"])
    for query in sorted({case["first"] for case in cases}):
        own = [case for case in cases if case["first"] == query]
        for label in range(labels):
            scores = rerank(program, query, [case["second"] for case in own],
                            f"--label={label}")
            for case, score in zip(own, scores, strict=True):
                difference = abs(float(score) - case["scores"][label])
                if not difference <= TOLERANCE:
                    raise SystemExit(f"{program}: {case['first']!r}, {case['second']!r} "
                                     f"is off by {difference}")
                worst = max(worst, difference)
    print(f"{program}: {len(cases)} pairs of {labels} scores, at most {worst:.2g} off")

    query = cases[0]["first"]
    texts = [case["second"] for case in cases]
    first = ["--label=0", "--threads=1"]
    alone = [rerank(program, query, [text], *first)[0] for text in texts]
    for options in (first, ["--label=0", "--threads=2", "--max-batch-tokens=96"]):
        for order in (texts, texts[::-1], (texts + texts[::2]) * 9):
            expected = [alone[texts.index(text)] for text in order]
            if rerank(program, query, order, *options) != expected:
                raise SystemExit(f"{program}: other bits with {options}")


os.makedirs(folder, exist_ok=True)
wrong = []
for reference in references:
    try:
        check(reference.removesuffix(".reference.json"), reference)
    except SystemExit as failure:
        wrong.append(failure)
sys.exit("\n".join(map(str, wrong)) or None)
