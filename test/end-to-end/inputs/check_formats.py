"""check_formats.py M3 SPLADE COLBERT: each format says what jsonl says."""

import array
import json
import pathlib
import subprocess
import sys
import tempfile

m3, splade, colbert = sys.argv[1:]
TEXTS = ["the quick brown fox", "a dog, a fox. a dog", "hens"]
scratch = pathlib.Path(tempfile.mkdtemp())


def embed(program, *options):
    return subprocess.run([program, "embed", *options, "--", *TEXTS], check=True,
                          stdout=subprocess.PIPE).stdout


def lines(program, *options):
    return [json.loads(line) for line in embed(program, *options).splitlines()]


def read_npy(path, type, code):
    data = path.read_bytes()
    end = 10 + int.from_bytes(data[8:10], "little")
    header = eval(data[10:end])
    assert header["descr"] == type, header
    return header["shape"], array.array(code, data[end:])


def npy(program, *options):
    embed(program, "--format=npy", "-o", str(scratch / "v.npy"), *options)
    return read_npy(scratch / "v.npy", "<f4", "f")


def same(a, b):
    assert array.array("f", a) == array.array("f", b), (a, b)


# All outputs, and each alone.
everything = lines(m3)
for returns, key in (("dense", "embedding"), ("token_weights", "sparse"),
                     ("multi_vector", "token_embeddings")):
    for one, alone in zip(everything, lines(m3, f"--returns={returns}")):
        assert set(alone) == {"index", key, "tokens", "truncated"}, alone
        assert alone[key] == one[key]

# Dense vectors are the first output, which formats of vectors take.
shape, values = npy(m3)
assert shape == (3, 16)
same(values, [x for one in everything for x in one["embedding"]])
shape, values = npy(m3, "--returns=dense", "--dim=4")
assert shape == (3, 4) and abs(sum(x * x for x in values[:4]) - 1) < 1e-5

# Weights of tokens, by name and by id, merged and cut.
for program in (m3, splade):
    width = 0
    for one, by_id, best in zip(lines(program), lines(program, "--format=sparse"),
                                lines(program, "--top=2", *(
                                    ["--returns=token_weights"] if program == m3 else []))):
        assert sorted(by_id["values"]) == sorted(one["sparse"].values())
        assert by_id["indices"] == sorted(set(by_id["indices"]))
        greatest = sorted(one["sparse"].values(), reverse=True)
        assert list(one["sparse"].values()) == greatest
        assert list(best["sparse"].values()) == greatest[:2]
        width = max([width, *by_id["indices"]])
    shape, values = npy(program, *(["--returns=token_weights"] if program == m3 else []))
    assert shape[0] == 3 and shape[1] > width
    rows = [values[i * shape[1]:(i + 1) * shape[1]] for i in range(3)]
    for row, by_id in zip(rows, lines(program, "--format=sparse")):
        assert [i for i, x in enumerate(row) if x] == by_id["indices"]
        same([row[i] for i in by_id["indices"]], by_id["values"])

# One vector a token, and where each text's end.
for prompt in ("query", "document"):
    shape, values = npy(colbert, f"--prompt={prompt}")
    ends_shape, ends = read_npy(scratch / "v.npy.offsets.npy", "<i8", "q")
    texts = [one["token_embeddings"] for one in lines(colbert, f"--prompt={prompt}")]
    assert ends_shape == (4,) and shape == (ends[3], 6)
    assert list(ends) == [sum(map(len, texts[:i])) for i in range(4)]
    same(values, [x for text in texts for row in text for x in row])
# Punctuation does not count in documents.
tokens = [one["tokens"] - len(one["token_embeddings"]) for one in lines(colbert)]
assert tokens == [0, 2, 0], tokens
