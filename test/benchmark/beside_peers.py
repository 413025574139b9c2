"""Emblem beside the peers, in one run: beside_peers.py PEERS LIBRARY THREADS PEAK

PEERS is the folder with the peers' `peers.py`, `bench.py` and `corpus.py`, in
whose environment this runs; LIBRARY what `emblemc --emit=shared` wrote for
all-MiniLM-L6-v2; PEAK the f32 peak of that many threads in GFLOP/s, as
machine_peak shows it. All are timed in turn, so that the machine's moods fall on
all; each figure is the best of its runs. Vectors are compared as well.
"""

import sys
import time

import numpy as np
from emblem_peer import Emblem

peers_folder, library, threads, peak = sys.argv[1:5]
sys.path.insert(0, peers_folder)
from bench import SHAPES, flops  # noqa: E402
from corpus import corpus  # noqa: E402
from model import model_dir  # noqa: E402
from peers import all_peers  # noqa: E402
from tokenizers import Tokenizer  # noqa: E402

threads, peak = int(threads), float(peak) * 1e9


def best_of(runs, count):
    """{name: function} -> {name: best seconds}, one call of each in turn."""
    best = {name: float("inf") for name in runs}
    for function in runs.values():
        function(), function()
    for _ in range(count):
        for name, function in runs.items():
            start = time.perf_counter()
            function()
            best[name] = min(best[name], time.perf_counter() - start)
    return best


def print_row(label, best, work):
    rival = min((name for name in best if name != "emblem"), key=best.get)
    print(f"{label:12} {best['emblem'] * 1e3:9.2f} {best[rival] * 1e3:9.2f} "
          f"{best[rival] / best['emblem']:7.2f}x {rival:24} "
          f"{100 * work / best['emblem'] / peak:5.1f} %", flush=True)


peers = {name: run for name, run in all_peers(threads).items() if "f32" in name}
emblem = Emblem(library, threads)
everyone = {**peers, "emblem": emblem}
rng = np.random.default_rng(0)
print(f"{'shape':12} {'emblem ms':>9} {'best peer':>9} {'ratio':>8} "
      f"{'which':24} of peak")
for batch, tokens in SHAPES:
    ids = rng.integers(1000, 20000, (batch, tokens)).astype(np.int64)
    mask = np.ones_like(ids)
    reference = peers["torch f32"](ids, mask)
    error = np.abs(emblem(ids, mask) - reference).max()
    assert error < 1e-5, f"{batch}x{tokens}: {error} from torch"
    best = best_of({name: lambda run=run: run(ids, mask)
                    for name, run in everyone.items()},
                   7 if batch * tokens > 2000 else 25)
    print_row(f"{batch}x{tokens}", best, flops(batch, tokens))

texts = corpus()
texts = texts[::max(1, len(texts) // 1000)]
tokenizer = Tokenizer.from_file(model_dir() + "/tokenizer.json")
tokenizer.enable_truncation(256)
tokenizer.no_padding()
rows = [encoding.ids for encoding in tokenizer.encode_batch(texts)]
by_length = sorted(rows, key=lambda row: -len(row))


def padded(run):
    """Batches of 32 sorted by length: the peers' best case."""
    for i in range(0, len(by_length), 32):
        batch = by_length[i:i + 32]
        ids = np.zeros((len(batch), len(batch[0])), np.int64)
        mask = np.zeros_like(ids)
        for row, line in enumerate(batch):
            ids[row, :len(line)], mask[row, :len(line)] = line, 1
        run(ids, mask)


flat = np.concatenate([np.array(row, np.int32) for row in rows])
lengths = np.array([len(row) for row in rows])
runs = {name: lambda run=run: padded(run) for name, run in peers.items()}
runs["emblem"] = lambda: emblem.embed_ids(flat, lengths)
best = best_of(runs, 2)
print_row("real text", best, sum(flops(1, len(row)) for row in rows))
for name, seconds in sorted(best.items(), key=lambda item: item[1]):
    print(f"  {name:24} {len(flat) / seconds:9.0f} tokens/s")
start = time.perf_counter()
emblem.embed(texts)
print(f"  emblem with its own tokenizer {len(flat) / (time.perf_counter() - start):9.0f} tokens/s")
