"""compute-sanitizer: accesses out of bounds, races in shared memory, unwritten memory."""

import shutil
import subprocess
import sys
import time
from pathlib import Path

import programs
import texts
from part import Part

TOOLS = ("memcheck", "racecheck", "initcheck", "synccheck")
FOUND = 9  # the exit code that stands for a finding
PLACES = ("/usr/local/cuda/bin", "/usr/local/cuda/compute-sanitizer", "/opt/cuda/bin")


def find_sanitizer():
    found = shutil.which("compute-sanitizer")
    return found or next((f"{place}/compute-sanitizer" for place in PLACES if Path(place, "compute-sanitizer").exists()), None)


def check(part, program, sanitizer, tool, lines):
    """'clean', what was found, or why the tool gave no answer; None: out of time."""
    prefix = (sanitizer, f"--tool={tool}", f"--error-exitcode={FOUND}", "--print-limit=3")
    limit = min(max(part.results.left(), 1), 150)
    try:
        # Without graphs each launch has a name of its own in a report.
        done = program.run(
            "embed", device="cuda", text=lines, prefix=prefix, timeout=limit, extra={"EMBLEM_CUDA_GRAPHS": "0"}
        )
    except subprocess.TimeoutExpired:
        return f"no end within {limit:.0f} s"
    said = [line for line in (done.stdout + done.stderr).decode(errors="replace").splitlines() if "=====" in line]
    if done.returncode == 0:
        return "clean"
    for line in said[:12]:
        print(f"    {line}")
    unsupported = any("not supported" in line or "Internal" in line for line in said)
    if done.returncode == FOUND and not unsupported:
        return "FOUND"
    return f"no answer, exit code {done.returncode}"


def main():
    part = Part(sys.modules[__name__])
    part.device()
    results = part.results
    sanitizer = find_sanitizer()
    if not sanitizer:
        results.note("compute-sanitizer is not installed; nothing was checked")
        return results.finish()
    if not part.is_real:
        results.note("compute-sanitizer watches NVIDIA's driver alone; nothing was checked")
        return results.finish()
    # Two classes of rows and more than one tile of queries, and no more: it is slow.
    lines = "".join(f"{line}\n" for line in texts.texts(1, most=8) + texts.texts(3, seed=5, most=80))
    results.table("program", "tool", "seconds", "result")
    for program in part.programs(cubins=False):
        for tool in TOOLS:
            if results.out_of_time(f"{program.name} {tool}"):
                continue
            start = time.monotonic()
            try:
                found = check(part, program, sanitizer, tool, lines)
            except OSError as problem:
                found = f"no answer: {problem}"
            results.row(program.name, tool, time.monotonic() - start, found)
            if found in ("clean", "FOUND"):
                results.demand(f"{program.name}: {tool} finds nothing", int(found == "clean"), 1)
    return results.finish()


if __name__ == "__main__":
    sys.exit(main())
