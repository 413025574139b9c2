"""compare_images.py FIXTURES NAME: the evaluator's vectors of FIXTURES/NAME.npy are
those of FIXTURES/NAME.reference.json."""

import json
import os
import subprocess
import sys

fixtures, name = sys.argv[1:]
model = f"{fixtures}/{name}"
if os.path.exists(f"{model}/model.yaml"):
    model += "/model.yaml"
done = subprocess.run(["emblem-translate", model,
                       f"--evaluate-pixels={fixtures}/{name}.npy"],
                      capture_output=True, text=True)
if done.returncode:
    sys.exit(done.stderr)
with open(f"{fixtures}/{name}.reference.json") as file:
    expected = json.load(file)["vectors"]
got = [[float(x) for x in line.split()] for line in done.stdout.splitlines()]
assert len(got) == len(expected) and len(got[0]) == len(expected[0]), name
worst = max(abs(a - b) for u, v in zip(got, expected) for a, b in zip(u, v))
print(f"{name}: at most {worst:.2g} off")
sys.exit(not worst <= 1e-5)
