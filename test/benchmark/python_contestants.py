"""One contestant of python_ratios.py: python_contestants.py NAME MODEL TEXTS THREADS.

Prints the seconds from its first import to a first vector; then, for each number on standard input, the seconds that it
takes to embed so many of the texts.
"""

import pathlib
import sys
import time

BATCH = 32  # sentence-transformers' own


def emblem(model, threads):
    import emblem as package

    return package.load(model).encode


def sentence_transformer(model, threads, backend):
    from sentence_transformers import SentenceTransformer

    options = {} if backend == "torch" else {"backend": backend}
    opened = SentenceTransformer(str(model), device="cpu", **options)
    return lambda texts: opened.encode(texts, batch_size=BATCH, normalize_embeddings=True)


def torch(model, threads):
    import torch as library

    library.set_num_threads(threads)
    return sentence_transformer(model, threads, "torch")


def openvino(model, threads):
    return sentence_transformer(model, threads, "openvino")


def onnx(model, threads):
    return sentence_transformer(model, threads, "onnx")


def fastembed(model, threads):
    import numpy
    import onnxruntime
    from tokenizers import Tokenizer

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(str(pathlib.Path(model, "onnx/model.onnx")), options,
                                           providers=["CPUExecutionProvider"])
    tokenizer = Tokenizer.from_file(str(pathlib.Path(model, "tokenizer.json")))
    tokenizer.enable_truncation(256)
    tokenizer.enable_padding()
    names = {one.name for one in session.get_inputs()}

    def encode(texts):
        vectors = []
        for begin in range(0, len(texts), 256):  # fastembed's batch
            rows = tokenizer.encode_batch(texts[begin:begin + 256])
            fields = {"input_ids": numpy.array([row.ids for row in rows], numpy.int64),
                      "attention_mask": numpy.array([row.attention_mask for row in rows], numpy.int64),
                      "token_type_ids": numpy.array([row.type_ids for row in rows], numpy.int64)}
            hidden = session.run(None, {name: fields[name] for name in names})[0]
            mask = fields["attention_mask"][:, :, None]
            means = (hidden * mask).sum(1) / mask.sum(1)
            vectors.append(means / numpy.linalg.norm(means, axis=1, keepdims=True))
        return numpy.concatenate(vectors)

    return encode


CONTESTANTS = {one.__name__: one for one in (emblem, torch, openvino, onnx, fastembed)}


def main():
    name, model, texts, threads = sys.argv[1:]
    lines = pathlib.Path(texts).read_text(encoding="utf-8").split("\n")[:-1]
    start = time.perf_counter()
    encode = CONTESTANTS[name](model, int(threads))
    encode(lines[:1])
    print(time.perf_counter() - start, flush=True)
    for count in sys.stdin:
        begin = time.perf_counter()
        encode(lines[:int(count)])
        print(time.perf_counter() - begin, flush=True)


if __name__ == "__main__":
    main()
