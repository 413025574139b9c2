"""Writes a BERT of a Hugging Face folder as a GGUF file: write_gguf.py MODEL OUT TYPE

TYPE is f32, f16, bf16, q8_0 or q4_0: how the matrices of the layers are kept.
Norms and biases stay f32, as llama.cpp wants them, and the tables of embeddings
f32 or f16.
"""

import json
import os
import sys

import gguf
import numpy as np
from safetensors import safe_open

MATRIX_TYPES = {"f32": gguf.GGMLQuantizationType.F32,
                "f16": gguf.GGMLQuantizationType.F16,
                "bf16": gguf.GGMLQuantizationType.BF16,
                "q8_0": gguf.GGMLQuantizationType.Q8_0,
                "q4_0": gguf.GGMLQuantizationType.Q4_0}
FILE_TYPES = {"f32": gguf.LlamaFileType.ALL_F32,
              "f16": gguf.LlamaFileType.MOSTLY_F16,
              "bf16": gguf.LlamaFileType.MOSTLY_BF16,
              "q8_0": gguf.LlamaFileType.MOSTLY_Q8_0,
              "q4_0": gguf.LlamaFileType.MOSTLY_Q4_0}


def read_json(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return json.load(file)


def word_pieces(folder):
    """The vocabulary in the order of its ids, spelled as llama.cpp does: the
    beginning of a word marked, not its continuation."""
    vocabulary = read_json(folder, "tokenizer.json")["model"]["vocab"]
    for piece in sorted(vocabulary, key=vocabulary.get):
        if piece.startswith("##"):
            yield piece[2:]
        elif piece.startswith("[") and piece.endswith("]"):
            yield piece
        else:
            yield "\u2581" + piece


def add_description(writer, config, pieces):
    writer.add_context_length(config["max_position_embeddings"])
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_layer_norm_eps(config["layer_norm_eps"])
    writer.add_causal_attention(False)
    writer.add_pooling_type(gguf.PoolingType.MEAN)

    special = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}
    kinds = [gguf.TokenType.CONTROL if piece in special
             else gguf.TokenType.NORMAL for piece in pieces]
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(pieces)
    writer.add_token_scores([0.0] * len(pieces))
    writer.add_token_types(kinds)
    writer.add_token_type_count(config["type_vocab_size"])
    writer.add_bos_token_id(pieces.index("[CLS]"))
    writer.add_eos_token_id(pieces.index("[SEP]"))
    writer.add_sep_token_id(pieces.index("[SEP]"))
    writer.add_pad_token_id(pieces.index("[PAD]"))
    writer.add_unk_token_id(pieces.index("[UNK]"))
    writer.add_mask_token_id(pieces.index("[MASK]"))


def tensor_type(name, matrix_type):
    """How llama.cpp keeps a tensor where the layers' matrices are `matrix_type`."""
    kept = gguf.GGMLQuantizationType.F32
    if name.startswith("blk.") and name.endswith(".weight") and "norm" not in name:
        return MATRIX_TYPES[matrix_type]
    return kept


def write_gguf(folder, path, matrix_type):
    config = read_json(folder, "config.json")
    if config["model_type"] != "bert":
        raise ValueError(f"{folder} is a {config['model_type']}, not a bert")
    pieces = list(word_pieces(folder))
    writer = gguf.GGUFWriter(path, "bert")
    writer.add_name(os.path.basename(os.path.dirname(folder)))
    writer.add_file_type(FILE_TYPES[matrix_type])
    add_description(writer, config, pieces)
    names = gguf.get_tensor_name_map(gguf.MODEL_ARCH.BERT,
                                     config["num_hidden_layers"])
    with safe_open(os.path.join(folder, "model.safetensors"), "numpy") as file:
        for source in file.keys():
            name = names.get_name(source.removeprefix("bert."),
                                  (".weight", ".bias"))
            if name is None:
                continue  # position ids, and the pooler that MiniLM leaves unused
            values = file.get_tensor(source).astype(np.float32)
            kind = tensor_type(name, matrix_type)
            writer.add_tensor(name, gguf.quants.quantize(values, kind),
                              raw_dtype=kind)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[3] not in MATRIX_TYPES:
        sys.exit("usage: write_gguf.py MODEL OUT f32|f16|bf16|q8_0|q4_0")
    write_gguf(*sys.argv[1:])
