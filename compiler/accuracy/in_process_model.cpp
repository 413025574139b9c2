//===- in_process_model.cpp - A model, run by its compiler ----------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "compiler/accuracy/in_process_model.h"

#include "emblem/device_table.h"
#include "runtime/model/model.h"

#include "llvm/ExecutionEngine/Orc/AbsoluteSymbols.h"
#include "llvm/ExecutionEngine/Orc/LLJIT.h"

using namespace emblem;
using namespace emblem::accuracy;
namespace orc = llvm::orc;

void TokenBatch::add(llvm::ArrayRef<int32_t> text,
                     llvm::ArrayRef<int32_t> textTypes) {
  ids.insert(ids.end(), text.begin(), text.end());
  types.insert(types.end(), textTypes.begin(), textTypes.end());
  types.resize(ids.size());
  offsets.push_back(ids.size());
}

/// The runtime's own sentence, where a call did not return EMBLEM_OK.
static llvm::Error check(EmblemStatus status) {
  if (status == EMBLEM_OK)
    return llvm::Error::success();
  return llvm::createStringError(emblem_last_error());
}

static llvm::Expected<const EmblemModelTable *>
link(orc::LLJIT &jit, std::unique_ptr<llvm::MemoryBuffer> object,
     llvm::StringRef symbol) {
  // Null: models that take images are given pixels here, and run on the CPU.
  for (const char *part : {EMBLEM_PICTURES_SYMBOL, EMBLEM_CUDA_SYMBOL})
    if (llvm::Error error = jit.getMainJITDylib().define(orc::absoluteSymbols(
            {{jit.mangleAndIntern(part),
              {orc::ExecutorAddr(), llvm::JITSymbolFlags::Exported}}})))
      return error;
  if (llvm::Error error = jit.addObjectFile(std::move(object)))
    return error;
  auto table = jit.lookup(symbol);
  if (!table)
    return table.takeError();
  return table->toPtr<const EmblemModelTable *>();
}

static int64_t distance(const void *from, const void *to) {
  return reinterpret_cast<intptr_t>(to) - reinterpret_cast<intptr_t>(from);
}

/// The table with distances that are right in its own place; the report is
/// empty.
static std::unique_ptr<EmblemModelTable>
copyTable(const EmblemModelTable &linked, const void *weights) {
  static constexpr char noReport[] = "";
  auto table = std::make_unique<EmblemModelTable>(linked);
  table->self = table.get();
  table->weights_distance = distance(table.get(), weights);
  table->report_distance = distance(table.get(), noReport);
  return table;
}

InProcessModel::InProcessModel(std::unique_ptr<orc::LLJIT> jit)
    : jit(std::move(jit)) {}
InProcessModel::InProcessModel(InProcessModel &&) = default;
InProcessModel::~InProcessModel() = default;

llvm::Expected<InProcessModel>
InProcessModel::open(std::unique_ptr<llvm::MemoryBuffer> object,
                     const void *weights, int threads, llvm::StringRef symbol) {
  // Only libm's and libc's functions are missing; the process has them.
  auto jit = orc::LLJITBuilder().create();
  if (!jit)
    return jit.takeError();
  InProcessModel opened(std::move(*jit));
  auto linked = link(*opened.jit, std::move(object), symbol);
  if (!linked)
    return linked.takeError();
  opened.modelTable = copyTable(**linked, weights);
  EmblemOptions options = {};
  options.size = sizeof(options);
  options.threads = threads;
  options.device = "cpu";
  EmblemModel *model;
  if (llvm::Error error =
          check(emblem_open(opened.modelTable.get(), &options, &model)))
    return error;
  opened.model.reset(model);
  return opened;
}

llvm::Expected<std::vector<int32_t>>
InProcessModel::tokenize(llvm::StringRef text) {
  std::vector<int32_t> ids(modelTable->max_tokens);
  size_t count;
  if (llvm::Error error =
          check(emblem_tokenize(model.get(), {text.data(), text.size()},
                                ids.data(), ids.size(), &count, nullptr)))
    return error;
  ids.resize(count);
  return ids;
}

llvm::Error InProcessModel::tokenizePair(llvm::StringRef first,
                                         llvm::StringRef second,
                                         TokenBatch &batch) {
  std::vector<int32_t> ids(modelTable->max_tokens), types(ids.size());
  EmblemPair pair = {{first.data(), first.size()},
                     {second.data(), second.size()}};
  size_t count;
  if (llvm::Error error = check(
          emblem_tokenize_pair(model.get(), pair, ids.data(), types.data(),
                               ids.size(), &count, nullptr)))
    return error;
  count = size_t(model->encoder.countShown(ids.data(), int64_t(count)));
  if (count)
    batch.add(llvm::ArrayRef(ids).take_front(count),
              llvm::ArrayRef(types).take_front(count));
  return llvm::Error::success();
}

llvm::Expected<std::vector<float>>
InProcessModel::embed(const TokenBatch &batch) {
  EmblemOutputInfo first;
  if (llvm::Error error = check(emblem_output(model.get(), 0, &first)))
    return error;
  size_t rows = first.per_token ? batch.ids.size() : batch.texts();
  std::vector<float> vectors(rows * first.width);
  float *outputs[EMBLEM_MOST_OUTPUTS] = {vectors.data()};
  if (!batch.pixels.empty()) {
    if (llvm::Error error = check(emblem_embed_pixels(
            model.get(), batch.pixels.data(), batch.texts(), vectors.data())))
      return error;
    return vectors;
  }
  EmblemStatus status =
      modelTable->input == EMBLEM_TAKES_PAIRS
          ? emblem_score_ids(model.get(), batch.ids.data(), batch.types.data(),
                             batch.offsets.data(), batch.texts(),
                             vectors.data())
          : emblem_run(model.get(), batch.ids.data(), batch.offsets.data(),
                       batch.texts(), outputs);
  if (llvm::Error error = check(status))
    return error;
  return vectors;
}
