//===- cuda_runtime.cpp - Functions that a device table names -------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cuda/cuda_runtime.h"

#include "runtime/execute/cuda/cuda_model.h"
#include "runtime/table/error.h"

using namespace emblem::runtime;
using namespace emblem::runtime::cuda;

static void close(EmblemDeviceModel *model) {
  CudaModel *self = static_cast<CudaModel *>(model);
  self->~CudaModel();
  std::free(self);
}

static int32_t open(const EmblemDeviceSetup *setup, EmblemDeviceModel **model) {
  CudaModel *memory = allocateFor<CudaModel>(1);
  if (!memory)
    return fail(EMBLEM_OUT_OF_MEMORY, "there is no memory to open the model");
  CudaModel *made = new (memory) CudaModel;
  const EmblemStatus status = made->prepare(*setup);
  if (status == EMBLEM_OK)
    *model = made;
  else
    close(made);
  return status;
}

static int32_t start(EmblemDeviceModel *model, const EmblemDeviceBatch *batch) {
  return static_cast<CudaModel *>(model)->start(*batch);
}

static int32_t finish(EmblemDeviceModel *model) {
  return static_cast<CudaModel *>(model)->finish();
}

static_assert(EMBLEM_ABI_VERSION == 5, "EMBLEM_CUDA_SYMBOL has it, too");

const EmblemDeviceRuntime emblem_cuda_abi5 = {open, start, finish, close,
                                              lastError};
