"""Tokens a second beside torch.compile (bf16, SDPA), of batches of one length and of real text."""

import random
import sys
import tempfile
import time
from pathlib import Path

import programs
import texts
from part import Part

try:
    import torch

    import peer
except ImportError as error:
    torch, why = None, error

SHAPES = ((1, 16), (8, 32), (8, 128), (64, 128), (512, 128))
# On sm_90 by mma.sync alone: times torch.compile's speed.
LEAST_RATIO = {(1, 16): 1.2, (8, 32): 1.2, (8, 128): 1.2, (512, 128): 0.7}
LEAST_OF_TEXT = 1.2
PADDED_BATCH, RAGGED_TOKENS = 64, 16384


def graph_of(model, ids):
    """A function that runs all of it as one CUDA graph, of inputs of this shape."""
    still = ids.to(peer.DEVICE)
    stream = torch.cuda.Stream()
    with torch.cuda.stream(stream):
        for _ in range(3):
            peer.run_padded(model, still, None)
    stream.synchronize()
    graph = torch.cuda.CUDAGraph()
    with torch.cuda.graph(graph):
        out = peer.run_padded(model, still, None)

    def run():
        still.copy_(ids, non_blocking=True)
        graph.replay()
        return out.cpu()

    return run


class Torch:
    """One model, compiled as a whole, and by layers for CUDA graphs."""

    def __init__(self, config):
        self.model = peer.make_model(config)
        self.vocabulary = config["vocab_size"]
        # For any shape, as for real text: once for each shape the layers are compiled.
        self.whole = peer.compiled(peer.run_padded, dynamic=True)
        self.ragged = peer.compiled(peer.run_ragged, dynamic=True)

    def ids(self, *shape):
        ids = torch.randint(0, self.vocabulary, shape)
        return ids.pin_memory() if peer.CUDA else ids

    def time_shape(self, shape, seconds):
        ids = self.ids(*shape)
        run = lambda: self.whole(self.model, ids.to(peer.DEVICE, non_blocking=True), None).cpu()
        return peer.best_seconds(run, seconds)

    def time_graph(self, shape, seconds):
        if not peer.CUDA:
            return None
        if not getattr(self, "by_layers", False):
            for layer in self.model.layers:
                layer.compile(dynamic=False)
            self.by_layers = True
        return peer.best_seconds(graph_of(self.model, self.ids(*shape)), seconds)

    def padded_batches(self, tokens):
        rows = sorted(tokens, key=len)
        for begin in range(0, len(rows), PADDED_BATCH):
            some = rows[begin : begin + PADDED_BATCH]
            ids = torch.zeros(len(some), len(some[-1]), dtype=torch.long)
            for row, one in zip(ids, some):
                row[: len(one)] = torch.tensor(one)
            yield ids, torch.tensor([len(one) for one in some])

    def time_padded(self, tokens, seconds):
        batches = list(self.padded_batches(tokens))

        def run():
            outs = [self.whole(self.model, *(x.to(peer.DEVICE) for x in batch)) for batch in batches]
            return [out.cpu() for out in outs]

        return peer.best_seconds(run, seconds, fewest=3)

    def ragged_batches(self, tokens):
        some, count = [], 0
        for one in tokens + [None]:
            if some and (one is None or count + len(one) > RAGGED_TOKENS):
                lengths = torch.tensor([len(row) for row in some])
                offsets = torch.cat((torch.zeros(1, dtype=torch.long), lengths.cumsum(0))).to(torch.int32)
                positions = torch.cat([torch.arange(len(row)) for row in some])
                yield torch.tensor(sum(some, [])), positions, offsets, int(lengths.max())
                some, count = [], 0
            if one is not None:
                some.append(one)
                count += len(one)

    def time_ragged(self, tokens, seconds):
        batches = list(self.ragged_batches(tokens))

        def run():
            outs = []
            for *tensors, longest in batches:
                outs.append(self.ragged(self.model, *(x.to(peer.DEVICE) for x in tensors), longest))
            return [out.cpu() for out in outs]

        return peer.best_seconds(run, seconds, fewest=3)


def attempt(part, what, function, *arguments):
    """The function's seconds, or None and a note."""
    if part.results.out_of_time(what):
        return None
    try:
        return function(*arguments)
    except Exception as error:  # a peer's failure is not ours
        part.results.note(f"{what}: {type(error).__name__}: {programs.last_line(str(error))[:150]}")
        return None


def speed(tokens, seconds):
    return None if seconds is None else tokens / seconds


def show(part, program, what, ours, peers, peak, least):
    """A row. `peers`: torch.compile as it is first, and then what else was tried."""
    found = [one for one in peers if one]
    ratio = ours / found[0] if found else None
    numbers = [ours, *peers, ratio, ours / max(found) if found else None, peak]
    part.results.row(program.name, what, *("-" if one is None else one for one in numbers))
    if ratio is not None and least is not None:
        enforced = part.is_real and peer.CUDA and part.facts["capability"] == 90
        part.results.demand(f"{program.name} {what}: times torch.compile", ratio, least, enforced=enforced)


def shapes_of(part, program, contestant):
    shapes = [(1, 4), (2, 8)] if part.tiny else SHAPES
    names = ",".join(f"{batch}x{tokens}" for batch, tokens in shapes)
    bench = program.bench(f"--shape={names}", seconds=0.05 if part.tiny else 0.4, timeout=max(part.results.left(), 1))
    times = {}
    # Whole models first: compiling layers changes the model under them.
    for what, time_one in (("torch.compile", "time_shape"), ("CUDA graph", "time_graph")):
        for batch, tokens in reversed(shapes) if contestant else ():
            name = f"{what}, {program.name} {batch}x{tokens}"
            seconds = attempt(part, name, getattr(contestant, time_one), (batch, tokens), 0.3)
            times.setdefault((batch, tokens), []).append(speed(batch * tokens, seconds))
    for shape, ours in zip(shapes, bench["shapes"]):
        peers = times.get(shape, (None, None))
        percent = ours.get("percent_of_peak")
        show(part, program, f"{shape[0]}x{shape[1]}", ours["tokens_per_second"], peers, percent, LEAST_RATIO.get(shape))
        if shape == (1, 16):
            plain = program.bench("--shape=1x16", seconds=0.2, extra={"EMBLEM_CUDA_GRAPHS": "0"})["shapes"][0]
            times_us = [round(one["best_ms"] * 1e3, 1) for one in (ours, plain)]
            part.results.fact(f"{program.name}, one text of 16 tokens, us, with graphs and without", times_us)


def text_of(part, program, contestant):
    lines = texts.texts(4 if part.tiny else 2048, seed=11, most=12 if part.tiny else 300)
    tokens = program.tokenize(lines)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder, "texts")
        path.write_text("".join(f"{line}\n" for line in lines))
        ours = program.bench(str(path), seconds=0 if part.tiny else 1, timeout=max(part.results.left(), 1))
    count = sum(len(one) for one in tokens)
    peers = [None, None]
    if contestant:
        name = f"{program.name} real text"
        peers[0] = speed(count, attempt(part, f"torch.compile, padded, {name}", contestant.time_padded, tokens, 0.5))
        peers[1] = speed(count, attempt(part, f"torch.compile, ragged, {name}", contestant.time_ragged, tokens, 0.5))
    # The faster of the two is what one would use.
    best = sorted((one for one in peers if one), reverse=True)
    part.results.fact(f"{program.name}, torch.compile on real text, padded and ragged, tokens/s", peers)
    show(part, program, "text", ours["tokens_per_second"], (best + [None, None])[:2], None, LEAST_OF_TEXT)


def main():
    part = Part(sys.modules[__name__])
    part.device()
    results = part.results
    if torch is None:
        results.note(f"there is no torch to be compared with: {why}")
    elif not peer.CUDA:
        results.note("torch has no device here: it runs on the CPU, and is not compiled")
    results.note("torch: torch.compile of any shape; graph: its layers of each shape, in a CUDA graph; of text: padded, ragged")
    results.table("program", "what", "tokens/s", "torch", "graph", "ratio", "to best", "% of peak")
    for program in part.programs("bf16", cubins=False):
        start = time.monotonic()
        try:
            random.seed(1)
            contestant = Torch(program.config) if torch else None
            # Text first: its compilation is of any shape.
            text_of(part, program, contestant)
            shapes_of(part, program, contestant)
        except programs.Failed as problem:
            results.note(f"{program.name}: {problem}")
            results.demand(f"{program.name} runs", 0, 1)
        results.note(f"{program.name} took {time.monotonic() - start:.0f} s")
        if torch and peer.CUDA:
            del contestant
            torch._dynamo.reset()
            torch.cuda.empty_cache()
    return results.finish()


if __name__ == "__main__":
    if torch:
        with torch.inference_mode():
            sys.exit(main())
    sys.exit(main())
