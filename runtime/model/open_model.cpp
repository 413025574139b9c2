//===- open_model.cpp - From a table to an open model ---------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/device_executor.h"
#include "runtime/model/check_table.h"
#include "runtime/model/model.h"
#include "runtime/platform/usable_cpus.h"
#include "runtime/table/error.h"

#include <cinttypes>
#include <cstdlib>

using namespace emblem::runtime;
using namespace emblem::platform;

namespace {

/// Reserves room for the largest batch; pages come as batches grow.
EmblemStatus allocateRows(EmblemModel &model) {
  const size_t rows = size_t(model.capacity);
  const bool typed = model.table->token_types != 0;
  const bool unpooled = leavesPromptsOut(*model.table);
  const size_t parts = size_t(2) + typed + unpooled;
  if (!model.rowMemory.allocate((parts * rows + 1) * sizeof(int32_t)))
    return fail(EMBLEM_OUT_OF_MEMORY,
                "there is no memory for the ids of %" PRId64
                " tokens; choose a smaller max_batch_tokens",
                model.capacity);
  model.ids = reinterpret_cast<int32_t *>(model.rowMemory.data());
  model.offsets = model.ids + rows;
  if (typed)
    model.types = model.offsets + rows + 1;
  if (unpooled)
    model.prompts = model.offsets + rows + 1 + (typed ? rows : 0);
  return EMBLEM_OK;
}

/// By default as many threads as the system gives of those that the process may
/// use.
EmblemStatus startThreads(EmblemModel &model, ThreadPool &pool) {
  const int asked = model.options.threads;
  model.threads = asked > 0 ? asked : usableCpus();
  if (model.options.parallel_for)
    return EMBLEM_OK;
  // A tower works on the threads of the model whose tower it is.
  if (&pool == &model.pool &&
      !pool.start(model.threads, model.options.pin_threads != 0) && asked > 0)
    return fail(EMBLEM_OUT_OF_MEMORY,
                "the system does not give %d threads; ask for fewer", asked);
  model.threads = pool.size();
  return EMBLEM_OK;
}

/// `pool` is the model's own, or that of the model whose tower it is.
EmblemStatus fill(EmblemModel &model, ThreadPool &pool) {
  const EmblemModelTable &table = *model.table;
  if (EmblemStatus status = startThreads(model, pool); status != EMBLEM_OK)
    return status;
  const Workers workers = {&pool, model.threads, model.options.parallel_for,
                           model.options.parallel_context};
  if (EmblemStatus status =
          prepareExecutor({&table, workers, model.options.max_batch_tokens},
                          model.wish, &model.executor);
      status != EMBLEM_OK)
    return status;
  if (model.executor)
    model.capacity = model.executor->capacity;
  if (EmblemStatus status = allocateRows(model); status != EMBLEM_OK)
    return status;
  return model.encoder.open(table, model.threads);
}

} // namespace

EmblemStatus emblem::runtime::checkExecutor(const EmblemModel &model) {
  return model.executor
             ? EMBLEM_OK
             : fail(EMBLEM_NO_DEVICE,
                    "the model was opened for its tokenizer alone, as device "
                    "none; open it as device auto to embed");
}

const EmblemDeviceTable *
emblem::runtime::deviceTableOf(const EmblemModel &model) {
  return model.executor ? deviceTableOf(*model.executor) : nullptr;
}

double emblem::runtime::peakFlopsOf(const EmblemModel &model) {
  return model.executor ? peakFlopsOf(*model.executor) : 0;
}

EmblemStatus emblem::runtime::startBatch(EmblemModel &model,
                                         const BatchInput &batch) {
  return model.executor->kind->start(*model.executor, batch);
}

EmblemStatus emblem::runtime::finishBatch(EmblemModel &model) {
  return model.executor->kind->finish(*model.executor);
}

EmblemStatus emblem::runtime::runBatch(EmblemModel &model,
                                       const BatchInput &batch) {
  const EmblemStatus status = startBatch(model, batch);
  return status == EMBLEM_OK ? finishBatch(model) : status;
}

EmblemModel::~EmblemModel() {
  if (executor)
    executor->kind->unload(executor);
  if (tower)
    FreeModel()(tower);
}

void FreeModel::operator()(EmblemModel *model) const {
  model->~EmblemModel();
  std::free(model);
}

/// `owner` is the model whose tower this is, or null.
static EmblemStatus open(const EmblemModelTable *table,
                         const EmblemOptions &options, DeviceWish wish,
                         EmblemModel *owner, EmblemModel **model) {
  if (EmblemStatus status = checkTable(table); status != EMBLEM_OK)
    return status;
  EmblemModel *memory = allocateFor<EmblemModel>(1);
  if (!memory)
    return fail(EMBLEM_OUT_OF_MEMORY, "there is no memory to open the model");
  std::unique_ptr<EmblemModel, FreeModel> opened(new (memory) EmblemModel);
  opened->table = table;
  opened->options = options;
  opened->wish = wish;
  if (EmblemStatus status = fill(*opened, owner ? owner->pool : opened->pool);
      status != EMBLEM_OK)
    return status;
  if (table->image_tower) {
    // Both towers run in one place.
    DeviceWish same = wish;
    if (wish.kind == DeviceWish::Auto && table->device_count > 0)
      same.kind = deviceTableOf(*opened) ? DeviceWish::Cuda : DeviceWish::Cpu;
    const EmblemStatus status =
        open(table->image_tower, options, same, opened.get(), &opened->tower);
    if (status != EMBLEM_OK && same.kind == DeviceWish::Cuda &&
        wish.kind == DeviceWish::Auto && table->stage_count > 0) {
      opened.reset();
      return open(table, options, {.kind = DeviceWish::Cpu}, owner, model);
    }
    if (status != EMBLEM_OK)
      return status;
  }
  *model = opened.release();
  return EMBLEM_OK;
}

EmblemStatus emblem::runtime::openModel(const EmblemModelTable *table,
                                        const EmblemOptions *given,
                                        EmblemModel **model) {
  EmblemOptions options;
  DeviceWish wish;
  const EmblemStatus status = readOptions(given, options, wish);
  return status == EMBLEM_OK ? open(table, options, wish, nullptr, model)
                             : status;
}
