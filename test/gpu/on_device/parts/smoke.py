"""Each program: one vector, its cosine to the CPU's, the same bits in any batch."""

import math
import sys
import time

import programs
import texts
from part import Part

# To the CPU's code of the same precision: sums have another order, bf16 rounds anew.
LEAST_COSINE = {"f32": 0.99999, "bf16": 0.999, "int8": 0.99}
BATCHES = (2, 7, 33)


def check(part, program, count, lines):
    """Rows: the least cosine, whether all bits are the same, seconds to the first vector."""
    start = time.monotonic()
    alone = [program.vectors([lines[0]], "cuda", timeout=max(part.results.left(), 1))[0]]
    first = time.monotonic() - start
    alone += [program.vectors([line], "cuda")[0] for line in lines[1:count]]
    same = True
    for batch in BATCHES:
        rows = program.vectors(lines[:batch], "cuda")
        wrong = [index for index in range(min(count, batch)) if rows[index] != alone[index]]
        for index in wrong[:3]:
            part.results.note(f"{program.name}: text {index} alone and in a batch of {batch} differ")
        same = same and not wrong
    of_cpu = program.vectors(lines, "cpu")
    least = min(programs.cosine(a, b) for a, b in zip(rows, of_cpu))
    return first, -1.0 if math.isnan(least) else least, same


def main():
    part = Part(sys.modules[__name__])
    part.device()
    results = part.results
    lines = texts.texts(max(BATCHES), most=12 if part.tiny else 300)
    results.table("program", "seconds", "cosine", "same bits")
    for program in part.programs():
        try:
            first, cosine, same = check(part, program, 2 if part.tiny else 4, lines)
        except programs.Failed as problem:
            results.note(f"{program.name}: {problem}")
            results.demand(f"{program.name} runs", 0, 1)
            continue
        results.row(program.name, first, cosine, "yes" if same else "NO")
        results.demand(f"{program.name}: cosine to the CPU's vectors", cosine, LEAST_COSINE[program.precision])
        results.demand(f"{program.name}: the same bits alone and in batches", int(same), 1)
    if not results.rows:
        results.demand("programs that ran", 0, 1)
    return results.finish()


if __name__ == "__main__":
    sys.exit(main())
