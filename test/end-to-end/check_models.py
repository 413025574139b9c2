"""check_models.py MODELS FOLDER TARGET: every small model, compiled and run.

For each MODELS/NAME.reference.json, compiles MODELS/NAME for the target into FOLDER
and holds the program to the reference: the ids of `tokenizers`, torch's vectors,
and the same bits in every batch and at any number of threads.
"""

import glob
import json
import os
import subprocess
import sys

import vectors

models, folder, target = sys.argv[1:]
references = sorted(glob.glob(models + "/*.reference.json"))
if not references:
    sys.exit(f"there is no *.reference.json in {models}")


def check(model, reference):
    program = f"{folder}/{os.path.basename(model)}"
    if subprocess.run(["emblemc", model, f"--target={target}", "-o", program]).returncode:
        sys.exit(f"{model} does not compile")
    with open(reference) as file:
        cases = json.load(file)["texts"]
    texts = [case["text"].encode() for case in cases]
    vectors.check_ids(program, texts, [case["ids"] for case in cases])
    lines = vectors.check_close(program, texts, [case["vector"] for case in cases])
    vectors.check_same_bits(program, texts, lines, alone=len(texts))


os.makedirs(folder, exist_ok=True)
wrong = []
for reference in references:
    try:
        check(reference.removesuffix(".reference.json"), reference)
    except SystemExit as failure:
        wrong.append(failure)
sys.exit("\n".join(map(str, wrong)) or None)
