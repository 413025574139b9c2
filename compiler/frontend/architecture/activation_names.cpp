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

// transformers' ACT2FN. Its gelu_fast, gelu_new and the like are one formula.
static constexpr NamedActivation transformersNames[] = {
    {"gelu", Activation::Gelu},
    {"gelu_python", Activation::Gelu},
    {"gelu_new", Activation::GeluTanh},
    {"gelu_fast", Activation::GeluTanh},
    {"gelu_pytorch_tanh", Activation::GeluTanh},
    {"gelu_python_tanh", Activation::GeluTanh},
    {"gelu_accurate", Activation::GeluTanh},
    {"quick_gelu", Activation::QuickGelu},
    {"relu", Activation::Relu},
    {"silu", Activation::Silu},
    {"swish", Activation::Silu},
    {"tanh", Activation::Tanh},
    {"sigmoid", Activation::Sigmoid},
    {"linear", Activation::Identity}};

namespace {
/// A class of torch.nn, the module there that defines it, and what it does when
/// nothing trains.
struct TorchActivation {
  StringLiteral module, name;
  Activation activation;
};
} // namespace

static constexpr TorchActivation torchActivations[] = {
    {"linear", "Identity", Activation::Identity},
    {"activation", "Tanh", Activation::Tanh},
    {"activation", "Sigmoid", Activation::Sigmoid},
    {"activation", "ReLU", Activation::Relu},
    {"activation", "GELU", Activation::Gelu},
    {"activation", "SiLU", Activation::Silu},
    {"dropout", "Dropout", Activation::Identity}};

Expected<Activation> emblem::frontend::readActivation(const JsonObject &config,
                                                      StringRef key,
                                                      StringRef fallback) {
  auto name = config.string(key, fallback);
  if (!name)
    return name.takeError();
  std::string known;
  for (const NamedActivation &entry : transformersNames) {
    if (entry.name == *name)
      return entry.activation;
    known += (known.empty() ? "" : ", ") + entry.name.str();
  }
  return config.error(key, "the activations that are known are " + known);
}

Expected<Activation>
emblem::frontend::readTorchActivation(const JsonObject &config, StringRef key,
                                      StringRef fallback) {
  auto name = config.string(key, fallback);
  if (!name)
    return name.takeError();
  std::string known;
  for (const TorchActivation &entry : torchActivations) {
    // Python imports it from where it is defined, and from the two packages
    // that hand it on.
    StringRef rest = *name;
    bool isThere = rest.consume_front("torch.nn.") &&
                   rest.consume_back(entry.name) &&
                   (rest.empty() || rest == "modules." ||
                    rest == ("modules." + Twine(entry.module) + ".").str());
    if (isThere)
      return entry.activation;
    known += (known.empty() ? "torch.nn." : ", torch.nn.") + entry.name.str();
  }
  return config.error(key, "the activations that are known are " + known);
}
