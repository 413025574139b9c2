"""check_rerankers.py [--onnx=GRAPHS] [--target=NAME] MODELS FOLDER NAME...: every small
reranker.

For each MODELS/NAME.reference.json, the reference evaluator gives torch's scores of the
ids and types of `tokenizers`. Those named are compiled into FOLDER as well, and their
programs held to the reference: the scores of each pair, every label's, and the same bits
whatever texts stand beside, in any order and at any number of threads.

With GRAPHS, those that have a GRAPHS/NAME/model.onnx, by that and by what lies beside
one: all of MODELS/NAME, its weights because the graph names their bytes.
"""

import glob
import json
import os
import shutil
import subprocess
import sys

TOLERANCE = 1e-5
# In f32 a device multiplies three pairs of tf32 for one.
DEVICE_TOLERANCE = 1e-4

arguments = sys.argv[1:]
graphs = arguments.pop(0).removeprefix("--onnx=") if "--onnx=" in arguments[0] else None
target = [arguments.pop(0)] if arguments[0].startswith("--target=") else []
models, folder, *compiled = arguments
references = sorted(glob.glob(models + "/*.reference.json"))
if graphs:
    references = [path for path in references if os.path.exists(
        f"{graphs}/{os.path.basename(path).removesuffix('.reference.json')}")]
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


def compare(model, cases, got, tolerance=TOLERANCE):
    """`got` are the scores of each case, numbers or texts of them."""
    worst = 0
    for case, scores in zip(cases, got, strict=True):
        for score, expected in zip(scores, case["scores"], strict=True):
            difference = abs(float(score) - expected)
            if not difference <= tolerance:
                raise SystemExit(f"{model}: {case['first']!r}, {case['second']!r} is off "
                                 f"by {difference}")
            worst = max(worst, difference)
    print(f"{model}: {len(cases)} pairs, at most {worst:.2g} off")


def evaluate(name, model, cases):
    """What emblem-translate's evaluator gives, in double precision."""
    with open(f"{models}/{name}/tokenizer_config.json") as file:
        typed = "token_type_ids" in json.load(file)["model_input_names"]
    with open(f"{models}/{name}/config.json") as file:
        typed = typed and json.load(file).get("type_vocab_size") != 0
    batch = []
    for case in cases:
        words = [str(i) for i in case["ids"]]
        if typed and 1 in case["types"]:
            words.insert(case["types"].index(1), "|")
        batch.append(" ".join(words))
    done = subprocess.run(["emblem-translate", model, "--evaluate", ", ".join(batch)],
                          capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{model}: {done.stderr}")
    compare(model, cases, [line.split() for line in done.stdout.splitlines()])


def check_program(name, model, cases):
    program = f"{folder}/{name}"
    if subprocess.run(["emblemc", model, *target, "-o", program]).returncode:
        raise SystemExit(f"{model} does not compile")
    queries = sorted({case["first"] for case in cases})
    labels = range(len(cases[0]["scores"]))
    for query in queries:
        own = [case for case in cases if case["first"] == query]
        texts = [case["second"] for case in own]
        scores = zip(*(rerank(program, query, texts, f"--label={label}")
                       for label in labels))
        compare(program, own, scores,
                DEVICE_TOLERANCE if target and "cuda" in target[0] else TOLERANCE)

    query = cases[0]["first"]
    texts = [case["second"] for case in cases]
    alone = [rerank(program, query, [text], "--label=0", "--threads=1")[0]
             for text in texts]
    for options, order in ((["--threads=1"], texts[::-1]),
                           (["--threads=2"], (texts + texts[::2]) * 5),
                           (["--threads=2", "--max-batch-tokens=96"], texts)):
        expected = [alone[texts.index(text)] for text in order]
        if rerank(program, query, order, "--label=0", *options) != expected:
            raise SystemExit(f"{program}: other bits with {options}")


def check(reference):
    name = os.path.basename(reference).removesuffix(".reference.json")
    model = f"{models}/{name}"
    if graphs:
        graph = f"{folder}/{name}.graph"
        shutil.copytree(model, graph, dirs_exist_ok=True)
        model = shutil.copy(f"{graphs}/{name}/model.onnx", graph)
    with open(reference) as file:
        cases = json.load(file)["pairs"]
    evaluate(name, model, cases)
    if name in compiled:
        check_program(name, model, cases)


os.makedirs(folder, exist_ok=True)
wrong = []
for reference in references:
    try:
        check(reference)
    except SystemExit as failure:
        wrong.append(failure)
sys.exit("\n".join(map(str, wrong)) or None)
