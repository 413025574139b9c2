"""Writes a model of a Hugging Face folder as a GGUF file: write_gguf.py MODEL OUT TYPE

TYPE is f32, f16, bf16, q8_0 or q4_0: how the matrices of the layers are kept.
Norms and biases stay f32, as llama.cpp wants them, and so do the tables of
embeddings. Known are BERT, XLM-RoBERTa, Jina BERT v2, Nomic BERT, ModernBERT, Llama,
Qwen 3 and Gemma 3, with a WordPiece tokenizer; write_model() takes others.
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

# What llama.cpp calls the model types of transformers.
ARCHITECTURES = {"bert": gguf.MODEL_ARCH.BERT,
                 "xlm-roberta": gguf.MODEL_ARCH.BERT,
                 "modernbert": gguf.MODEL_ARCH.MODERN_BERT,
                 "llama": gguf.MODEL_ARCH.LLAMA,
                 "nomic_bert": gguf.MODEL_ARCH.NOMIC_BERT,
                 "qwen3": gguf.MODEL_ARCH.QWEN3,
                 "gemma3_text": gguf.MODEL_ARCH.GEMMA3}


def read_json(folder, name):
    with open(os.path.join(folder, name), encoding="utf-8") as file:
        return json.load(file)


def architecture_of(config):
    """EmbeddingGemma is the Gemma that looks both ways, Jina the BERT with a gate."""
    if "feed_forward_type" in config:
        return gguf.MODEL_ARCH.JINA_BERT_V2
    if config.get("use_bidirectional_attention"):
        return gguf.MODEL_ARCH.GEMMA_EMBEDDING
    if config["model_type"] not in ARCHITECTURES:
        raise ValueError(f"a {config['model_type']} cannot be written")
    return ARCHITECTURES[config["model_type"]]


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


def first_position(config):
    """RoBERTa's positions count from the padding id + 1; the rows before are left out."""
    return config["pad_token_id"] + 1 if config["model_type"] == "xlm-roberta" else 0


def add_sizes(writer, config, pooling):
    writer.add_context_length(config["max_position_embeddings"] - first_position(config))
    writer.add_embedding_length(config["hidden_size"])
    writer.add_feed_forward_length(config["intermediate_size"])
    writer.add_block_count(config["num_hidden_layers"])
    writer.add_head_count(config["num_attention_heads"])
    writer.add_pooling_type(pooling)
    if "num_key_value_heads" in config:
        writer.add_head_count_kv(config["num_key_value_heads"])
        writer.add_key_length(config["head_dim"])
        writer.add_value_length(config["head_dim"])
        writer.add_layer_norm_rms_eps(config["rms_norm_eps"])
    else:
        writer.add_layer_norm_eps(config.get("layer_norm_eps") or config["norm_eps"])
        writer.add_causal_attention(False)


def add_positions(writer, config):
    rope = config.get("rope_parameters") or {}
    base = rope.get("full_attention", rope).get("rope_theta")
    if base:
        writer.add_rope_freq_base(base)
    if config["model_type"] == "gemma3_text":
        writer.add_sliding_window(config["sliding_window"])
        writer.add_sliding_window_pattern(
            [kind == "sliding_attention" for kind in config["layer_types"]])
    if config["model_type"] == "modernbert":
        writer.add_rope_freq_base_swa(rope["sliding_attention"]["rope_theta"])
        writer.add_sliding_window(config["local_attention"])
        writer.add_sliding_window_pattern(config["layer_types"].index("full_attention", 1))
        writer.add_rope_scaling_type(gguf.RopeScalingType.NONE)
        writer.add_vocab_size(config["vocab_size"])


def add_tokenizer(writer, config, pieces):
    special = {"[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]"}
    kinds = [gguf.TokenType.CONTROL if piece in special
             else gguf.TokenType.NORMAL for piece in pieces]
    writer.add_tokenizer_model("bert")
    writer.add_tokenizer_pre("default")
    writer.add_token_list(pieces)
    writer.add_token_scores([0.0] * len(pieces))
    writer.add_token_types(kinds)
    writer.add_token_type_count(config.get("type_vocab_size", 1))
    writer.add_bos_token_id(pieces.index("[CLS]"))
    writer.add_eos_token_id(pieces.index("[SEP]"))
    writer.add_sep_token_id(pieces.index("[SEP]"))
    writer.add_pad_token_id(pieces.index("[PAD]"))
    writer.add_unk_token_id(pieces.index("[UNK]"))
    writer.add_mask_token_id(pieces.index("[MASK]"))


def read_weights(folder):
    """{name: float32 values}, by the names in the file."""
    with safe_open(os.path.join(folder, "model.safetensors"), "pt") as file:
        return {name: file.get_tensor(name).float().numpy() for name in file.keys()}


def pack_layers(matrix_type):
    """How llama.cpp keeps a tensor where the layers' matrices are `matrix_type`."""
    def pack(name, values):
        is_matrix = name.startswith("blk.") and values.ndim == 2
        kind = MATRIX_TYPES[matrix_type if is_matrix else "f32"]
        return gguf.quants.quantize(values, kind), kind
    return pack


def pair_neighbours(rows, heads):
    """The order of the rows of queries or keys in llama.cpp's Llama: the two features
    that are turned together side by side."""
    return np.arange(rows).reshape(heads, 2, -1).swapaxes(1, 2).ravel()


def write_model(folder, path, pack, *, pooling=gguf.PoolingType.MEAN, dense=(),
                vocabulary=None):
    """`pack(name, values)` gives each tensor's bytes and type; `dense` are the
    matrices of EmbeddingGemma's Dense modules; `vocabulary(writer)` adds a tokenizer
    that is not WordPiece. Returns the weights by the folder's
    names as the file has them, in float32."""
    config = read_json(folder, "config.json")
    architecture = architecture_of(config)
    writer = gguf.GGUFWriter(path, gguf.MODEL_ARCH_NAMES[architecture])
    writer.add_name(os.path.basename(os.path.normpath(folder)))
    add_sizes(writer, config, pooling)
    add_positions(writer, config)
    if vocabulary:
        vocabulary(writer)
    else:
        add_tokenizer(writer, config, list(word_pieces(folder)))
    names = gguf.get_tensor_name_map(architecture, config["num_hidden_layers"])
    written = {}

    def add(name, values):
        data, kind = pack(name, values)
        writer.add_tensor(name, data, raw_dtype=kind)
        return gguf.quants.dequantize(data, kind).reshape(values.shape)

    for source, values in read_weights(folder).items():
        name = names.get_name(source.removeprefix("bert."), (".weight", ".bias"))
        if name is None:
            continue  # position ids, and the pooler that embedding leaves unused
        # Gemma's norms hold what is added to 1, but not in these files.
        added = "gemma" in config["model_type"] and source.endswith("norm.weight")
        order = np.arange(first_position(config) if name.startswith("position_embd") else 0,
                          len(values))
        if architecture == gguf.MODEL_ARCH.LLAMA and ("attn_q." in name or "attn_k." in name):
            heads = "num_attention_heads" if "attn_q." in name else "num_key_value_heads"
            order = pair_neighbours(len(values), config[heads])
        written[source] = values.copy()
        written[source][order] = (add(name, values[order] + np.float32(added))
                                  - np.float32(added))
    for index, matrix in enumerate(dense, 2):
        writer.add_dense_features_dims(f"dense_{index}", *matrix.shape[::-1])
        written[f"dense_{index}"] = add(f"dense_{index}.weight", matrix)
    writer.write_header_to_file()
    writer.write_kv_data_to_file()
    writer.write_tensors_to_file()
    writer.close()
    return written


def write_gguf(folder, path, matrix_type):
    return write_model(folder, path, pack_layers(matrix_type))


if __name__ == "__main__":
    if len(sys.argv) != 4 or sys.argv[3] not in MATRIX_TYPES:
        sys.exit("usage: write_gguf.py MODEL OUT f32|f16|bf16|q8_0|q4_0")
    write_gguf(*sys.argv[1:])
