"""Emblem beside the peers, in one run, in every precision.

  beside_peers.py PEERS --emblemc=build/bin/emblemc [--json=FILE] [--plot=FILE.png]
  beside_peers.py PEERS --libraries=FOLDER [--isa=avx2] [--threads=2] ...

PEERS is the folder with the peers' peers.py, bench.py, corpus.py and model.py, in
whose environment this runs. All are timed in turn, so that the machine's moods
fall on all; each figure is the best of its runs. See README.md beside this file.
"""

import argparse
import os
import sys
import tempfile

from accuracy import check_f32, check_lowered, compare
from contestants import (ENVIRONMENT, all_contestants, avx2_folder,
                         let_openvino_refuse, restart_limited)
from emblem_libraries import PRECISIONS, TARGETS, find_libraries
from emblem_peer import Emblem
from interleave import best_of
from measured_peak import MachinePeak
from report import Report
from workload import fixed_shape, real_text, tokenize


def numbers(text):
    return [int(part) for part in text.split(",")]


def names(text):
    parts = text.split(",")
    unknown = set(parts) - set(PRECISIONS)
    if unknown:
        raise argparse.ArgumentTypeError(
            f"unknown precision {sorted(unknown)[0]}; there are "
            f"{', '.join(PRECISIONS)}")
    return parts


def shapes(text):
    return [tuple(int(side) for side in shape.split("x")) for shape in text.split(",")]


def parse_arguments():
    parser = argparse.ArgumentParser(
        description="Times a compiled model beside the peers, in one run.")
    parser.add_argument("peers", help="folder with peers.py, bench.py and corpus.py")
    source = parser.add_mutually_exclusive_group(required=True)
    source.add_argument("--emblemc", help="the compiler; it compiles every precision")
    source.add_argument("--libraries", metavar="FOLDER",
                        help="compiled already: f32.so, bf16.so, int8.so, int4.so")
    parser.add_argument("--model", help="a model folder; by default the peers'")
    parser.add_argument("--isa", choices=sorted(ENVIRONMENT), default="native",
                        help="what the peers are limited to, and Emblem's target")
    parser.add_argument("--precisions", type=names, default=list(PRECISIONS))
    parser.add_argument("--threads", type=numbers, default=[1, 2],
                        help="separated by commas; by default 1,2")
    parser.add_argument("--shapes", type=shapes, metavar="BxT,...",
                        help="texts x tokens; by default the peers' eight")
    parser.add_argument("--texts", type=int, default=1000,
                        help="of the real text, about; 0 for none")
    parser.add_argument("--rounds", type=int, default=8,
                        help="turns of each contestant at each shape")
    parser.add_argument("--without-llama", action="store_true")
    parser.add_argument("--without-torch-compile", action="store_true")
    parser.add_argument("--compile-each-shape", action="store_true",
                        help="torch.compile also for each shape on its own; slow")
    parser.add_argument("--json", metavar="FILE")
    parser.add_argument("--plot", metavar="FILE.png|svg")
    return parser.parse_args()


class Benchmark:
    """One run: the workloads, and who takes part at a number of threads."""

    def __init__(self, arguments, libraries, peak, report):
        from bench import SHAPES, flops
        from corpus import corpus
        from model import model_dir

        self.arguments, self.libraries = arguments, libraries
        self.peak, self.report = peak, report
        self.workloads = [fixed_shape(batch, tokens, flops)
                          for batch, tokens in arguments.shapes or SHAPES]
        self.real = None
        if arguments.texts:
            texts = corpus()
            texts = texts[::max(1, len(texts) // arguments.texts)]
            rows = tokenize(os.path.join(model_dir(), "tokenizer.json"), texts)
            self.real = real_text(rows, flops)

    def run(self, threads):
        arguments = self.arguments
        peers = all_contestants(threads, arguments.isa, arguments.precisions,
                                arguments, self.report)
        emblems = {precision: Emblem(path, threads)
                   for precision, path in self.libraries.items()}
        for precision, emblem in emblems.items():
            self.check_target(precision, emblem)
        self.peak.measure(threads)
        everything = [*self.workloads, *([self.real] if self.real else [])]
        timings = []
        for workload in everything:
            print(f"timing {workload.name}, {threads} threads", file=sys.stderr)
            seconds, results = self.time(workload, peers, emblems)
            self.check_vectors(workload, peers, emblems, results)
            timings.append(seconds)
            self.peak.measure(threads)
        self.report_times(threads, peers, everything, timings)

    def check_target(self, precision, emblem):
        """A library that was compiled for something else is not what was asked."""
        wanted = TARGETS[self.arguments.isa]
        if (emblem.precision, wanted) not in ((precision, "native"),
                                              (precision, emblem.target)):
            sys.exit(f"{self.libraries[precision]} is {emblem.precision} for "
                     f"{emblem.target}, not {precision} for {wanted}")

    def time(self, workload, peers, emblems):
        """({contestant: best seconds}, {contestant: its vectors})"""
        runs = {}
        for peer in peers:
            if peer.prepare and workload is not self.real:
                peer.prepare(*workload.batches[0])
            runs[peer.name] = lambda peer=peer: workload.run_padded(peer.run)
        for precision, emblem in emblems.items():
            runs[f"emblem {precision}"] = lambda emblem=emblem: emblem.embed_ids(
                workload.flat, workload.lengths)
        return best_of(runs, 2 if workload is self.real else self.arguments.rounds)

    def check_vectors(self, workload, peers, emblems, results):
        """Ends the run where Emblem's f32 is wrong, or where a low precision is f32
        after all; of real text, reports how far everyone is from torch in f32."""
        vectors = {peer.name: workload.in_order(results[peer.name])
                   for peer in peers if peer.comparable}
        reference = vectors.pop("torch f32", None)
        if reference is None:
            print("no vectors are compared: torch f32 takes no part", file=sys.stderr)
            return
        vectors |= {f"emblem {precision}": results[f"emblem {precision}"]
                    for precision in emblems}
        figures = {name: compare(found, reference) for name, found in vectors.items()}
        for precision in emblems:
            found = figures[f"emblem {precision}"]
            if precision == "f32":
                check_f32(found, workload.name)
            else:
                check_lowered(found, precision, workload.name)
        if workload is self.real:
            self.report.accuracy = figures

    def report_times(self, threads, peers, workloads, timings):
        of_precision = {peer.name: peer.precision for peer in peers}
        for precision in self.arguments.precisions:
            emblem = f"emblem {precision}"
            mine = [n for n, p in of_precision.items() if p == precision]
            mine += [emblem] if precision in self.libraries else []
            if not mine:
                continue
            peak = self.peak.rate(threads, precision)
            self.report.print_heading(threads, precision, *peak)
            for workload, seconds in zip(workloads, timings):
                self.report.add(threads, workload, precision,
                                {name: seconds[name] for name in mine}, peak[0])


def main():
    arguments = parse_arguments()
    restart_limited(arguments.isa)
    if arguments.isa == "avx2" and os.path.isdir(avx2_folder()):
        sys.path.insert(0, avx2_folder())
    sys.path.insert(0, os.path.abspath(arguments.peers))
    from model import model_dir

    let_openvino_refuse()
    arguments.model = arguments.model or model_dir()
    report = Report(arguments.isa)
    with tempfile.TemporaryDirectory() as folder:
        libraries = find_libraries(arguments, folder, report)
        if not libraries:
            sys.exit("there is no compiled model to time")
        peak = MachinePeak(folder, arguments.isa)
        benchmark = Benchmark(arguments, libraries, peak, report)
        for threads in arguments.threads:
            benchmark.run(threads)
    report.peaks = peak.as_json()
    report.print_all_times()
    report.print_accuracy()
    if arguments.json:
        report.write_json(arguments.json)
    if arguments.plot:
        from plot import draw

        draw(report.as_json(), arguments.plot)


if __name__ == "__main__":
    main()
