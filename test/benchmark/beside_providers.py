"""Every kernel of a model by both providers, as per cent of the machine's peak.

  beside_providers.py MODEL [--emblemc=build/bin/emblemc] [--threads=2]
                      [--shapes=1x8,1x32,1x128,8x32] [--rounds=5] [--tune]

Compiles MODEL with --kernels=mlir, with --kernels=halide and with --kernels=auto, or
with --tune in place of the latter, in f32, and takes turns between the programs'
`bench --per-kernel` and `bench`. A figure is the best of its turns; the peak is
measured between them. Kernels of less than 1.5 flops a byte are bound by memory: theirs
is GB/s. Shapes of a model of images are 8x1, say, for eight of them.
"""

import argparse
import json
import os
import subprocess
import tempfile

from measured_peak import MachinePeak

PROVIDERS = ("mlir", "halide", "auto")
# Flops a byte, below which a kernel is bound by memory.
LEAST_INTENSITY = 1.5


def run_json(*command):
    return json.loads(subprocess.run(command, check=True, capture_output=True,
                                     text=True).stdout)


def keep_best(best, key, seconds, gflops, gigabytes=0.0):
    if key not in best or seconds < best[key][0]:
        best[key] = (seconds, gflops, gigabytes)


def measure(program, provider, arguments, kernels, whole):
    options = [f"--threads={arguments.threads}", f"--shape={arguments.shapes}",
               f"--seconds={arguments.seconds}", "--json"]
    for shape in run_json(program, "bench", "--per-kernel", *options)["shapes"]:
        name = f"{shape['sequences']}x{shape['tokens']}"
        for kernel in shape["kernels"]:
            keep_best(kernels, (name, kernel["name"], provider),
                      kernel["us"] * 1e-6, kernel["gflops"],
                      kernel["gigabytes_per_second"])
    for shape in run_json(program, "bench", *options)["shapes"]:
        name = f"{shape['sequences']}x{shape['tokens']}"
        keep_best(whole, (name, provider), shape["best_ms"] * 1e-3,
                  shape["gflops"])


def cell(figure, peak):
    seconds, gflops, gigabytes = figure
    if gflops < LEAST_INTENSITY * gigabytes:
        return f"{seconds * 1e3:9.3f} {gigabytes:4.0f} GB/s"
    return f"{seconds * 1e3:9.3f} {100e9 * gflops / peak:4.0f} %   "


def print_table(kernels, whole, peak):
    print(f"peak {peak * 1e-9:.0f} GFLOP/s; ms and per cent of it, or GB/s")
    header = "".join(f"{provider:>19}" for provider in PROVIDERS)
    for shape in dict.fromkeys(shape for shape, _ in whole):
        print(f"\n{shape:28}{header}   halide / mlir   auto / best")
        names = dict.fromkeys(name for of, name, _ in kernels if of == shape)
        rows = [(name, [kernels[shape, name, p] for p in PROVIDERS])
                for name in names]
        rows.append(("all", [whole[shape, p] for p in PROVIDERS]))
        for name, figures in rows:
            cells = "".join(cell(figure, peak) for figure in figures)
            mlir, halide, auto = (figure[0] for figure in figures)
            print(f"{name:28}{cells} {halide / mlir:15.3f} {auto / min(mlir, halide):13.3f}")


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("model")
    parser.add_argument("--emblemc", default="build/bin/emblemc")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--shapes", default="1x8,1x32,1x128,8x32")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=0.2)
    parser.add_argument("--tune", action="store_true")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        programs = {p: os.path.join(folder, p) for p in PROVIDERS}
        for provider, program in programs.items():
            tunes = arguments.tune and provider == "auto"
            choice = f"--tune={folder}/kernels.json" if tunes else f"--kernels={provider}"
            subprocess.run([arguments.emblemc, arguments.model, "-o", program, choice],
                           check=True)
        peak = MachinePeak(folder, "")
        kernels, whole = {}, {}
        for turn in range(arguments.rounds):
            peak.measure(arguments.threads)
            for provider in PROVIDERS if turn % 2 == 0 else PROVIDERS[::-1]:
                measure(programs[provider], provider, arguments, kernels, whole)
        print_table(kernels, whole, peak.rate(arguments.threads, "f32")[0])


if __name__ == "__main__":
    main()
