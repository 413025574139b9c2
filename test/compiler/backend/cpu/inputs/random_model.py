"""random_model.py NAME|SEED > MODEL.mlir: an emb model with its weights in place.

A number draws the model's structure and sizes as well as its weights. A name is
one of `models`, each written to hold what is easily got wrong. The same argument
gives the same text.
"""

import random
import sys

ACTIVATIONS = ["identity", "gelu", "gelu_tanh", "relu", "silu", "tanh",
               "quick_gelu"]
POOLS = ["mean", "cls", "max", "last", "weighted_mean"]
VOCABULARY = 23
# How long a model's texts are in tests.
LENGTHS = {"far": [1, 63, 64, 65, 127, 128, 129, 200, 257, 300]}


class Model:
    """Writes one emb op a call; a method returns the name of the op's result."""

    def __init__(self, name, seed, positions=64):
        self.random = random.Random(seed)
        self.name = name
        self.positions = positions
        self.lines = []
        self.count = 0

    def value(self, text):
        self.count += 1
        self.lines.append(f"  %{self.count} = {text}")
        return f"%{self.count}"

    def weight(self, *shape, scale=None, centre=0.0):
        """A weight and its type. Matrices keep the size of what they multiply."""
        if scale is None:
            scale = shape[-1] ** -0.5 if len(shape) == 2 else 0.5
        numbers = [
            f"{centre + scale * self.random.gauss(0, 1):.4e}"
            for _ in range(shape[0] * (shape[1] if len(shape) == 2 else 1))
        ]
        if len(shape) == 2:
            rows = [
                "[" + ", ".join(numbers[i : i + shape[1]]) + "]"
                for i in range(0, len(numbers), shape[1])
            ]
        else:
            rows = numbers
        type_ = "tensor<" + "x".join(map(str, shape)) + "xf32>"
        name = f"w{self.count}"
        return self.value(f'emb.weight "{name}" = dense<[{", ".join(rows)}]> : {type_}'), type_

    def linear(self, keyword, outputs, inputs, bias):
        weight = "{} : {}".format(*self.weight(outputs, inputs))
        if bias:
            weight += ", {} : {}".format(*self.weight(outputs))
        return f"{keyword}({weight})"

    def tokens(self, width):
        table, type_ = self.weight(VOCABULARY, width, scale=1.0)
        return self.value(f"emb.token_embedding %ids, {table} : {type_}")

    def learned(self, x, width, offset=0):
        table, type_ = self.weight(self.positions + offset, width)
        return self.value(
            f"emb.positional_encoding learned {x}, %offsets table({table} : {type_})"
            f" offset {offset} : tensor<?x{width}xf32>"
        )

    def sinusoidal(self, x, width, offset=0):
        return self.value(
            f"emb.positional_encoding sinusoidal {x}, %offsets"
            f" offset {offset} : tensor<?x{width}xf32>"
        )

    def segment(self, x, width, row=0):
        table, type_ = self.weight(3, width)
        return self.value(
            f"emb.segment_embedding {x}, {table} segment {row}"
            f" : tensor<?x{width}xf32>, {type_}"
        )

    def attention(
        self,
        x,
        width,
        heads,
        head_size,
        biases="qkvo",
        scale=None,
        shared=None,
        options="",
        norms=None,
        buckets=None,
        max_distance=20,
        positions="",
        rows=16,
    ):
        """`shared` counts heads of keys and values, `options` is what the op takes
        between its heads and its weights, and `norms` their epsilon. `positions` are
        those that scores have tables of `rows` rows for: "k", "q" or "kq"; without a
        `max_distance` they have no buckets."""
        inner = heads * head_size
        outer = (shared or heads) * head_size
        parts = [
            self.linear(keyword, *shape, keyword[0] in biases)
            for keyword, shape in [
                ("query", (inner, width)),
                ("key", (outer, width)),
                ("value", (outer, width)),
                ("output", (width, inner)),
            ]
        ]
        if norms:
            for keyword in ("query_norm", "key_norm"):
                weight = self.weight(head_size, scale=0.1, centre=1.0)
                parts.append("{}({} : {})".format(keyword, *weight))
            parts.append(f"norm_epsilon {norms}")
        if buckets:
            table = "{} : {}".format(*self.weight(buckets, heads, scale=1.0))
            parts.append(f"position_bias({table}) max_distance {max_distance}")
        for position in positions:
            table, type_ = self.weight(rows, width, scale=1.0)
            if position == "q":
                table = self.value(f"emb.layer_norm {table} epsilon 1.0e-7 : {type_}")
            linear = self.linear("weight", inner, width, True)
            result = f"tensor<{rows}x{inner}xf32>"
            table = self.value(f"emb.dense {table} identity {linear} : {type_} -> {result}")
            keyword = {"k": "position_keys", "q": "position_queries"}[position]
            parts.append(f"{keyword}({table} : {result})")
        if positions and max_distance:
            parts.append(f"max_distance {max_distance}")
        of_keys = f" key_value_heads {shared}" if shared else ""
        scaled = f" scale {scale}" if scale else ""
        return self.value(
            f"emb.attention {x}, %offsets heads {heads}{of_keys}{scaled} {options} "
            + " ".join(parts)
            + f" : tensor<?x{width}xf32>"
        )

    def attention_pool(self, x, width, heads, outputs):
        parts = ["probe({} : {})".format(*self.weight(1, width, scale=1.0))]
        for keyword, shape in [("query", (width, width)), ("key", (width, width)),
                               ("value", (width, width)), ("output", (outputs, width))]:
            parts.append(self.linear(keyword, *shape, True))
        return self.value(
            f"emb.attention_pool {x}, %offsets heads {heads} " + " ".join(parts)
            + f" : tensor<?x{width}xf32> -> tensor<?x{outputs}xf32>"
        )

    def feed_forward(self, x, width, inner, activation, biases="ud", outputs=None,
                     gated=False):
        outputs = outputs or width
        up = self.linear("up", inner, width, "u" in biases)
        if gated:
            up += " " + self.linear("gate", inner, width, "g" in biases)
        down = self.linear("down", outputs, inner, "d" in biases)
        return self.value(
            f"emb.feed_forward {x} {activation} {up} {down}"
            f" : tensor<?x{width}xf32> -> tensor<?x{outputs}xf32>"
        )

    def dense(self, x, width, outputs, activation="identity", bias=True):
        weight = self.linear("weight", outputs, width, bias)
        return self.value(
            f"emb.dense {x} {activation} {weight}"
            f" : tensor<?x{width}xf32> -> tensor<?x{outputs}xf32>"
        )

    def norm(self, x, width, parts="sh", epsilon="1.0e-12"):
        text = f"emb.layer_norm {x}"
        if "s" in parts:
            text += " scale({} : {})".format(*self.weight(width, scale=0.1, centre=1.0))
        if "h" in parts:
            text += " shift({} : {})".format(*self.weight(width))
        return self.value(f"{text} epsilon {epsilon} : tensor<?x{width}xf32>")

    def rms_norm(self, x, width, scaled=True, epsilon="1.0e-6"):
        text = f"emb.rms_norm {x}"
        if scaled:
            text += " scale({} : {})".format(*self.weight(width, scale=0.1, centre=1.0))
        return self.value(f"{text} epsilon {epsilon} : tensor<?x{width}xf32>")

    def add(self, x, y, width):
        return self.value(f"emb.add {x}, {y} : tensor<?x{width}xf32>")

    def pool(self, kind, x, width):
        return self.value(f"emb.pool {kind} {x}, %offsets : tensor<?x{width}xf32>")

    def normalize(self, x, width):
        return self.value(f"emb.normalize {x} : tensor<?x{width}xf32>")

    def end(self, x, width):
        head = (
            f"emb.model @{self.name}(%ids, %offsets) max_tokens {self.positions}"
            f" max_positions {self.positions} {{"
        )
        tail = f"  emb.return {x} : tensor<?x{width}xf32>\n}}"
        return "\n".join([head, *self.lines, tail])


def post_norm():
    """BERT's arrangement: head sizes, activations, biases; every pooling."""
    width = 20
    m = Model("post_norm", 1)
    x = m.segment(m.tokens(width), width, row=1)
    x = m.norm(m.learned(x, width, offset=2), width)
    heads = [(3, 1), (2, 4), (1, 20), (2, 32), (1, 64), (5, 4), (2, 5)]
    biases = ["qkvo", "", "q", "kv", "o", "qv", "k"]
    for (count, size), bias, activation in zip(heads, biases, ACTIVATIONS, strict=True):
        y = m.attention(x, width, count, size, bias)
        x = m.norm(m.add(x, y, width), width)
        y = m.feed_forward(x, width, 37, activation, "ud" if bias else "")
        x = m.norm(m.add(y, x, width), width, epsilon="1.0e-5")
    total = None
    for kind in POOLS:
        part = m.dense(m.pool(kind, x, width), width, 18, "tanh")
        total = m.add(total, part, 18) if total else part
    return m.end(m.normalize(total, 18), 18)


def pre_norm():
    """Norm before, residual after; an odd width, no scale, no shift, no bias."""
    width = 33
    m = Model("pre_norm", 2)
    x = m.sinusoidal(m.tokens(width), width, offset=3)
    for parts, (heads, size), activation in [
        ("sh", (3, 11), "gelu"),
        ("s", (1, 4), "silu"),
        ("h", (2, 20), "relu"),
        ("", (8, 1), "gelu_tanh"),
    ]:
        y = m.attention(m.norm(x, width, parts), width, heads, size, "", scale=0.4)
        x = m.add(x, y, width)
        y = m.feed_forward(m.norm(x, width, parts), width, 65, activation, "")
        x = m.add(y, x, width)
    return m.end(m.pool("mean", m.norm(x, width), width), width)


def unfused():
    """Values with several readers: nothing here can join the kernel before it."""
    width = 16
    m = Model("unfused", 3)
    words = m.tokens(width)
    twice = m.add(words, words, width)
    late = m.segment(m.learned(twice, width), width)
    projected = m.dense(late, width, width, "gelu")
    doubled = m.add(projected, projected, width)
    normed = m.norm(projected, width)
    both = m.add(m.add(doubled, normed, width), words, width)
    # Rows of tokens and rows of texts take turns.
    first = m.pool("mean", both, width)
    inner = m.dense(both, width, 40, "tanh")
    outer = m.dense(m.normalize(first, width), width, 7)
    second = m.pool("max", inner, 40)
    wide = m.dense(second, 40, 7, "relu", bias=False)
    third = m.dense(m.pool("last", m.norm(both, width, ""), width), width, 7)
    result = m.add(m.add(outer, wide, 7), third, 7)
    return m.end(m.add(result, result, 7), 7)


def wide():
    """Several panels a matmul for every target, and an exact multiple of them."""
    width = 64
    m = Model("wide", 4)
    x = m.norm(m.learned(m.tokens(width), width), width)
    for heads, size, inner in [(2, 32, 96), (1, 64, 200)]:
        x = m.norm(m.add(m.attention(x, width, heads, size), x, width), width)
        y = m.feed_forward(x, width, inner, "gelu")
        x = m.norm(m.add(y, x, width), width)
    return m.end(m.normalize(m.pool("mean", x, width), width), width)


def rotary():
    """Turned heads of every size that vectors do not divide; shared keys, norms."""
    width = 20
    m = Model("rotary", 6)
    x = m.tokens(width)
    for heads, shared, size, options, norms in [
        (3, 1, 20, "rotary 20 base 1.0e4", None),
        (4, 2, 6, "rotary 4 base 1.0e3 factor 2.0", "1.0e-6"),
        (2, None, 64, "rotary 64 base 1.6e5 interleaved", None),
        (2, 1, 44, "rotary 42 base 1.0e4 interleaved", "1.0e-5"),
        (1, 1, 2, "rotary 2 base 1.0e4 interleaved", None),
        (2, 1, 9, "rotary 6 frequencies [1.0, 0.5, 0.125] amplitude 1.25", None),
        (6, 3, 32, "", "1.0e-6"),
    ]:
        y = m.rms_norm(x, width, scaled=shared is not None)
        y = m.attention(y, width, heads, size, "qk", shared=shared, options=options,
                        norms=norms)
        x = m.add(x, y, width)
        y = m.feed_forward(m.rms_norm(x, width), width, 37, "silu", "g", gated=True)
        x = m.add(x, m.rms_norm(y, width), width)
    return m.end(m.pool("last", m.rms_norm(x, width), width), width)


def seen():
    """Causal, windows, distances and caps, alone and together."""
    width = 24
    m = Model("seen", 7)
    x = m.tokens(width)
    for options, buckets in [
        ("after 0", None),
        ("before 3 after 3", None),
        ("before 0 after 0", None),
        ("before 17", None),
        ("before 5 after 0 softcap 2.0", None),
        ("after 9 alibi", None),
        ("", 8),
        ("softcap 1.5", 32),
        ("before 9 after 9 softcap 3.0 alibi", None),
    ]:
        y = m.attention(m.norm(x, width), width, 3, 8, "", shared=1, options=options,
                        buckets=buckets)
        x = m.add(x, y, width)
    # A head so wide that a chunk has 16 keys, and a text three chunks.
    for options in ["after 0", "before 6 after 4", "before 18 after 0 alibi"]:
        y = m.attention(m.norm(x, width), width, 1, 300, "", options=options)
        x = m.add(x, y, width)
    return m.end(m.pool("mean", m.norm(x, width), width), width)


def relative():
    """Scores by content and position: few and many rows, heads of odd sizes, texts of
    several chunks, and what is not seen beside it."""
    width = 12
    m = Model("relative", 8)
    x = m.tokens(width)
    for heads, size, positions, rows, distance, options in [
        (3, 8, "kq", 16, 20, ""),
        (1, 33, "q", 10, 40, "scale 0.1"),
        (2, 7, "kq", 200, None, "before 9 after 70 softcap 4.0"),
    ]:
        y = m.attention(m.norm(x, width), width, heads, size, "qk", options=options,
                        positions=positions, rows=rows, max_distance=distance)
        x = m.add(x, y, width)
    return m.end(m.pool("mean", m.norm(x, width), width), width)


def far():
    """Texts of several blocks of queries and chunks of keys: what is seen of them."""
    width, positions = 8, 300
    m = Model("far", 9, positions)
    x = m.learned(m.tokens(width), width)
    for options, buckets in [
        ("", None),
        ("before 100 after 70", None),
        ("after 0", 8),
        ("before 3 after 3 alibi", None),
    ]:
        y = m.attention(m.norm(x, width), width, 2, 8, "qk", shared=1, options=options,
                        buckets=buckets)
        x = m.add(x, y, width)
    y = m.attention(m.norm(x, width), width, 2, 4, "qk", options="", positions="kq",
                    rows=40, max_distance=60)
    x = m.add(x, y, width)
    return m.end(m.attention_pool(m.norm(x, width), width, 2, width), width)


def pooled():
    """Matmuls whose rows are pooled: maxima before activations that never fall, sums
    behind any; several panels, and a part of one."""
    width, outputs = 19, 70
    m = Model("pooled", 10)
    x = m.norm(m.learned(m.tokens(width), width), width)
    total = None
    for kind, activation, bias in [
        ("max", "log1p_relu", True),
        ("max", "log1p_log1p_relu", False),
        ("max", "sigmoid", True),
        ("sum", "log1p_relu", False),
        ("sum", "gelu", True),
    ]:
        part = m.pool(kind, m.dense(x, width, outputs, activation, bias), outputs)
        total = m.add(total, part, outputs) if total else part
    return m.end(total, outputs)


def narrow():
    """One feature, one head, one of everything."""
    m = Model("narrow", 5)
    x = m.learned(m.tokens(1), 1)
    x = m.add(m.attention(x, 1, 1, 1), x, 1)
    x = m.add(m.feed_forward(x, 1, 1, "silu"), x, 1)
    return m.end(m.pool("weighted_mean", x, 1), 1)


def drawn_kind(draw, heads, size):
    """What attention may have besides its projections, at random."""
    kind = {}
    options = []
    if draw.random() < 0.3:
        kind["shared"] = draw.choice([n for n in range(1, heads + 1) if heads % n == 0])
    if draw.random() < 0.3:
        kind["norms"] = "1.0e-5"
    for side in ("before", "after"):
        if draw.random() < 0.3:
            options.append(f"{side} {draw.choice([0, 1, 7, 20])}")
    if draw.random() < 0.2:
        options.append(f"softcap {draw.choice([1.0, 5.0])}")
    if draw.random() < 0.2:
        options.append("alibi")
    elif draw.random() < 0.2:
        kind["buckets"] = draw.choice([4, 16, 32])
    if draw.random() < 0.4 and size > 1:
        features = draw.randrange(2, size + 1, 2)
        interleaved = draw.choice(["", " interleaved"])
        options.append(f"rotary {features} base 1.0e4{interleaved}")
    kind["options"] = " ".join(options)
    return kind


def drawn(seed):
    """Structure, sizes and weights at random."""
    m = Model(f"drawn_{seed}", seed)
    draw = m.random
    width = draw.choice([3, 8, 15, 16, 17, 24, 31, 48])
    x = m.tokens(width)
    for step in draw.sample(["position", "segment", "norm"], draw.randint(0, 3)):
        if step == "position":
            encode = draw.choice([m.learned, m.sinusoidal])
            x = encode(x, width, draw.randint(0, 3))
        elif step == "segment":
            x = m.segment(x, width, draw.randint(0, 2))
        else:
            x = m.norm(x, width, draw.choice(["sh", "s", "h", ""]), "1.0e-3")
    for _ in range(draw.randint(0, 3)):
        before = draw.random() < 0.5
        y = m.norm(x, width, epsilon="1.0e-3") if before else x
        if draw.random() < 0.6:
            biases = "".join(c for c in "qkvo" if draw.random() < 0.5)
            heads, size = draw.choice([(1, 5), (2, 8), (3, 16), (4, 3)])
            y = m.attention(y, width, heads, size, biases, **drawn_kind(draw, heads, size))
        else:
            biases = "".join(c for c in "ud" if draw.random() < 0.5)
            inner = draw.randint(1, 70)
            y = m.feed_forward(y, width, inner, draw.choice(ACTIVATIONS), biases,
                               gated=draw.random() < 0.3)
        x = m.add(*draw.sample([x, y], 2), width) if draw.random() < 0.8 else y
        if not before and draw.random() < 0.8:
            x = m.norm(x, width, epsilon="1.0e-3")
    x = m.pool(draw.choice(POOLS), x, width)
    for _ in range(draw.randint(0, 2)):
        outputs = draw.randint(1, 40)
        x = m.dense(x, width, outputs, draw.choice(ACTIVATIONS), draw.random() < 0.5)
        width = outputs
    return m.end(x, width)


models = {f.__name__: f for f in (post_norm, pre_norm, unfused, wide, rotary, seen, relative, far, pooled,
                                   narrow)}


def write(argument):
    return models[argument]() if argument in models else drawn(int(argument))


if __name__ == "__main__":
    print(write(sys.argv[1]))
