//===- config_defaults.cpp - Defaults of transformers' configs ------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//
//
// Written by test/fixtures/configs/make_configs.py from transformers 5.24.0.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/config_defaults.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;

namespace {
struct Defaults {
  StringLiteral modelType, fields;
};
} // namespace

// clang-format off
static constexpr Defaults kDefaults[] = {
    {"albert",
     R"({"vocab_size": 30000, "embedding_size": 128, "hidden_size": 4096,
       "num_hidden_layers": 12, "num_hidden_groups": 1, "num_attention_heads":
       64, "intermediate_size": 16384, "inner_group_num": 1, "hidden_act":
       "gelu_new", "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob":
       0.0, "max_position_embeddings": 512, "type_vocab_size": 2,
       "initializer_range": 0.02, "layer_norm_eps": 1e-12,
       "classifier_dropout_prob": 0.1, "pad_token_id": 0, "bos_token_id": 2,
       "eos_token_id": 3, "tie_word_embeddings": true})"},
    {"bert",
     R"({"vocab_size": 30522, "hidden_size": 768, "num_hidden_layers": 12,
       "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act":
       "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
       "max_position_embeddings": 512, "type_vocab_size": 2, "initializer_range":
       0.02, "layer_norm_eps": 1e-12, "pad_token_id": 0, "use_cache": true,
       "is_decoder": false, "add_cross_attention": false, "tie_word_embeddings":
       true})"},
    {"bert-generation",
     R"({"vocab_size": 50358, "hidden_size": 1024, "num_hidden_layers": 24,
       "num_attention_heads": 16, "intermediate_size": 4096, "hidden_act":
       "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
       "max_position_embeddings": 512, "initializer_range": 0.02,
       "layer_norm_eps": 1e-12, "pad_token_id": 0, "bos_token_id": 2,
       "eos_token_id": 1, "use_cache": true, "is_decoder": false,
       "add_cross_attention": false, "tie_word_embeddings": true})"},
    {"camembert",
     R"({"vocab_size": 30522, "hidden_size": 768, "num_hidden_layers": 12,
       "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act":
       "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
       "max_position_embeddings": 512, "type_vocab_size": 2, "initializer_range":
       0.02, "layer_norm_eps": 1e-12, "pad_token_id": 1, "bos_token_id": 0,
       "eos_token_id": 2, "use_cache": true, "is_decoder": false,
       "add_cross_attention": false, "tie_word_embeddings": true})"},
    {"clip_text_model",
     R"({"vocab_size": 49408, "hidden_size": 512, "intermediate_size": 2048,
       "projection_dim": 512, "num_hidden_layers": 12, "num_attention_heads": 8,
       "max_position_embeddings": 77, "hidden_act": "quick_gelu",
       "layer_norm_eps": 1e-05, "attention_dropout": 0.0, "initializer_range":
       0.02, "initializer_factor": 1.0, "pad_token_id": 1, "bos_token_id": 49406,
       "eos_token_id": 49407})"},
    {"clip_vision_model",
     R"({"hidden_size": 768, "intermediate_size": 3072, "projection_dim": 512,
       "num_hidden_layers": 12, "num_attention_heads": 12, "num_channels": 3,
       "image_size": 224, "patch_size": 32, "hidden_act": "quick_gelu",
       "layer_norm_eps": 1e-05, "attention_dropout": 0.0, "initializer_range":
       0.02, "initializer_factor": 1.0})"},
    {"deberta-v2",
     R"({"vocab_size": 128100, "hidden_size": 1536, "num_hidden_layers": 24,
       "num_attention_heads": 24, "intermediate_size": 6144, "hidden_act":
       "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
       "max_position_embeddings": 512, "type_vocab_size": 0, "initializer_range":
       0.02, "layer_norm_eps": 1e-07, "relative_attention": false,
       "max_relative_positions": -1, "pad_token_id": 0, "position_biased_input":
       true, "pooler_dropout": 0.0, "pooler_hidden_act": "gelu", "legacy": true,
       "tie_word_embeddings": true})"},
    {"dinov2",
     R"({"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
       "mlp_ratio": 4, "hidden_act": "gelu", "hidden_dropout_prob": 0.0,
       "attention_probs_dropout_prob": 0.0, "initializer_range": 0.02,
       "layer_norm_eps": 1e-06, "image_size": 224, "patch_size": 14,
       "num_channels": 3, "qkv_bias": true, "layerscale_value": 1.0,
       "drop_path_rate": 0.0, "use_swiglu_ffn": false, "apply_layernorm": true,
       "reshape_hidden_states": true, "use_mask_token": true})"},
    {"dinov2_with_registers",
     R"({"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
       "mlp_ratio": 4, "hidden_act": "gelu", "hidden_dropout_prob": 0.0,
       "attention_probs_dropout_prob": 0.0, "initializer_range": 0.02,
       "layer_norm_eps": 1e-06, "image_size": 224, "patch_size": 16,
       "num_channels": 3, "qkv_bias": true, "layerscale_value": 1.0,
       "drop_path_rate": 0.0, "use_swiglu_ffn": false, "num_register_tokens": 4,
       "apply_layernorm": true, "reshape_hidden_states": true})"},
    {"distilbert",
     R"({"vocab_size": 30522, "max_position_embeddings": 512,
       "sinusoidal_pos_embds": false, "n_layers": 6, "n_heads": 12, "dim": 768,
       "hidden_dim": 3072, "dropout": 0.1, "attention_dropout": 0.1,
       "activation": "gelu", "initializer_range": 0.02, "qa_dropout": 0.1,
       "seq_classif_dropout": 0.2, "pad_token_id": 0, "tie_word_embeddings":
       true})"},
    {"electra",
     R"({"vocab_size": 30522, "embedding_size": 128, "hidden_size": 256,
       "num_hidden_layers": 12, "num_attention_heads": 4, "intermediate_size":
       1024, "hidden_act": "gelu", "hidden_dropout_prob": 0.1,
       "attention_probs_dropout_prob": 0.1, "max_position_embeddings": 512,
       "type_vocab_size": 2, "initializer_range": 0.02, "layer_norm_eps": 1e-12,
       "summary_type": "first", "summary_use_proj": true, "summary_activation":
       "gelu", "summary_last_dropout": 0.1, "pad_token_id": 0, "use_cache": true,
       "is_decoder": false, "add_cross_attention": false, "tie_word_embeddings":
       true})"},
    {"ernie",
     R"({"vocab_size": 30522, "hidden_size": 768, "num_hidden_layers": 12,
       "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act":
       "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
       "max_position_embeddings": 512, "type_vocab_size": 2,
       "task_type_vocab_size": 3, "use_task_id": false, "initializer_range":
       0.02, "layer_norm_eps": 1e-12, "pad_token_id": 0, "use_cache": true,
       "is_decoder": false, "add_cross_attention": false, "tie_word_embeddings":
       true})"},
    {"eurobert",
     R"({"vocab_size": 128256, "hidden_size": 768, "intermediate_size": 3072,
       "num_hidden_layers": 12, "num_attention_heads": 12, "hidden_act": "silu",
       "max_position_embeddings": 8192, "initializer_range": 0.02,
       "rms_norm_eps": 1e-05, "use_cache": true, "pad_token_id": 128001,
       "bos_token_id": 128000, "eos_token_id": 128001, "pretraining_tp": 1,
       "tie_word_embeddings": false, "attention_bias": false,
       "attention_dropout": 0.0, "mlp_bias": false, "mask_token_id": 128002,
       "classifier_pooling": "late"})"},
    {"gemma2",
     R"({"vocab_size": 256000, "hidden_size": 2304, "intermediate_size": 9216,
       "num_hidden_layers": 26, "num_attention_heads": 8, "num_key_value_heads":
       4, "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh",
       "max_position_embeddings": 8192, "initializer_range": 0.02,
       "rms_norm_eps": 1e-06, "use_cache": true, "pad_token_id": 0,
       "eos_token_id": 1, "bos_token_id": 2, "tie_word_embeddings": true,
       "attention_bias": false, "attention_dropout": 0.0,
       "query_pre_attn_scalar": 256, "sliding_window": 4096,
       "final_logit_softcapping": 30.0, "attn_logit_softcapping": 50.0})"},
    {"gemma3_text",
     R"({"vocab_size": 262208, "hidden_size": 2304, "intermediate_size": 9216,
       "num_hidden_layers": 26, "num_attention_heads": 8, "num_key_value_heads":
       4, "head_dim": 256, "hidden_activation": "gelu_pytorch_tanh",
       "max_position_embeddings": 131072, "initializer_range": 0.02,
       "rms_norm_eps": 1e-06, "use_cache": true, "pad_token_id": 0,
       "eos_token_id": 1, "bos_token_id": 2, "tie_word_embeddings": true,
       "attention_bias": false, "attention_dropout": 0.0,
       "query_pre_attn_scalar": 256, "sliding_window": 4096,
       "use_bidirectional_attention": false})"},
    {"gte",
     R"({"vocab_size": 250048, "hidden_size": 768, "num_hidden_layers": 12,
       "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act":
       "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.0,
       "max_position_embeddings": 8192, "type_vocab_size": 1,
       "initializer_range": 0.02, "layer_norm_eps": 1e-12, "pad_token_id": 1,
       "tie_word_embeddings": true})"},
    {"jina_embeddings_v3",
     R"({"vocab_size": 250002, "hidden_size": 1024, "num_hidden_layers": 24,
       "num_attention_heads": 16, "intermediate_size": 4096, "hidden_act":
       "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
       "max_position_embeddings": 8194, "type_vocab_size": 1,
       "initializer_range": 0.02, "layer_norm_eps": 1e-05, "pad_token_id": 1,
       "bos_token_id": 0, "eos_token_id": 2, "use_cache": true,
       "tie_word_embeddings": true})"},
    {"llama",
     R"({"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 11008,
       "num_hidden_layers": 32, "num_attention_heads": 32, "hidden_act": "silu",
       "max_position_embeddings": 2048, "initializer_range": 0.02,
       "rms_norm_eps": 1e-06, "use_cache": true, "bos_token_id": 1,
       "eos_token_id": 2, "pretraining_tp": 1, "tie_word_embeddings": false,
       "attention_bias": false, "attention_dropout": 0.0, "mlp_bias": false})"},
    {"luke",
     R"({"vocab_size": 50267, "entity_vocab_size": 500000, "hidden_size": 768,
       "entity_emb_size": 256, "num_hidden_layers": 12, "num_attention_heads":
       12, "intermediate_size": 3072, "hidden_act": "gelu",
       "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
       "max_position_embeddings": 512, "type_vocab_size": 2, "initializer_range":
       0.02, "layer_norm_eps": 1e-12, "use_entity_aware_attention": true,
       "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2,
       "tie_word_embeddings": true})"},
    {"megatron-bert",
     R"({"vocab_size": 29056, "hidden_size": 1024, "num_hidden_layers": 24,
       "num_attention_heads": 16, "intermediate_size": 4096, "hidden_act":
       "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
       "max_position_embeddings": 512, "type_vocab_size": 2, "initializer_range":
       0.02, "layer_norm_eps": 1e-12, "pad_token_id": 0, "use_cache": true,
       "is_decoder": false, "add_cross_attention": false, "tie_word_embeddings":
       true})"},
    {"ministral",
     R"({"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 14336,
       "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads":
       8, "hidden_act": "silu", "max_position_embeddings": 131072,
       "initializer_range": 0.02, "rms_norm_eps": 1e-06, "use_cache": true,
       "bos_token_id": 1, "eos_token_id": 2, "tie_word_embeddings": false,
       "sliding_window": 4096, "attention_dropout": 0.0})"},
    {"mistral",
     R"({"vocab_size": 32000, "hidden_size": 4096, "intermediate_size": 14336,
       "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads":
       8, "hidden_act": "silu", "max_position_embeddings": 131072,
       "initializer_range": 0.02, "rms_norm_eps": 1e-06, "use_cache": true,
       "bos_token_id": 1, "eos_token_id": 2, "tie_word_embeddings": false,
       "sliding_window": 4096, "attention_dropout": 0.0})"},
    {"modernbert",
     R"({"vocab_size": 50368, "hidden_size": 768, "intermediate_size": 1152,
       "num_hidden_layers": 22, "num_attention_heads": 12, "hidden_activation":
       "gelu", "max_position_embeddings": 8192, "initializer_range": 0.02,
       "initializer_cutoff_factor": 2.0, "norm_eps": 1e-05, "norm_bias": false,
       "pad_token_id": 50283, "eos_token_id": 50282, "bos_token_id": 50281,
       "cls_token_id": 50281, "sep_token_id": 50282, "attention_bias": false,
       "attention_dropout": 0.0, "local_attention": 128, "embedding_dropout":
       0.0, "mlp_bias": false, "mlp_dropout": 0.0, "decoder_bias": true,
       "classifier_pooling": "cls", "classifier_dropout": 0.0, "classifier_bias":
       false, "classifier_activation": "gelu", "deterministic_flash_attn": false,
       "sparse_prediction": false, "sparse_pred_ignore_index": -100,
       "tie_word_embeddings": true})"},
    {"mpnet",
     R"({"vocab_size": 30527, "hidden_size": 768, "num_hidden_layers": 12,
       "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act":
       "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
       "max_position_embeddings": 512, "initializer_range": 0.02,
       "layer_norm_eps": 1e-12, "relative_attention_num_buckets": 32,
       "pad_token_id": 1, "bos_token_id": 0, "eos_token_id": 2,
       "tie_word_embeddings": true})"},
    {"nomic_bert",
     R"({"vocab_size": 30528, "hidden_size": 768, "num_hidden_layers": 12,
       "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act":
       "silu", "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
       "max_position_embeddings": 2048, "type_vocab_size": 2,
       "initializer_range": 0.02, "layer_norm_eps": 1e-12, "pad_token_id": 0})"},
    {"phi3",
     R"({"vocab_size": 32064, "hidden_size": 3072, "intermediate_size": 8192,
       "num_hidden_layers": 32, "num_attention_heads": 32, "resid_pdrop": 0.0,
       "embd_pdrop": 0.0, "attention_dropout": 0.0, "hidden_act": "silu",
       "max_position_embeddings": 4096, "original_max_position_embeddings": 4096,
       "initializer_range": 0.02, "rms_norm_eps": 1e-05, "use_cache": true,
       "tie_word_embeddings": false, "bos_token_id": 1, "eos_token_id": 32000,
       "pad_token_id": 32000})"},
    {"qwen2",
     R"({"vocab_size": 151936, "hidden_size": 4096, "intermediate_size": 22016,
       "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads":
       32, "hidden_act": "silu", "max_position_embeddings": 32768,
       "initializer_range": 0.02, "rms_norm_eps": 1e-06, "use_cache": true,
       "tie_word_embeddings": false, "use_sliding_window": false,
       "sliding_window": 4096, "max_window_layers": 28, "attention_dropout": 0.0})"},
    {"qwen3",
     R"({"vocab_size": 151936, "hidden_size": 4096, "intermediate_size": 22016,
       "num_hidden_layers": 32, "num_attention_heads": 32, "num_key_value_heads":
       32, "head_dim": 128, "hidden_act": "silu", "max_position_embeddings":
       32768, "initializer_range": 0.02, "rms_norm_eps": 1e-06, "use_cache":
       true, "tie_word_embeddings": false, "attention_bias": false,
       "use_sliding_window": false, "sliding_window": 4096, "max_window_layers":
       28, "attention_dropout": 0.0})"},
    {"rembert",
     R"({"vocab_size": 250300, "hidden_size": 1152, "num_hidden_layers": 32,
       "num_attention_heads": 18, "input_embedding_size": 256,
       "output_embedding_size": 1664, "intermediate_size": 4608, "hidden_act":
       "gelu", "hidden_dropout_prob": 0.0, "attention_probs_dropout_prob": 0.0,
       "classifier_dropout_prob": 0.1, "max_position_embeddings": 512,
       "type_vocab_size": 2, "initializer_range": 0.02, "layer_norm_eps": 1e-12,
       "use_cache": true, "pad_token_id": 0, "bos_token_id": 312, "eos_token_id":
       313, "is_decoder": false, "add_cross_attention": false,
       "tie_word_embeddings": false})"},
    {"roberta",
     R"({"vocab_size": 50265, "hidden_size": 768, "num_hidden_layers": 12,
       "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act":
       "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
       "max_position_embeddings": 512, "type_vocab_size": 2, "initializer_range":
       0.02, "layer_norm_eps": 1e-12, "pad_token_id": 1, "bos_token_id": 0,
       "eos_token_id": 2, "use_cache": true, "is_decoder": false,
       "add_cross_attention": false, "tie_word_embeddings": true})"},
    {"roberta-prelayernorm",
     R"({"vocab_size": 50265, "hidden_size": 768, "num_hidden_layers": 12,
       "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act":
       "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
       "max_position_embeddings": 512, "type_vocab_size": 2, "initializer_range":
       0.02, "layer_norm_eps": 1e-12, "pad_token_id": 1, "bos_token_id": 0,
       "eos_token_id": 2, "use_cache": true, "is_decoder": false,
       "add_cross_attention": false, "tie_word_embeddings": true})"},
    {"roformer",
     R"({"vocab_size": 50000, "hidden_size": 768, "num_hidden_layers": 12,
       "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act":
       "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
       "max_position_embeddings": 1536, "type_vocab_size": 2,
       "initializer_range": 0.02, "layer_norm_eps": 1e-12, "pad_token_id": 0,
       "rotary_value": false, "use_cache": true, "is_decoder": false,
       "add_cross_attention": false, "tie_word_embeddings": true})"},
    {"siglip_text_model",
     R"({"vocab_size": 32000, "hidden_size": 768, "intermediate_size": 3072,
       "num_hidden_layers": 12, "num_attention_heads": 12,
       "max_position_embeddings": 64, "hidden_act": "gelu_pytorch_tanh",
       "layer_norm_eps": 1e-06, "attention_dropout": 0.0, "pad_token_id": 1,
       "bos_token_id": 49406, "eos_token_id": 49407})"},
    {"siglip_vision_model",
     R"({"hidden_size": 768, "intermediate_size": 3072, "num_hidden_layers": 12,
       "num_attention_heads": 12, "num_channels": 3, "image_size": 224,
       "patch_size": 16, "hidden_act": "gelu_pytorch_tanh", "layer_norm_eps":
       1e-06, "attention_dropout": 0.0, "vision_use_head": true})"},
    {"t5",
     R"({"vocab_size": 32128, "d_model": 512, "d_kv": 64, "d_ff": 2048,
       "num_layers": 6, "num_heads": 8, "relative_attention_num_buckets": 32,
       "relative_attention_max_distance": 128, "dropout_rate": 0.1,
       "layer_norm_epsilon": 1e-06, "initializer_factor": 1.0,
       "feed_forward_proj": "relu", "use_cache": true, "pad_token_id": 0,
       "eos_token_id": 1, "classifier_dropout": 0.0, "is_decoder": false})"},
    {"vit",
     R"({"hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
       "intermediate_size": 3072, "hidden_act": "gelu", "hidden_dropout_prob":
       0.0, "attention_probs_dropout_prob": 0.0, "initializer_range": 0.02,
       "layer_norm_eps": 1e-12, "image_size": 224, "patch_size": 16,
       "num_channels": 3, "qkv_bias": true, "encoder_stride": 16, "pooler_act":
       "tanh"})"},
    {"xlm-roberta",
     R"({"vocab_size": 30522, "hidden_size": 768, "num_hidden_layers": 12,
       "num_attention_heads": 12, "intermediate_size": 3072, "hidden_act":
       "gelu", "hidden_dropout_prob": 0.1, "attention_probs_dropout_prob": 0.1,
       "max_position_embeddings": 512, "type_vocab_size": 2, "initializer_range":
       0.02, "layer_norm_eps": 1e-12, "pad_token_id": 1, "bos_token_id": 0,
       "eos_token_id": 2, "use_cache": true, "is_decoder": false,
       "add_cross_attention": false, "tie_word_embeddings": true})"},
};
// clang-format on

StringRef emblem::frontend::getDefaults(StringRef modelType) {
  const Defaults *row = find_if(kDefaults, [&](const Defaults &defaults) {
    return defaults.modelType == modelType;
  });
  return row == std::end(kDefaults) ? StringRef("{}") : StringRef(row->fields);
}
