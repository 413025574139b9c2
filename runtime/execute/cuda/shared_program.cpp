//===- shared_program.cpp - Weights and kernels on a device ---------------===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#include "runtime/execute/cuda/shared_program.h"

#include "runtime/execute/cuda/device_weights.h"
#include "runtime/platform/thread.h"
#include "runtime/platform/usable_cpus.h"
#include "runtime/table/error.h"

#include <algorithm>

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

/// Modules that are to be loaded, by threads that take one after the other.
struct SharedProgram::ModuleWork {
  const Device &device;
  LoadedModule *modules;
  size_t count;
  std::atomic<size_t> next{0};

  /// A helper that does not get the context leaves the work to the others.
  static void help(void *work) {
    ModuleWork &self = *static_cast<ModuleWork *>(work);
    ContextScope scope(self.device);
    if (scope.check(EMBLEM_STAGE_FAILED) == EMBLEM_OK)
      self.run();
  }

  void run() {
    for (size_t i; (i = next.fetch_add(1, std::memory_order_relaxed)) < count;)
      load(modules[i]);
  }

  /// The machine code where the device takes it, else the PTX.
  void load(LoadedModule &one) {
    const EmblemDeviceKernel &kernel = *one.kernel;
    one.error = -1;
    if (kernel.cubin)
      one.error = device.driver.loadModule(&one.module, kernel.cubin);
    if (one.error != 0)
      one.error = device.driver.loadModule(&one.module, kernel.code);
  }

  void share() {
    constexpr size_t mostHelpers = 7, stackBytes = size_t(8) << 20;
    platform::Thread helpers[mostHelpers];
    const size_t useful = std::min(count, size_t(platform::usableCpus())) - 1;
    size_t started = 0;
    while (started < std::min(useful, mostHelpers) &&
           helpers[started].start(help, this, stackBytes))
      ++started;
    run();
    while (started > 0)
      helpers[--started].join();
  }
};

const SharedProgram::LoadedModule *SharedProgram::moduleWith(const char *code,
                                                             size_t count) {
  for (size_t i = 0; i < count; ++i)
    if (modules[i].kernel->code == code)
      return &modules[i];
  return nullptr;
}

EmblemStatus SharedProgram::loadModules(KernelOf kernelOf,
                                        const void *context) {
  size_t count = moduleCount;
  for (int64_t i = 0; i < program->stage_count; ++i)
    if (const int64_t k = kernelOf(context, i); k >= 0)
      if (const EmblemDeviceKernel &kernel = program->stages[i].kernels[k];
          !moduleWith(kernel.code, count))
        modules[count++] = {&kernel, i, nullptr, 0};
  if (count == moduleCount)
    return EMBLEM_OK;
  ModuleWork work = {own, &modules[moduleCount], count - moduleCount};
  work.share();
  // Those that are there stay, before the others.
  EmblemStatus status = EMBLEM_OK;
  for (size_t i = moduleCount; i < count; ++i) {
    const LoadedModule one = modules[i];
    if (one.module)
      modules[moduleCount++] = one;
    else if (status == EMBLEM_OK)
      status = own.driver.fail(EMBLEM_STAGE_FAILED, one.error,
                               "%s does not load the code of the model's "
                               "stage %s",
                               own.name, program->stages[one.stage].name);
  }
  return status;
}

EmblemStatus SharedProgram::loadFunction(int64_t stageIndex,
                                         int64_t kernelIndex) {
  const EmblemDeviceStage &stage = program->stages[stageIndex];
  const EmblemDeviceKernel &kernel = stage.kernels[kernelIndex];
  Function found = nullptr;
  if (Result error = own.driver.findFunction(
          &found, moduleWith(kernel.code, moduleCount)->module, kernel.entry))
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

EmblemStatus SharedProgram::load(KernelOf kernelOf, const void *context) {
  auto isMissing = [&](int64_t stage, int64_t kernel) {
    return kernel >= 0 && !function(stage, kernel);
  };
  int64_t first = 0;
  while (first < program->stage_count &&
         !isMissing(first, kernelOf(context, first)))
    ++first;
  if (first == program->stage_count)
    return EMBLEM_OK;
  Locked lock(loading);
  if (EmblemStatus status = loadModules(kernelOf, context); status != EMBLEM_OK)
    return status;
  for (int64_t i = first; i < program->stage_count; ++i)
    if (const int64_t kernel = kernelOf(context, i); isMissing(i, kernel))
      if (EmblemStatus status = loadFunction(i, kernel); status != EMBLEM_OK)
        return status;
  return EMBLEM_OK;
}
