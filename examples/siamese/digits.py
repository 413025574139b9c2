"""scikit-learn's digits, 8 x 8 pixels, and pairs of them."""

import numpy as np
from sklearn.datasets import load_digits


def load():
    """(images, labels) to learn from, and the same to be held out: every fourth."""
    data = load_digits()
    images = (data.images[..., None] / 16).astype(np.float32)
    held_out = np.arange(len(images)) % 4 == 3
    return ((images[~held_out], data.target[~held_out]),
            (images[held_out], data.target[held_out]))


def pairs(labels, count, random):
    """Indices [count, 2], every second pair of two of the same digit."""
    first = random.integers(len(labels), size=count)
    second = np.empty_like(first)
    for i, index in enumerate(first):
        same = labels == labels[index]
        second[i] = random.choice(np.flatnonzero(same if i % 2 == 0 else ~same))
    return np.stack([first, second], axis=1)


def distances(vectors, pairs):
    return np.linalg.norm(vectors[pairs[:, 0]] - vectors[pairs[:, 1]], axis=1)
