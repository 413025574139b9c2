"""The compiled models that are timed: found in a folder, or compiled for it."""

import os
import subprocess

PRECISIONS = ("f32", "bf16", "int8", "int4")
# What the compiler writes for, by the instructions that all are held to.
TARGETS = {"native": "native", "avx2": "x86-64-v3"}


class CompileError(Exception):
    """The compiler's own sentence."""


def compile_model(emblemc, model, out, precision, isa, emit="shared"):
    command = [emblemc, model, "-o", out, f"--emit={emit}",
               f"--precision={precision}", f"--target={TARGETS[isa]}"]
    done = subprocess.run(command, capture_output=True, text=True)
    if done.returncode != 0:
        raise CompileError(" ".join(done.stderr.split()) or
                           f"{emblemc} ended with {done.returncode}")


def library_path(folder, precision):
    """`--libraries=FOLDER` has f32.so, bf16.so, int8.so, int4.so."""
    return os.path.join(folder, f"{precision}.so")


def find_libraries(arguments, folder, report):
    """{precision: path}; a precision that is not to be had is left out, with the
    reason."""
    libraries = {}
    for precision in arguments.precisions:
        name = f"emblem {precision}"
        if arguments.libraries:
            path = os.path.abspath(library_path(arguments.libraries, precision))
            if os.path.exists(path):
                libraries[precision] = path
            else:
                report.skip(name, f"there is no {path}")
            continue
        path = library_path(folder, precision)
        try:
            compile_model(arguments.emblemc, arguments.model, path, precision,
                          arguments.isa)
            libraries[precision] = path
        except CompileError as error:
            report.skip(name, str(error))
    return libraries
