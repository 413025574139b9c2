//===- shared_program.h - Weights and kernels on a device -------*- C++ -*-===//
//
// Part of Emblem, under the Apache License v2.0. See LICENSE.
//
//===----------------------------------------------------------------------===//

#ifndef EMBLEM_RUNTIME_EXECUTE_CUDA_SHARED_PROGRAM_H
#define EMBLEM_RUNTIME_EXECUTE_CUDA_SHARED_PROGRAM_H

#include "runtime/execute/cuda/device.h"
#include "runtime/parallel/heap_array.h"
#include "runtime/parallel/mutex.h"

#include <atomic>

namespace emblem::runtime::cuda {

/// The weights and the kernels of one device table on one device, once for all
/// models that are opened from it. Kernels are loaded when they are first
/// launched: a program has some for each number of rows, and most processes
/// need few of them.
class SharedProgram {
public:
  /// The one that is there, or a new one: then the weights are uploaded. To be
  /// given back by release().
  static EmblemStatus acquire(const Device &device,
                              const EmblemModelTable &table,
                              const EmblemDeviceTable &program,
                              SharedProgram *&shared);
  /// `inChild`: of the process whose driver this was; nothing is asked of it.
  void release(bool inChild);

  const Device &device() const { return own; }
  DevicePointer weights() const { return weightMemory; }

  /// Which kernel of a stage is needed; -1: none.
  using KernelOf = int64_t (*)(const void *context, int64_t stage);

  /// Loads the kernels that are needed and not there yet, on several threads:
  /// the driver compiles each for some tenths of a second when it meets it
  /// first. From any thread, which has the device's context.
  EmblemStatus load(KernelOf kernelOf, const void *context);
  /// One that was loaded.
  Function function(int64_t stage, int64_t kernel) {
    return functions[size_t(firstFunction[size_t(stage)] + kernel)].load(
        std::memory_order_acquire);
  }

private:
  struct LoadedModule {
    const EmblemDeviceKernel *kernel; // one of those that share its code
    int64_t stage;                    // that one's
    Module module;
    Result error;
  };
  struct ModuleWork;

  EmblemStatus open(const EmblemModelTable &table);
  const LoadedModule *moduleWith(const char *code, size_t count);
  EmblemStatus loadModules(KernelOf kernelOf, const void *context);
  EmblemStatus loadFunction(int64_t stage, int64_t kernel);
  void close();

  Device own;
  const EmblemDeviceTable *program = nullptr;
  DevicePointer weightMemory = 0;
  Mutex loading;
  HeapArray<int64_t> firstFunction; // [stages]
  HeapArray<std::atomic<Function>> functions;
  HeapArray<LoadedModule> modules;
  size_t moduleCount = 0;

  // Of the list of all, under its lock.
  int64_t users = 0;
  SharedProgram *next = nullptr;
};

} // namespace emblem::runtime::cuda

#endif // EMBLEM_RUNTIME_EXECUTE_CUDA_SHARED_PROGRAM_H
