"""check_facts.py FIXTURE MODELS RERANKERS FOLDER: what compiled models know beside
their vectors.

Compiles each model of FIXTURE (make_facts_fixture.py) as a shared library into
FOLDER, and holds what its functions give to Sentence Transformers': tokens' vectors,
vectors before Normalize, scores before their activation, prompts, labels; truncation
a call; tokens, their bytes and the way back; and that who does not ask for what is
inside runs as many stages, in as large an arena, as returns it.
"""

import ctypes
import json
import subprocess
import sys

fixture, models, rerankers, folder = sys.argv[1:]
TOLERANCE = 1e-4  # of tokens' vectors, which are not of length 1


class Text(ctypes.Structure):
    _fields_ = [("data", ctypes.c_char_p), ("size", ctypes.c_size_t)]


class Pair(ctypes.Structure):
    _fields_ = [("first", Text), ("second", Text)]


class TextInfo(ctypes.Structure):
    _fields_ = [("tokens", ctypes.c_int64), ("truncated", ctypes.c_int32), ("reserved", ctypes.c_int32)]


class CallOptions(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("cut", ctypes.c_int32), ("side", ctypes.c_int32), ("finish", ctypes.c_int32),
                ("reserved", ctypes.c_int32), ("max_tokens", ctypes.c_int64), ("prompt", ctypes.c_char_p)]


class Token(ctypes.Structure):
    _fields_ = [("id", ctypes.c_int32), ("type", ctypes.c_int32), ("text", ctypes.c_int32), ("special", ctypes.c_int32),
                ("begin", ctypes.c_uint64), ("end", ctypes.c_uint64)]


class TokenInfo(ctypes.Structure):
    _fields_ = [("text", ctypes.c_void_p), ("size", ctypes.c_size_t), ("special", ctypes.c_int32),
                ("reserved", ctypes.c_int32)]


class Rows(ctypes.Structure):
    _fields_ = [("size", ctypes.c_size_t), ("outputs", ctypes.c_void_p), ("tokens", ctypes.POINTER(ctypes.c_float)),
                ("raw", ctypes.POINTER(ctypes.c_float))]


class PromptInfo(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("text", ctypes.c_char_p), ("max_tokens", ctypes.c_int64),
                ("is_default", ctypes.c_int32), ("reserved", ctypes.c_int32)]


class OutputInfo(ctypes.Structure):
    _fields_ = [("name", ctypes.c_char_p), ("kind", ctypes.c_int), ("per_token", ctypes.c_int32), ("width", ctypes.c_int64)]


TOKENS, RAW = 4, 5


def text(string):
    data = string if isinstance(string, bytes) else string.encode()
    return Text(data, len(data))


class Model:
    def __init__(self, source, name):
        self.name, path = name, f"{folder}/{name}.so"
        if subprocess.run(["emblemc", source, "--emit=shared", "-o", path]).returncode:
            sys.exit(f"{source} does not compile")
        self.library = ctypes.CDLL(path)
        self.library.emblem_last_error.restype = ctypes.c_char_p
        self.library.emblem_label.restype = ctypes.c_char_p
        self.library.emblem_prompt_count.restype = ctypes.c_size_t
        self.model = ctypes.c_void_p()
        self.call("load", path.encode(), None, ctypes.byref(self.model), own=False)
        output = OutputInfo()
        self.call("output", 0, ctypes.byref(output))
        self.dimension = output.width

    def status(self, function, *arguments, own=True):
        first = [self.model] if own else []
        return getattr(self.library, "emblem_" + function)(*first, *arguments)

    def call(self, function, *arguments, own=True):
        if status := self.status(function, *arguments, own=own):
            sys.exit(f"{self.name}: emblem_{function}: {status}: {self.library.emblem_last_error().decode()}")

    def options(self, **values):
        return CallOptions(ctypes.sizeof(CallOptions), **values)

    def embed(self, string, **values):
        vector = (ctypes.c_float * self.dimension)()
        self.call("embed_with", ctypes.byref(self.options(**values)), ctypes.byref(text(string)), ctypes.c_size_t(1), vector, None)
        return list(vector)

    def score(self, pair, **values):
        scores = (ctypes.c_float * self.dimension)()
        self.call("score_with", ctypes.byref(self.options(**values)), ctypes.byref(Pair(*map(text, pair))), ctypes.c_size_t(1),
                  scores, None)
        return list(scores)

    def read(self, first, second=None, **values):
        tokens, count, info = (Token * 600)(), ctypes.c_size_t(), TextInfo()
        self.call("read", ctypes.byref(self.options(**values)), text(first), ctypes.byref(text(second)) if second is not None else None,
                  tokens, ctypes.c_size_t(600), ctypes.byref(count), ctypes.byref(info))
        assert info.tokens == count.value
        return tokens[:count.value], info.truncated

    def width(self, kind):
        info = OutputInfo()
        return info.width if self.status("inner", kind, ctypes.byref(info)) == 0 else None

    def inside(self, tokens, raw=True):
        """The tokens' vectors, and the raw row."""
        ids = (ctypes.c_int32 * len(tokens))(*[t.id for t in tokens])
        types = (ctypes.c_int32 * len(tokens))(*[t.type for t in tokens])
        offsets = (ctypes.c_int64 * 2)(0, len(tokens))
        width = self.width(TOKENS)
        rows = (ctypes.c_float * (len(tokens) * width))()
        one = (ctypes.c_float * self.dimension)() if raw and self.width(RAW) else None
        asked = Rows(ctypes.sizeof(Rows), None, rows, one)
        self.call("run_with", ids, types, offsets, ctypes.c_size_t(1), ctypes.byref(asked))
        return [rows[i * width:(i + 1) * width] for i in range(len(tokens))], one and list(one)

    def decode(self, ids, skips):
        size = ctypes.c_size_t()
        room = ctypes.create_string_buffer(4000)
        self.call("decode", (ctypes.c_int32 * len(ids))(*ids), ctypes.c_size_t(len(ids)), int(skips), room, ctypes.c_size_t(4000),
                  ctypes.byref(size))
        return room.raw[:size.value].decode()

    def token(self, id):
        info = TokenInfo()
        self.call("token", id, ctypes.byref(info))
        return ctypes.string_at(info.text, info.size).decode() if info.size else None, info.special

    def prompts(self):
        result = {}
        for i in range(self.library.emblem_prompt_count(self.model)):
            info = PromptInfo()
            self.call("prompt_info", ctypes.c_size_t(i), ctypes.byref(info))
            result[info.name.decode()] = info.text.decode()
        return result


def check(what, got, expected, tolerance):
    if isinstance(expected[0], list):
        if len(got) != len(expected):
            sys.exit(f"{what}: {len(got)} rows, and should be {len(expected)}")
        return max(check(what, a, b, tolerance) for a, b in zip(got, expected))
    if len(got) != len(expected):
        sys.exit(f"{what}: {len(got)} numbers, and should be {len(expected)}")
    difference = max(abs(a - b) for a, b in zip(got, expected))
    if not difference <= tolerance:
        sys.exit(f"{what} is off by {difference}")
    return difference


def check_places(model, string, tokens):
    """What a token is of is in the text, and pieces in their order."""
    data, last = string.encode(), 0
    for token in tokens:
        if token.text < 0:
            assert (token.begin, token.end, token.special) == (0, 0, 1), (model.name, string)
            continue
        assert last <= token.end <= len(data) and token.begin <= token.end, (model.name, string)
        data[token.begin:token.end].decode()  # whole characters
        last = token.begin


def check_embedder(name, facts, texts):
    model = Model(f"{models}/{name}", name)
    worst = 0
    for string, raw, vector, rows in zip(texts, facts["raw"], facts["vectors"], facts["tokens"] or [None] * len(texts)):
        scale = max(map(abs, raw))
        worst = max(worst, check(f"{name}: raw", model.embed(string, finish=2), raw, TOLERANCE * max(scale, 1)))
        check(f"{name}: vector", model.embed(string), vector, 2e-5 * max(max(map(abs, vector)), 1))
        length = sum(x * x for x in vector) ** 0.5
        check(f"{name}: normalised", model.embed(string, finish=1), [x / length for x in vector], 2e-5)
        tokens, _ = model.read(string)
        check_places(model, string, tokens)
        found, inner = model.inside(tokens)
        if rows:
            worst = max(worst, check(f"{name}: tokens", found, rows, TOLERANCE * max(max(map(abs, row)) for row in rows)))
        if inner:
            assert inner == model.embed(string, finish=2), name
        ids = [t.id for t in tokens]
        assert all(model.token(t.id)[1] == t.special for t in tokens if t.text < 0), name
        assert model.decode(ids, True) or not string, name
    assert model.prompts() == {k: v for k, v in facts["prompts"].items() if k in model.prompts()}, name
    check_cuts(model, texts)
    print(f"{name}: inside at most {worst:.2g} off")


def check_cuts(model, texts):
    """Where and at which end a text is cut, a call."""
    whole = model.read(texts[0])[0]
    around = sum(t.text < 0 for t in whole)
    if len(whole) < around + 4:
        return
    right, cut = model.read(texts[0], max_tokens=around + 3, side=1)
    left, _ = model.read(texts[0], max_tokens=around + 3, side=2)
    inner = [t.id for t in model.read(texts[0])[0] if t.text == 0]
    assert cut and [t.id for t in right if t.text == 0] == inner[:3], model.name
    assert [t.id for t in left if t.text == 0] == inner[-3:], model.name
    refused = (ctypes.c_float * model.dimension)()
    status = model.status("embed_with", ctypes.byref(model.options(cut=2, max_tokens=around + 3)), ctypes.byref(text(texts[0])),
                          ctypes.c_size_t(1), refused, None)
    assert status == 7, (model.name, status)  # EMBLEM_TEXT_TOO_LONG


def check_reranker(name, facts, pairs):
    model = Model(f"{rerankers}/{name}", "reranker-" + name)
    worst = 0
    for pair, raw, scores, rows in zip(pairs, facts["raw"], facts["scores"], facts["tokens"]):
        check(f"{name}: scores", model.score(pair), scores, 2e-5)
        worst = max(worst, check(f"{name}: raw scores", model.score(pair, finish=2), raw, TOLERANCE * max(max(map(abs, raw)), 1)))
        tokens, _ = model.read(*pair)
        for number in (0, 1):
            check_places(model, pair[number], [t for t in tokens if t.text in (-1, number)])
        found, _ = model.inside(tokens)
        worst = max(worst, check(f"{name}: tokens", found, rows, TOLERANCE * max(max(map(abs, row)) for row in rows)))
    labels = [model.library.emblem_label(model.model, ctypes.c_size_t(i)) for i in range(model.dimension)]
    assert [label and label.decode() for label in labels] in (facts["labels"], [None]), (name, labels)
    print(f"reranker {name}: inside at most {worst:.2g} off")


with open(fixture, encoding="utf-8") as file:
    all_facts = json.load(file)
for one, its_facts in all_facts["embedders"].items():
    check_embedder(one, its_facts, all_facts["texts"])
for one, its_facts in all_facts["rerankers"].items():
    check_reranker(one, its_facts, all_facts["pairs"])
