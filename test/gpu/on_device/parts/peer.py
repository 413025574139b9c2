"""The same models in torch, as transformers writes them: bf16, SDPA, random weights."""

import inspect
import time

import torch
from torch import nn
from torch.nn import functional as F

try:  # since torch 2.10, on CUDA alone
    from torch.nn.attention.varlen import varlen_attn
    VARLEN_OPTIONS = set(inspect.signature(varlen_attn).parameters)
except ImportError:
    varlen_attn, VARLEN_OPTIONS = None, set()

CUDA = torch.cuda.is_available()
DEVICE = "cuda" if CUDA else "cpu"


def head_sizes(config):
    heads = config["num_attention_heads"]
    size = config.get("head_dim") or config["hidden_size"] // heads
    return heads, config.get("num_key_value_heads") or heads, size


def repeat_heads(q, k, v):
    repeats = q.shape[2] // k.shape[2]
    return (k, v) if repeats == 1 else (k.repeat_interleave(repeats, 2), v.repeat_interleave(repeats, 2))


class Padded:
    """Texts of [batch, tokens], with a mask where they are not of one length."""

    def __init__(self, ids, lengths=None):
        self.ids = ids
        self.positions = torch.arange(ids.shape[1], device=ids.device)[None]
        self.lengths = lengths
        self.mask = None if lengths is None else self.positions < lengths[:, None]

    def attend(self, q, k, v, causal):
        mask = None if self.mask is None else self.mask[:, None, None]
        if mask is not None and causal:
            tokens = q.shape[1]
            mask = mask & torch.ones(tokens, tokens, dtype=torch.bool, device=q.device).tril()
        if mask is not None:  # kernels that take a mask know no groups of heads
            k, v = repeat_heads(q, k, v)
        q, k, v = (x.transpose(1, 2) for x in (q, k, v))
        grouped = {"enable_gqa": True} if q.shape[1] != k.shape[1] else {}
        out = F.scaled_dot_product_attention(q, k, v, mask, is_causal=causal and mask is None, **grouped)
        return out.transpose(1, 2)

    def pool(self, x, how):
        if how == "first":
            return x[:, 0]
        if self.mask is None:
            return x[:, -1] if how == "last" else x.mean(1)
        if how == "last":
            return x[torch.arange(len(x), device=x.device), self.lengths - 1]
        return (x * self.mask[..., None]).sum(1) / self.lengths[:, None]


class Ragged:
    """Texts back to back, [1, tokens], without any padding."""

    def __init__(self, ids, positions, offsets, longest):
        self.ids, self.positions, self.offsets, self.longest = ids[None], positions[None], offsets, longest

    def attend(self, q, k, v, causal):
        if not CUDA:  # slow, and only there to show that the rest works
            bounds = self.offsets.tolist()
            one = lambda a, b: Padded(self.ids[:, a:b]).attend(q[:, a:b], k[:, a:b], v[:, a:b], causal)
            return torch.cat([one(a, b) for a, b in zip(bounds, bounds[1:])], 1)
        options = {}
        if causal:
            options = {"is_causal": True} if "is_causal" in VARLEN_OPTIONS else {"window_size": (-1, 0)}
        if q.shape[2] != k.shape[2]:
            if "enable_gqa" in VARLEN_OPTIONS:
                options["enable_gqa"] = True
            else:
                k, v = repeat_heads(q, k, v)
        out = varlen_attn(q[0], k[0], v[0], self.offsets, self.offsets, self.longest, self.longest, **options)
        return out[None]

    def pool(self, x, how):
        x = x[0]
        if how == "first":
            return x[self.offsets[:-1]]
        if how == "last":
            return x[self.offsets[1:] - 1]
        lengths = self.offsets.diff()
        texts = torch.repeat_interleave(lengths, output_size=len(x))
        sums = torch.zeros(len(lengths), x.shape[1], device=x.device).index_add_(0, texts, x.float())
        return sums / lengths[:, None]


class BertLayer(nn.Module):
    def __init__(self, config):
        super().__init__()
        hidden, wide = config["hidden_size"], config["intermediate_size"]
        self.heads, _, self.size = head_sizes(config)
        self.query, self.key, self.value, self.output = (nn.Linear(hidden, hidden) for _ in range(4))
        self.up, self.down = nn.Linear(hidden, wide), nn.Linear(wide, hidden)
        self.first, self.second = nn.LayerNorm(hidden), nn.LayerNorm(hidden)

    def forward(self, x, batch, _angles):
        q, k, v = (part(x).unflatten(-1, (self.heads, self.size)) for part in (self.query, self.key, self.value))
        x = self.first(x + self.output(batch.attend(q, k, v, False).flatten(2)))
        return self.second(x + self.down(F.gelu(self.up(x))))


def rotate(x, angles):
    cosines, sines = angles
    first, second = x.chunk(2, -1)
    return x * cosines + torch.cat((-second, first), -1) * sines


class QwenLayer(nn.Module):
    def __init__(self, config):
        super().__init__()
        hidden, wide = config["hidden_size"], config["intermediate_size"]
        self.heads, self.key_heads, self.size = head_sizes(config)
        self.query = nn.Linear(hidden, self.heads * self.size, bias=False)
        self.key, self.value = (nn.Linear(hidden, self.key_heads * self.size, bias=False) for _ in range(2))
        self.output = nn.Linear(self.heads * self.size, hidden, bias=False)
        self.gate, self.up = (nn.Linear(hidden, wide, bias=False) for _ in range(2))
        self.down = nn.Linear(wide, hidden, bias=False)
        self.first, self.second = (nn.RMSNorm(hidden, eps=1e-6) for _ in range(2))
        self.query_norm, self.key_norm = (nn.RMSNorm(self.size, eps=1e-6) for _ in range(2))

    def forward(self, x, batch, angles):
        y = self.first(x)
        q = self.query_norm(self.query(y).unflatten(-1, (self.heads, self.size)))
        k = self.key_norm(self.key(y).unflatten(-1, (self.key_heads, self.size)))
        v = self.value(y).unflatten(-1, (self.key_heads, self.size))
        x = x + self.output(batch.attend(rotate(q, angles), rotate(k, angles), v, True).flatten(2))
        y = self.second(x)
        return x + self.down(F.silu(self.gate(y)) * self.up(y))


class Model(nn.Module):
    def __init__(self, config):
        super().__init__()
        hidden, layers = config["hidden_size"], config["num_hidden_layers"]
        self.is_qwen = config["model_type"] == "qwen3"
        self.words = nn.Embedding(config["vocab_size"], hidden)
        if self.is_qwen:
            self.size = head_sizes(config)[2]
            self.base = config.get("rope_theta") or 1e6
        else:
            self.places = nn.Embedding(config["max_position_embeddings"], hidden)
        self.norm = nn.RMSNorm(hidden, eps=1e-6) if self.is_qwen else nn.LayerNorm(hidden)
        self.layers = nn.ModuleList((QwenLayer if self.is_qwen else BertLayer)(config) for _ in range(layers))
        self.how = {"qwen3": "last", "xlm-roberta": "first"}.get(config["model_type"], "mean")

    def angles(self, positions, dtype):
        powers = torch.arange(0, self.size, 2, device=positions.device) / self.size
        angles = (positions[..., None] / self.base**powers).repeat(1, 1, 2)[:, :, None]
        return angles.cos().to(dtype), angles.sin().to(dtype)

    def forward(self, batch):
        x, angles = self.words(batch.ids), None
        if self.is_qwen:
            angles = self.angles(batch.positions, x.dtype)
        else:
            x = self.norm(x + self.places(batch.positions))
        for layer in self.layers:
            x = layer(x, batch, angles)
        if self.is_qwen:
            x = self.norm(x)
        return F.normalize(batch.pool(x, self.how).float(), dim=-1)


# torch.compile sees tensors alone, which change from call to call.
def run_padded(model, ids, lengths):
    return model(Padded(ids, lengths))


def run_ragged(model, ids, positions, offsets, longest):
    return model(Ragged(ids, positions, offsets, longest))


def make_model(config):
    torch.manual_seed(1)
    with torch.device(DEVICE):
        return Model(config).to(torch.bfloat16).eval()


def compiled(function, dynamic=None):
    return torch.compile(function, dynamic=dynamic, backend="inductor" if CUDA else "eager")


def wait():
    if CUDA:
        torch.cuda.synchronize()


def best_seconds(function, seconds, fewest=5, warm_ups=2):
    """Of one call that ends with its result on the CPU, as `bench` takes it."""
    for _ in range(warm_ups):
        function()
    best, total, runs = float("inf"), 0.0, 0
    while total < seconds or runs < fewest:
        wait()
        start = time.perf_counter()
        function()
        wait()
        took = time.perf_counter() - start
        best, total, runs = min(best, took), total + took, runs + 1
    return best


def device_seconds(calls, repeats=20):
    """The median of one of `calls`, by events of the device: memory that they read takes turns."""
    if not CUDA:
        start = time.perf_counter()
        for call in calls:
            call()
        return (time.perf_counter() - start) / len(calls)
    for call in calls:
        call()
    times = []
    for index in range(repeats):
        begin, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        begin.record()
        calls[index % len(calls)]()
        end.record()
        times.append((begin, end))
    wait()
    return sorted(begin.elapsed_time(end) for begin, end in times)[len(times) // 2] * 1e-3
