"""check_gguf_rerankers.py MODELS FOLDER TARGET: every reranker in a GGUF file.

For each MODELS/NAME.reference.json, compiles MODELS/NAME into FOLDER and holds the
program to the ids of `tokenizers` and torch's scores of each pair.
"""

import glob
import json
import os
import subprocess
import sys

TOLERANCE = 1e-5

models, folder, target = sys.argv[1:]
os.makedirs(folder, exist_ok=True)
references = sorted(glob.glob(models + "/*.reference.json"))
if not references:
    sys.exit(f"there is no *.reference.json in {models}")


def output(*command):
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)}: {done.stderr}")
    return done.stdout.split("\n")[:-1]


for reference in references:
    name = os.path.basename(reference).removesuffix(".reference.json")
    program = f"{folder}/{name}"
    output("emblemc", f"{models}/{name}", f"--target={target}", "-o", program)
    with open(reference) as file:
        cases = json.load(file)["pairs"]
    lines = output(program, "tokenize", "--",
                   *(f"{case['first']}\t{case['second']}" for case in cases))
    for case, line in zip(cases, lines, strict=True):
        if [int(word) for word in line.split()] != case["ids"]:
            sys.exit(f"{name}: {case['first']!r}, {case['second']!r}: ids are {line}, and "
                     f"should be {case['ids']}")
    worst = 0
    for case in cases:
        for label, expected in enumerate(case["scores"]):
            several = [f"--label={label}"] if len(case["scores"]) > 1 else []
            line, = output(program, "rerank", "--format=text", *several, "--",
                           case["first"], case["second"])
            worst = max(worst, abs(float(line.split("\t")[0]) - expected))
    if not worst <= TOLERANCE:
        sys.exit(f"{name}: scores are off by {worst}")
    print(f"{name}: {len(cases)} pairs, at most {worst:.2g} off")
