"""Start to first vector: with the driver's cache empty, with it full, and with machine code."""

import os
import re
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import driver
import programs
from part import Part


def find_ptxas():
    """The one that is installed, or Triton's."""
    places = [shutil.which("ptxas"), "/usr/local/cuda/bin/ptxas"]
    try:
        import triton

        places.append(str(Path(triton.__file__).parent / "backends/nvidia/bin/ptxas"))
    except ImportError:
        pass
    return next((place for place in places if place and Path(place).exists()), None)


def ptx_of(program):
    """The texts of PTX in a program: each begins with its version and ends with a zero byte."""
    with open(program.path, "rb") as file:
        code = file.read(program.manifest["begin"])
    texts = re.findall(rb"(?://[^\0\n]*\n|\n)*\.version [0-9.]+\n[^\0]*(?=\0)", code)
    return list(dict.fromkeys(texts))


def assemble(ptxas, text, capability, folder):
    """The machine code of a text, and what ptxas -v says of it."""
    source, out = Path(folder, "kernel.ptx"), Path(folder, "kernel.cubin")
    source.write_bytes(text)
    done = subprocess.run(
        [ptxas, "-v", f"-arch=sm_{capability}", "-o", str(out), str(source)], capture_output=True, text=True
    )
    if done.returncode:
        raise programs.Failed(f"ptxas: {programs.last_line(done.stderr)}")
    return out.read_bytes(), done.stderr


def load_times(part, program, ptxas):
    """Milliseconds to load all kernels, of PTX and of machine code; and registers, spills."""
    texts = ptx_of(program)
    start = time.monotonic()
    for text in texts:
        part.driver.load(text + b"\0")
    of_ptx = (time.monotonic() - start) * 1e3
    if not ptxas:
        return len(texts), of_ptx, None, None, None
    of_code, registers, spills = 0.0, 0, 0
    with tempfile.TemporaryDirectory() as folder:
        for text in texts:
            code, said = assemble(ptxas, text, part.facts["capability"], folder)
            registers = max([registers] + [int(one) for one in re.findall(r"Used (\d+) registers", said)])
            spills += sum(int(one) for one in re.findall(r"(\d+) bytes spill stores", said))
            start = time.monotonic()
            if part.is_real:  # the stand-in runs PTX alone
                part.driver.load(code)
            of_code += (time.monotonic() - start) * 1e3
    return len(texts), of_ptx, of_code if part.is_real else None, registers, spills


def time_start(program, cache, runs=1):
    """Seconds from the command to its end, with one vector."""
    times = []
    for _ in range(runs):
        start = time.monotonic()
        program.output("embed", "hello world", device="cuda", extra={"CUDA_CACHE_PATH": cache})
        times.append(time.monotonic() - start)
    return statistics.median(times)


def main():
    # For the loads below; programs get a folder of their own.
    os.environ["CUDA_CACHE_DISABLE"] = "1"
    part = Part(sys.modules[__name__])
    part.device()
    results = part.results
    part.driver.context()
    ptxas = find_ptxas()
    if not ptxas:
        results.note("there is no ptxas here: times with machine code, registers and spills are not known")
    results.note("cold and warm: seconds of a whole command; PTX and cubin: milliseconds to load all kernels of it")
    results.table("program", "cold s", "warm s", "kernels", "PTX ms", "cubin ms", "registers", "spills")
    for program in part.programs():
        try:
            # Weights in the file cache.
            program.output("embed", "hello world", device="cpu")
            os.environ.pop("CUDA_CACHE_DISABLE", None)
            with tempfile.TemporaryDirectory() as cache:
                cold = time_start(program, cache)
                warm = time_start(program, cache, runs=1 if part.tiny else 5)
            os.environ["CUDA_CACHE_DISABLE"] = "1"
            kernels, of_ptx, of_code, registers, spills = load_times(part, program, ptxas)
        except (programs.Failed, driver.DriverProblem) as problem:
            results.note(f"{program.name}: {problem}")
            results.demand(f"{program.name} starts", 0, 1)
            continue
        shown = ("-" if value is None else value for value in (of_code, registers, spills))
        results.row(program.name, cold, warm, kernels, of_ptx, *shown)
        if spills is not None:
            results.demand(f"{program.name}: bytes that spill", spills, 0, at_least=False, enforced=part.is_real)
    return results.finish()


if __name__ == "__main__":
    sys.exit(main())
