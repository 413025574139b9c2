#!/usr/bin/env python3
"""triton_check.py EMBLEM-PTX-RUN: kernels that Triton compiles for sm_80, in the machine, beside
numpy. PTX by another compiler, which is right on devices, must run here without a fault and with
the right numbers. By hand, or nightly: it needs `pip install triton numpy`, and no GPU.
"""

import os
import subprocess
import sys
import tempfile

import numpy
import triton
import triton.language as tl
from triton.backends.compiler import GPUTarget
from triton.compiler import ASTSource


@triton.jit
def matmul(
    a,
    b,
    c,
    M,
    N: tl.constexpr,
    K: tl.constexpr,
    BM: tl.constexpr,
    BN: tl.constexpr,
    BK: tl.constexpr,
):
    rows = tl.program_id(1) * BM + tl.arange(0, BM)
    columns = tl.program_id(0) * BN + tl.arange(0, BN)
    inner = tl.arange(0, BK)
    sums = tl.zeros((BM, BN), tl.float32)
    inside = rows[:, None] < M
    for k in range(0, K, BK):
        x = tl.load(
            a + rows[:, None] * K + (k + inner)[None, :], mask=inside, other=0.0
        )
        y = tl.load(b + columns[None, :] * K + (k + inner)[:, None])
        sums = tl.dot(x, y, sums)
    tl.store(
        c + rows[:, None] * N + columns[None, :], sums.to(tl.bfloat16), mask=inside
    )


@triton.jit
def row_norm(x, y, N, B: tl.constexpr):
    row = tl.program_id(0)
    place = tl.arange(0, B)
    values = tl.load(x + row * N + place, mask=place < N, other=0.0)
    mean = tl.sum(values, 0) / N
    away = tl.where(place < N, values - mean, 0.0)
    scale = tl.rsqrt(tl.sum(away * away, 0) / N + 1e-5)
    tl.store(y + row * N + place, away * scale, mask=place < N)


@triton.jit
def softmax(x, y, N, B: tl.constexpr):
    row = tl.program_id(0)
    place = tl.arange(0, B)
    values = tl.load(x + row * N + place, mask=place < N, other=-float("inf"))
    powers = tl.exp(values - tl.max(values, 0))
    tl.store(y + row * N + place, powers / tl.sum(powers, 0), mask=place < N)


@triton.jit
def column_sums(x, y, M, N: tl.constexpr, B: tl.constexpr):
    columns = tl.program_id(0) * B + tl.arange(0, B)
    rows = tl.arange(0, 32)
    sums = tl.zeros((B,), tl.float32)
    for first in range(0, M, 32):
        place = first + rows
        sums += tl.sum(
            tl.load(
                x + place[:, None] * N + columns[None, :],
                mask=place[:, None] < M,
                other=0.0,
            ),
            0,
        )
    tl.store(y + columns, sums)


def to_bf16(values):
    bits = values.astype(numpy.float32).view(numpy.uint32)
    return ((bits + 0x7FFF + ((bits >> 16) & 1)) >> 16).astype(numpy.uint16)


def from_bf16(values):
    return (values.astype(numpy.uint32) << 16).view(numpy.float32)


def compiled(kernel, types, constants, warps, stages=1):
    """PTX, its entry's name and its dynamic shared memory."""
    names = kernel.arg_names
    signature = dict(zip(names, types)) | {name: "constexpr" for name in constants}
    pointers = {
        (i,): [["tt.divisibility", 16]] for i, t in enumerate(types) if t[0] == "*"
    }
    made = triton.compile(
        ASTSource(fn=kernel, signature=signature, constexprs=constants, attrs=pointers),
        target=GPUTarget("cuda", 80, 32),
        options={"num_warps": warps, "num_stages": stages},
    )
    return made.asm["ptx"], made.metadata.name, made.metadata.shared


def run(name, kernel, folder, grid, inputs, output, numbers, warps):
    """What the kernel writes. Triton's last two parameters are scratch memory, unused.
    Where a layout has a value several times, Triton has each warp that has it write it,
    which the machine calls a race: that alone is let through.
    """
    ptx, entry, shared = kernel
    path = os.path.join(folder, name)
    with open(path + ".ptx", "w") as file:
        file.write(ptx)
    arguments = []
    for i, values in enumerate(inputs):
        values.tofile(f"{path}.{i}")
        arguments.append(f"in:{path}.{i}")
    arguments.append(f"out:{path}.out:{output.nbytes}")
    arguments += [f"i32:{number}" for number in numbers] + ["i64:0", "i64:0"]
    done = subprocess.run(
        [sys.argv[1], path + ".ptx", entry, f"--grid={grid}", f"--threads={32 * warps}"]
        + [f"--shared={shared}", *arguments],
        capture_output=True,
        text=True,
    )
    faults = done.stderr.splitlines()
    same = [line for line in faults if "two warps write one place" in line]
    if done.returncode not in (0, 1) or len(same) < len(faults):
        print(done.stdout + done.stderr, end="")
        return None
    return numpy.fromfile(path + ".out", output.dtype).reshape(output.shape)


def report(name, got, wanted, tolerance):
    if got is None:
        print(f"{name}: a fault")
        return False
    error = numpy.max(numpy.abs(got - wanted) / (numpy.abs(wanted) + 1))
    print(f"{name}: greatest error {error:.1e}")
    return bool(error <= tolerance)


def main():
    random = numpy.random.default_rng(5)
    right = True
    with tempfile.TemporaryDirectory() as folder:
        m, n, k = 205, 128, 384
        a, b = to_bf16(random.standard_normal((m, k))), to_bf16(
            random.standard_normal((n, k))
        )
        product = from_bf16(a).astype(numpy.float64) @ from_bf16(b).T
        # Tiles, stages of copies, warps.
        for bm, bn, bk, stages, warps in (
            (64, 64, 64, 3, 4),
            (128, 128, 32, 4, 8),
            (32, 64, 64, 2, 2),
            (16, 32, 128, 1, 1),
        ):
            constants = {"N": n, "K": k, "BM": bm, "BN": bn, "BK": bk}
            kernel = compiled(
                matmul, ["*bf16", "*bf16", "*bf16", "i32"], constants, warps, stages
            )
            name = f"matmul-{bm}x{bn}x{bk}-{stages}"
            got = run(
                name,
                kernel,
                folder,
                f"{n // bn},{-(-m // bm)}",
                [a, b],
                numpy.empty((m, n), numpy.uint16),
                [m],
                warps,
            )
            got = None if got is None else from_bf16(got)
            right &= report(name, got, product, 2**-7)
        rows, width = 9, 700
        x = random.standard_normal((rows, width)).astype(numpy.float32)
        wide = x.astype(numpy.float64)
        away = wide - wide.mean(1, keepdims=True)
        powers = numpy.exp(wide - wide.max(1, keepdims=True))
        for kernel, wanted in (
            (row_norm, away / numpy.sqrt((away**2).mean(1, keepdims=True) + 1e-5)),
            (softmax, powers / powers.sum(1, keepdims=True)),
        ):
            for warps in 1, 4:
                name = f"{kernel.__name__}-{warps}"
                made = compiled(kernel, ["*fp32", "*fp32", "i32"], {"B": 1024}, warps)
                got = run(
                    name, made, folder, rows, [x], numpy.empty_like(x), [width], warps
                )
                right &= report(name, got, wanted, 1e-5)
        x = random.standard_normal((100, 256)).astype(numpy.float32)
        made = compiled(
            column_sums, ["*fp32", "*fp32", "i32"], {"N": 256, "B": 64}, 4
        )
        got = run(
            "column_sums",
            made,
            folder,
            4,
            [x],
            numpy.empty(256, numpy.float32),
            [100],
            4,
        )
        right &= report("column_sums", got, x.astype(numpy.float64).sum(0), 1e-5)
    return not right


sys.exit(main())
