"""The footprint of a compiled program: the time to compile it, the time from process
start to the first vector, and memory.

  footprint.py --emblemc=build/bin/emblemc MODEL [--precisions=f32,int8] [--json=FILE]

The weights are in the page cache, as they are for every start but the first.
Memory is what the process held at most at 32 texts of 128 tokens, beside what it
may be: the weights and 40 MB. It can be less than the weights, for only the rows
of the embedding table that the texts need are read.
"""

import argparse
import json
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time

from emblem_libraries import PRECISIONS, CompileError, compile_model

TEXTS, TOKENS = 32, 128
BESIDE_WEIGHTS = 40e6  # bytes
STARTS = 30
MB = 1e6


def compile_seconds(arguments, precision, program, times=3):
    best = float("inf")
    for _ in range(times):
        start = time.perf_counter()
        compile_model(arguments.emblemc, arguments.model, program, precision,
                      "native", emit="exe")
        best = min(best, time.perf_counter() - start)
    return best


def first_vector_seconds(program):
    """From just before the process is made to the first byte of its vector."""
    start = time.perf_counter()
    process = subprocess.Popen([program, "embed", "a text"], close_fds=False,
                               stdout=subprocess.PIPE)
    process.stdout.read(1)
    seconds = time.perf_counter() - start
    process.stdout.read()
    if process.wait() != 0:
        sys.exit(f"{program} embed ended with {process.returncode}")
    return seconds


def text_of_tokens(program, tokens):
    """A text of that many token ids, special ones included."""
    def count(words):
        done = subprocess.run([program, "tokenize", " ".join(["word"] * words)],
                              check=True, capture_output=True, text=True)
        return len(done.stdout.split())

    words = tokens - count(0)
    if count(words) != tokens:
        sys.exit(f"{program} does not take 'word' as one token")
    return " ".join(["word"] * words)


def peak_memory_bytes(program, lines):
    """What the system says the process held at most. A process that was just
    made counts its parent's memory too, so this program stays small itself."""
    with tempfile.TemporaryFile() as texts:
        texts.write(lines.encode())
        texts.seek(0)
        process = subprocess.Popen([program, "embed", "--format=npy"],
                                   stdin=texts, stdout=subprocess.DEVNULL)
        _, status, usage = os.wait4(process.pid, 0)
        process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode != 0:
        sys.exit(f"{program} embed ended with {process.returncode}")
    return usage.ru_maxrss * 1024


def weights_bytes(program):
    info = subprocess.run([program, "info"], check=True, capture_output=True,
                          text=True).stdout
    return int(re.search(r"^weights\s+(\d+) bytes", info, re.MULTILINE)[1])


def measure(arguments, precision, folder):
    program = os.path.join(folder, precision)
    compiled = compile_seconds(arguments, precision, program)
    starts = [first_vector_seconds(program) for _ in range(STARTS)]
    lines = (text_of_tokens(program, TOKENS) + "\n") * TEXTS
    return {"compile_seconds": compiled,
            "first_vector_seconds": min(starts),
            "first_vector_median_seconds": statistics.median(starts),
            "program_bytes": os.path.getsize(program),
            "weights_bytes": weights_bytes(program),
            "peak_memory_bytes": peak_memory_bytes(program, lines)}


def main():
    parser = argparse.ArgumentParser(
        description="Compile time, start-up and memory of a compiled model.")
    parser.add_argument("model")
    parser.add_argument("--emblemc", required=True)
    parser.add_argument("--precisions", default=",".join(PRECISIONS),
                        help="separated by commas")
    parser.add_argument("--json", metavar="FILE")
    arguments = parser.parse_args()

    results = {}
    print(f"{'':10} {'compile s':>9} {'first vector ms':>22} {'program MB':>10} "
          f"{'weights MB':>10} {'memory MB':>10} {'may be MB':>10}")
    with tempfile.TemporaryDirectory() as folder:
        for precision in arguments.precisions.split(","):
            try:
                figures = measure(arguments, precision, folder)
            except CompileError as error:
                print(f"{precision}: left out: {error}")
                continue
            full = results.get("f32", {}).get("weights_bytes")
            if full and precision != "f32" and figures["weights_bytes"] >= full:
                print(f"{precision}: left out: its weights are as large as f32's, so "
                      "it was not lowered")
                continue
            results[precision] = figures
            start = (f"{figures['first_vector_seconds'] * 1e3:.1f} (median "
                     f"{figures['first_vector_median_seconds'] * 1e3:.1f})")
            print(f"{precision:10} {figures['compile_seconds']:9.1f} {start:>22} "
                  f"{figures['program_bytes'] / MB:10.1f} "
                  f"{figures['weights_bytes'] / MB:10.1f} "
                  f"{figures['peak_memory_bytes'] / MB:10.1f} "
                  f"{(figures['weights_bytes'] + BESIDE_WEIGHTS) / MB:10.1f}",
                  flush=True)
    if arguments.json:
        with open(arguments.json, "w", encoding="utf-8") as file:
            json.dump(results, file, indent=1)
            file.write("\n")


if __name__ == "__main__":
    main()
