//===- sensitivity.cpp - Which layers a precision is too coarse for -------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/sensitivity.h"

#include "compiler/driver/in_process.h"

#include "llvm/ADT/SetVector.h"

using namespace emblem;
using namespace emblem::driver;

namespace {
struct Layer {
  std::string name;
  double gain = 0; // the mean cosine with this layer in the higher precision
};

class Search {
public:
  Search(const SensitivityInputs &inputs,
         llvm::function_ref<bool(const accuracy::Cosines &)> suffices,
         Precision higher)
      : inputs(inputs), suffices(suffices), higher(higher) {}

  llvm::Expected<KeptStages> run(std::vector<Layer> layers);

private:
  llvm::Expected<accuracy::Cosines> compareWith(llvm::ArrayRef<Layer> layers);
  KeptStages kept(llvm::ArrayRef<Layer> layers) {
    KeptStages kept = {{}, higher};
    for (const Layer &layer : layers)
      kept.names.push_back(layer.name);
    return kept;
  }

  const SensitivityInputs &inputs;
  llvm::function_ref<bool(const accuracy::Cosines &)> suffices;
  Precision higher;
};
} // namespace

/// "layer.3.feed_forward_up" belongs to "layer.3"; a stage outside of layers
/// stands alone.
static llvm::StringRef layerOf(llvm::StringRef stage) {
  if (!stage.starts_with("layer."))
    return stage;
  return stage.take_front(stage.find('.', strlen("layer.")));
}

static std::vector<Layer> layersOf(llvm::ArrayRef<std::string> stages) {
  llvm::SetVector<llvm::StringRef> names;
  for (const std::string &stage : stages)
    names.insert(layerOf(stage));
  std::vector<Layer> layers;
  for (llvm::StringRef name : names)
    layers.push_back({name.str()});
  return layers;
}

llvm::Expected<accuracy::Cosines>
Search::compareWith(llvm::ArrayRef<Layer> layers) {
  mlir::OwningOpRef<mlir::ModuleOp> module =
      mlir::ModuleOp(inputs.module).clone();
  std::vector<float> vectors;
  auto embed = [&](InProcessProgram &program) {
    return program.embed(inputs.reference.probe.batch).moveInto(vectors);
  };
  if (llvm::Error error = runInProcess(
          {*module, inputs.store, inputs.tokenizer, inputs.threads},
          {&inputs.target, inputs.precision, kept(layers)}, nullptr, embed))
    return error;
  return inputs.reference.compare(vectors, inputs.dimension);
}

llvm::Expected<KeptStages> Search::run(std::vector<Layer> layers) {
  auto all = compareWith(layers);
  if (!all)
    return all.takeError();
  if (!suffices(*all))
    return KeptStages();
  for (Layer &layer : layers) {
    auto cosines = compareWith(layer);
    if (!cosines)
      return cosines.takeError();
    layer.gain = cosines->mean;
  }
  llvm::stable_sort(
      layers, [](const Layer &a, const Layer &b) { return a.gain > b.gain; });

  // Another layer in a higher precision does not make it worse: the fewest are
  // found by halving. With all of them it would be another precision.
  KeptStages found;
  size_t tooFew = 0, enough = layers.size();
  while (tooFew + 1 < enough) {
    size_t count = (tooFew + enough) / 2;
    llvm::ArrayRef<Layer> front = llvm::ArrayRef(layers).take_front(count);
    auto cosines = compareWith(front);
    if (!cosines)
      return cosines.takeError();
    if (suffices(*cosines)) {
      enough = count;
      found = kept(front);
    } else {
      tooFew = count;
    }
  }
  return found;
}

llvm::Expected<KeptStages> driver::findSensitiveLayers(
    const SensitivityInputs &inputs,
    llvm::function_ref<bool(const accuracy::Cosines &)> suffices) {
  KeptStages kept;
  for (Precision higher : {Precision::Bf16, Precision::F32}) {
    if (higher >= inputs.precision)
      continue;
    if (llvm::Error error = Search(inputs, suffices, higher)
                                .run(layersOf(inputs.reference.matmulStages))
                                .moveInto(kept))
      return error;
    if (!kept.names.empty())
      break;
  }
  return kept;
}
