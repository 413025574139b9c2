#!/usr/bin/env python3
"""Writes the weights of a TransformerEmbedding, and what it computes.

    python3 write_weights.py FOLDER      # needs torch and safetensors

FOLDER/model.safetensors is the module's state_dict under PyTorch's own names;
FOLDER/ids.txt has a text's token ids on each line, and FOLDER/expected.txt the
vector that the module gives for it alone.
"""

import pathlib
import sys

import torch
from safetensors.torch import save_file

from transformer_embedding import TransformerEmbedding

TEXTS = [[17, 4, 250], [17, 4, 251], [3, 141, 59, 26, 535, 89, 79], [999]]


def main(folder):
    torch.manual_seed(0)  # in real life: trained
    model = TransformerEmbedding(input_dim=1000, hidden_dim=60, num_layers=2,
                                 num_heads=3).eval()
    folder.mkdir(parents=True, exist_ok=True)
    save_file(model.state_dict(), folder / "model.safetensors")

    with torch.no_grad():
        vectors = [model(torch.tensor(ids).unsqueeze(1))[0] for ids in TEXTS]
        show_batch_first(model)
    (folder / "ids.txt").write_text(
        "".join(" ".join(map(str, ids)) + "\n" for ids in TEXTS))
    (folder / "expected.txt").write_text(
        "".join(" ".join(map(str, v.tolist())) + "\n" for v in vectors))


def show_batch_first(model):
    """What the snippet does as it is often pasted: it gives [texts, tokens] to
    layers that expect [tokens, texts], and pools over dimension 1."""

    def pasted(ids):
        x = model.position(model.embedding(ids))
        for layer in model.layers:
            x = layer(x)
        return model.pool(x.permute(0, 2, 1)).squeeze(-1)

    one, other = TEXTS[0], TEXTS[1]
    alone = pasted(torch.tensor([one]))[0]
    beside = pasted(torch.tensor([other, one]))[1]
    print(f"batch first, as pasted: beside another text, the vector of {one} moves "
          f"by up to {(alone - beside).abs().max():.2f}")
    alone = model(torch.tensor([one]).T)[0]
    beside = model(torch.tensor([other, one]).T)[1]
    print(f"sequence first: by up to {(alone - beside).abs().max():.1e}")


if __name__ == "__main__":
    main(pathlib.Path(sys.argv[1]))
