#!/usr/bin/env python3
"""A witness that a change of the compiler changed no program.

Builds the commit BEFORE in a worktree, and this tree; compiles every fixture with both,
for each target, precision and provider of kernels, and compares what the programs do:
the ids, vectors and scores bit for bit, which layers are kept in a higher precision, and
where a model is refused, the sentence. Exits with 1 if anything differs.

    test/witness/witness.py --before=main --work=/tmp/witness
"""

import argparse
import collections
import concurrent.futures
import dataclasses
import glob
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import threading
import time

import cases
import record

TREE = os.path.realpath(__file__).removesuffix("/test/witness/witness.py")


def run(*command):
    """A step that must succeed; it speaks for itself where it does not."""
    print("+", *command, file=sys.stderr)
    if subprocess.run(command, stdout=sys.stderr).returncode:
        sys.exit(f"witness: {command[0]} failed")


def cached_path(tree, name):
    """What CMake has found, or None."""
    with open(f"{tree}/build/CMakeCache.txt") as file:
        found = re.search(rf"^{name}:\w+=(/.*)$", file.read(), re.MULTILINE)
    return found and found[1]


def build(tree, options=()):
    """Builds emblemc, and what writes Halide's kernels, in TREE/build; where that is
    configured already, as it is."""
    if not os.path.exists(f"{tree}/build/CMakeCache.txt"):
        run("cmake", "--preset=tests", "-DEMBLEM_TESTS=OFF", "-S", tree,
            "-B", f"{tree}/build", *options)
    targets = ["emblemc"]
    if cached_path(tree, "HALIDE_LIBRARY"):
        targets.append("emblem-halide")
    run("cmake", "--build", f"{tree}/build", "--parallel=2", "--target", *targets)
    return f"{tree}/build/bin/emblemc"


class Before:
    """The compiler before the change. Its records are kept in a file, so that it is
    built and run only where one is missing."""

    def __init__(self, commit, work, emblemc, halide):
        self.commit, self.emblemc, self.halide = commit, emblemc, halide
        self.tree = f"{work}/{commit[:12]}"
        self.fixtures = f"{work}/{commit[:12]}-fixtures"
        self.file = f"{work}/{commit[:12]}.jsonl"
        self.records = {}
        self.lock = threading.Lock()
        if os.path.exists(self.file):
            with open(self.file) as lines:
                for line in lines:
                    if line.endswith("}\n"):  # not one that was cut off
                        entry = json.loads(line)
                        self.records[entry["key"]] = entry["records"]

    def build(self):
        if not os.path.exists(self.tree):
            run("git", "-C", TREE, "worktree", "prune")
            run("git", "-C", TREE, "worktree", "add", "--detach", self.tree, self.commit)
        self.emblemc = build(self.tree, self.halide)

    def own(self, case):
        """The case with the fixture as COMMIT has it, where its form has changed."""
        root = TREE + "/test/fixtures/"
        if not case.model.path.startswith(root):
            return case
        with self.lock:
            if not os.path.exists(self.fixtures):
                os.makedirs(self.fixtures)
                archive = subprocess.run(
                    ["git", "-C", TREE, "archive", self.commit, "test/fixtures"],
                    check=True, capture_output=True).stdout
                subprocess.run(["tar", "-x", "-C", self.fixtures], input=archive, check=True)
        path = f"{self.fixtures}/test/fixtures/{case.model.path.removeprefix(root)}"
        if not os.path.exists(path) or cases.digest(path) == case.model.digest:
            return case
        return dataclasses.replace(case, model=dataclasses.replace(case.model, path=path))

    def keep(self, key, case, records):
        if any(map(record.died, records.values())):
            return
        entry = json.dumps({"key": key, "case": case.name, "records": records})
        with self.lock:
            self.records[key] = records
            # In one write: others may append to the file at the same time.
            with open(self.file, "ab", buffering=0) as file:
                file.write(entry.encode() + b"\n")


class Table:
    """Counts of each kind of fixture and each precision, and what differs."""

    OUTCOMES = {"equal": "programs whose runs are equal",
                "code": "that do not run here, with the same code and weights",
                "refused": "models refused alike", "different": "different"}

    def __init__(self):
        self.counts = collections.Counter()
        self.notes = collections.Counter()
        self.lines = []

    def add(self, case, before, after):
        for name in before.keys() | after.keys():
            if name in before and name in after:  # else the other records differ
                bound = ["--min-cosine=0"] if name else []
                self.add_record(case, bound, before[name], after[name])

    def add_record(self, case, bound, before, after):
        if found := record.differences(before, after):
            outcome = "different"
            command = " ".join(["emblemc", case.model.path, *case.options, *bound])
            self.lines.append(f"{case.name}: {'; '.join(found)} ({command})")
            print("\ndifferent:", self.lines[-1], file=sys.stderr, flush=True)
        elif "refused" in before:
            outcome = "refused"
            if record.died(before):
                self.notes["end alike: " + before["refused"]] += 1
        elif "code" in before:
            outcome = "code"
            if before["tables"] != after["tables"]:
                self.notes["have other tables beside the same code"] += 1
        else:
            outcome = "equal"
            for failure in set(record.failures(before)):
                self.notes["say alike: " + failure] += 1
        if bound and outcome != "different":
            self.notes["are compared without the bound that refuses both"] += 1
        column = case.precision
        if case.provider != "mlir":
            column = f"{case.provider} {'f32' if column == 'f32' else 'below'}"
        self.counts[case.model.kind, column, outcome] += 1

    def total(self, outcome, kind=None, column=None):
        return sum(count for (a, b, c), count in self.counts.items()
                   if c == outcome and kind in (None, a) and column in (None, b))

    def text(self):
        columns = [name for name in [*cases.PRECISIONS, "halide f32", "halide below"]
                   if any(b == name for _, b, _ in self.counts)]
        rows = [["", *columns]]
        for kind in [*sorted({kind for kind, _, _ in self.counts}), None]:
            cells = [[self.total(outcome, kind, column) for outcome in self.OUTCOMES]
                     for column in columns]
            rows.append([kind or "all"] + [" ".join(map(str, cell)) if any(cell) else "-"
                                           for cell in cells])
        widths = [max(map(len, column)) for column in zip(*rows)]
        lines = ["  ".join(cell.rjust(width) if i else cell.ljust(width)
                           for i, (cell, width) in enumerate(zip(row, widths)))
                 for row in rows]
        lines += [f"{count} programs {note}" for note, count in self.notes.most_common()]
        lines.append("In this order: " + ", ".join(f"{self.total(outcome)} {words}"
                               for outcome, words in self.OUTCOMES.items()))
        return "\n".join(lines)


class Progress:
    """One line; where nobody watches, one a minute."""

    def __init__(self, total):
        self.total, self.start, self.shown = total, time.monotonic(), 0.0
        self.done = 0
        self.watched = sys.stderr.isatty()

    def show(self, done, different):
        self.done = done
        now = time.monotonic()
        if now - self.shown < (0.2 if self.watched else 60) and done < self.total:
            return
        self.shown = now
        passed = now - self.start
        left = passed / max(done, 1) * (self.total - done)
        line = (f"{done} of {self.total} cases, {different} different, "
                f"{passed / 60:.1f} min, {left / 60:.1f} to go")
        print(f"\r\033[K{line}" if self.watched else line, file=sys.stderr, flush=True,
              end="\n" if done == self.total or not self.watched else "")


def parse():
    parser = argparse.ArgumentParser(description=__doc__.split("\n\n")[0])
    parser.add_argument("--before", required=True, metavar="COMMIT")
    parser.add_argument("--work", default=TREE + "/build/witness", metavar="FOLDER",
                        help="for the worktree and the records of COMMIT")
    parser.add_argument("--before-emblemc", metavar="PATH", help="COMMIT's, built")
    parser.add_argument("--after-emblemc", metavar="PATH", help="built; not of this tree")
    parser.add_argument("--before-only", action="store_true",
                        help="make the records of COMMIT that are missing, and stop")
    parser.add_argument("--jobs", type=int, default=2, metavar="N")
    parser.add_argument("--every", type=int, default=1, metavar="N",
                        help="a sample: one of N cases of each model, the same each time")
    parser.add_argument("--only", default="", metavar="TEXT",
                        help="cases whose name has this, such as 'models/t5 int8 znver4'")
    parser.add_argument("--list", action="store_true", help="the names of the cases")
    parser.add_argument("--minilm", default=cases.find_minilm(TREE), metavar="FOLDER",
                        help="all-MiniLM-L6-v2; by default where test/run.sh has it")
    return parser.parse_args()


def choose(asked, scratch):
    if not asked.minilm:
        print("MiniLM is not installed, and left out", file=sys.stderr)
    shutil.rmtree(scratch, ignore_errors=True)
    found = cases.find_models(TREE, scratch, asked.minilm)
    return [case for case in cases.sample(found, asked.every) if asked.only in case.name]


def main():
    asked = parse()
    # Ended by others, it waits for its compilers and leaves nothing behind, too.
    signal.signal(signal.SIGTERM, lambda *_: sys.exit(1))
    work = os.path.realpath(asked.work)
    os.makedirs(work, exist_ok=True)
    commit = subprocess.run(
        ["git", "-C", TREE, "rev-parse", "--verify", asked.before + "^{commit}"],
        check=True, capture_output=True, text=True).stdout.strip()
    scratch = f"{work}/onnx-{os.getpid()}"
    different = True  # what differs is to be compiled again by hand, and is kept
    try:
        different = compare(asked, work, commit, choose(asked, scratch))
    finally:
        if not different or sys.exc_info()[0]:
            shutil.rmtree(scratch, ignore_errors=True)
    return different


def compare(asked, work, commit, chosen):
    if asked.list:
        print(*sorted(case.name for case in chosen), sep="\n")
        return 0
    images = TREE + "/test/fixtures/images"
    inputs = record.inputs_digest(images)
    # A machine that runs the target asks for more than its code.
    keys = {case: " ".join([case.model.digest[:16], inputs[:16], *case.options]
                           + ["code"] * (not record.runs_here(case.target)))
            for case in chosen}

    after = asked.after_emblemc
    if not after and not asked.before_only:
        after = build(TREE)
    halide = []
    if not asked.after_emblemc and os.path.exists(TREE + "/build/CMakeCache.txt"):
        library = cached_path(TREE, "HALIDE_INCLUDE_DIR")
        halide = [f"-DHalide_ROOT={os.path.dirname(library)}"] if library else []
    before = Before(commit, work, asked.before_emblemc, halide)
    missing = [case for case in chosen if keys[case] not in before.records]
    print(f"{len(chosen)} cases, {len(missing)} of them not yet compiled by "
          f"{commit[:12]}", file=sys.stderr)
    if missing and not before.emblemc:
        before.build()

    def case_records(case):
        """The records before and after; none of those that are not asked for."""
        records = before.records.get(keys[case])
        if not records:
            records = record.record(os.path.realpath(before.emblemc), before.own(case), images)
            before.keep(keys[case], case, records)
        if asked.before_only:
            return case, records, records
        return case, records, record.record(os.path.realpath(after), case, images)

    table = Table()
    todo = missing if asked.before_only else chosen
    progress = Progress(len(todo))
    with concurrent.futures.ThreadPoolExecutor(asked.jobs) as pool:
        waiting = [pool.submit(case_records, case) for case in todo]
        try:
            for done, one in enumerate(concurrent.futures.as_completed(waiting), 1):
                table.add(*one.result())
                progress.show(done, table.total("different"))
        except BaseException:
            pool.shutdown(cancel_futures=True)
            print(f"ended early, after {progress.done} of {len(todo)} cases:")
            print(table.text())
            raise
    for line in sorted(table.lines):
        print("different:", line)
    print(table.text())
    return 1 if table.lines or not chosen else 0


if __name__ == "__main__":
    sys.exit(main())
