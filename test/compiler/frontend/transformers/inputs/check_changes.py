"""check_changes.py FIXTURES FOLDER: FIXTURES/configs/changes.json, by the evaluator.

Each case is a model of FIXTURES and fields that are laid over its config.json ("-" takes
one away); its vectors are means of rows, as those of a folder that says nothing of
pooling.
"""

import json
import pathlib
import subprocess
import sys

TOLERANCE = 2e-5

fixtures, folder = map(pathlib.Path, sys.argv[1:])
data = json.loads((fixtures / "configs/changes.json").read_text())
ids = ", ".join(" ".join(map(str, text)) for text in data["ids"])
wrong = []
for number, case in enumerate(data["cases"]):
    source, copy = fixtures / case["model"], folder / str(number)
    copy.mkdir(parents=True)
    for path in source.iterdir():
        if path.suffix == ".safetensors" or path.name.startswith("tokenizer"):
            (copy / path.name).symlink_to(path.resolve())
    config = json.loads((source / "config.json").read_text()) | case["changes"]
    del config["architectures"]  # the rows are asked for, whatever the head
    (copy / "config.json").write_text(json.dumps(
        {key: value for key, value in config.items() if value != "-"}))
    done = subprocess.run(["emblem-translate", copy, "--evaluate", ids],
                          capture_output=True, text=True)
    rows = [[float(x) for x in line.split()] for line in done.stdout.splitlines()]
    if done.returncode:
        wrong.append(f"{case['model']} with {case['changes']}: {done.stderr}")
        continue
    off = max(abs(x - y) / max(1, *map(abs, expected))
              for row, expected in zip(rows, case["vectors"], strict=True)
              for x, y in zip(row, expected, strict=True))
    if not off <= TOLERANCE:
        wrong.append(f"{case['model']} with {case['changes']}: off by {off}")
print(f"{len(data['cases'])} changes")
sys.exit("\n".join(wrong) or None)
