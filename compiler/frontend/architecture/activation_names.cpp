//===- activation_names.cpp - Activations by their Python names -----------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/frontend/architecture/activation_names.h"

#include "llvm/ADT/ArrayRef.h"
#include "llvm/ADT/StringExtras.h"

using namespace llvm;
using namespace emblem;
using namespace emblem::frontend;
using emb::Activation;

namespace {
struct NamedActivation {
  StringLiteral name;
  Activation activation;
};
} // namespace

// transformers' ACT2FN. Its gelu_fast and gelu_new are one formula.
static constexpr NamedActivation transformersNames[] = {
    {"gelu", Activation::Gelu},
    {"gelu_python", Activation::Gelu},
    {"gelu_new", Activation::GeluTanh},
    {"gelu_fast", Activation::GeluTanh},
    {"gelu_pytorch_tanh", Activation::GeluTanh},
    {"quick_gelu", Activation::QuickGelu},
    {"relu", Activation::Relu},
    {"silu", Activation::Silu},
    {"swish", Activation::Silu},
    {"tanh", Activation::Tanh},
    {"linear", Activation::Identity}};

static constexpr NamedActivation torchNames[] = {
    {"torch.nn.modules.linear.Identity", Activation::Identity},
    {"torch.nn.modules.activation.Tanh", Activation::Tanh},
    {"torch.nn.modules.activation.Sigmoid", Activation::Sigmoid},
    {"torch.nn.modules.activation.ReLU", Activation::Relu},
    {"torch.nn.modules.activation.GELU", Activation::Gelu},
    {"torch.nn.modules.activation.SiLU", Activation::Silu}};

static Expected<Activation> lookUp(ArrayRef<NamedActivation> names,
                                   const JsonObject &config, StringRef key,
                                   StringRef fallback) {
  auto name = config.string(key, fallback);
  if (!name)
    return name.takeError();
  std::string known;
  for (const NamedActivation &entry : names) {
    if (entry.name == *name)
      return entry.activation;
    known += (known.empty() ? "" : ", ") + entry.name.str();
  }
  return config.error(key, "the activations that are known are " + known);
}

Expected<Activation> emblem::frontend::readActivation(const JsonObject &config,
                                                      StringRef key,
                                                      StringRef fallback) {
  return lookUp(transformersNames, config, key, fallback);
}

Expected<Activation>
emblem::frontend::readTorchActivation(const JsonObject &config, StringRef key,
                                      StringRef fallback) {
  return lookUp(torchNames, config, key, fallback);
}
