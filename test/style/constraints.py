"""Checks that verifiers and tests cite the dialects' constraints.

    constraints.py ROOT

An op, or an attribute, whose description has a list `Constraints:` in
dialects/D/*.td has each cited by its name and number, as `dense_c2`: in
dialects/D/*.{cpp,h} where it is checked, and in test/dialects/D/*.mlir where a
verifier's error is expected. What is not cited, or cited and not there, is named.
"""

import glob
import os
import re
import sys

DEFINITION = re.compile(r'^def \w+\s*:([^{]*?)"([a-z][a-z0-9_]*)"', re.MULTILINE)
NUMBER = re.compile(r"^\s+(\d+)\. ", re.MULTILINE)
CITATION = re.compile(r"\b([a-z][a-z0-9_]*_c\d+)\b")


def read(root, folder, *endings):
    for ending in endings:
        for path in sorted(glob.glob(os.path.join(root, folder, "*" + ending))):
            with open(path) as file:
                yield os.path.relpath(path, root), file.read()


def find_constraints(root, dialect):
    """From each constraint, 'dense_c2', to the file that has it."""
    found = {}
    for path, text in read(root, f"dialects/{dialect}", ".td"):
        for part in re.split(r"^(?=def )", text, flags=re.MULTILINE):
            name = DEFINITION.match(part)
            _, _, rest = part.partition("Constraints:\n")
            if not name or not rest:
                continue
            for number in NUMBER.findall(re.split(r"```|\}\]", rest)[0]):
                found[f"{name[2]}_c{number}"] = path
    return found


def find_citations(root, folder, *endings):
    """From each citation to the file that has it first."""
    found = {}
    for path, text in read(root, folder, *endings):
        for name in CITATION.findall(text):
            found.setdefault(name, path)
    return found


def check(root, dialect, constraints):
    verifiers = find_citations(root, f"dialects/{dialect}", ".cpp", ".h")
    tests = find_citations(root, f"test/dialects/{dialect}", ".mlir")
    for name, path in constraints.items():
        if name not in verifiers:
            yield f"{path}: no verifier cites {name}"
        if name not in tests:
            yield f"{path}: no test cites {name}"
    known = {name.rpartition("_c")[0] for name in constraints}
    for name, path in [*verifiers.items(), *tests.items()]:
        if name not in constraints and name.rpartition("_c")[0] in known:
            yield f"{path}: cites {name}, which is no constraint"


def main():
    root = sys.argv[1]
    count, problems = 0, []
    for dialect in ("emb", "kernel", "device"):
        constraints = find_constraints(root, dialect)
        count += len(constraints)
        problems += check(root, dialect, constraints)
    for problem in problems:
        print(problem)
    print(f"{count} constraints, {len(problems)} problems")
    sys.exit(bool(problems))


main()
