"""The programs' attention, by events of the device, beside torch's flash attention."""

import contextlib
import sys

import programs
from part import Part

try:
    import torch
    from torch.nn import functional as F

    import peer
except ImportError as error:
    torch, why = None, error

SHAPES = ((64, 128), (32, 512), (8, 2048))
CACHE_BYTES = 192 << 20


def flash():
    from torch.nn.attention import SDPBackend, sdpa_kernel

    return sdpa_kernel(SDPBackend.FLASH_ATTENTION) if peer.CUDA else contextlib.nullcontext()


def torch_seconds(config, texts, tokens):
    heads, key_heads, size = peer.head_sizes(config)
    causal = config["model_type"] == "qwen3"
    grouped = {"enable_gqa": True} if heads != key_heads else {}
    each = 2 * texts * tokens * size * (2 * heads + 2 * key_heads)
    calls = []
    for _ in range(max(2, min(16, CACHE_BYTES // each + 1))):
        q, k, v = (
            torch.randn(texts, tokens, count, size, device=peer.DEVICE, dtype=torch.bfloat16).transpose(1, 2)
            for count in (heads, key_heads, key_heads)
        )
        calls.append(
            lambda q=q, k=k, v=v: F.scaled_dot_product_attention(q, k, v, is_causal=causal, **grouped)
        )
    with flash():
        return peer.device_seconds(calls)


def is_attention(name):
    return name.rsplit(".", 1)[-1] == "attention"


def check(results, program, shape, kernels):
    for kernel in kernels:
        if not is_attention(kernel["name"]) or not kernel["us"]:
            continue
        ours = kernel["us"] / kernel["calls"]
        theirs = None
        if torch:
            try:
                theirs = torch_seconds(program.config, *shape) * 1e6
            except RuntimeError as error:
                results.note(f"{program.name}: torch: {programs.last_line(str(error))[:150]}")
        size = program.config.get("head_dim") or program.config["hidden_size"] // program.config["num_attention_heads"]
        shown = ("-", "-") if theirs is None else (theirs, theirs / ours)
        results.row(program.name, f"{shape[0]}x{shape[1]}", size, ours, *shown)
        if theirs is not None and shape[1] >= 512 and size == 64:
            # An aim; nothing is demanded of it.
            results.demand(f"{program.name} {shape[0]}x{shape[1]}: times flash attention", theirs / ours, 1, enforced=False)


def main():
    part = Part(sys.modules[__name__])
    part.device()
    results = part.results
    if torch is None:
        results.note(f"there is no torch to be compared with: {why}")
    elif not peer.CUDA:
        results.note("torch has no device here: its times are the CPU's")
    results.table("program", "shape", "head", "us", "flash us", "ratio")
    for program, shape, kernels in part.kernels(SHAPES):
        check(results, program, shape, kernels)
    return results.finish()


if __name__ == "__main__":
    sys.exit(main())
