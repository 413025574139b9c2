#!/usr/bin/env python3
"""Writes a few words and their vectors as word2vec and GloVe do.

    python3 make_vectors.py FOLDER

FOLDER/word2vec.vec (text), word2vec.bin (binary) and glove.txt (text, no first line)
hold the same vectors, each file as gensim writes that form. Real ones are larger and
no different.
"""

import pathlib
import struct
import sys

#            animal, food, drink, weather
WORDS = {
    "dog":    (0.9, 0.1, 0.0, 0.0),
    "cat":    (0.9, 0.0, 0.1, 0.0),
    "hound":  (0.8, 0.2, 0.0, 0.1),
    "bread":  (0.0, 0.9, 0.1, 0.0),
    "soup":   (0.0, 0.7, 0.5, 0.0),
    "tea":    (0.0, 0.1, 0.9, 0.1),
    "rain":   (0.1, 0.0, 0.3, 0.9),
    "snow":   (0.0, 0.0, 0.2, 0.9),
    "the":    (0.1, 0.1, 0.1, 0.1),
    "U.S.":   (0.2, 0.1, 0.2, 0.3),
}


def text_line(word, vector):
    return f"{word} {' '.join(map(str, vector))}\n"


def main(folder):
    folder.mkdir(parents=True, exist_ok=True)
    lines = "".join(text_line(*entry) for entry in WORDS.items())
    header = f"{len(WORDS)} 4\n"
    (folder / "glove.txt").write_text(lines)
    (folder / "word2vec.vec").write_text(header + lines)
    (folder / "word2vec.bin").write_bytes(header.encode() + b"".join(
        word.encode() + b" " + struct.pack("<4f", *vector) for word, vector in WORDS.items()))


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
