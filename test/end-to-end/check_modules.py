"""check_modules.py FIXTURES FOLDER PART PARTS: Sentence Transformers' modules and keys.

Makes each variant of FIXTURES/variants.json in FOLDER, every PARTS-th from PART on,
compiles it and holds its vectors to the library's, one text a call; or holds the error
to the word that it must have.
"""

import json
import pathlib
import shutil
import subprocess
import sys

import vectors

fixtures, folder = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
part, parts = int(sys.argv[3]), int(sys.argv[4])


def write(variant, place):
    shutil.rmtree(place, ignore_errors=True)
    shutil.copytree(fixtures / variant["base"], place)
    for path, value in variant["files"].items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        (place / path).write_text(json.dumps(value))
    for path, source in variant.get("copies", {}).items():
        (place / path).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(fixtures / "parts" / source, place / path)


def check(variant, texts):
    model, program = folder / "model", folder / "program"
    write(variant, model)
    made = subprocess.run(["emblemc", model, "-o", program, *variant.get("options", [])],
                          capture_output=True, text=True)
    if "refused" in variant:
        if made.returncode != 1 or variant["refused"] not in made.stderr:
            raise SystemExit(f"is not refused for '{variant['refused']}': {made.stderr}")
        return
    if made.returncode:
        raise SystemExit(made.stderr)
    named = ["--prompt=" + variant["prompt"]] if "prompt" in variant else []
    lines = vectors.embed(program, [text.encode() for text in texts], *named)
    difference, index = vectors.worst(lines, variant["vectors"])
    # Halves are summed in float32 here.
    scale = max(abs(x) for vector in variant["vectors"] for x in vector)
    tolerance = 1e-3 if "f16" in variant["name"] else vectors.TOLERANCE
    if not difference <= tolerance * max(scale, 1):
        raise SystemExit(f"{texts[index]!r} is off by {difference}")


folder.mkdir(parents=True, exist_ok=True)
with open(fixtures / "variants.json") as file:
    data = json.load(file)
wrong = []
mine = data["variants"][part::parts]
for variant in mine:
    try:
        check(variant, data["texts"])
    except SystemExit as failure:
        wrong.append(f"{variant['name']}: {failure}")
print(f"{len(mine)} variants, {len(wrong)} wrong")
sys.exit("\n".join(wrong) or None)
