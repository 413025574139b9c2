//===- sensitivity.cpp - Which layers stay in bf16 ------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/sensitivity.h"

#include "compiler/driver/in_process.h"

#include "llvm/ADT/MapVector.h"

using namespace emblem;
using namespace emblem::driver;

namespace {
using Stages = llvm::SmallVector<std::string>;

struct Layer {
  Stages stages;
  double gain = 0; // the mean cosine with this layer in bf16
};
} // namespace

/// "layer.3.feed_forward_up" belongs to "layer.3"; a stage outside of layers
/// stands alone.
static llvm::StringRef layerOf(llvm::StringRef stage) {
  return stage.starts_with("layer.") ? stage.rsplit('.').first : stage;
}

static std::vector<Layer> groupByLayer(llvm::ArrayRef<std::string> stages) {
  llvm::MapVector<llvm::StringRef, Layer> layers;
  for (const std::string &stage : stages)
    layers[layerOf(stage)].stages.push_back(stage);
  std::vector<Layer> groups;
  for (auto &[name, layer] : layers)
    groups.push_back(std::move(layer));
  return groups;
}

static llvm::Expected<accuracy::Cosines>
compareWith(const SensitivityInputs &inputs, const Stages &keep) {
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::ModuleOp(inputs.module).clone();
  std::vector<float> vectors;
  auto embed = [&](accuracy::InProcessModel &model) {
    return model.embed(inputs.reference.probe.batch).moveInto(vectors);
  };
  if (llvm::Error error = runInProcess(
          {*module, inputs.store, inputs.tokenizer, inputs.threads},
          {&inputs.target, inputs.precision, keep}, nullptr, embed))
    return error;
  return inputs.reference.compare(vectors, inputs.dimension);
}

llvm::Expected<llvm::SmallVector<std::string>> driver::findSensitiveStages(
    const SensitivityInputs &inputs,
    llvm::function_ref<bool(const accuracy::Cosines &)> suffices) {
  std::vector<Layer> layers = groupByLayer(inputs.reference.matmulStages);
  for (Layer &layer : layers) {
    auto cosines = compareWith(inputs, layer.stages);
    if (!cosines)
      return cosines.takeError();
    layer.gain = cosines->mean;
  }
  llvm::stable_sort(
      layers, [](const Layer &a, const Layer &b) { return a.gain > b.gain; });

  // Another layer in bf16 does not make it worse: the fewest are found by
  // halving. With all of them it would be another precision.
  Stages found;
  size_t tooFew = 0, enough = layers.size();
  while (tooFew + 1 < enough) {
    size_t count = (tooFew + enough) / 2;
    Stages keep;
    for (const Layer &layer : llvm::ArrayRef(layers).take_front(count))
      llvm::append_range(keep, layer.stages);
    auto cosines = compareWith(inputs, keep);
    if (!cosines)
      return cosines.takeError();
    if (suffices(*cosines)) {
      enough = count;
      found = std::move(keep);
    } else {
      tooFew = count;
    }
  }
  return found;
}
