#!/usr/bin/env python3
"""inner_loops.py MODEL [--targets=A,B] [--cpus=A,B]: what llvm-mca makes of the inner loops of a model's matmuls.

For a machine that is not at hand. Of each precision and target the loop with the most multiply-adds, and how many of
them begin in a cycle, as per cent of what the same instruction reaches in llvm-mca alone, without loads: that is the
peak of the CPU as LLVM describes it. Spills are counted. emblemc and llvm-mca (llvm-22) are looked for on PATH.
"""

import argparse
import pathlib
import re
import subprocess
import sys

sys.path.insert(0, str(pathlib.Path(__file__).parents[1] / "compiler/backend/cpu/inputs"))
from assembly_loops import MULTIPLY_ADD, find_loops

PRECISIONS = ["f32", "bf16", "int8", "int4"]
ROUNDS = 200
CHAINS = 24  # sums that do not wait for one another


def cycles(lines, cpu, features):
    """Of one round of these instructions."""
    text = "\n".join(lines) + "\n"
    done = subprocess.run(["llvm-mca", "-mtriple=aarch64-linux-gnu", f"-mcpu={cpu}", f"-mattr={features}",
                           f"-iterations={ROUNDS}", "-"], input=text, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"llvm-mca: {done.stderr}")
    return int(re.search(r"Total Cycles:\s+(\d+)", done.stdout)[1]) / ROUNDS


def peak(instruction, cpu, features):
    """How many of an instruction begin in a cycle."""
    name, operands = instruction.split(None, 1)
    target, rest = operands.split(",", 1)
    kind = target.split(".", 1)[1] if "." in target else ""
    # No two write the same register, and none writes what another reads.
    sources = re.sub(r"v\d+", "v15", rest)  # which all forms take
    stream = [f"{name} v{i}.{kind},{sources}" for i in range(32) if i != 15][:CHAINS]
    return CHAINS / cycles(stream, cpu, features)


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("model")
    parser.add_argument("--targets", default="aarch64,aarch64-v8.2-dotprod,aarch64-v8.6")
    parser.add_argument("--cpus", default="neoverse-n1,neoverse-n2,neoverse-v1")
    asked = parser.parse_args()
    print("| target | precision | instruction | loads / multiply-adds | spills | "
          + " | ".join(asked.cpus.split(",")) + " |")
    for target in asked.targets.split(","):
        for precision in PRECISIONS:
            text = subprocess.run(["emblemc", asked.model, f"--target={target}", f"--precision={precision}",
                                   "--emit=asm", "--min-cosine=0"], capture_output=True, text=True)
            if text.returncode:
                sys.exit(text.stderr)
            loops = find_loops(text.stdout)
            loop = max((one for one in loops if one.function.startswith("matmul")), key=lambda one: one.count())
            products = [line for line in loop.lines if MULTIPLY_ADD.match(line.split()[0])]
            loads = sum(line.startswith(("ld", "ldr", "ldp")) for line in loop.lines)
            spills = sum(len(one.spills()) for one in loops)
            row = []
            for cpu in asked.cpus.split(","):
                features = "+neon,+dotprod,+i8mm,+bf16"
                best = peak(products[0], cpu, features)
                rate = len(products) / cycles(loop.lines[:-1], cpu, features)
                row.append(f"{100 * rate / best:.0f} % of {best:.1f}")
            print(f"| {target} | {precision} | {products[0].split()[0]} | {loads} / {len(products)} | {spills} | "
                  + " | ".join(row) + " |")


main()
