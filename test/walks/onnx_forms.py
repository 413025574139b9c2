#!/usr/bin/env python3
"""onnx_forms.py EMBLEMC FOLDER...: real graphs of all-MiniLM-L6-v2, however they were
optimised or quantised, beside onnxruntime.

Each FOLDER is a Sentence Transformers' folder around a model.onnx (mean pooling, then
length 1). Its program embeds the 240 lines of test/fixtures/minilm. Prints how far a
component is at most from onnxruntime's, of the same graph with its weights dequantised
(test/fixtures/onnx/widen_graph.py), and the cosines to the graph as it is, one text a call:
by the session's defaults, and by exact products (session.x64quantprecision), for on a CPU
without VNNI onnxruntime's sums of u8 by i8 saturate. Exits with 1 where the first is above
1e-5. Needs onnx, onnxruntime, numpy.
"""

import pathlib
import subprocess
import sys
import tempfile

import numpy
import onnx
import onnxruntime

HERE = pathlib.Path(__file__).resolve().parent
FIXTURES = HERE.parent / "fixtures"
sys.path[:0] = [str(FIXTURES / "onnx"), str(HERE.parent / "end-to-end")]
import vectors  # noqa: E402
from widen_graph import widen  # noqa: E402


def vectors_of(graph, batch, exact=False):
    options = onnxruntime.SessionOptions()
    if exact:
        options.add_session_config_entry("session.x64quantprecision", "1")
    session = onnxruntime.InferenceSession(graph, options, providers=["CPUExecutionProvider"])
    names = [port.name for port in session.get_inputs()]
    rows_of_texts = []
    for ids in batch:
        row = numpy.array([ids], dtype=numpy.int64)
        feed = {"input_ids": row, "attention_mask": numpy.ones_like(row),
                "token_type_ids": numpy.zeros_like(row)}
        rows = session.run(None, {name: feed[name] for name in names})[0][0]
        vector = rows.astype(float).mean(0)
        rows_of_texts.append(vector / max(numpy.linalg.norm(vector), 1e-12))
    return numpy.array(rows_of_texts)


def main():
    emblemc, *folders = sys.argv[1:]
    texts = (FIXTURES / "minilm/lines.txt").read_bytes().split(b"\n")[:-1]
    batch = [[int(i) for i in line.split()]
             for line in (FIXTURES / "minilm/ids.txt").read_text().splitlines()]
    failed = False
    for folder in map(pathlib.Path, folders):
        with tempfile.TemporaryDirectory() as scratch:
            program = f"{scratch}/program"
            made = subprocess.run([emblemc, folder / "model.onnx", "-o", program],
                                  capture_output=True, text=True)
            if made.returncode:
                print(f"{folder.name}: {made.stderr.strip()}")
                failed = True
                continue
            ours = numpy.array([line.split() for line in vectors.embed(program, texts)],
                               dtype=float)
        widened = widen(onnx.load(folder / "model.onnx")).SerializeToString()
        worst = abs(ours - vectors_of(widened, batch)).max()
        graph = str(folder / "model.onnx")
        cosines = (ours * vectors_of(graph, batch)).sum(1)
        exact = (ours * vectors_of(graph, batch, exact=True)).sum(1)
        failed = failed or not worst <= 1e-5
        print(f"{folder.name}: at most {worst:.2g} from the dequantised graph; cosines to "
              f"the graph as it is: minimum {cosines.min():.6f}, mean {cosines.mean():.6f}; "
              f"with exact products: {exact.min():.6f}, {exact.mean():.6f}",
              flush=True)
    sys.exit(failed)


if __name__ == "__main__":
    main()
