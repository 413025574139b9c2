//===- config_keys.cpp - Keys of any config.json --------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/config_keys.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;

namespace {
struct RefusedKey {
  StringLiteral key;
  StringLiteral advice;
};
} // namespace

// An empty one says nothing, but for the first.
static constexpr RefusedKey kRefused[] = {
    {"quantization_config", "the weights must not be quantised; take the model "
                            "that they were made from"},
    {"transformers_weights", "weights of another name are not read; rename the "
                             "file to model.safetensors and remove this"},
    {"per_layer_config", "layers of different settings are not supported"},
    {"fusion_config", "fused modules are not supported; remove it"},
    {"pruned_heads", "pruned heads are not supported"}};

static constexpr StringLiteral kNames[] = {
    // The file itself.
    "_name_or_path",
    "architectures",
    "auto_map",
    "dtype",
    "model_type",
    "name_or_path",
    "sentence_transformers",
    "tokenizer_class",
    "torch_dtype",
    "transformers.js_config",
    "transformers_version",
    // Training.
    "finetuning_task",
    "gradient_checkpointing",
    "initializer_factor",
    "initializer_range",
    "label_smoothing",
    "layerdrop",
    "pretraining_tp",
    "use_bfloat16",
    "xla_device",
    // How it is run.
    "_attn_implementation",
    "_attn_implementation_autoset",
    "_attn_implementation_internal",
    "attn_implementation",
    "experts_implementation",
    "chunk_size_feed_forward",
    "output_attentions",
    "output_hidden_states",
    "output_past",
    "return_dict",
    "return_dict_in_generate",
    "torchscript",
    "use_cache",
    "use_return_dict",
    // Tokens, which the tokenizer's file has.
    "bos_token_id",
    "cls_token_id",
    "decoder_start_token_id",
    "eos_token_id",
    "eos_token_ids",
    "forced_bos_token_id",
    "forced_eos_token_id",
    "mask_token_id",
    "pad_token_id",
    "prefix",
    "sep_token_id",
    "unk_token_id",
    // Heads, and of decoders (the families that read these refuse them).
    "_num_labels",
    "add_cross_attention",
    "add_pooling_layer",
    "cross_attention_hidden_size",
    "id2label",
    "is_decoder",
    "is_encoder_decoder",
    "label2id",
    "matryoshka_dimensions",
    "num_labels",
    "problem_type",
    "sbert_ce_default_activation_function",
    "task_specific_params",
    "tie_encoder_decoder",
    "tie_weights_",
    "tie_word_embeddings",
    // Generation.
    "bad_words_ids",
    "begin_suppress_tokens",
    "diversity_penalty",
    "do_sample",
    "early_stopping",
    "encoder_no_repeat_ngram_size",
    "exponential_decay_length_penalty",
    "length_penalty",
    "max_length",
    "min_length",
    "no_repeat_ngram_size",
    "num_beam_groups",
    "num_beams",
    "num_return_sequences",
    "output_scores",
    "remove_invalid_values",
    "repetition_penalty",
    "suppress_tokens",
    "temperature",
    "tf_legacy_loss",
    "top_k",
    "top_p",
    "typical_p",
};

// What is dropped out in training, and heads and poolers, have many names.
bool emblem::frontend::isHarmlessKey(StringRef key) {
  return is_contained(kNames, key) || key.contains("dropout") ||
         key.ends_with("_pdrop") || key.starts_with("classifier_") ||
         key.starts_with("pooler_") || key.starts_with("summary_");
}

ArrayRef<StringRef> emblem::frontend::refusedKeys() {
  static const auto keys = to_vector(map_range(
      kRefused, [](const RefusedKey &row) { return StringRef(row.key); }));
  return keys;
}

Error emblem::frontend::refuseUnsupported(const JsonObject &config) {
  for (const RefusedKey &row : kRefused) {
    const json::Value *value = config.find(row.key);
    const json::Object *object = value ? value->getAsObject() : nullptr;
    const json::Array *list = value ? value->getAsArray() : nullptr;
    bool isEmpty = (object && object->empty()) || (list && list->empty());
    if (value && !(isEmpty && row.key != "quantization_config"))
      return config.error(row.key, row.advice);
  }
  return Error::success();
}

bool emblem::frontend::bringsCode(const JsonObject &config) {
  const json::Value *map = config.find("auto_map");
  return map && !(map->getAsObject() && map->getAsObject()->empty());
}
