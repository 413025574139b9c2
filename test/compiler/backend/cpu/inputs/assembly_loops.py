"""assembly_loops.py FILE.s [FUNCTION]: the loops of one block that a tile is computed by, of LLVM's assembly for ELF.

Prints how many there are, and each instruction in one that reads or writes the stack: a spill, for such loops are given
no memory there. Exits with 1 if there is one, or no loop. FUNCTION is how the functions' names begin.
"""

import re
import sys
from dataclasses import dataclass

# What adds products, of AArch64 and of x86-64.
MULTIPLY_ADD = re.compile(r"^(fmla|smlal2?|sdot|usdot|bfdot|vfmadd\d+ps|vpdpbusd|vdpbf16ps|v?pmaddwd)$")
# Of an exponential, whose constants are more than the registers.
ROUND = re.compile(r"^(frintn|vrndscaleps|v?roundps)$")
STACK = re.compile(r"\[sp\b|\(%rsp")
LABEL = re.compile(r"^(\.L\w+|[\w.$]+):")
# What may be reached twice while a loop goes round: products of one tile.
LEAST = 8


@dataclass
class Loop:
    function: str
    lines: list  # instructions, the branch back last

    def count(self):
        return sum(bool(MULTIPLY_ADD.match(line.split()[0])) for line in self.lines)

    def spills(self):
        return [line for line in self.lines if STACK.search(line)]


def find_loops(text):
    """Blocks that end with a branch to their own beginning, and hold at least LEAST multiply-adds."""
    function, label, block, loops = "", None, [], []
    for line in text.splitlines():
        line = re.split(r"//|#\s", line)[0].rstrip() if not line.startswith("\t.") else ""
        if not line:
            continue
        if match := LABEL.match(line):
            label, block = match[1], []
            if not label.startswith(".L"):
                function = label
            continue
        words = line.split()
        block.append(line.strip())
        if label and len(words) > 1 and words[-1] == label:
            loop = Loop(function, block)
            rounds = any(ROUND.match(one.split()[0]) for one in block)
            if loop.count() >= LEAST and not rounds:
                loops.append(loop)
            label = None
    return loops


def main():
    with open(sys.argv[1]) as file:
        loops = find_loops(file.read())
    name = sys.argv[2] if len(sys.argv) > 2 else ""
    loops = [loop for loop in loops if loop.function.startswith(name)]
    spills = [(loop, line) for loop in loops for line in loop.spills()]
    for loop, line in spills:
        print(f"{loop.function}: {line}")
    print(f"{len(loops)} loops, {len(spills)} spills")
    sys.exit(bool(spills) or not loops)


if __name__ == "__main__":
    main()
