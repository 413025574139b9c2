//===- staged_weights.cpp - Weights that are packed as stages need them ---===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/package/staged_weights.h"

#include "runtime/platform/memory.h"

#include "llvm/Support/MathExtras.h"

#include <cerrno>
#include <cstring>

using namespace mlir;
using namespace emblem;
using namespace emblem::package;

// A table by token ids of fewer bytes is loaded as a whole.
static constexpr int64_t kLargeTable = INT64_C(16) << 20;
// Pages of no system that this runs on are larger.
static constexpr int64_t kPage = 64 << 10;

llvm::Expected<std::unique_ptr<StagedWeights>>
StagedWeights::plan(ModuleOp module, const frontend::WeightStore &store) {
  std::unique_ptr<StagedWeights> result(
      new StagedWeights(*module.getContext()));
  if (llvm::Error error =
          WeightSection::plan(module, store).moveInto(result->section))
    return error;
  kernel::ProgramOp program = kernel::getProgram(module);
  llvm::DenseMap<Value, int64_t> indices;
  for (kernel::WeightOp weight : program.getWeights())
    indices.insert({weight.getResult(), indices.size()});
  for (kernel::StageOp op : program.getStages()) {
    Stage stage;
    for (Value weight : op.getWeights())
      stage.weights.push_back(indices.lookup(weight));
    if (Value table = op.getTokenTable())
      stage.tokenTable = indices.lookup(table);
    result->stages.push_back(std::move(stage));
  }
  result->isLoaded.resize(result->section.getWeights().size());
  if (llvm::Error error = result->reserve())
    return error;
  return result;
}

llvm::Error StagedWeights::reserve() {
  size_t bytes = std::max<int64_t>(section.getBytes(), 1);
  void *mapping = platform::reserveMemory(bytes);
  if (!mapping)
    return llvm::createStringError(
        "the system gives no addresses for the " +
        std::to_string(section.getBytes()) +
        " bytes of weights: " + std::strerror(errno));
  memory = static_cast<char *>(mapping);
  // Large pages would hold much that nobody asks for.
  platform::avoidLargePages(mapping, bytes);
  return llvm::Error::success();
}

StagedWeights::~StagedWeights() {
  if (memory)
    platform::releaseMemory(memory, std::max<int64_t>(section.getBytes(), 1));
}

llvm::Error StagedWeights::write(int64_t offset, ArrayRef<char> bytes) {
  llvm::copy(bytes, memory + offset);
  return llvm::Error::success();
}

void StagedWeights::drop(int64_t index) {
  const PackedWeight &weight = section.getWeights()[index];
  int64_t begin = llvm::alignTo(weight.getOffset(), kPage);
  int64_t end = llvm::alignDown(weight.getOffset() + weight.getBytes(), kPage);
  if (begin < end)
    platform::dropPages(memory + begin, end - begin);
  isLoaded[index] = false;
  loadedBytes -= weight.getBytes();
}

void StagedWeights::dropAbove(int64_t bytes) {
  if (loadedBytes > bytes)
    for (size_t i = 0; i < isLoaded.size(); ++i)
      if (isLoaded[i])
        drop(i);
}

llvm::Error StagedWeights::loadRows(int64_t table, ArrayRef<int32_t> ids) {
  const PackedWeight &weight = section.getWeights()[table];
  std::vector<int64_t> rows;
  for (int32_t id : ids)
    if (id >= 0 && id < weight.getParts())
      rows.push_back(id);
  llvm::sort(rows);
  rows.erase(llvm::unique(rows), rows.end());
  return section.writeParts(table, rows, *this, context);
}

llvm::Error StagedWeights::load(size_t index, ArrayRef<int32_t> ids) {
  const Stage &stage = stages[index];
  std::vector<int64_t> missing;
  int64_t bytes = 0;
  for (int64_t i : stage.weights) {
    int64_t size = section.getWeights()[i].getBytes();
    if (i == stage.tokenTable && size > kLargeTable) {
      if (llvm::Error error = loadRows(i, ids))
        return error;
      continue;
    }
    if (isLoaded[i] || llvm::is_contained(missing, i))
      continue;
    missing.push_back(i);
    bytes += size;
  }
  if (loadedBytes + bytes > mostBytes)
    for (size_t i = 0; i < isLoaded.size(); ++i)
      if (isLoaded[i] && !llvm::is_contained(stage.weights, int64_t(i)))
        drop(i);
  if (llvm::Error error = section.write(missing, *this, context))
    return error;
  for (int64_t i : missing)
    isLoaded[i] = true;
  loadedBytes += bytes;
  return llvm::Error::success();
}
