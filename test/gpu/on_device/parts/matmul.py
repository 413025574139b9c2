"""Each matmul of the programs, by events of the device, beside cuBLAS (torch.mm in bf16)."""

import sys

from part import Part

try:
    import torch

    import peer
except ImportError as error:
    torch, why = None, error

SHAPES = ((64, 128), (512, 128), (8, 128))
# Of cuBLAS's speed by mma.sync alone: sm_90's tensor cores give their all only to wgmma.
LEAST_PERCENT = {80: 80, 90: 55}
# Where a matmul is large enough for that.
LARGE_ROWS, LARGE_SIDE = 4096, 768
CACHE_BYTES = 192 << 20


def cublas_seconds(rows, outputs, inputs):
    each = 2 * (rows * inputs + outputs * inputs + rows * outputs)
    calls = []
    for _ in range(max(2, min(16, CACHE_BYTES // each + 1))):
        a = torch.randn(rows, inputs, device=peer.DEVICE, dtype=torch.bfloat16)
        w = torch.randn(outputs, inputs, device=peer.DEVICE, dtype=torch.bfloat16)
        out = torch.empty(rows, outputs, device=peer.DEVICE, dtype=torch.bfloat16)
        calls.append(lambda a=a, w=w, out=out: torch.mm(a, w.t(), out=out))
    return peer.device_seconds(calls)


def check(part, program, shape, kernels):
    rows = shape[0] * shape[1]
    found = {one["name"]: one for one in kernels}
    for name, (outputs, inputs) in program.manifest["matmuls"].items():
        kernel = found.get(name)
        if not kernel or not kernel["us"]:
            part.results.note(f"{program.name}: no time of {name}")
            continue
        ours = kernel["us"] / kernel["calls"]
        flops = 2.0 * rows * outputs * inputs
        theirs = percent = None
        if torch:
            theirs = cublas_seconds(rows, outputs, inputs) * 1e6
            percent = theirs / ours * 100
        peak = part.facts["peak_tflops"]
        of_peak = flops / ours * 1e-6 / peak * 100 if peak else "-"
        shown = ("-" if one is None else one for one in (theirs, percent))
        part.results.row(program.name, name, rows, outputs, inputs, ours, *shown, of_peak)
        large = rows >= LARGE_ROWS and min(outputs, inputs) >= LARGE_SIDE
        least = LEAST_PERCENT.get(part.facts["capability"])
        if percent is not None and least and large:
            what = f"{program.name} {name} x{rows}: % of cuBLAS"
            part.results.demand(what, percent, least, enforced=part.is_real and peer.CUDA)


def main():
    part = Part(sys.modules[__name__])
    part.device()
    results = part.results
    if torch is None:
        results.note(f"there is no torch, and with it no cuBLAS to be compared with: {why}")
    elif not peer.CUDA:
        results.note("torch has no device here: its times are the CPU's")
    results.note("us: bias, activation and all; cuBLAS: the product alone")
    results.table("program", "matmul", "rows", "N", "K", "us", "cuBLAS us", "% cuBLAS", "% of peak")
    for program, shape, kernels in part.kernels(SHAPES):
        check(part, program, shape, kernels)
    return results.finish()


if __name__ == "__main__":
    sys.exit(main())
