"""What all parts have: their options, the device's facts, the programs with weights."""

import argparse
import sys
from pathlib import Path

import driver
import programs
from results import Results


class Part:
    def __init__(self, module):
        arguments = argparse.ArgumentParser(description=module.__doc__.splitlines()[0])
        arguments.add_argument("--tiny", action="store_true", help="the least that shows that the part works")
        arguments.add_argument("--only", help="programs, separated by commas")
        arguments.add_argument("--results", default=str(programs.ROOT / "results"))
        arguments.add_argument("--seconds", type=float, default=420, help="the part's time")
        given = arguments.parse_args()
        self.tiny = given.tiny
        self.only = given.only.split(",") if given.only else None
        name = Path(sys.argv[0]).stem
        self.results = Results(name, given.results, given.seconds)
        self.facts = None

    def device(self):
        """Its facts. Without one the part ends here."""
        try:
            self.driver = driver.Driver()
            self.facts = self.driver.facts()
        except driver.DriverProblem as problem:
            self.results.note(str(problem))
            self.results.demand("a device that can be used", 0, 1)
            sys.exit(self.results.finish())
        for name, value in self.facts.items():
            self.results.fact(name, value)
        self.is_real = driver.is_real(self.facts)
        if not self.is_real:
            self.results.note("this is no device; times mean nothing, and none is demanded")
        return self.facts

    def kernels(self, shapes):
        """Each program in bf16 at each shape that it takes, and the times of its kernels."""
        for program in self.programs("bf16", cubins=False):
            for shape in ((2, 8),) if self.tiny else shapes:
                if shape[1] > program.most_tokens:
                    continue
                size = f"{shape[0]}x{shape[1]}"
                if self.results.out_of_time(f"{program.name} {size}"):
                    continue
                try:
                    bench = program.bench(
                        f"--shape={size}",
                        "--per-kernel",
                        seconds=0.05 if self.tiny else 0.5,
                        timeout=max(self.results.left(), 1),
                    )
                except programs.Failed as problem:
                    self.results.note(f"{program.name}: {problem}")
                    self.results.demand(f"{program.name} runs", 0, 1)
                    continue
                yield program, shape, bench["shapes"][0]["kernels"]

    def programs(self, precision=None, cubins=True):
        """Each with its weights; what has none, and cannot get them, is named."""
        for program in programs.packed_programs(self.only):
            if precision and program.precision != precision:
                continue
            # The same kernels once more, which only start sooner.
            if program.name.endswith("-cubin") and not cubins:
                continue
            if self.results.out_of_time(program.name):
                continue
            try:
                seconds = program.attach()
            except programs.Failed as problem:
                self.results.note(f"{program.name}: {problem}")
                self.results.demand(f"{program.name} can be used", 0, 1)
                continue
            if seconds:
                self.results.note(f"{program.name}: its weights took {seconds:.1f} s")
            yield program
