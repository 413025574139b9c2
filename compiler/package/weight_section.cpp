//===- weight_section.cpp - The weights, packed as kernels read them ------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/weight_section.h"

#include "compiler/weights/weight_attribute.h"

#include "mlir/IR/Threading.h"

#include <cstring>
#include <new>

using namespace mlir;
using namespace emblem;
using namespace emblem::package;

// Values that are read for one block: enough to be fast, and few enough that
// the blocks of all threads stay in the caches.
static constexpr int64_t kBlockValues = 1 << 20;

static constexpr std::align_val_t kAlignment{64};

namespace {
/// Parts of a weight that are packed together.
struct PartRange {
  int64_t weight, first, count;
};
} // namespace

/// Elements of every weight that the model names, each once.
static int64_t countParameters(ArrayRef<WeightEntry> weights,
                               const frontend::WeightStore &store) {
  llvm::DenseSet<Attribute> counted;
  int64_t count = 0;
  for (const WeightEntry &entry : weights)
    for (Attribute source : entry.getAllSources()) {
      if (auto values = dyn_cast<DenseElementsAttr>(source))
        count += values.getNumElements();
      if (!emb::isWeightExpression(source) || !counted.insert(source).second)
        continue;
      if (auto view = store.find(frontend::toWeight(source)))
        count += ShapedType::getNumElements(view->shape);
      else
        llvm::consumeError(view.takeError()); // packing reports it
    }
  return count;
}

llvm::Expected<WeightSection>
WeightSection::plan(ModuleOp module, const frontend::WeightStore &store) {
  kernel::ProgramOp program = kernel::getProgram(module);
  std::vector<WeightEntry> entries = getWeightEntries(program);
  WeightSection section;
  section.bytes = program.getWeightBytesAttr().getInt();
  section.parameters = countParameters(entries, store);
  for (const WeightEntry &entry : entries) {
    auto weight = PackedWeight::create(entry, store);
    if (!weight)
      return weight.takeError();
    section.weights.push_back(std::move(*weight));
  }
  return section;
}

static llvm::Error pack(ArrayRef<PackedWeight> weights,
                        ArrayRef<PartRange> blocks, WeightSink &sink,
                        MLIRContext &context) {
  std::vector<std::string> errors(blocks.size());
  parallelFor(&context, 0, blocks.size(), [&](size_t i) {
    const PackedWeight &weight = weights[blocks[i].weight];
    int64_t partBytes = weight.getPartBytes();
    std::vector<char> bytes(blocks[i].count * partBytes);
    llvm::Error error = weight.write(blocks[i].first, bytes);
    if (!error)
      error =
          sink.write(weight.getOffset() + blocks[i].first * partBytes, bytes);
    if (error)
      errors[i] = llvm::toString(std::move(error));
  });
  for (const std::string &error : errors)
    if (!error.empty())
      return llvm::createStringError(error);
  return llvm::Error::success();
}

llvm::Error WeightSection::write(ArrayRef<int64_t> indices, WeightSink &sink,
                                 MLIRContext &context) const {
  std::vector<PartRange> blocks;
  for (int64_t index : indices) {
    const PackedWeight &weight = weights[index];
    int64_t step = std::max<int64_t>(
        1, kBlockValues / std::max<int64_t>(1, weight.getPartValues()));
    for (int64_t first = 0; first < weight.getParts(); first += step)
      blocks.push_back(
          {index, first, std::min(step, weight.getParts() - first)});
  }
  return pack(weights, blocks, sink, context);
}

llvm::Error WeightSection::writeTo(WeightSink &sink,
                                   MLIRContext &context) const {
  auto all = llvm::to_vector(llvm::seq<int64_t>(0, weights.size()));
  return write(all, sink, context);
}

llvm::Error WeightSection::writeParts(int64_t index, ArrayRef<int64_t> parts,
                                      WeightSink &sink,
                                      MLIRContext &context) const {
  std::vector<PartRange> blocks;
  for (int64_t part : parts)
    blocks.push_back({index, part, 1});
  return pack(weights, blocks, sink, context);
}

WeightMemory::WeightMemory(int64_t bytes)
    : memory(static_cast<char *>(::operator new(bytes, kAlignment))),
      size(bytes) {
  std::memset(memory, 0, bytes);
}

WeightMemory::~WeightMemory() { ::operator delete(memory, kAlignment); }

llvm::Error WeightMemory::write(int64_t offset, ArrayRef<char> bytes) {
  llvm::copy(bytes, memory + offset);
  return llvm::Error::success();
}
