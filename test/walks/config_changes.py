"""The changes of a config.json that config_walk.py tries, one key at a time."""

import copy
import json

from transformers import CONFIG_MAPPING

# What says which file it is.
FIXED = {"model_type", "transformers_version"}

ACTIVATIONS = ["gelu", "gelu_new", "gelu_fast", "gelu_python", "gelu_pytorch_tanh",
               "quick_gelu", "relu", "silu", "swish", "tanh", "sigmoid", "linear", "mish"]

# Values of keys whose type does not say them.
VALUES = {
    "hidden_act": ACTIVATIONS, "hidden_activation": ACTIVATIONS, "activation": ACTIVATIONS,
    "classifier_activation": ["gelu", "relu"], "pooler_hidden_act": ["gelu", "tanh"],
    "dense_act_fn": ["relu", "gelu", "gelu_new", "silu"], "is_gated_act": [True, False],
    "feed_forward_proj": ["relu", "gelu", "gated-gelu", "gated-silu", "gated-relu", "other"],
    "classifier_pooling": ["cls", "mean", "bos", "late"],
    "pos_att_type": ["c2p|p2c", "P2C | C2P", "c2p", ["p2c"], [], None],
    "norm_rel_ebd": ["none", "layer_norm", " Layer_Norm "],
    "problem_type": ["regression", "single_label_classification"],
    "layer_types": [["full_attention"], ["sliding_attention"], ["attention"],
                    ["chunked_attention"], ["sliding_attention", "full_attention"]],
    "id2label": [{"0": "A"}, {"0": "A", "1": "B", "2": "C"}, None],
    "sliding_window": [1, 2, 3, 5, None], "max_window_layers": [0, 1, 2],
    "eos_token_id": [2, 3, [2, 3]],
    "image_size": [16, 28, [28, 28]], "patch_size": [2, 7, [7, 7]],
}

# Keys that shared code reads or read, and those of other families that may stray.
SHARED = {
    "is_causal": [True, False, None], "is_decoder": [True, False],
    "add_cross_attention": [True, False], "use_bidirectional_attention": [True, False],
    "chunk_size_feed_forward": [1, 2], "tie_word_embeddings": [True, False],
    "attn_implementation": ["eager", "sdpa", None], "_attn_implementation": ["eager"],
    "_attn_implementation_internal": ["eager"], "experts_implementation": ["eager"],
    "torch_dtype": ["float32", "float16", "bfloat16"],
    "dtype": ["float32", "float16", None], "quantization_config": [None, {}, {"bits": 4}],
    "per_layer_config": [{}, {"0": {"layer_norm_eps": 0.5}}, None],
    "fusion_config": [{}, None, {"patch_embeddings": False}],
    "transformers_weights": [None, "other.safetensors"], "distributed_config": [None],
    "pruned_heads": [{}, {"0": [1]}], "output_attentions": [True],
    "output_hidden_states": [True], "return_dict": [False], "use_return_dict": [True],
    "use_cache": [True, False], "gradient_checkpointing": [True],
    "is_encoder_decoder": [True], "num_labels": [1, 2, 3], "_num_labels": [3],
    "head_dim": [2, 4, 7, 8, 16, None], "embedding_size": [7],
    "sliding_window": [1, 3, None],
    "layer_types": [["full_attention"], ["sliding_attention"]],
    "attention_chunk_size": [2], "attention_bias": [True], "mlp_bias": [True],
    "position_embedding_type": ["absolute", "relative_key", "relative_key_query"],
    "pad_token_id": [0, 1, 3, 5, None], "partial_rotary_factor": [0.5, 1.0],
    "rope_theta": [100.0, 10000.0], "rotary_value": [True], "tie_last_hidden_states": [True],
    "_name_or_path": ["elsewhere"], "name_or_path": ["elsewhere"],
    "_sliding_window_pattern": [1, 2], "sliding_window_pattern": [1, 2],
    "num_register_tokens": [3], "attn_logit_softcapping": [2.0],
    "final_logit_softcapping": [2.0], "unsloth_fixed": [True], "n_positions": [4],
    "unsloth_version": ["2026.3.3"], "attention_sharpness": [2], "text_config": [None],
}

# Keys of transformers 4, which 5 ignores or takes out.
OLDER = {
    "bad_words_ids": [[[1]]], "begin_suppress_tokens": [[1]],
    "cross_attention_hidden_size": [8], "decoder_start_token_id": [1],
    "diversity_penalty": [0.5], "do_sample": [True], "early_stopping": [True],
    "encoder_no_repeat_ngram_size": [1], "exponential_decay_length_penalty": [[1, 1.5]],
    "finetuning_task": ["sts"], "forced_bos_token_id": [1], "forced_eos_token_id": [1],
    "length_penalty": [2.0], "max_length": [7], "min_length": [7],
    "no_repeat_ngram_size": [2], "num_beam_groups": [2], "num_beams": [3],
    "num_return_sequences": [2], "output_scores": [True], "prefix": ["x"],
    "remove_invalid_values": [True], "repetition_penalty": [1.5],
    "return_dict_in_generate": [True], "sep_token_id": [4], "suppress_tokens": [[1]],
    "task_specific_params": [{"a": 1}], "temperature": [0.5], "tf_legacy_loss": [True],
    "tie_encoder_decoder": [True], "tokenizer_class": ["BertTokenizer"], "top_k": [3],
    "top_p": [0.5], "torchscript": [True], "typical_p": [0.5], "use_bfloat16": [True],
    "pretraining_tp": [2], "initializer_cutoff_factor": [1.0], "reference_compile": [True],
    "directionality": ["uni"], "pooler_fc_size": [7], "gap_size": [2],
    "net_structure_type": [1], "num_memory_blocks": [1], "down_scale_factor": [2],
}

ROPE_KINDS = [
    {"rope_type": "default"}, {"type": "linear", "factor": 2.0},
    {"rope_type": "linear", "factor": 2.0}, {"rope_type": "linear", "type": "dynamic",
                                             "factor": 2.0},
    {"rope_type": "linear"}, {"rope_type": "dynamic", "factor": 2.0},
    {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 12},
    {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 12,
     "truncate": False, "beta_fast": 8.0, "beta_slow": 2.0},
    {"rope_type": "yarn", "factor": 4.0, "original_max_position_embeddings": 12,
     "mscale": 0.7, "mscale_all_dim": 1.0},
    {"rope_type": "yarn", "factor": 4.0, "attention_factor": 0.5},
    {"rope_type": "llama3", "factor": 4.0, "low_freq_factor": 1.0, "high_freq_factor": 4.0,
     "original_max_position_embeddings": 12},
    {"rope_type": "default", "beta_fast": 3.0, "mrope_section": [1, 1]},
    {"rope_type": "su", "factor": 2.0}, {"rope_type": "proportional", "factor": 2.0},
    {"rope_type": "linear", "factor": 2.0, "rope_theta": 100.0},
    {"rope_type": "linear", "factor": 2.0, "partial_rotary_factor": 0.5},
    {"rope_type": "default", "partial_rotary_factor": 0.5}, {},
]


def rope_changes(config):
    """The places where rotary settings may stand, and which of two counts."""
    nested = config["model_type"] in ("modernbert", "gemma3_text")
    bare = {k: v for k, v in config.items()
            if k not in ("rope_parameters", "rope_scaling", "rope_theta")}
    for kind in ROPE_KINDS:
        yield "rope_scaling", kind, config | {"rope_scaling": kind}
        yield "rope_scaling", kind, bare | {"rope_scaling": kind, "rope_theta": 50.0}
        yield "rope_parameters", kind, bare | {"rope_parameters": kind}
        yield "rope_parameters", kind, bare | {
            "rope_parameters": kind, "rope_theta": 50.0, "partial_rotary_factor": 0.5,
            "original_max_position_embeddings": 9}
        for layer in ("full_attention", "sliding_attention") if nested else ():
            yield "rope_parameters", {layer: kind}, bare | {"rope_parameters": {
                **config.get("rope_parameters", {}), layer: kind}}
            yield "rope_parameters", {layer: kind}, bare | {
                "rope_parameters": {layer: kind}, "rope_scaling": {"factor": 3.0}}
    yield "rope_parameters", None, bare
    yield "rope_parameters", "null", bare | {"rope_parameters": None}
    for key in ("rope_theta", "global_rope_theta", "local_rope_theta",
                "rope_local_base_freq"):
        yield key, 100.0, bare | {key: 100.0}
        yield key, 100.0, config | {key: 100.0}


def window_changes(config):
    """Keys that count only together."""
    layers = config.get("num_hidden_layers", config.get("n_layers", 2))
    sliding = ["sliding_attention"] * layers
    for fields in ({"use_sliding_window": True, "sliding_window": 3,
                    "max_window_layers": 1, "layer_types": None},
                   {"use_sliding_window": True, "sliding_window": 3,
                    "max_window_layers": 0, "layer_types": None},
                   {"use_sliding_window": True, "sliding_window": 3,
                    "layer_types": sliding},
                   {"sliding_window": 3, "layer_types": sliding},
                   {"sliding_window": 3, "layer_types": None},
                   {"sliding_window": 3, "is_causal": False},
                   {"sliding_window": 3, "is_causal": False, "layer_types": sliding,
                    "use_sliding_window": True},
                   {"sliding_window": 4, "use_bidirectional_attention": True},
                   {"sliding_window": 4, "use_bidirectional_attention": True,
                    "is_causal": False},
                   {"sliding_window_pattern": 2, "layer_types": None},
                   {"_sliding_window_pattern": 2, "layer_types": None},
                   {"global_attn_every_n_layers": 2, "layer_types": None}):
        yield "+".join(fields), json.dumps(list(fields.values())), config | fields


def others(key, value):
    """Values beside `value` of the same kind."""
    if key in VALUES:
        return VALUES[key]
    if isinstance(value, bool):
        return [not value]
    if isinstance(value, int):
        return [value + 1, 2 * value, 1, 0]
    if isinstance(value, float):
        return [2 * value, value / 2 + 0.1]
    if isinstance(value, str):
        return ["other"]
    return [1, 0.5]


def changes(base):
    """(key, what is said of it, the whole config.json) of each change."""
    class_ = CONFIG_MAPPING[base["model_type"]]
    whole = json.loads(class_().to_json_string(use_diff=False))
    seen = set()

    def once(key, label, config):
        text = json.dumps(config, sort_keys=True)
        if text in seen or text == json.dumps(base, sort_keys=True):
            return
        seen.add(text)
        yield key, label, copy.deepcopy(config)

    keys = sorted((set(whole) | set(base) | set(class_.attribute_map)) - FIXED)
    for key in keys:
        if key in base:
            yield from once(key, "removed",
                            {k: v for k, v in base.items() if k != key})
        yield from once(key, "null", base | {key: None})
        real = class_.attribute_map.get(key, key)
        for value in others(key, base.get(real, whole.get(real))):
            if not (key == "rope_parameters"):
                yield from once(key, json.dumps(value), base | {key: value})
    layers = base.get("num_hidden_layers", base.get("n_layers", 1))
    if layers != 1:
        for kinds in (["full_attention"], ["sliding_attention"], ["attention"]):
            yield from once("layer_types", kinds[0],
                            base | {"layer_types": kinds * layers})
    for table in (SHARED, OLDER):
        for key, values in table.items():
            for value in values:
                yield from once(key, json.dumps(value), base | {key: value})
    for make in (rope_changes, window_changes):
        for key, label, config in make(base):
            yield from once(key, json.dumps(label), config)
