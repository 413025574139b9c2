"""Checks that verifiers and tests cite each constraint of a dialect's ops.

    constraints.py ROOT DIALECT [OP...]

The description of an op in dialects/DIALECT/*.td numbers its constraints; the
second of `matmul` is cited as matmul_c2, in dialects/DIALECT/*.cpp by what checks
it and in test/dialects/DIALECT by a case that breaks it. A number that no
description has is as wrong. The OPs are passed over.
"""

import glob
import os
import re
import sys

OP = re.compile(r'^def \w+Op\s*:\s*\w+<\s*(?:\w+_Dialect,\s*)?"(\w+)"', re.M)
NUMBER = re.compile(r"^ +(\d+)\. ", re.M)
CITED = re.compile(r"\b([a-z]\w*?)_c(\d+)\b")


def read_all(pattern):
    text = ""
    for path in sorted(glob.glob(pattern)):
        with open(path) as file:
            text += file.read()
    return text


def find_constraints(text):
    """(op, number) of each that the descriptions have."""
    heads = list(OP.finditer(text))
    ends = [head.start() for head in heads[1:]] + [len(text)]
    for head, end in zip(heads, ends, strict=True):
        _, found, rest = text[head.start() : end].partition("Constraints:")
        if found:
            for number in NUMBER.findall(rest.partition("```")[0]):
                yield head[1], number


def main():
    root, dialect, *passed = sys.argv[1:]
    folder = os.path.join(root, "dialects", dialect)
    ops = read_all(os.path.join(folder, "*.td"))
    known = {c for c in find_constraints(ops) if c[0] not in passed}
    problems = 0
    for where, pattern in (
        ("verifier", os.path.join(folder, "*.cpp")),
        ("test", os.path.join(root, "test", "dialects", dialect, "*.mlir")),
    ):
        cited = {c for c in CITED.findall(read_all(pattern)) if c[0] not in passed}
        for op, number in sorted(known - cited):
            problems += 1
            print(f"no {where} cites {op}_c{number}")
        for op, number in sorted(cited - known):
            problems += 1
            print(f"a {where} cites {op}_c{number}, which there is not")
    print(f"{len(known)} constraints, {problems} problems")
    return problems != 0


if __name__ == "__main__":
    sys.exit(main())
