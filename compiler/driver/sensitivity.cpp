//===- sensitivity.cpp - Layers that need a higher precision --------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/driver/sensitivity.h"

#include "llvm/ADT/SetVector.h"

using namespace emblem;
using namespace emblem::driver;

namespace {
/// Finds the layers to keep in one higher precision.
class Search {
public:
  Search(const SensitivityInputs &inputs,
         llvm::function_ref<bool(const accuracy::Cosines &)> suffices,
         Precision higher, llvm::ArrayRef<std::string> layers)
      : inputs(inputs), suffices(suffices), higher(higher), layers(layers),
        trials(inputs.model, inputs.options, inputs.plain, higher, layers) {}

  llvm::Expected<KeptStages> run();

private:
  llvm::BitVector keeping(llvm::ArrayRef<size_t> kept) const;
  llvm::Expected<std::vector<accuracy::Cosines>>
  compare(llvm::ArrayRef<llvm::BitVector> kept);
  /// All layers, those first whose keeping helps most.
  llvm::Expected<std::vector<size_t>> sortByGain();

  const SensitivityInputs &inputs;
  llvm::function_ref<bool(const accuracy::Cosines &)> suffices;
  Precision higher;
  llvm::ArrayRef<std::string> layers;
  LayerTrials trials;
};
} // namespace

/// "layer.3.feed_forward_up" belongs to "layer.3"; a stage outside of layers
/// stands alone.
static llvm::StringRef layerOf(llvm::StringRef stage) {
  if (!stage.starts_with("layer."))
    return stage;
  return stage.take_front(stage.find('.', strlen("layer.")));
}

static std::vector<std::string> layersOf(llvm::ArrayRef<std::string> stages) {
  llvm::SetVector<llvm::StringRef> names;
  for (const std::string &stage : stages)
    names.insert(layerOf(stage));
  return std::vector<std::string>(names.begin(), names.end());
}

llvm::BitVector Search::keeping(llvm::ArrayRef<size_t> kept) const {
  llvm::BitVector bits(layers.size());
  for (size_t layer : kept)
    bits.set(layer);
  return bits;
}

llvm::Expected<std::vector<accuracy::Cosines>>
Search::compare(llvm::ArrayRef<llvm::BitVector> kept) {
  auto vectors = trials.run(kept, inputs.reference.probe.batch);
  if (!vectors)
    return vectors.takeError();
  std::vector<accuracy::Cosines> cosines;
  for (const std::vector<float> &ofTrial : *vectors)
    cosines.push_back(inputs.reference.compare(ofTrial, inputs.dimension));
  return cosines;
}

llvm::Expected<std::vector<size_t>> Search::sortByGain() {
  std::vector<llvm::BitVector> single;
  std::vector<size_t> sorted;
  for (size_t layer = 0; layer < layers.size(); ++layer) {
    single.push_back(keeping(layer));
    sorted.push_back(layer);
  }
  auto cosines = compare(single);
  if (!cosines)
    return cosines.takeError();
  llvm::stable_sort(sorted, [&](size_t a, size_t b) {
    return (*cosines)[a].mean > (*cosines)[b].mean;
  });
  return sorted;
}

llvm::Expected<KeptStages> Search::run() {
  auto all = compare(llvm::BitVector(layers.size(), true));
  if (!all)
    return all.takeError();
  if (!suffices(all->front()))
    return KeptStages();
  auto sorted = sortByGain();
  if (!sorted)
    return sorted.takeError();

  // Another layer in a higher precision does not make it worse: the fewest are
  // found by halving. With all of them it would be another precision.
  KeptStages found = {{}, higher};
  size_t tooFew = 0, enough = layers.size();
  while (tooFew + 1 < enough) {
    size_t count = (tooFew + enough) / 2;
    auto cosines = compare(keeping(llvm::ArrayRef(*sorted).take_front(count)));
    if (!cosines)
      return cosines.takeError();
    (suffices(cosines->front()) ? enough : tooFew) = count;
  }
  if (enough < layers.size())
    for (size_t layer : llvm::ArrayRef(*sorted).take_front(enough))
      found.names.push_back(layers[layer]);
  return found;
}

llvm::Expected<KeptStages> driver::findSensitiveLayers(
    const SensitivityInputs &inputs,
    llvm::function_ref<bool(const accuracy::Cosines &)> suffices) {
  std::vector<std::string> layers = layersOf(inputs.reference.matmulStages);
  KeptStages kept;
  for (Precision higher : {Precision::Bf16, Precision::F32}) {
    if (higher >= inputs.options.precision)
      continue;
    if (llvm::Error error =
            Search(inputs, suffices, higher, layers).run().moveInto(kept))
      return error;
    if (!kept.names.empty())
      break;
  }
  return kept;
}
