"""The machine's peak in each precision, as machine_peak.cpp measures it."""

import os
import subprocess

SOURCES = ("machine_peak.cpp", "machine_peak_main.cpp")
MULTIPLIED_AS = {"int4": "int8"}


class MachinePeak:
    """Compiles the program once; `measure` may then be called between timings.

    Other work on the machine, and its clock, only ever take away: the peak is the
    best that was seen.
    """

    def __init__(self, folder, isa):
        self.program = os.path.join(folder, "machine_peak")
        self.isa = isa
        self.best = {}  # threads -> precision -> (operations a second, instruction)
        here = os.path.dirname(os.path.abspath(__file__))
        subprocess.run(
            [os.environ.get("CXX", "c++"), "-std=c++20", "-O2", "-pthread",
             *(os.path.join(here, source) for source in SOURCES),
             "-o", self.program], check=True)

    def measure(self, threads):
        command = [self.program, str(threads)]
        if self.isa == "avx2":
            command.append("avx2")
        lines = subprocess.run(command, check=True, capture_output=True,
                               text=True).stdout.splitlines()
        best = self.best.setdefault(threads, {})
        for line in lines:
            precision, rate, instruction = line.split("\t")
            seen = best.get(precision, (0.0, instruction))
            best[precision] = (max(float(rate), seen[0]), instruction)

    def rate(self, threads, precision):
        """Operations a second and the instruction; (None, None) where the CPU
        has none. What int4 multiplies with is int8's."""
        return self.best[threads].get(MULTIPLIED_AS.get(precision, precision),
                                      (None, None))

    def as_json(self):
        return {str(threads): {
            precision: {"operations_per_second": rate, "instruction": instruction}
            for precision, (rate, instruction) in best.items()}
            for threads, best in self.best.items()}
