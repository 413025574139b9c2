//===- jina_v3.cpp - Jina Embeddings v3 (Sturua et al., 2024) -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/attention_config.h"
#include "compiler/frontend/transformers/architectures/families.h"

using namespace llvm;
using namespace emblem::frontend;

static Description names() {
  Description model = bertNames();
  model.position.reset();
  model.embeddingNorm = normNamed("emb_ln");

  const std::string layer = "encoder.layers.{}.";
  Attention &attention = model.layer.attention;
  attention.output = linearNamed(layer + "mixer.out_proj");
  attention.norm = normNamed(layer + "norm1");
  FeedForward &feedForward = model.layer.feedForward;
  feedForward.up = linearNamed(layer + "mlp.fc1");
  feedForward.down = linearNamed(layer + "mlp.fc2");
  feedForward.norm = normNamed(layer + "norm2");
  return model;
}

static Error adjust(const JsonObject &config, Description &model,
                    StringRef baseKey) {
  Attention &attention = model.layer.attention;
  int64_t width = attention.heads * attention.headSize;
  Linear joined = linearNamed("encoder.layers.{}.mixer.Wqkv");
  attention.query = rowsOf(joined, 0, width);
  attention.key = rowsOf(joined, width, 2 * width);
  attention.value = rowsOf(joined, 2 * width, 3 * width);
  auto rotary = readRotary(config, attention.headSize,
                           {.base = 20000.0, .baseKey = baseKey});
  if (!rotary)
    return rotary.takeError();
  attention.rotary = *rotary;
  return Error::success();
}

namespace emblem::frontend {
Architecture jina_v3() {
  return {.modelTypes = {"jina_embeddings_v3"},
          .models = "Jina Embeddings v3",
          .keys = {.headSize = "head_dim"},
          .ignoredKeys = {"num_labels"},
          .defaultNormEpsilon = 1e-5,
          .names = names(),
          .adjust =
              [](const JsonObject &config, Description &model) {
                return adjust(config, model, "rope_theta");
              },
          .head = tanhHead,
          .pairTypes = false};
}

// As it was published: XLM-R by its type, with code of its own and adapters.
Architecture jina_v3_adapters() {
  return {.modelTypes = {"xlm-roberta"},
          .models = "Jina Embeddings v3 with adapters (--task)",
          .mark = "lora_adaptations",
          .requiredValues = {{"position_embedding_type", "\"rotary\""},
                             {"emb_pooler", "\"mean\""},
                             {"truncate_dim", "null"}},
          .ignoredKeys = {"load_trained_adapters", "lora_rank", "lora_alpha",
                          "lora_main_params_trainable", "task_instructions",
                          "use_flash_attn"},
          .knowsAllKeys = true,
          .mayBringCode = true,
          .defaultNormEpsilon = 1e-5,
          .names = names(),
          .adjust = [](const JsonObject &config, Description &model) {
            return adjust(config, model, "rotary_emb_base");
          }};
}
} // namespace emblem::frontend
