"""The table of models by their public names: model_table.py LIST FIXTURES

LIST is what `emblemc --list-models` prints and FIXTURES is test/fixtures: a model is
tested where a fixture of its type has a reference beside it. compiler/frontend/models.md
is this program's output, and models.test holds it to that. To write it anew:

  emblemc --list-models > list && model_table.py list test/fixtures > models.md
"""

import json
import pathlib
import re
import sys

INTRODUCTION = """\
# Models

Written by [model_table.py](../../test/compiler/frontend/inputs/model_table.py) from
`emblemc --list-models` and from the fixtures of the tests; a test holds it to both.

A fixture is a small model with random weights, of the type that its row names, and what
transformers (Sentence Transformers, gensim, torch) computes with it: a test compiles it
and compares ids and vectors or scores. One model is tested with the weights that were
published, all-MiniLM-L6-v2 ([fixtures/minilm](../../test/fixtures/minilm)); of the others
the family is tested and not each set of weights. What sources may hold is in
[README.md](README.md).
"""

# Folders of fixtures, by the column that they are in.
VECTORS = ("models", "positions", "relatives", "tasks", "vision", "towers")
# Fixtures whose folder names no model type: (names, what to look for).
UNTYPED = (
    ("model2vec (StaticModel)", "models/model2vec*"),
    ("Sentence Transformers' StaticEmbedding", "models/static-embedding*"),
    ("Sentence Transformers' Router", "tasks/router*"),
    ("word2vec, GloVe, fastText's `.vec`", "word_vectors/*"),
    ("PyTorch modules, by a description", "models/transformer-embedding*"),
    ("word vectors under an encoder, by a description", "models/words-encoder*"),
    ("Siamese networks of convolutions, by a description", "vision/siamese*"),
)


def read_list(path):
    """The tables of --list-models: [[(type, models, mark, rerankers)]]."""
    tables = []
    for line in pathlib.Path(path).read_text().splitlines():
        cells = re.split(r"\s{2,}", line, maxsplit=1)
        if len(cells) < 2:
            continue
        if cells[1] == "models":
            tables.append([])
            continue
        models, rerankers = cells[1], False
        if models.endswith(" (rerankers too)"):
            models, rerankers = models[: -len(" (rerankers too)")], True
        match = re.fullmatch(r"(.*), where config\.json has '(\w+)'", models)
        models, mark = match.groups() if match else (models, None)
        tables[-1].append((cells[0], models, mark, rerankers))
    return tables


def has_reference(folder):
    return any(folder.parent.glob(folder.name + ".*reference.json"))


def find_folders(fixtures):
    """(folder, its config) of each fixture that says its model type."""
    for kind in VECTORS + ("rerankers", "outputs"):
        for folder in sorted((fixtures / kind).iterdir()):
            paths = [folder / "config.json", *sorted(folder.glob("0_*/config.json"))]
            path = next((path for path in paths if path.exists()), None)
            config = json.loads(path.read_text()) if path else {}
            if "model_type" in config and has_reference(folder):
                yield folder, config


def row_of(config, rows):
    """The indices of the rows that a config.json belongs to."""
    kind = config["model_type"]
    found = [i for i, row in enumerate(rows) if row[0] == kind]
    marked = [i for i in found if rows[i][2] and rows[i][2] in config]
    if marked or found:
        return marked or [i for i in found if not rows[i][2]]
    # Two towers in one folder.
    return [i for i, row in enumerate(rows)
            if row[0] in (f"{kind}_text_model", f"{kind}_vision_model")]


def gguf_architecture(path):
    data = path.read_bytes()
    at = data.index(b"general.architecture") + len(b"general.architecture") + 4
    size = int.from_bytes(data[at : at + 8], "little")
    return data[at + 8 : at + 8 + size].decode()


def write_table(headings, rows):
    print("| " + " | ".join(headings) + " |")
    print("|" + "---|" * len(headings))
    for row in rows:
        print("| " + " | ".join(row) + " |")
    print()


def main():
    rows, gguf = read_list(sys.argv[1])
    fixtures = pathlib.Path(sys.argv[2])
    exported = {path.parent.relative_to(fixtures / "onnx")
                for path in (fixtures / "onnx").rglob("*.onnx")}

    cells = [{"vectors": [], "scores": [], "outputs": [], "onnx": []} for _ in rows]
    for folder, config in find_folders(fixtures):
        kind, name = folder.parent.name, folder.name
        column = {"rerankers": "scores", "outputs": "outputs"}.get(kind, "vectors")
        onnx = {"models": (name, f"optimum/{name}")}.get(kind, (f"{kind}/{name}",))
        for i in row_of(config, rows):
            cells[i][column].append(name)
            cells[i]["onnx"] += [file for file in onnx if pathlib.Path(file) in exported]

    def join(names):
        return ", ".join(names)

    print(INTRODUCTION)
    print("## Hugging Face folders\n")
    print("Fixtures of vectors lie in " + ", ".join(f"`{kind}`" for kind in VECTORS)
          + ", of scores in `rerankers`,\nof other outputs in `outputs` and of ONNX files"
          " in `onnx`, all under\n[test/fixtures](../../test/fixtures).\n")
    write_table(
        ("models", "`model_type`", "tested: vectors", "scores of pairs", "other outputs",
         "as an ONNX file"),
        [(names, f"`{kind}`" + (f" with `{mark}`" if mark else ""),
          join(cell["vectors"]) or "not tested",
          join(cell["scores"]) or ("not tested" if rerankers else "not supported"),
          join(cell["outputs"]), join(cell["onnx"]))
         for (kind, names, mark, rerankers), cell in zip(rows, cells)])

    print("## GGUF files\n\nFixtures are [test/fixtures/gguf](../../test/fixtures/gguf)"
          "`/NAME.gguf`.\n")
    files = [(path.stem, gguf_architecture(path))
             for path in sorted((fixtures / "gguf").glob("*.gguf"))
             if path.with_name(path.name + ".reference.json").exists()]
    write_table(("models", "`general.architecture`", "tested"),
                [(names, f"`{kind}`",
                  join(name for name, other in files if other == kind) or "not tested")
                 for kind, names, _, _ in gguf])

    print("## Models without such a type\n")
    write_table(("models", "tested"),
                [(names, join(path.name for path in sorted(fixtures.glob(pattern))
                              if has_reference(path)) or "not tested")
                 for names, pattern in UNTYPED])


main()
