"""check_models.py MODELS FOLDER TARGET [PRECISION COSINE [BUT...]] [--only=A,B]
[--f32=plain]: every small model, compiled and run.

For each MODELS/NAME.reference.json, compiles MODELS/NAME for the target into FOLDER
and holds the program to the reference: the ids of `tokenizers`, torch's vectors,
and the same bits in every batch and at any number of threads. A model without a
tokenizer (a reference without texts) is given ids. NAME.TASK.reference.json is of one
of the tasks of MODELS/NAME, and may name a prompt, the program's default one. In a
precision below f32, each vector's cosine to torch's is at least COSINE; the models BUT
are left out, or all but A and B are. Where TARGET has a device (native,cuda), programs
run on that; --f32 says how it multiplies f32.
"""

import glob
import json
import os
import subprocess
import sys

import vectors

# In f32 a device multiplies three pairs of tf32 for one.
DEVICE_TOLERANCE = 1e-4

given = [one for one in sys.argv[1:] if not one.startswith("--")]
named = dict(one[2:].split("=") for one in sys.argv[1:] if one.startswith("--"))
models, folder, target, *low_precision = given
precision, cosine, *left_out = low_precision or ("f32", None)
only = named["only"].split(",") if "only" in named else None
if "f32" in named:
    DEVICE_TOLERANCE = vectors.TOLERANCE


def is_wanted(name):
    return name in only if only else name not in left_out


references = [path for path in sorted(glob.glob(models + "/*.reference.json"))
              if is_wanted(os.path.basename(path).split(".")[0])]
if not references:
    sys.exit(f"there is no *.reference.json in {models}")


def check(reference):
    name = os.path.basename(reference).removesuffix(".reference.json")
    task = ""
    if not os.path.exists(f"{models}/{name}"):
        name, _, task = name.partition(".")
    model = f"{models}/{name}"
    program = f"{folder}/{name}.{task}" if task else f"{folder}/{name}"
    if os.path.exists(f"{model}/model.yaml"):
        model += "/model.yaml"
    options = [f"--target={target}", f"--precision={precision}"]
    if task:
        options.append(f"--task={task}")
    if cosine:
        options.append(f"--min-cosine={cosine}")
    if "f32" in named:
        options.append(f"--f32={named['f32']}")
    if subprocess.run(["emblemc", model, *options, "-o", program]).returncode:
        sys.exit(f"{model} does not compile")
    with open(reference) as file:
        data = json.load(file)
    cases = data["texts"]
    prompt = [f"--prompt={data['prompt']}"] if "prompt" in data else []
    ids = [case["ids"] for case in cases]
    expected = [case["vector"] for case in cases]
    device = ["--device=cuda"] if "cuda" in target else []
    if "text" in cases[0]:
        options = device
        texts = [case["text"].encode() for case in cases]
        vectors.check_ids(program, texts, ids, prompt)
    else:
        options = ["--ids", *device]
        texts = [" ".join(map(str, text)).encode() for text in ids]
    if cosine:
        lines = vectors.check_cosines(program, texts, expected, float(cosine),
                                      options=options)
    else:
        lines = vectors.check_close(program, texts, expected, options,
                                    DEVICE_TOLERANCE if device else vectors.TOLERANCE)
    if device:
        vectors.check_same_bits(program, texts, lines, len(texts), options,
                                sizes=(2, 7, 33), thread_counts=(1,))
    else:
        vectors.check_same_bits(program, texts, lines, len(texts), options)


os.makedirs(folder, exist_ok=True)
wrong = []
for reference in references:
    try:
        check(reference)
    except SystemExit as failure:
        wrong.append(failure)
sys.exit("\n".join(map(str, wrong)) or None)
