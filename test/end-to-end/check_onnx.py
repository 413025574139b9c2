"""check_onnx.py ONNX MODELS FOLDER TARGET [PRECISION COSINE NAME...]: every exported
model, or those named, compiled and run.

For each ONNX/NAME, puts the graph into FOLDER with what lies beside one, the
tokenizer and Sentence Transformers' files of MODELS/NAME (its weights only where the
graph names their file), compiles it, and holds the program to MODELS/NAME.reference.json: the ids of `tokenizers` and torch's vectors; in
a precision below f32, by their cosines. A file ONNX/NAME/source names another model,
and ONNX/NAME/reference.json has other vectors.
"""

import glob
import json
import os
import shutil
import subprocess
import sys

import vectors

exports, models, folder, target, *low_precision = sys.argv[1:]
precision, cosine, *chosen = low_precision or ("f32", None)
names = sorted(os.path.basename(os.path.dirname(path))
               for path in glob.glob(exports + "/*/model.onnx"))
names = [name for name in names if not chosen or name in chosen]
if not names:
    sys.exit(f"there is no */model.onnx in {exports}")


def check(name):
    model = f"{folder}/{name}"
    source, reference = f"{exports}/{name}/source", f"{exports}/{name}/reference.json"
    origin = name
    if os.path.exists(source):
        with open(source) as file:
            origin = file.read().strip()
    if not os.path.exists(reference):
        reference = f"{models}/{origin}.reference.json"
    with open(f"{exports}/{name}/model.onnx", "rb") as file:
        left_out = ["config.json"] + ["model.safetensors"] * (
            b"model.safetensors" not in file.read())
    shutil.copytree(f"{models}/{origin}", model, dirs_exist_ok=True,
                    ignore=lambda directory, files: left_out
                    if directory == f"{models}/{origin}" else [])
    shutil.copytree(f"{exports}/{name}", model, dirs_exist_ok=True)
    program = f"{folder}/{name}.program"
    # Then only the command line can say.
    says = [] if os.path.exists(f"{model}/modules.json") else ["--pooling=mean"]
    if subprocess.run(["emblemc", f"{model}/model.onnx", f"--target={target}",
                       f"--precision={precision}", "-o", program, *says]).returncode:
        sys.exit(f"{name} does not compile")
    with open(reference, encoding="utf-8") as file:
        cases = json.load(file)["texts"]
    texts = [case["text"].encode() for case in cases]
    vectors.check_ids(program, texts, [case["ids"] for case in cases])
    expected = [case["vector"] for case in cases]
    if cosine:
        vectors.check_cosines(program, texts, expected, float(cosine))
    else:
        vectors.check_close(program, texts, expected)


wrong = []
for name in names:
    try:
        check(name)
    except SystemExit as failure:
        wrong.append(failure)
sys.exit("\n".join(map(str, wrong)) or None)
