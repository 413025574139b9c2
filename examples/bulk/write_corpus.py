"""write_corpus.py FOLDER FILE...: the files' lines as two Parquet files, with where each line comes from."""

import os
import sys

import pyarrow
import pyarrow.parquet

folder, *files = sys.argv[1:]
rows = [(file, number, line.strip()) for file in files for number, line in enumerate(open(file, encoding="utf-8"), 1)
        if line.strip()]
table = pyarrow.table(dict(zip(("file", "line", "text"), map(list, zip(*rows)))))
os.makedirs(folder, exist_ok=True)
half = len(rows) // 2
pyarrow.parquet.write_table(table.slice(0, half), os.path.join(folder, "part-0.parquet"))
pyarrow.parquet.write_table(table.slice(half), os.path.join(folder, "part-1.parquet"))
