//===- module_readers.cpp - Readers of a module's own folder --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/sentence_transformers/module_readers.h"

#include "compiler/files/model_file.h"
#include "compiler/frontend/architecture/activation_names.h"

#include "llvm/ADT/STLExtras.h"

using namespace llvm;
using namespace emblem::frontend;

//===----------------------------------------------------------------------===//
// Pooling
//===----------------------------------------------------------------------===//

namespace {
struct PoolingMode {
  StringLiteral name; // the newer "pooling_mode": "cls"
  StringLiteral key;  // the older "pooling_mode_cls_token": true
  PoolKind kind;
};
} // namespace

// In the order in which the older form puts them side by side.
static const PoolingMode poolingModes[] = {
    {"cls", "pooling_mode_cls_token", PoolKind::Cls},
    {"max", "pooling_mode_max_tokens", PoolKind::Max},
    {"mean", "pooling_mode_mean_tokens", PoolKind::Mean},
    {"mean_sqrt_len_tokens", "pooling_mode_mean_sqrt_len_tokens",
     PoolKind::MeanSqrt},
    {"weightedmean", "pooling_mode_weightedmean_tokens",
     PoolKind::WeightedMean},
    {"lasttoken", "pooling_mode_lasttoken", PoolKind::Last}};

// The modes that the newer form names: one string, or a list of them.
static Expected<std::vector<PoolingMode>>
readNamedModes(const JsonObject &config, const json::Value &value) {
  std::vector<PoolingMode> modes;
  json::Array one{value};
  const json::Array *names = value.getAsArray() ? value.getAsArray() : &one;
  for (const json::Value &name : *names) {
    const PoolingMode *mode =
        llvm::find_if(poolingModes, [&](const PoolingMode &mode) {
          return name.getAsString() && mode.name == *name.getAsString();
        });
    if (mode == std::end(poolingModes))
      return config.error("pooling_mode",
                          "known are cls, mean, max, mean_sqrt_len_tokens, "
                          "weightedmean and lasttoken");
    modes.push_back(*mode);
  }
  return modes;
}

// The older form counts only where the newer one says nothing; with none of its
// ways it is the mean.
static Expected<std::vector<PoolingMode>> readModes(const JsonObject &config) {
  std::vector<PoolingMode> modes;
  for (const PoolingMode &mode : poolingModes) {
    auto on = config.boolean(mode.key, /*fallback=*/false);
    if (!on)
      return on.takeError();
    if (*on)
      modes.push_back(mode);
  }
  if (const json::Value *value = config.find("pooling_mode"))
    return readNamedModes(config, *value);
  if (modes.empty())
    return readNamedModes(config, "mean");
  return modes;
}

Error emblem::frontend::addPooling(StringRef root, StringRef path,
                                   Description &model) {
  auto config =
      JsonObject::read(resolvePath(resolvePath(root, path), "config.json"));
  if (!config)
    return config.takeError();
  auto modes = readModes(*config);
  if (!modes)
    return modes.takeError();
  if (modes->empty())
    return createStringError("'" + config->getPath() +
                             "' asks for no way of pooling");
  model.pooling.clear();
  for (const PoolingMode &mode : *modes)
    model.pooling.push_back(mode.kind);

  for (StringRef key : {"word_embedding_dimension", "embedding_dimension"}) {
    const json::Value *width = config->find(key);
    if (width && width->getAsInteger() != getTokenSize(model))
      return config->error(key, "what it pools has " +
                                    Twine(getTokenSize(model)) + " features");
  }
  auto includePrompt = config->boolean("include_prompt", true);
  if (!includePrompt)
    return includePrompt.takeError();
  bool hasPrompts = any_of(
      model.prompts, [](const Prompt &prompt) { return !prompt.text.empty(); });
  model.poolsPrompt = *includePrompt || !hasPrompts;
  bool isSimple = model.tokenDense.empty() &&
                  !is_contained(model.pooling, PoolKind::WeightedMean);
  if (!model.poolsPrompt && !isSimple)
    return config->error("include_prompt",
                         "a weighted mean, or a Dense of tokens, that leaves "
                         "a prompt's tokens out is not supported");
  for (StringRef key : config->getUnread())
    return config->error(key, "Sentence Transformers has no such setting of a "
                              "Pooling; remove it");
  return Error::success();
}

// max or sum of log(1 + relu(logit)), or of the logarithm of that.
Error emblem::frontend::addSpladePooling(StringRef root, StringRef path,
                                         Description &model) {
  auto config =
      JsonObject::read(resolvePath(resolvePath(root, path), "config.json"));
  if (!config)
    return config.takeError();
  auto strategy = config->string("pooling_strategy", "max");
  if (!strategy)
    return strategy.takeError();
  if (*strategy != "max" && *strategy != "sum")
    return config->error("pooling_strategy", "known are max and sum");
  auto activation = config->string("activation_function", "relu");
  if (!activation)
    return activation.takeError();
  if (*activation != "relu" && *activation != "log1p_relu")
    return config->error("activation_function",
                         "known are relu and log1p_relu");
  model.sparse->pooling = *strategy == "max" ? PoolKind::Max : PoolKind::Sum;
  model.sparse->activation = *activation == "relu" ? Activation::Log1pRelu
                                                   : Activation::Log1pLog1pRelu;
  model.pooling.clear();
  return Error::success();
}

//===----------------------------------------------------------------------===//
// Dense
//===----------------------------------------------------------------------===//

// The module's own weights, relative to the model's folder.
static Expected<std::string> findWeights(StringRef root, StringRef path) {
  for (StringRef name : {"model.safetensors", "pytorch_model.bin"}) {
    std::string file = (path + "/" + name).str();
    if (isThere(resolvePath(root, file)))
      return file;
  }
  return createStringError("'" + resolvePath(root, path) +
                           "' has neither model.safetensors nor "
                           "pytorch_model.bin; save the model again with a "
                           "current Sentence Transformers");
}

// What a module reads, and what it writes; that is the same where it names none.
static Expected<std::pair<std::string, std::string>>
readFeatures(const JsonObject &config, StringRef usual) {
  auto input = config.string("module_input_name", usual);
  if (!input)
    return input.takeError();
  auto output = config.string("module_output_name", *input);
  if (!output)
    return output.takeError();
  return std::pair(*input, *output);
}

Expected<bool> emblem::frontend::readNormalize(StringRef root, StringRef path,
                                               StringRef feature) {
  auto config = JsonObject::readOptional(
      resolvePath(resolvePath(root, path), "config.json"));
  if (!config)
    return config.takeError();
  auto features = readFeatures(*config, sentenceFeature);
  if (!features)
    return features.takeError();
  auto [input, output] = *features;
  if (input == output)
    return input == feature;
  return config->error("module_output_name",
                       "a Normalize must write what it reads, \"" + input +
                           "\"");
}

Expected<Dense> emblem::frontend::readDense(StringRef root, StringRef path,
                                            StringRef feature, StringRef usual,
                                            StringRef written) {
  std::string own = resolvePath(root, path);
  auto config = JsonObject::read(resolvePath(own, "config.json"));
  if (!config)
    return config.takeError();
  Dense dense;
  auto inputSize = config->size("in_features");
  if (!inputSize)
    return inputSize.takeError();
  auto outputSize = config->size("out_features");
  if (!outputSize)
    return outputSize.takeError();
  auto bias = config->boolean("bias", true);
  if (!bias)
    return bias.takeError();
  auto activation = readTorchActivation(*config, "activation_function",
                                        "torch.nn.modules.activation.Tanh");
  if (!activation)
    return activation.takeError();
  auto features = readFeatures(*config, usual);
  if (!features)
    return features.takeError();
  if (features->first != feature)
    return config->error("module_input_name", "a Dense is supported on the " +
                                                  feature + " only here");
  if (features->second != written)
    return config->error("module_output_name",
                         "this Dense must write the " + written);
  auto residual = config->boolean("use_residual", false);
  if (!residual)
    return residual.takeError();
  auto weights = findWeights(root, path);
  if (!weights)
    return weights.takeError();
  dense.inputSize = *inputSize;
  dense.outputSize = *outputSize;
  dense.activation = *activation;
  dense.linear = {"linear.weight", *bias ? "linear.bias" : ""};
  dense.weightsFile = *weights;
  if (*residual) {
    dense.residual.emplace();
    if (*inputSize != *outputSize)
      dense.residual->weight = "residual.weight";
  }
  return dense;
}

Expected<std::pair<Norm, std::string>>
emblem::frontend::readLayerNorm(StringRef root, StringRef path, int64_t width) {
  auto config =
      JsonObject::read(resolvePath(resolvePath(root, path), "config.json"));
  if (!config)
    return config.takeError();
  auto dimension = config->size("dimension");
  if (!dimension)
    return dimension.takeError();
  if (*dimension != width)
    return config->error("dimension",
                         "it gets vectors of " + Twine(width) + " components");
  auto weights = findWeights(root, path);
  if (!weights)
    return weights.takeError();
  // PyTorch's nn.LayerNorm.
  return std::pair(Norm{.kind = NormKind::Layer,
                        .scale = "norm.weight",
                        .shift = "norm.bias",
                        .epsilon = 1e-5},
                   *weights);
}
