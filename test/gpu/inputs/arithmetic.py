"""arithmetic.py FILE.ptx: which operations on floats are approximate, and those that do
not say how they are rounded."""

import re
import sys

APPROXIMATE = {"ex2.approx.ftz.f32", "rcp.approx.ftz.f32"}
ROUNDED = {"add", "sub", "mul", "fma", "mad", "div", "rcp", "sqrt", "cvt"}
# These give one of their operands, or compare, or sum on tensor cores.
EXACT = {"abs", "copysign", "max", "min", "mma", "mov", "neg", "selp", "set", "setp"}
MOVES = {"atom", "bar", "cp", "ld", "ldmatrix", "red", "shfl", "st"}

approximate, problems = set(), set()
with open(sys.argv[1]) as file:
    for line in file:
        found = re.match(r"\s*(?:@!?%p\d+\s+)?([a-z]\w*(?:\.\w+)+)\s", line)
        if not found:
            continue
        operation = found[1]
        name, *parts = operation.split(".")
        if ".approx" in operation or name in {"ex2", "lg2", "sin", "cos", "tanh", "rsqrt"}:
            approximate.add(operation)
            if operation not in APPROXIMATE:
                problems.add(operation)
        elif not any(re.fullmatch(r"(tf|b?f)(16|32|64)(x2)?", part) for part in parts):
            continue
        elif name in ROUNDED:
            # A wider type holds every number of a narrower one.
            widens = name == "cvt" and parts[-2:] in (["f32", "bf16"], ["f32", "f16"])
            if "rn" not in parts and not widens and parts[0] not in ("rna", "rni", "rzi"):
                problems.add(operation)
        elif name not in EXACT | MOVES:
            problems.add(operation)
for operation in sorted(problems):
    print("neither rounded to nearest nor named:", operation)
print("approximate:", *sorted(approximate))
print(len(problems), "problems")
