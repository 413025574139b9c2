"""TransformerEmbedding: token ids to one vector, in plain PyTorch."""

import math

import torch
from torch import nn


class PositionalEncoding(nn.Module):
    """Adds a sine to the even components and a cosine to the odd ones."""

    def __init__(self, hidden_dim, max_len=5000):
        super().__init__()
        position = torch.arange(max_len).unsqueeze(1)
        frequency = torch.exp(
            torch.arange(0, hidden_dim, 2) * (-math.log(10000.0) / hidden_dim))
        pe = torch.zeros(max_len, 1, hidden_dim)
        pe[:, 0, 0::2] = torch.sin(position * frequency)
        pe[:, 0, 1::2] = torch.cos(position * frequency)
        self.register_buffer("pe", pe)

    def forward(self, x):  # [tokens, texts, hidden]
        return x + self.pe[: x.size(0)]


class LearnedPositions(nn.Module):
    """Adds a row of a table that is trained."""

    def __init__(self, hidden_dim, max_len=5000):
        super().__init__()
        self.table = nn.Embedding(max_len, hidden_dim)

    def forward(self, x):
        return x + self.table.weight[: x.size(0)].unsqueeze(1)


class TransformerLayer(nn.Module):
    def __init__(self, hidden_dim, num_heads, pre_norm=False):
        super().__init__()
        self.attention = nn.MultiheadAttention(hidden_dim, num_heads)
        self.norm1 = nn.LayerNorm(hidden_dim)
        self.feed_forward = nn.Sequential(
            nn.Linear(hidden_dim, 4 * hidden_dim), nn.ReLU(),
            nn.Linear(4 * hidden_dim, hidden_dim))
        self.norm2 = nn.LayerNorm(hidden_dim)
        self.pre_norm = pre_norm

    def attend(self, x):
        return self.attention(x, x, x, need_weights=False)[0]

    def forward(self, x):
        if self.pre_norm:
            x = x + self.attend(self.norm1(x))
            return x + self.feed_forward(self.norm2(x))
        x = self.norm1(x + self.attend(x))
        return self.norm2(x + self.feed_forward(x))


class TransformerEmbedding(nn.Module):
    def __init__(self, input_dim, hidden_dim, num_layers, num_heads, *,
                 positions=PositionalEncoding, max_len=5000, scaled=False,
                 pre_norm=False):
        super().__init__()
        self.embedding = nn.Embedding(input_dim, hidden_dim)
        self.scale = math.sqrt(hidden_dim) if scaled else 1.0
        self.position = positions(hidden_dim, max_len)
        self.layers = nn.ModuleList(
            TransformerLayer(hidden_dim, num_heads, pre_norm)
            for _ in range(num_layers))
        self.norm = nn.LayerNorm(hidden_dim) if pre_norm else nn.Identity()
        self.pool = nn.AdaptiveAvgPool1d(1)

    def forward(self, ids):
        """ids: [tokens, texts]. The layers above are sequence first: dimension 0
        is what positions count along and what attention attends along."""
        x = self.position(self.embedding(ids) * self.scale)
        for layer in self.layers:
            x = layer(x)
        x = self.norm(x)  # [tokens, texts, hidden]
        return self.pool(x.permute(1, 2, 0)).squeeze(-1)  # [texts, hidden]
