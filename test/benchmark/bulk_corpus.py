"""Real lines of the text files that a machine has anyway, as a corpus of Parquet and as the program's input."""

import os
import random

import pyarrow
import pyarrow.parquet

PROSE = (".txt", ".rst", ".md", "copyright")
CODE = (".py", ".h", ".hpp", ".js", ".cmake", ".html", ".vim", ".el", ".pl", ".sh")


def lines_of(folders, endings):
    """Each line with two words or more, once, its spaces made one each."""
    seen = set()
    for folder in folders:
        for place, below, names in os.walk(folder):
            below.sort()
            for name in sorted(names):
                path = os.path.join(place, name)
                if not name.endswith(endings) or os.path.islink(path) or not os.path.isfile(path):
                    continue
                with open(path, encoding="utf-8", errors="ignore") as file:
                    for line in file:
                        line = " ".join(line.split())
                        if " " in line and line not in seen:
                            seen.add(line)
                            yield line


def write_corpus(folder, count, files, sources, endings):
    """`count` lines in an order of their own: FOLDER/lines.txt, and as many Parquet files in FOLDER/corpus."""
    lines = list(lines_of(sources, endings))
    if len(lines) < count:
        raise SystemExit(f"there are {len(lines)} lines in {', '.join(sources)}; name more folders, or ask for fewer")
    lines = random.Random(0).sample(lines, count)
    corpus = os.path.join(folder, "corpus")
    os.makedirs(corpus, exist_ok=True)
    with open(os.path.join(folder, "lines.txt"), "w", encoding="utf-8") as file:
        file.writelines(line + "\n" for line in lines)
    part = -(-count // files)
    for number in range(files):
        texts = lines[number * part:(number + 1) * part]
        table = pyarrow.table({"id": range(number * part, number * part + len(texts)), "text": texts})
        pyarrow.parquet.write_table(table, os.path.join(corpus, f"part-{number:05}.parquet"))
    return corpus
