"""train.py FOLDER: trains a Siamese network on digits with a contrastive loss, and
writes its weights and its threshold to FOLDER."""

import pathlib
import sys

import digits
import numpy as np
from network import Tower
from safetensors.numpy import save_file

MARGIN = 2.0


def train(images, labels, steps=3000, batch=128):
    """Pairs of one digit are drawn together, others pushed MARGIN apart (Hadsell,
    Chopra and LeCun, "Dimensionality Reduction by Learning an Invariant Mapping",
    2006)."""
    random = np.random.default_rng(1)
    tower = Tower(seed=2)
    for step in range(steps):
        chosen = digits.pairs(labels, batch, random)
        same = labels[chosen[:, 0]] == labels[chosen[:, 1]]
        vectors = tower.embed(images[chosen.T.reshape(-1)])
        difference = vectors[:batch] - vectors[batch:]
        distance = np.sqrt((difference ** 2).sum(1) + 1e-9)
        apart = np.maximum(MARGIN - distance, 0)
        slope = np.where(same, distance, -apart) / distance
        gradient = (slope[:, None] * difference / batch).astype(np.float32)
        tower.learn(np.concatenate([gradient, -gradient]), 2e-3 * (1 - step / steps))
        if step % 500 == 0:
            loss = np.where(same, distance ** 2, apart ** 2).mean() / 2
            print(f"step {step}: loss {loss:.4f}", flush=True)
    return tower


def best_threshold(distance, same):
    """The distance that tells most pairs apart."""
    order = np.argsort(distance)
    right = np.cumsum(np.where(same[order], 1, -1))
    best = int(np.argmax(right))
    return float((distance[order[best]] + distance[order[best + 1]]) / 2)


folder = pathlib.Path(sys.argv[1])
(images, labels), _ = digits.load()
tower = train(images, labels)
chosen = digits.pairs(labels, 4000, np.random.default_rng(3))
distance = digits.distances(tower.embed(images), chosen)
threshold = best_threshold(distance, labels[chosen[:, 0]] == labels[chosen[:, 1]])

folder.mkdir(parents=True, exist_ok=True)
save_file(tower.tensors(), str(folder / "model.safetensors"))
description = pathlib.Path(__file__).with_name("model.yaml").read_text()
(folder / "model.yaml").write_text(description + f"threshold: {threshold}\n")
# What the trainer's own network makes of the images that it has not seen.
_, (held_out, _) = digits.load()
np.save(folder / "held_out.npy", tower.embed(held_out))
