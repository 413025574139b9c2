//===- shared_program.cpp - Weights and kernels on a device ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cuda/shared_program.h"

#include "runtime/execute/cuda/device_weights.h"
#include "runtime/table/error.h"

using namespace emblem::runtime;
using namespace emblem::runtime::cuda;

/// More dynamic shared memory than this has to be asked for.
static constexpr int usualSharedBytes = 48 << 10;

/// Guards the list; an upload holds it, so that nobody else starts the same.
static Mutex listLock;
static SharedProgram *list = nullptr;

EmblemStatus SharedProgram::acquire(const Device &device,
                                    const EmblemModelTable &table,
                                    const EmblemDeviceTable &program,
                                    SharedProgram *&shared) {
  Locked lock(listLock);
  for (SharedProgram *one = list; one; one = one->next)
    if (one->program == &program && one->own.index == device.index) {
      ++one->users;
      shared = one;
      return EMBLEM_OK;
    }
  SharedProgram *memory = allocateFor<SharedProgram>(1);
  if (!memory)
    return fail(EMBLEM_OUT_OF_MEMORY, "there is no memory to open the model");
  SharedProgram *made = new (memory) SharedProgram;
  made->own = device;
  made->program = &program;
  if (EmblemStatus status = made->open(table); status != EMBLEM_OK) {
    made->~SharedProgram();
    std::free(made);
    return status;
  }
  made->users = 1;
  made->next = list;
  list = shared = made;
  return EMBLEM_OK;
}

EmblemStatus SharedProgram::open(const EmblemModelTable &table) {
  size_t kernels = 0;
  if (!firstFunction.allocate(size_t(program->stage_count)))
    return fail(EMBLEM_OUT_OF_MEMORY, "there is no memory to open the model");
  for (int64_t i = 0; i < program->stage_count; ++i) {
    firstFunction[size_t(i)] = int64_t(kernels);
    kernels += size_t(program->stages[i].kernel_count);
  }
  if (!functions.allocate(kernels) || !modules.allocate(kernels))
    return fail(EMBLEM_OUT_OF_MEMORY, "there is no memory to open the model");
  if (EmblemStatus status = own.retainContext(); status != EMBLEM_OK)
    return status;
  EmblemStatus status;
  {
    ContextScope scope(own);
    status = scope.check(EMBLEM_NO_DEVICE);
    if (status == EMBLEM_OK)
      status = uploadWeights(own, table, *program, weightMemory);
  }
  if (status != EMBLEM_OK)
    own.releaseContext();
  return status;
}

void SharedProgram::close() {
  {
    ContextScope scope(own);
    for (size_t i = 0; i < moduleCount; ++i)
      own.driver.unloadModule(modules[i].module);
    if (weightMemory)
      own.driver.release(weightMemory);
  }
  own.releaseContext();
}

void SharedProgram::release(bool inChild) {
  Locked lock(listLock);
  if (--users != 0)
    return;
  SharedProgram **place = &list;
  while (*place != this)
    place = &(*place)->next;
  *place = next;
  if (!inChild)
    close();
  this->~SharedProgram();
  std::free(this);
}

/// Of the machine code where the device takes it, else of the PTX.
EmblemStatus SharedProgram::moduleOf(const EmblemDeviceStage &stage,
                                     const EmblemDeviceKernel &kernel,
                                     Module &module) {
  for (size_t i = 0; i < moduleCount; ++i)
    if (modules[i].code == kernel.code) {
      module = modules[i].module;
      return EMBLEM_OK;
    }
  if (!kernel.cubin || own.driver.loadModule(&module, kernel.cubin) != 0)
    if (Result error = own.driver.loadModule(&module, kernel.code))
      return own.driver.fail(EMBLEM_STAGE_FAILED, error,
                             "%s does not load the code of the model's stage "
                             "%s",
                             own.name, stage.name);
  modules[moduleCount++] = {kernel.code, module};
  return EMBLEM_OK;
}

EmblemStatus SharedProgram::load(int64_t stageIndex, int64_t kernelIndex) {
  if (function(stageIndex, kernelIndex))
    return EMBLEM_OK;
  Locked lock(loading);
  if (function(stageIndex, kernelIndex))
    return EMBLEM_OK;
  const EmblemDeviceStage &stage = program->stages[stageIndex];
  const EmblemDeviceKernel &kernel = stage.kernels[kernelIndex];
  Module module;
  if (EmblemStatus status = moduleOf(stage, kernel, module);
      status != EMBLEM_OK)
    return status;
  Function found = nullptr;
  if (Result error = own.driver.findFunction(&found, module, kernel.entry))
    return own.driver.fail(EMBLEM_STAGE_FAILED, error,
                           "the code of the model's stage %s has no kernel %s",
                           stage.name, kernel.entry);
  if (kernel.shared_bytes > usualSharedBytes)
    if (Result error = own.driver.setFunctionAttribute(
            found, mostDynamicSharedBytes, kernel.shared_bytes))
      return own.driver.fail(EMBLEM_STAGE_FAILED, error,
                             "%s does not give the model's stage %s %d bytes "
                             "of shared memory",
                             own.name, stage.name, kernel.shared_bytes);
  functions[size_t(firstFunction[size_t(stageIndex)] + kernelIndex)].store(
      found, std::memory_order_release);
  return EMBLEM_OK;
}
