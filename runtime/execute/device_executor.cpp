//===- device_executor.cpp - Stages on a device ---------------------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/device_executor.h"

#include "runtime/parallel/heap_array.h"
#include "runtime/table/error.h"

#include <algorithm>

using namespace emblem::runtime;

namespace {
struct DeviceExecutor : Executor {
  const EmblemModelTable *table;
  const EmblemDeviceRuntime *runtime;
  EmblemDeviceModel *model;
};
} // namespace

/// Keeps the sentence, which may be that of another library's fail().
static EmblemStatus keep(const EmblemDeviceRuntime &runtime, int32_t status) {
  const char *problem = status == EMBLEM_OK ? nullptr : runtime.problem();
  return problem && problem != lastError()
             ? fail(EmblemStatus(status), "%s", problem)
             : EmblemStatus(status);
}

static EmblemStatus start(Executor &executor, const BatchInput &input) {
  DeviceExecutor &self = static_cast<DeviceExecutor &>(executor);
  for (int64_t i = outputCount(*self.table); i < allOutputCount(*self.table);
       ++i)
    if (input.outputs.of[i])
      return fail(EMBLEM_NOT_KNOWN,
                  "%s is not to be had on %s, which gives what the model "
                  "returns alone; open the model as device cpu",
                  outputOf(*self.table, i).kind == EMBLEM_TOKENS
                      ? "a vector a token"
                      : "what is before the model's last step",
                  self.device);
  EmblemDeviceBatch batch = {.offsets = input.offsets,
                             .texts = input.sequences,
                             .ids = input.ids,
                             .types = input.types,
                             .pixels = input.pixels,
                             .outputs = {},
                             .stage_nanoseconds = input.stageNanoseconds};
  std::copy_n(input.outputs.of, int(EMBLEM_MOST_OUTPUTS), batch.outputs);
  return keep(*self.runtime, self.runtime->start(self.model, &batch));
}

static EmblemStatus finish(Executor &executor) {
  DeviceExecutor &self = static_cast<DeviceExecutor &>(executor);
  return keep(*self.runtime, self.runtime->finish(self.model));
}

static void unload(Executor *executor) {
  DeviceExecutor *self = static_cast<DeviceExecutor *>(executor);
  if (self->model)
    self->runtime->close(self->model);
  std::free(self);
}

static constexpr ExecutorKind kind = {start, finish, unload};

static const EmblemDeviceRuntime *runtimeFor(const EmblemModelTable &table,
                                             int32_t deviceKind) {
  for (int64_t i = 0; i < table.device_count; ++i)
    if (table.devices[i].kind == deviceKind && table.devices[i].runtime)
      return table.devices[i].runtime;
  return nullptr;
}

EmblemStatus emblem::runtime::prepareDevice(const ExecutorSetup &setup,
                                            int32_t deviceKind, int32_t index,
                                            Executor **executor) {
  const EmblemDeviceRuntime *runtime = runtimeFor(*setup.table, deviceKind);
  if (!runtime)
    return fail(EMBLEM_NO_DEVICE, "the model has no code for cuda");
  DeviceExecutor *made = allocateFor<DeviceExecutor>(1);
  if (!made)
    return fail(EMBLEM_OUT_OF_MEMORY, "there is no memory to open the model");
  *made = {};
  made->kind = &kind;
  made->table = setup.table;
  made->runtime = runtime;
  const EmblemDeviceSetup deviceSetup = {setup.table, deviceKind, index,
                                         setup.maxBatchTokens};
  const EmblemStatus status =
      keep(*runtime, runtime->open(&deviceSetup, &made->model));
  if (status != EMBLEM_OK) {
    made->model = nullptr;
    unload(made);
    return status;
  }
  made->device = made->model->name;
  made->capacity = made->model->capacity;
  made->arenaBytes = made->model->arena_bytes;
  *executor = made;
  return EMBLEM_OK;
}

const EmblemDeviceTable *
emblem::runtime::deviceTableOf(const Executor &executor) {
  return executor.kind == &kind
             ? static_cast<const DeviceExecutor &>(executor).model->device
             : nullptr;
}

double emblem::runtime::peakFlopsOf(const Executor &executor) {
  return executor.kind == &kind
             ? static_cast<const DeviceExecutor &>(executor).model->peak_flops
             : 0;
}
