#!/usr/bin/env python3
"""compare_onnx.py MODEL.onnx PROGRAM [TEXTS]: a compiled graph beside onnxruntime.

MODEL.onnx has fused or quantised nodes, and PROGRAM was compiled of it. Each line of
TEXTS (or a few sentences) goes alone through onnxruntime, with the graph as it is and
with its weights dequantised (../fixtures/onnx/widen_graph.py); the vectors are the
rows' mean, or the first or last token's where the folder says so, normalised. Printed:
the greatest difference to the dequantised graph, and the least and mean cosine to the
graph as it is.
"""

import json
import pathlib
import subprocess
import sys

import numpy
import onnx
import onnxruntime

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parents[1] / "fixtures/onnx"))
from widen_graph import widen

SENTENCES = ["The cat sits on the mat.", "A feline rests on a rug.",
             "How do I bake bread without yeast?", "x",
             "Interest rates rose again in the third quarter, the bank said.",
             "Der Zug nach Hamburg fährt um acht Uhr ab.",
             "def add(a, b): return a + b",
             "The quick brown fox jumps over the lazy dog. " * 8]


def session_of(model, path=None):
    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    return onnxruntime.InferenceSession(path or model.SerializeToString(), options,
                                        providers=["CPUExecutionProvider"])


def vector_of(session, ids, mode, output):
    ids = numpy.array([ids])
    feed = {}
    for port in session.get_inputs():
        if port.name == "input_ids":
            feed[port.name] = ids
        elif port.name == "token_type_ids":
            feed[port.name] = numpy.zeros_like(ids)
        elif port.name == "position_ids":
            feed[port.name] = numpy.arange(ids.size)[None]
        elif port.name == "attention_mask":
            feed[port.name] = numpy.ones_like(ids)
        else:
            sides = [side if isinstance(side, int) else 0 for side in port.shape]
            feed[port.name] = numpy.zeros([1] + sides[1:], numpy.float32)
        if port.type == "tensor(int32)":
            feed[port.name] = feed[port.name].astype(numpy.int32)
    rows = session.run([output], feed)[0].astype(float)[0]
    if rows.ndim == 2:
        rows = {"cls": rows[0], "last": rows[-1]}.get(mode, rows.mean(0))
    return rows / numpy.linalg.norm(rows)


def main():
    path, program = sys.argv[1:3]
    texts = (pathlib.Path(sys.argv[3]).read_text(encoding="utf-8").splitlines()
             if len(sys.argv) > 3 else SENTENCES)
    mode = "mean"
    for folder in (pathlib.Path(path).parent, pathlib.Path(path).parent.parent):
        pooling = folder / "1_Pooling" / "config.json"
        if pooling.exists():
            settings = json.loads(pooling.read_text())
            mode = ("cls" if settings.get("pooling_mode_cls_token") else
                    "last" if settings.get("pooling_mode_lasttoken") else
                    settings.get("pooling_mode", "mean").replace("lasttoken", "last"))
            break
    model = onnx.load(path)
    outputs = [port.name for port in model.graph.output]
    output = next((name for name in ("sentence_embedding", "last_hidden_state")
                   if name in outputs), outputs[0])
    given, wide = session_of(None, path), session_of(widen(model))
    worst, cosines = 0.0, []
    for text in texts:
        run = lambda command, *more: subprocess.run(
            [program, command, *more, "--", text], capture_output=True, text=True,
            check=True).stdout.split()
        ids = [int(word) for word in run("tokenize")]
        ours = numpy.array([float(word) for word in run("embed", "--format=text")])
        ours /= numpy.linalg.norm(ours)
        worst = max(worst, abs(ours - vector_of(wide, ids, mode, output)).max())
        cosines.append(float(ours @ vector_of(given, ids, mode, output)))
    print(f"{path}: {len(texts)} texts, at most {worst:.2g} off the graph with its "
          f"weights dequantised; cosine to the graph as it is at least "
          f"{min(cosines):.6f}, mean {numpy.mean(cosines):.6f}")


if __name__ == "__main__":
    main()
