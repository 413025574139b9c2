#!/usr/bin/env python3
"""Writes a Hugging Face folder of a known model's shape: numbers, no training.

    write_shape.py KIND FOLDER TOKENIZER [--layers=N]

TOKENIZER is a folder whose tokenizer.json is taken, so that all shapes read real
text as the same tokens. The weights are one short row of random numbers again and
again: they only have to compile, attach_weights.py gives the program its own.
"""

import argparse
import json
import random
import shutil
import struct
from pathlib import Path

KINDS = {
    "minilm": dict(family="bert", vocabulary=30522, hidden=384, layers=6, heads=12, wide=1536, positions=512),
    "bert-base": dict(family="bert", vocabulary=30522, hidden=768, layers=12, heads=12, wide=3072, positions=512),
    "bge-m3": dict(
        family="xlm-roberta", vocabulary=250002, hidden=1024, layers=24, heads=16, wide=4096, positions=8194, pool="cls"
    ),
    # Fewer positions than its 32768, whose table of angles would not be carried.
    "qwen3-0.6b": dict(
        family="qwen3",
        vocabulary=151669,
        hidden=1024,
        layers=28,
        heads=16,
        key_heads=8,
        head_size=128,
        wide=3072,
        positions=2048,
        pool="lasttoken",
    ),
}


def config_of(shape):
    config = {
        "vocab_size": shape["vocabulary"],
        "hidden_size": shape["hidden"],
        "num_hidden_layers": shape["layers"],
        "num_attention_heads": shape["heads"],
        "intermediate_size": shape["wide"],
        "max_position_embeddings": shape["positions"],
        "model_type": shape["family"],
        "pad_token_id": 0,
    }
    if shape["family"] == "qwen3":
        return config | {
            "architectures": ["Qwen3Model"],
            "num_key_value_heads": shape["key_heads"],
            "head_dim": shape["head_size"],
            "hidden_act": "silu",
            "rms_norm_eps": 1e-6,
            "rope_theta": 1000000.0,
            "attention_bias": False,
            "use_sliding_window": False,
            "sliding_window": None,
            "tie_word_embeddings": True,
        }
    roberta = shape["family"] == "xlm-roberta"
    return config | {
        "architectures": ["XLMRobertaModel" if roberta else "BertModel"],
        "hidden_act": "gelu",
        "layer_norm_eps": 1e-5 if roberta else 1e-12,
        "type_vocab_size": 1 if roberta else 2,
        "pad_token_id": 1 if roberta else 0,
        "position_embedding_type": "absolute",
    }


def bert_weights(shape):
    hidden, wide = shape["hidden"], shape["wide"]

    def linear(name, outputs, inputs):
        yield name + ".weight", (outputs, inputs)
        yield name + ".bias", (outputs,)

    yield "embeddings.word_embeddings.weight", (shape["vocabulary"], hidden)
    yield "embeddings.position_embeddings.weight", (shape["positions"], hidden)
    yield "embeddings.token_type_embeddings.weight", (1 if shape["family"] == "xlm-roberta" else 2, hidden)
    yield "embeddings.LayerNorm.weight", (hidden,)
    yield "embeddings.LayerNorm.bias", (hidden,)
    for index in range(shape["layers"]):
        layer = f"encoder.layer.{index}."
        for part in ("query", "key", "value"):
            yield from linear(layer + "attention.self." + part, hidden, hidden)
        yield from linear(layer + "attention.output.dense", hidden, hidden)
        yield from linear(layer + "intermediate.dense", wide, hidden)
        yield from linear(layer + "output.dense", hidden, wide)
        for norm in ("attention.output", "output"):
            yield layer + norm + ".LayerNorm.weight", (hidden,)
            yield layer + norm + ".LayerNorm.bias", (hidden,)


def qwen3_weights(shape):
    hidden, wide, size = shape["hidden"], shape["wide"], shape["head_size"]
    queries, keys = shape["heads"] * size, shape["key_heads"] * size
    yield "embed_tokens.weight", (shape["vocabulary"], hidden)
    for index in range(shape["layers"]):
        layer = f"layers.{index}."
        yield layer + "self_attn.q_proj.weight", (queries, hidden)
        yield layer + "self_attn.k_proj.weight", (keys, hidden)
        yield layer + "self_attn.v_proj.weight", (keys, hidden)
        yield layer + "self_attn.o_proj.weight", (hidden, queries)
        yield layer + "self_attn.q_norm.weight", (size,)
        yield layer + "self_attn.k_norm.weight", (size,)
        yield layer + "mlp.gate_proj.weight", (wide, hidden)
        yield layer + "mlp.up_proj.weight", (wide, hidden)
        yield layer + "mlp.down_proj.weight", (hidden, wide)
        yield layer + "input_layernorm.weight", (hidden,)
        yield layer + "post_attention_layernorm.weight", (hidden,)
    yield "norm.weight", (hidden,)


def numbers(name, shape):
    """So many bf16 numbers in a row that no matrix has the same one in each row."""
    source = random.Random(str(shape[-1:]) + name.rsplit(".", 2)[-2])
    if len(shape) == 1:
        middle, spread = (1.0, 0.1) if name.endswith("weight") else (0.0, 0.1)
    else:
        middle, spread = 0.0, shape[-1] ** -0.5
    floats = [source.gauss(middle, spread) for _ in range(65521)]
    halves = [struct.unpack("<I", struct.pack("<f", value))[0] >> 16 for value in floats]
    return struct.pack(f"<{len(halves)}H", *halves)


def write_weights(path, weights):
    header, end = {}, 0
    for name, shape in weights:
        count = shape[0] * (shape[1] if len(shape) > 1 else 1)
        header[name] = {"dtype": "BF16", "shape": list(shape), "data_offsets": [end, end + 2 * count]}
        end += 2 * count
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    rows = {}
    with open(path, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for name, tensor in header.items():
            shape = tensor["shape"]
            kind = (shape[-1], len(shape), name.rsplit(".", 2)[-2:] if len(shape) == 1 else None)
            row = rows.setdefault(str(kind), None) or numbers(name, shape)
            rows[str(kind)] = row
            left = tensor["data_offsets"][1] - tensor["data_offsets"][0]
            while left:
                left -= file.write(row[:left])


def write_folder(kind, folder, tokenizer, layers=None):
    shape = dict(KINDS[kind])
    shape["layers"] = layers or shape["layers"]
    folder = Path(folder)
    (folder / "1_Pooling").mkdir(parents=True, exist_ok=True)
    config = config_of(shape)
    (folder / "config.json").write_text(json.dumps(config, indent=1))
    names = qwen3_weights if shape["family"] == "qwen3" else bert_weights
    write_weights(folder / "model.safetensors", names(shape))
    for name in ("tokenizer.json", "tokenizer_config.json", "special_tokens_map.json"):
        if (Path(tokenizer) / name).exists():
            shutil.copyfile(Path(tokenizer) / name, folder / name)
    module = "sentence_transformers.models."
    parts = (("", "Transformer"), ("1_Pooling", "Pooling"), ("2_Normalize", "Normalize"))
    modules = [
        {"idx": index, "name": str(index), "path": path, "type": module + part}
        for index, (path, part) in enumerate(parts)
    ]
    (folder / "modules.json").write_text(json.dumps(modules))
    pool = shape.get("pool", "mean")
    pooling = {
        "word_embedding_dimension": shape["hidden"],
        "pooling_mode_cls_token": pool == "cls",
        "pooling_mode_mean_tokens": pool == "mean",
        "pooling_mode_max_tokens": False,
        "pooling_mode_mean_sqrt_len_tokens": False,
        "pooling_mode_lasttoken": pool == "lasttoken",
    }
    (folder / "1_Pooling" / "config.json").write_text(json.dumps(pooling))
    (folder / "sentence_bert_config.json").write_text(json.dumps({"max_seq_length": 512, "do_lower_case": False}))


if __name__ == "__main__":
    arguments = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    arguments.add_argument("kind", choices=KINDS)
    arguments.add_argument("folder")
    arguments.add_argument("tokenizer")
    arguments.add_argument("--layers", type=int)
    given = arguments.parse_args()
    write_folder(given.kind, given.folder, given.tokenizer, given.layers)
