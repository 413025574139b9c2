"""one_tower.py DESCRIPTION: the same model as the one tower of a list, with what is
said of all towers beside it."""

import sys

outside, inside = [], []
with open(sys.argv[1]) as file:
    for line in file:
        beside = line.startswith(("name:", "distance:", "threshold:"))
        (outside if beside else inside).append(line)
print("".join(outside), "towers:\n  - ", "    ".join(inside), sep="")
