"""compiled_by_one.py MODEL COUNT: four processes ask at once for a model, and one of them compiles it."""

import subprocess
import sys

SCRIPT = "import sys, emblem; print(emblem.compile(sys.argv[1]).encode('a text').tobytes().hex())"

model, count = sys.argv[1:]
processes = [subprocess.Popen([sys.executable, "-c", SCRIPT, model], stdout=subprocess.PIPE, text=True)
             for _ in range(4)]
answers = {process.communicate()[0] for process in processes}
assert not any(process.returncode for process in processes)
assert len(answers) == 1 and len(answers.pop().strip()) == 32 * 4 * 2, answers
with open(count) as file:
    assert len(file.readlines()) == 1
