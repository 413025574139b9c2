"""The workload of a timing: fixed shapes and real text, for peers that take padded
batches and for Emblem, which takes texts of all lengths."""

from dataclasses import dataclass

import numpy as np

BATCH = 32  # texts in a peer's batch of real text
MAX_TOKENS = 256


@dataclass
class Workload:
    """Token ids, the peers' batches of them, and how much there is to compute."""

    name: str
    batches: list  # of (ids, mask), int64 [texts, longest]; padded
    order: np.ndarray  # text i of the batches, one after the other, is text order[i]
    flat: np.ndarray  # int32, the ids of all texts as they came
    lengths: np.ndarray
    flops: float

    def run_padded(self, run):
        """What `run(ids, mask)` gives, for each batch."""
        return [run(ids, mask) for ids, mask in self.batches]

    def in_order(self, results):
        """The batches' vectors as one array, in the order of the texts."""
        vectors = np.concatenate([np.asarray(result) for result in results])
        ordered = np.empty_like(vectors)
        ordered[self.order] = vectors
        return ordered


def padded_batches(rows, batch):
    for i in range(0, len(rows), batch):
        part = rows[i:i + batch]
        ids = np.zeros((len(part), max(map(len, part))), np.int64)
        mask = np.zeros_like(ids)
        for row, line in enumerate(part):
            ids[row, :len(line)], mask[row, :len(line)] = line, 1
        yield ids, mask


def fixed_shape(batch, tokens, flops):
    """`flops(batch, tokens)` is the multiply-adds, counted as two operations."""
    rng = np.random.default_rng(0)
    ids = rng.integers(1000, 20000, (batch, tokens)).astype(np.int64)
    return Workload(f"{batch}x{tokens}", [(ids, np.ones_like(ids))],
                    np.arange(batch), ids.astype(np.int32).ravel(),
                    np.full(batch, tokens), flops(batch, tokens))


def real_text(rows, flops):
    """`rows` are the texts' ids. The peers get batches sorted by length, their
    best case; Emblem the texts as they come."""
    order = np.array(sorted(range(len(rows)), key=lambda i: -len(rows[i])))
    by_length = [rows[i] for i in order]
    return Workload("real text", list(padded_batches(by_length, BATCH)), order,
                    np.concatenate([np.array(row, np.int32) for row in rows]),
                    np.array([len(row) for row in rows]),
                    sum(flops(1, len(row)) for row in rows))


def tokenize(tokenizer_file, texts):
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_file(tokenizer_file)
    tokenizer.enable_truncation(MAX_TOKENS)
    tokenizer.no_padding()
    return [encoding.ids for encoding in tokenizer.encode_batch(texts)]
