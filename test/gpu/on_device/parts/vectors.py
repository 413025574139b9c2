"""Real text and each class of rows: cosines to the CPU's vectors, and the same bits."""

import math
import random
import sys
import time

import programs
import texts
from part import Part
from smoke import LEAST_COSINE

# Tokens of a batch, on both sides of where kernels for more rows take over.
BATCH_TOKENS = (16, 17, 32, 33, 64, 65, 128, 129, 256, 257, 1024, 4096, 4097, 16384)


def id_line(source, vocabulary, length):
    return " ".join(str(source.randrange(1000 if vocabulary > 2000 else 5, vocabulary)) for _ in range(length))


def same_bits(part, program, sizes):
    """One text in batches of so many tokens: how many batches gave other bits."""
    source = random.Random(7)
    vocabulary = min(program.config["vocab_size"], 30000)
    least, most = min(sizes), min(program.most_tokens, 512)
    probe = id_line(source, vocabulary, min(13, least - 1))
    expected, wrong = None, []
    for size in sizes:
        lines, left = [probe], size - len(probe.split())
        while left > 0:
            length = min(left, source.randrange(1, most + 1))
            lines.append(id_line(source, vocabulary, length))
            left -= length
        rows = program.vectors(lines, "cuda", ids=True)
        expected = expected or rows[0]
        if rows[0] != expected:
            wrong.append(size)
    if wrong:
        part.results.note(f"{program.name}: a text has other bits in batches of {wrong} tokens")
    return len(wrong)


def compare(part, program, lines, kept):
    of_device = program.vectors(lines, "cuda")
    again = program.vectors(lines[::-1], "cuda")[::-1]
    of_cpu = program.vectors(lines, "cpu", timeout=max(part.results.left(), 1))
    kept[program.name] = of_cpu, of_device
    cosines = [programs.cosine(a, b) for a, b in zip(of_device, of_cpu)]
    cosines = [-1.0 if math.isnan(one) else one for one in cosines]
    moved = sum(a != b for a, b in zip(of_device, again))
    return min(cosines), sum(cosines) / len(cosines), moved


def main():
    part = Part(sys.modules[__name__])
    part.device()
    results = part.results
    lines = texts.texts(6 if part.tiny else 96, seed=3, most=12 if part.tiny else 300)
    sizes = (16, 33) if part.tiny else BATCH_TOKENS
    kept = {}
    results.table("program", "texts", "least", "mean", "moved", "bits wrong", "seconds")
    for program in part.programs(cubins=False):
        start = time.monotonic()
        # The CPU takes long for the large ones, and a random text is as good as any.
        some = lines if program.manifest["bytes"] < 500 << 20 else lines[:16]
        try:
            least, mean, moved = compare(part, program, some, kept)
            wrong = same_bits(part, program, sizes)
        except programs.Failed as problem:
            results.note(f"{program.name}: {problem}")
            results.demand(f"{program.name} runs", 0, 1)
            continue
        results.row(program.name, len(some), least, mean, moved, wrong, time.monotonic() - start)
        results.demand(f"{program.name}: least cosine to the CPU's", least, LEAST_COSINE[program.precision])
        results.demand(f"{program.name}: texts whose bits another order changes", moved, 0, at_least=False)
        results.demand(f"{program.name}: sizes of batches that change bits", wrong, 0, at_least=False)
    # Of one seed, so that all precisions have the same weights.
    for name, (_, of_device) in kept.items():
        exact = kept.get(f"{name.rsplit('-', 1)[0]}-f32")
        if exact and not name.endswith("-f32"):
            least = min(programs.cosine(a, b) for a, b in zip(of_device, exact[0]))
            results.fact(f"{name}, least cosine to the CPU's f32", least)
    return results.finish()


if __name__ == "__main__":
    sys.exit(main())
