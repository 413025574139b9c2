//===- dinov2.cpp - DINOv2, with and without registers --------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/transformers/architectures/families.h"
#include "compiler/frontend/transformers/image_processor.h"

using namespace emblem::frontend;

/// A layer whose results are multiplied by a learned number each (Touvron et
/// al., "Going deeper with Image Transformers", 2021): so are its rows.
static Linear scaled(const std::string &scale, const Linear &linear) {
  return {WeightExpression::scaledRows(linear.weight, scale),
          WeightExpression::scaledRows(linear.bias, scale)};
}

static Description names() {
  Description model = visionNames();
  const std::string layer = "encoder.layer.{}.";
  Attention &attention = model.layer.attention;
  attention.norm = normNamed(layer + "norm1");
  attention.output = scaled(layer + "layer_scale1.lambda1", attention.output);

  FeedForward &feedForward = model.layer.feedForward;
  feedForward.norm = normNamed(layer + "norm2");
  feedForward.up = linearNamed(layer + "mlp.fc1");
  feedForward.down =
      scaled(layer + "layer_scale2.lambda1", linearNamed(layer + "mlp.fc2"));
  return model;
}

/// The gated block of the giant model: gate and up are joined, and two thirds
/// as wide as the plain block, rounded up to a multiple of 8.
static void useGate(int64_t innerSize, Description &model) {
  const std::string layer = "encoder.layer.{}.";
  FeedForward &feedForward = model.layer.feedForward;
  int64_t inner = (innerSize * 2 / 3 + 7) / 8 * 8;
  Linear joined = linearNamed(layer + "mlp.weights_in");
  feedForward.innerSize = inner;
  feedForward.activation = Activation::Silu;
  feedForward.gate = rowsOf(joined, 0, inner);
  feedForward.up = rowsOf(joined, inner, 2 * inner);
  feedForward.down = scaled(layer + "layer_scale2.lambda1",
                            linearNamed(layer + "mlp.weights_out"));
}

static llvm::Error adjust(const JsonObject &config, Description &model) {
  if (llvm::Error error = readVision(config, model))
    return error;
  auto type = config.string("model_type", "");
  if (!type)
    return type.takeError();
  if (*type == "dinov2_with_registers") {
    model.patches->registers = "embeddings.register_tokens";
    if (llvm::Error error = config.size("num_register_tokens")
                                .moveInto(model.patches->registerCount))
      return error;
  }
  auto ratio = config.number("mlp_ratio", 4);
  if (!ratio)
    return ratio.takeError();
  if (!(*ratio > 0 && *ratio * model.hiddenSize <= INT32_MAX))
    return config.error("mlp_ratio", "it must be positive");
  model.layer.feedForward.innerSize =
      static_cast<int64_t>(model.hiddenSize * *ratio);
  auto gated = config.boolean("use_swiglu_ffn", false);
  if (!gated)
    return gated.takeError();
  if (*gated)
    useGate(model.layer.feedForward.innerSize, model);
  return llvm::Error::success();
}

namespace emblem::frontend {
Architecture dinov2() {
  ConfigKeys keys = visionKeys();
  keys.headSize = "head_dim";
  keys.innerSize = "";
  return {.modelTypes = {"dinov2", "dinov2_with_registers"},
          .models = "DINOv2",
          .keys = keys,
          // Of its use in other models, and of training.
          .ignoredKeys = {"apply_layernorm", "drop_path_rate",
                          "layerscale_value", "out_features", "out_indices",
                          "num_register_tokens", "reshape_hidden_states",
                          "stage_names", "use_mask_token"},
          .defaultNormEpsilon = 1e-6,
          .names = names(),
          .adjust = adjust};
}
} // namespace emblem::frontend
